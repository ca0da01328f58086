import { runWithoutSecrets } from './child-environment.ts'
import { withInputNames } from './input-hints.ts'
import { collectInputs } from './inputs.ts'
import type { RawInputs, Step, StepContext, StepDeclaration } from './step.ts'

/**
 * Runs a step from raw inputs to its outputs. Nothing is done before the machine and all inputs are accepted. Programs that the step runs inherit none of
 * its sensitive inputs. What it throws says what to do in the names of its inputs.
 */
export async function runStep<I, R>(
  step: Step<I, R>,
  given: Partial<RawInputs>,
  context: StepContext,
): Promise<{ readonly result: R; readonly outputs: Readonly<Record<string, string>> }> {
  step.requireMachine?.(context)
  const inputs = step.readInputs(collectInputs(step.inputs, given, context.variables), context)
  const run = runWithoutSecrets(step.inputs, context)
  try {
    const result = await step.run(inputs, { ...context, run, userAgent: userAgentOf(step) })
    return { result, outputs: step.outputsOf(result) }
  } catch (error) {
    throw withInputNames(error, step.inputs)
  }
}

/** A step as it tells a build server of itself: `cordon-step/deploy 0.1.0`. */
export function userAgentOf({ id, versions }: Pick<StepDeclaration, 'id' | 'versions'>): string {
  return `cordon-step/${id} ${versions[0].version}`
}
