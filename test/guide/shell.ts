import { type Reaction, runInTerminal } from '../../packages/simulator/test/terminal.ts'
import { type GuideWorld, projectRoot } from './world.ts'

/** Far above what it takes; a busy machine must not fail a test. */
export const SHELL_PATIENCE_MS = 300_000

export interface ShellOptions {
  readonly variables: Readonly<Record<string, string>>
  readonly reactions?: readonly Reaction[]
  readonly heard?: (screen: string) => void
  /** Words of the guide that are others here. */
  readonly instead?: Readonly<Record<string, string>>
}

/** Types lines of the guide in a terminal, and remembers which. */
export class GuideShell {
  readonly #world: GuideWorld
  readonly typed = new Set<string>()

  constructor(world: GuideWorld) {
    this.#world = world
  }

  /** Runs lines one after the other, up to the first that fails; gives what was on the screen. */
  run(lines: readonly string[], { variables, reactions = [], heard, instead }: ShellOptions): Promise<string> {
    const script = this.script(lines, instead)
    const setUp = ['set -e', 'stty cols 200 rows 40', `cd '${this.#world.desk}'`].join('\n')
    return runInTerminal(['/bin/sh', '-c', `${setUp}\n${script}`], variables, reactions, {
      patienceMs: SHELL_PATIENCE_MS,
      ...(heard && { heard }),
    })
  }

  /** Lines of the guide as they are typed on this machine. */
  script(lines: readonly string[], instead: Readonly<Record<string, string>> = {}): string {
    for (const line of lines) this.typed.add(line)
    const { keyId, issuerId } = this.#world.keys.terminal
    const here = {
      '2X9R4HXF34': keyId,
      '57246542-96fe-1a63-e053-0824d011072a': issuerId,
      '/opt/cordon': projectRoot,
      ...instead,
    }
    const asHere = (line: string) =>
      Object.entries(here).reduce((text, [inGuide, now]) => text.replaceAll(inGuide, now), line)
    return lines.map(asHere).join('\n')
  }
}
