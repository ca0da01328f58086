import type { CordonError } from '@cordon/core/errors'
import { Command, CommanderError } from 'commander'
import { addAccountCommands } from './commands/account.ts'
import { addAppCommands } from './commands/app.ts'
import { addAuditCommands } from './commands/audit.ts'
import { addAutoProvisionCommands } from './commands/auto-provision.ts'
import { addBuildCommands } from './commands/build.ts'
import { addBuildNumberCommands } from './commands/build-number.ts'
import { addConnectionCommands } from './commands/connection.ts'
import { addDeployCommand } from './commands/deploy.ts'
import { addDeviceCommands } from './commands/device.ts'
import { addFastlaneCommand } from './commands/fastlane.ts'
import { addMetadataCommands } from './commands/metadata.ts'
import { addProvisionCommands } from './commands/provision.ts'
import { addResignCommand } from './commands/resign.ts'
import { addRunCommand } from './commands/run.ts'
import { addSessionCommands } from './commands/session.ts'
import { addSimulatorCommand } from './commands/simulator.ts'
import { addStepsCommands } from './commands/steps.ts'
import { addXcodeCommands } from './commands/xcode.ts'
import type { Context } from './context.ts'
import type { Environment } from './environment.ts'
import { cliErrors } from './errors.ts'
import { EXIT_CODES, exitCodeOf } from './exit-codes.ts'
import { errorToJson, renderError, type Terminal } from './terminal.ts'
import { refuseUnknownNames } from './unknown-command.ts'
import { VERSION } from './version.ts'

export interface Surroundings {
  readonly environment: Environment
  readonly terminal: Terminal
  readonly fetch: typeof fetch
}

/** Runs one command line (without program names) and answers the exit code. Never throws. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let exitCode: number = EXIT_CODES.success.code
  const program = createProgram(surroundings, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT_CODES.success.code
      if (args.includes('--json'))
        surroundings.terminal.out(`${JSON.stringify(errorToJson(usageError(error)), null, 2)}\n`)
      return EXIT_CODES.usage.code
    }
    if (args.includes('--json')) surroundings.terminal.out(`${JSON.stringify(errorToJson(error), null, 2)}\n`)
    surroundings.terminal.err(renderError(error))
    return exitCodeOf(error)
  }
}

/** What commander has told people already, for `--json`. */
function usageError({ code, message }: CommanderError): CordonError {
  // Where it shows the help instead, its message is a word of its own.
  const detail =
    code === 'commander.help' ? 'a command is missing' : (message.replace(/^error: /, '').split('\n')[0] ?? '')
  return cliErrors.usage({}, { detail })
}

/** The whole command tree; also the source of docs/cli.md. */
export function createProgram(surroundings: Surroundings, setExitCode: (code: number) => void = () => {}): Command {
  const program = new Command('cordon')
    .description(
      'Apple Developer connections for CI: connect once, authorise an app, and every build of it can sign and ship',
    )
    .version(VERSION, '--version', 'print the version')
    .option('--json', 'print results and errors as JSON')
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for what is accepted)')
  const getContext = (command: Command): Context => ({ ...surroundings, json: Boolean(command.optsWithGlobals().json) })
  addAccountCommands(program, getContext)
  addConnectionCommands(program, getContext)
  addAppCommands(program, getContext)
  addDeviceCommands(program, getContext)
  addBuildCommands(program, getContext)
  addBuildNumberCommands(program, getContext)
  addSessionCommands(program, getContext)
  addRunCommand(program, getContext, setExitCode)
  addAuditCommands(program, getContext)
  addAutoProvisionCommands(program, getContext)
  addDeployCommand(program, getContext)
  addFastlaneCommand(program, getContext)
  addResignCommand(program, getContext)
  addStepsCommands(program, getContext)
  addXcodeCommands(program, getContext)
  addSimulatorCommand(program, getContext)
  addProvisionCommands(program, getContext)
  addMetadataCommands(program, getContext)
  applyToAll(program, (command) => {
    command.exitOverride()
    command.configureOutput({ writeOut: surroundings.terminal.out, writeErr: surroundings.terminal.err })
    if (command.commands.length > 0) refuseUnknownNames(command)
    else if (command !== program) command.option('--json', 'print the result as JSON')
  })
  return program
}

function applyToAll(command: Command, change: (command: Command) => void): void {
  change(command)
  for (const child of command.commands) applyToAll(child, change)
}
