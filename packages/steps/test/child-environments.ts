import type { InputDeclaration, StepContext } from '../src/step.ts'

type Variables = Readonly<Record<string, string>>

/** In the value of every variable that `markedVariables` makes. */
export const MARKER = 'marker-of-a-secret'

/** Every way in which CI systems hand over the sensitive inputs of a step, and what opens the server, each with a value to look for. */
export function markedVariables(inputs: readonly InputDeclaration[]): Variables {
  const sensitive = inputs.filter((input) => input.sensitive)
  const names = sensitive.flatMap(({ name, aliases = [], defaultValue }) => [
    ...[name, ...aliases].flatMap((one) => {
      const capitals = one.toUpperCase()
      return [one, `INPUT_${capitals}`, `INPUT_${capitals.replaceAll('_', '-')}`]
    }),
    ...(defaultValue === '' ? [] : [defaultValue.slice(1)]),
  ])
  const tokens = ['BITRISE_BUILD_API_TOKEN', 'CORDON_TOKEN', 'CORDON_TRIGGER_TOKEN']
  // In GitHub's spelling alone: the step itself does not read that one, and goes on with what the test gives it.
  const addresses = inputs.filter((input) => input.sensitiveAddress).map(({ name }) => `INPUT_${name.toUpperCase()}`)
  return {
    ...Object.fromEntries([...names, ...tokens].map((name) => [name, `${MARKER}:${name}`])),
    ...Object.fromEntries(addresses.map((name) => [name, `https://files.test/${MARKER}:${name}`])),
  }
}

/** A program that a step has started. */
export interface Started {
  readonly command: string
  readonly args: readonly string[]
  /** Undefined: that of this process, with everything that is in it. */
  readonly env: Variables | undefined
}

/** The same way to run programs, which keeps what each was given. */
export function recordingRunner(run: StepContext['run']): { run: StepContext['run']; started: readonly Started[] } {
  const started: Started[] = []
  return {
    started,
    run: (command, args, options) => {
      started.push({ command, args, env: options?.env })
      return run(command, args, options)
    },
  }
}

/** The programs that got a secret: each as its name, and the variables' names. */
export function leaksOf(started: readonly Started[]): readonly string[] {
  return started.flatMap(({ command, args, env }) => {
    const program = `${command} ${args[0] ?? ''}`
    if (env === undefined) return [`${program}: the whole environment`]
    const names = Object.keys(env)
      .filter((name) => env[name]?.includes(MARKER))
      .sort()
    return names.length === 0 ? [] : [`${program}: ${names.join(', ')}`]
  })
}
