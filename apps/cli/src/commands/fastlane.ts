import { fastlaneStep, type LaneResult } from '@cordon/steps/fastlane/step'
import { runStep } from '@cordon/steps/run-step'
import type { Command } from 'commander'
import { type Context, show } from '../context.ts'
import { addInputOptions, givenInputs, sensitiveHelp } from '../input-options.ts'
import { stepContext } from '../step-context.ts'

type GetContext = (command: Command) => Context

/** Adds the step as a sub-command; its options come from the step's declaration. Its exit code is that of fastlane. */
export function addFastlaneCommand(program: Command, getContext: GetContext): void {
  const { id, title, summary, inputs } = fastlaneStep
  const command = program.command(id).description(`${title}: ${summary}`)
  addInputOptions(command, inputs)
  command.addHelpText('after', `\n${sensitiveHelp(inputs)}`)
  command.action(async (options: Record<string, string>, self: Command) => {
    const context = getContext(self)
    const step = stepContext(context)
    // With --json, standard output holds the result alone.
    const write = context.json ? context.terminal.err : context.terminal.out
    const { result } = await runStep(fastlaneStep, givenInputs(inputs, options), { ...step, write })
    const logs = context.terminal.isOneLog ? [] : result.logs.map((path) => `  ${path}`)
    const lines = [`lane done; ${result.logs.length} log files kept`, ...logs]
    show(context, documentOf(result), `${lines.join('\n')}\n`)
  })
}

/** Outputs by name only: a session may be among them. */
function documentOf({ program, credentials, logs, outputs }: LaneResult) {
  return { program, credentials, logs, outputs: Object.keys(outputs) }
}
