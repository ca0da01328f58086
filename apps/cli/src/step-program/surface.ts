import type { InputDeclaration } from '@cordon/steps/step'

type Variables = Readonly<Record<string, string | undefined>>
type Given = Readonly<Record<string, string>>

/** How a CI system hands inputs to the program of a step. */
export interface Surface {
  /** Inputs by name; those that nobody has filled in are left out, so that their defaults count. */
  readonly given: (inputs: readonly InputDeclaration[], variables: Variables) => Given
  /** What the step sees of the environment. */
  readonly variables: (inputs: readonly InputDeclaration[], variables: Variables) => Variables
  /** Lines of the form `::command::` on standard output are taken as commands. */
  readonly hasCommands: boolean
}

/** By the word that the description of a step gives to its program. */
export const SURFACES = {
  action: {
    given: (inputs, variables) => filled(inputs, (name) => variables[actionVariable(name)]),
    variables: (_inputs, variables) => variables,
    hasCommands: true,
  },
  bitrise: {
    given: () => ({}),
    variables: (_inputs, variables) => variables,
    hasCommands: false,
  },
  // A component sets each of its inputs as a variable, also to nothing.
  gitlab: {
    given: () => ({}),
    variables: (inputs, variables) => {
      const names = new Set(namesOf(inputs))
      return Object.fromEntries(Object.entries(variables).filter(([name, value]) => value !== '' || !names.has(name)))
    },
    hasCommands: false,
  },
} as const satisfies Record<string, Surface>

export type SurfaceName = keyof typeof SURFACES

/** The surface of a word; without one it is an action: GitHub starts programs without arguments. */
export function surfaceNamed(word = 'action'): Surface | undefined {
  return SURFACES[word as SurfaceName]
}

/** GitHub's name for an input: capitals, blanks as `_`, everything else as it is. */
function actionVariable(input: string): string {
  return `INPUT_${input.replaceAll(' ', '_').toUpperCase()}`
}

function filled(inputs: readonly InputDeclaration[], read: (name: string) => string | undefined): Given {
  return Object.fromEntries(
    namesOf(inputs).flatMap((name) => {
      const value = read(name)
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
}

function namesOf(inputs: readonly InputDeclaration[]): readonly string[] {
  return inputs.flatMap(({ name, aliases = [] }) => [name, ...aliases])
}
