import type { Secret } from '@cordon/core/secret'
import { signingErrors } from '../errors.ts'
import { commandLine, type Word } from './command-line.ts'
import type { CommandResult, CommandRunner } from './runner.ts'

/** A word of a command that must not be seen: an argument is visible to every user of the machine, standard input is not. */
export interface SecretWord {
  readonly field: string
  readonly secret: Secret<string>
}

/** macOS's `security` command. Each call throws `signing.keychain_command_failed` when the command fails; gives its output. */
export interface SecurityCommand {
  /** Runs a command without secrets. */
  plain(args: readonly string[]): Promise<string>
  /** Runs a command with secrets in it, through the standard input of `security -i`. */
  confidential(words: readonly (string | Word | SecretWord)[]): Promise<string>
}

const OUTPUT_SHOWN = 300

export function createSecurityCommand(run: CommandRunner): SecurityCommand {
  return {
    async plain(args) {
      return outputOf(args[0] ?? '', await run('security', args), [])
    },
    async confidential(words) {
      const secrets = words.filter(isSecretWord).map(({ secret }) => secret.reveal())
      const stdin = commandLine(words.map((word) => (isSecretWord(word) ? revealed(word) : word)))
      // One command a run: `security -i` goes on after a failure and ends with the last command's result.
      return outputOf(String(words[0]), await run('security', ['-i'], { stdin }), secrets)
    },
  }
}

function isSecretWord(word: string | Word | SecretWord): word is SecretWord {
  return typeof word === 'object' && 'secret' in word
}

function revealed({ field, secret }: SecretWord): Word {
  return { field, value: secret.reveal() }
}

function outputOf(command: string, { exitCode, stdout, stderr }: CommandResult, secrets: readonly string[]): string {
  if (exitCode === 0) return stdout
  const said = secrets.reduce((text, word) => (word === '' ? text : text.replaceAll(word, '[redacted]')), stderr.trim())
  const output = said.slice(0, OUTPUT_SHOWN)
  const detail = `"security ${command}" ended with ${exitCode}${output === '' ? '' : `: ${output}`}`
  throw signingErrors.keychain_command_failed({ command, exitCode, output }, { detail })
}
