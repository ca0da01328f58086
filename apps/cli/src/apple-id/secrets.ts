import { type Secret, secret } from '@cordon/core/secret'
import type { Context } from '../context.ts'
import { cliErrors } from '../errors.ts'

const QUESTIONS = {
  password: 'Password of the Apple ID',
  'app-specific password': 'App-specific password, made at account.apple.com',
} as const

/** What a person may have to give. */
export type SecretName = keyof typeof QUESTIONS

/**
 * Asks for secrets at a hidden prompt, or reads them from standard input, one a line in this order. They are never arguments: every
 * process of the machine sees those.
 */
export async function readSecrets(
  context: Context,
  names: readonly SecretName[],
  { passwordStdin = false }: { readonly passwordStdin?: boolean },
): Promise<readonly Secret<string>[]> {
  if (passwordStdin) return fromStdin(context, names)
  if (!context.terminal.isInteractive)
    throw cliErrors.missing_option(
      { option: '--password-stdin' },
      { detail: `--password-stdin, with ${names.join(' and ')} on standard input, one a line` },
    )
  const given: Secret<string>[] = []
  for (const name of names) given.push(secret(await context.terminal.askSecret(QUESTIONS[name])))
  return given
}

async function fromStdin({ terminal }: Context, names: readonly SecretName[]): Promise<readonly Secret<string>[]> {
  const lines = (await terminal.readStdin()).split(/\r?\n/)
  return names.map((name, index) => {
    const line = lines[index] ?? ''
    if (line === '')
      throw cliErrors.missing_option(
        { option: '--password-stdin' },
        { detail: `line ${index + 1} of standard input, which is to hold the ${name}` },
      )
    return secret(line)
  })
}
