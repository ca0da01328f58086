import type { CordonError } from '@cordon/core/errors'
import { Command, CommanderError } from 'commander'
import type { Context } from './context.ts'
import type { Environment } from './environment.ts'
import { cliErrors } from './errors.ts'
import { EXIT_CODES, exitCodeOf } from './exit-codes.ts'
import { addCommands, isListedGroup, namedFirst, withHelpLast } from './load-commands.ts'
import { namedOptions } from './named-options.ts'
import { printable } from './printable.ts'
import type { Terminal } from './terminal.ts'
import { refuseUnknownNames } from './unknown-command.ts'
import { VERSION } from './version.ts'

export interface Surroundings {
  readonly environment: Environment
  readonly terminal: Terminal
  readonly fetch: typeof fetch
}

/** Runs one command line (without program names) and answers the exit code. Never throws. */
export async function runCli(given: readonly string[], surroundings: Surroundings): Promise<number> {
  const args = withHelpLast(given)
  let exitCode: number = EXIT_CODES.success.code
  let running: Command | undefined
  const setExitCode = (code: number) => {
    exitCode = code
  }
  const onRun = (command: Command) => {
    running = command
  }
  const named = namedFirst(args)
  const { terminal, hasResult } = noticingResult(surroundings.terminal)
  try {
    const program = await createProgram(
      { ...surroundings, terminal },
      { setExitCode, onRun, isWanted: (name) => name === named },
    )
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    // A result is there already, such as what was checked: standard output stays one document, and the exit code tells.
    return tell(error, { json: args.includes('--json') && !hasResult(), running }, terminal)
  }
}

function noticingResult(terminal: Terminal): { readonly terminal: Terminal; readonly hasResult: () => boolean } {
  let written = false
  const out = (text: string) => {
    written = true
    terminal.out(text)
  }
  // What the terminal can do may change meanwhile: it is asked each time.
  return { terminal: Object.create(terminal, { out: { value: out } }), hasResult: () => written }
}

/** Tells people and, when asked, programs what went wrong; answers the exit code. */
async function tell(
  error: unknown,
  { json, running }: { readonly json: boolean; readonly running: Command | undefined },
  terminal: Terminal,
): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT_CODES.success.code
  const { errorToJson, renderError } = await import('./error-text.ts')
  const isUsage = error instanceof CommanderError
  if (json) terminal.out(printable(`${JSON.stringify(errorToJson(isUsage ? usageError(error) : error), null, 2)}\n`))
  if (isUsage) return EXIT_CODES.usage.code
  terminal.err(renderError(error, namedOptions(error, running)))
  return exitCodeOf(error)
}

/** What commander has told people already, for `--json`. */
function usageError({ code, message }: CommanderError): CordonError {
  // Where it shows the help instead, its message is a word of its own.
  const detail =
    code === 'commander.help' ? 'a command is missing' : (message.replace(/^error: /, '').split('\n')[0] ?? '')
  return cliErrors.usage({}, { detail })
}

interface ProgramOptions {
  readonly setExitCode?: (code: number) => void
  /** Hears which command does its work. */
  readonly onRun?: (command: Command) => void
  /** Commands that are loaded; all of them unless told. Of the others there is what `cordon --help` lists. */
  readonly isWanted?: (name: string) => boolean
}

/** The command tree; also the source of docs/cli.md. */
export async function createProgram(
  surroundings: Surroundings,
  { setExitCode = () => {}, onRun = () => {}, isWanted = () => true }: ProgramOptions = {},
): Promise<Command> {
  const program = new Command('cordon')
    .description(
      'Apple Developer connections for CI: connect once, authorise an app, and every build of it can sign and ship',
    )
    .version(VERSION, '--version', 'print the version')
    .option('--json', 'print results and errors as JSON')
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for what is accepted)')
  const getContext = (command: Command): Context => {
    onRun(command)
    return { ...surroundings, json: Boolean(command.optsWithGlobals().json) }
  }
  await addCommands(program, { getContext, setExitCode }, isWanted)
  applyToAll(program, (command) => {
    command.exitOverride()
    command.configureOutput({ writeOut: surroundings.terminal.out, writeErr: surroundings.terminal.err })
    if (command.commands.length > 0) refuseUnknownNames(command)
    else if (!isListedGroup(command)) command.option('--json', 'print the result as JSON')
  })
  return program
}

function applyToAll(command: Command, change: (command: Command) => void): void {
  change(command)
  for (const child of command.commands) applyToAll(child, change)
}
