import { type ResignResult, resignStep } from '@cordon/steps/resign/step'
import { runStep } from '@cordon/steps/run-step'
import type { Command } from 'commander'
import { type Context, show } from '../context.ts'
import { addInputOptions, givenInputs, sensitiveHelp } from '../input-options.ts'
import { stepContext } from '../step-context.ts'

type GetContext = (command: Command) => Context

/** Adds the step as a sub-command; its options come from the step's declaration. */
export function addResignCommand(program: Command, getContext: GetContext): void {
  const { id, title, summary, inputs } = resignStep
  const command = program.command(id).description(`${title}: ${summary}`)
  addInputOptions(command, inputs)
  command.addHelpText('after', `\n${sensitiveHelp(inputs)}`)
  command.action(async (options: Record<string, string>, self: Command) => {
    const context = getContext(self)
    const { result, outputs } = await runStep(resignStep, givenInputs(inputs, options), stepContext(context))
    show(context, { ...result, outputs }, `${resultLines(result, context.terminal.isOneLog).join('\n')}\n`)
  })
}

/** Which profile each bundle gets is told as progress, too. */
function resultLines(result: ResignResult, profilesWereTold: boolean): readonly string[] {
  const { outputPath, certificate, distribution, bundles } = result
  const profiles = bundles.map(({ bundleId, profile }) => `  ${bundleId}  profile "${profile}"`)
  return [
    `signed for ${distribution} by "${certificate}"`,
    ...(profilesWereTold ? [] : profiles),
    `written to ${outputPath}`,
  ]
}
