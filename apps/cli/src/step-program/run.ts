import { appendFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { collectInputs } from '@cordon/steps/inputs'
import { runStep } from '@cordon/steps/run-step'
import type { Step, StepContext } from '@cordon/steps/step'
import type { Environment } from '../environment.ts'
import { renderError } from '../error-text.ts'
import { EXIT_CODES, exitCodeOf } from '../exit-codes.ts'
import { stepContext } from '../step-context.ts'
import type { Terminal } from '../terminal.ts'
import { cleanUp, inputsToKeep } from './clean-up.ts'
import { maskable, workflowCommand } from './commands.ts'
import { SURFACES, type Surface, surfaceNamed } from './surface.ts'

/** What the program of a step gets of its process. */
export interface StepProgram {
  /** The surface's word, or nothing for a GitHub action. */
  readonly args: readonly string[]
  readonly environment: Environment
  readonly terminal: Terminal
  readonly fetch: typeof fetch
}

/** Names in GitHub's state of an action: what its run after the job is told. */
const STATE = { isSet: 'CORDON_STEP', input: 'CORDON_INPUT_' } as const

/**
 * Runs one step as a program of its own, as the descriptions of the step library start it, and answers the exit code. Never throws.
 * As a GitHub action it runs twice: the second time, after the job, it cleans up.
 */
export async function runStepProgram<I, R>(step: Step<I, R>, program: StepProgram): Promise<number> {
  const surface = surfaceNamed(program.args[0])
  if (surface === undefined) {
    program.terminal.err(`usage: main.cjs [${Object.keys(SURFACES).join('|')}]\n`)
    return EXIT_CODES.usage.code
  }
  try {
    const context = contextOf(step, surface, program)
    await (isAfterJob(surface, program)
      ? runAfterJob(step.id, program, context)
      : runInJob(step, surface, context, program))
    return EXIT_CODES.success.code
  } catch (error) {
    tell(error, surface, program.terminal)
    return exitCodeOf(error)
  }
}

function contextOf<I, R>({ inputs }: Step<I, R>, surface: Surface, program: StepProgram): StepContext {
  const { environment, terminal, fetch } = program
  const variables = surface.variables(inputs, environment.variables)
  return stepContext({ environment: { ...environment, variables }, terminal, fetch, json: false })
}

async function runInJob<I, R>(
  step: Step<I, R>,
  surface: Surface,
  context: StepContext,
  { environment, terminal }: StepProgram,
): Promise<void> {
  const given = surface.given(step.inputs, environment.variables)
  if (surface.hasCommands) {
    maskSecrets(step, given, context, terminal)
    keepState(step, given, context)
  }
  const { outputs } = await runStep(step, given, context)
  context.log(`${step.id} is done; outputs: ${Object.keys(outputs).join(', ') || 'none'}`)
}

/** Before anything else is printed: also what an input takes from the environment is hidden in the log of the whole job. */
function maskSecrets<I, R>(
  { inputs }: Step<I, R>,
  given: Readonly<Record<string, string>>,
  { variables }: StepContext,
  { out }: Terminal,
): void {
  const sensitive = inputs.filter((input) => input.sensitive).map(({ required: _, ...input }) => input)
  for (const value of Object.values(collectInputs(sensitive, given, variables)))
    for (const part of maskable(value)) out(workflowCommand('add-mask', part))
}

/** Before the step runs, so that a job that is cancelled is cleaned up after too. */
function keepState<I, R>(
  { id, inputs }: Step<I, R>,
  given: Readonly<Record<string, string>>,
  { variables, workingFolder }: StepContext,
): void {
  const file = variables.GITHUB_STATE
  if (!file) return
  const needed = inputs.filter(({ name }) => inputsToKeep(id).includes(name))
  const kept = Object.entries(collectInputs(needed, given, variables)).map(
    ([name, value]) => `${STATE.input}${name}=${resolve(workingFolder, value)}\n`,
  )
  appendFileSync(file, `${STATE.isSet}=${id}\n${kept.join('')}`)
}

function isAfterJob({ hasCommands }: Surface, { environment }: StepProgram): boolean {
  return hasCommands && environment.variables[`STATE_${STATE.isSet}`] !== undefined
}

async function runAfterJob(stepId: string, { environment }: StepProgram, context: StepContext): Promise<void> {
  const names = inputsToKeep(stepId)
  const inputs = Object.fromEntries(
    names.map((name) => [name, environment.variables[`STATE_${STATE.input}${name}`] ?? '']),
  )
  for (const line of await cleanUp(stepId, inputs, context)) context.log(line)
}

function tell(error: unknown, { hasCommands }: Surface, { out, err }: Terminal): void {
  const text = renderError(error)
  if (hasCommands) out(workflowCommand('error', text.trimEnd()))
  else err(text)
}
