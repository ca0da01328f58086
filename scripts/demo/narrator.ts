/** One thing that the demo did, and whether it did what it says. */
export interface Chapter {
  readonly title: string
  readonly durationMs: number
}

/** A claim of the demo that did not hold. */
export class DemoFailure extends Error {}

/** Throws unless a claim holds; the demo then ends with exit code 1. */
export function claim(holds: boolean, what: string): asserts holds {
  if (!holds) throw new DemoFailure(what)
}

/** Tells the story in numbered chapters and keeps the time of each. */
export class Narrator {
  readonly chapters: Chapter[] = []
  readonly #write: (text: string) => void

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  async chapter<T>(title: string, tell: () => Promise<T>): Promise<T> {
    this.#write(`\n${this.chapters.length + 1}. ${title}\n`)
    const startedMs = performance.now()
    const result = await tell()
    this.chapters.push({ title, durationMs: performance.now() - startedMs })
    return result
  }

  say(text: string): void {
    this.#write(text.replace(/\n$/, '').replace(/^/gm, '   ').replace(/[ ]+$/gm, '').concat('\n'))
  }
}
