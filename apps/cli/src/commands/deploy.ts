import { changesHead } from '@cordon/steps/changes-head'
import type { DeployResult } from '@cordon/steps/deploy/result'
import { deployStep } from '@cordon/steps/deploy/step'
import { runStep } from '@cordon/steps/run-step'
import type { Command } from 'commander'
import { type Context, show } from '../context.ts'
import { addInputOptions, givenInputs, sensitiveHelp } from '../input-options.ts'
import { stepContext } from '../step-context.ts'

type GetContext = (command: Command) => Context

/** Adds the step as a sub-command; its options come from the step's declaration. */
export function addDeployCommand(program: Command, getContext: GetContext): void {
  const { id, title, summary, inputs } = deployStep
  const command = program.command(id).description(`${title}: ${summary}`)
  addInputOptions(command, inputs)
  command.addHelpText('after', `\n${sensitiveHelp(inputs)}`)
  command.action(async (options: Record<string, string>, self: Command) => {
    const context = getContext(self)
    const { result, outputs } = await runStep(deployStep, givenInputs(inputs, options), stepContext(context))
    show(context, { ...result, outputs }, `${resultLines(result, context.terminal.isOneLog).join('\n')}\n`)
  })
}

function resultLines(result: DeployResult, changesWereTold: boolean): readonly string[] {
  const { bundleId, version, buildNumber, uploadedBy, buildId, parts, testflight, pageWrites, submissionId } = result
  const name = [bundleId, version, buildNumber && `(${buildNumber})`].filter((part) => part).join(' ')
  const sent =
    parts &&
    `${parts.sent} ${parts.sent === 1 ? 'part' : 'parts'} sent${parts.found > 0 ? `, ${parts.found} were there` : ''}`
  return [
    ...(uploadedBy === undefined ? [] : [`${name} is at App Store Connect${sent === undefined ? '' : `: ${sent}`}`]),
    ...(buildId === undefined ? [] : [`build ${buildId}`]),
    ...testflightLines(testflight, changesWereTold),
    ...(pageWrites === undefined ? [] : [`store page: ${pageWrites} ${pageWrites === 1 ? 'write' : 'writes'}`]),
    ...(submissionId === undefined ? [] : [`handed to App Review: ${submissionId}`]),
    ...(result.testflightUrl === undefined ? [] : [result.testflightUrl]),
  ]
}

function testflightLines(changes: DeployResult['testflight'], wereTold: boolean): readonly string[] {
  if (changes.length === 0) return []
  return [
    changesHead('In TestFlight', changes.length, wereTold),
    ...(wereTold ? [] : changes.map((line) => `  ${line}`)),
  ]
}
