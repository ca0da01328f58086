import { isWebAddress } from './fetch-file.ts'
import { variablesIn } from './inputs.ts'
import type { InputDeclaration, StepContext } from './step.ts'

type Variables = Readonly<Record<string, string>>

/** What opens the server to whoever starts builds: nothing that runs in a build needs it, and no program gets it, not even the user's own. */
export const STARTER_TOKEN_VARIABLES = ['CORDON_TRIGGER_TOKEN', 'CORDON_TOKEN'] as const

/** What opens the running build. A program that is the user's own may keep it. */
export const BUILD_TOKEN_VARIABLE = 'BITRISE_BUILD_API_TOKEN'

/**
 * The environment for a program that a step starts: the step's own without its sensitive inputs, however they got there, without
 * addresses that open a file to whoever has them, and without tokens. `keeps`: names that stay all the same, for a program that is the user's own.
 */
export function environmentWithoutSecrets(
  inputs: readonly InputDeclaration[],
  { variables }: Pick<StepContext, 'variables'>,
  keeps: readonly string[] = [],
): Variables {
  const withheld = sensitiveVariables(inputs)
  const perhaps = variablesOf(inputs.filter((input) => input.sensitiveAddress))
  const isKept = (name: string, value: string) =>
    keeps.includes(name) || !(withheld.has(name) || (perhaps.has(name) && isWebAddress(value.trim())))
  const own = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(own.filter(([name, value]) => isKept(name, value)))
}

/** Every variable that may hold a sensitive input: its names, GitHub's spelling of them, and what its default refers to; and tokens. */
export function sensitiveVariables(inputs: readonly InputDeclaration[]): ReadonlySet<string> {
  return new Set([
    ...variablesOf(inputs.filter((input) => input.sensitive)),
    BUILD_TOKEN_VARIABLE,
    ...STARTER_TOKEN_VARIABLES,
  ])
}

function variablesOf(inputs: readonly InputDeclaration[]): ReadonlySet<string> {
  const names = inputs.flatMap(({ name, aliases = [] }) => [name, ...aliases])
  const sources = inputs.flatMap(({ defaultValue }) => variablesIn(defaultValue))
  return new Set([...names.flatMap(spellings), ...sources])
}

/** GitHub writes an input in capitals behind `INPUT_` and leaves dashes as they are; others make underscores of them. */
function spellings(name: string): readonly string[] {
  const both = [name, name.replaceAll('_', '-')]
  return both.flatMap((one) => [one, `INPUT_${one.toUpperCase()}`])
}

/** The same way to run programs, but none of them inherits a secret: without an environment of its own each gets the one above. */
export function runWithoutSecrets(
  inputs: readonly InputDeclaration[],
  context: Pick<StepContext, 'run' | 'variables'>,
): StepContext['run'] {
  return (command, args, options) =>
    context.run(command, args, { env: environmentWithoutSecrets(inputs, context), ...options })
}
