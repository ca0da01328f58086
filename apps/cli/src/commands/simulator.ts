import { type Command, CommanderError } from 'commander'
import type { Context } from '../context.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { topLevel } from '../overview.ts'

type GetContext = (command: Command) => Context

export function addSimulatorCommand(program: Command, getContext: GetContext): void {
  topLevel(program, 'simulator')
    .argument('[flags...]')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action((flags: string[], _options, command: Command) => run(getContext(command), flags))
}

/** Loaded only when asked for: no other command pays for the simulator. */
async function run({ terminal }: Context, flags: readonly string[]): Promise<void> {
  const { isUsageError, runSimulatorCommand } = await import('@cordon/simulator/command')
  try {
    await runSimulatorCommand(flags, { out: terminal.out, ended: interrupted() })
  } catch (error) {
    if (!isUsageError(error)) throw error
    terminal.err(`error: ${error.message}\nhint: cordon simulator --help lists the flags\n`)
    throw new CommanderError(EXIT_CODES.usage.code, 'simulator.usage', error.message)
  }
}

function interrupted(): Promise<unknown> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
}
