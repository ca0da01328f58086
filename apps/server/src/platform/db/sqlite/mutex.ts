/** Lets one holder in at a time, in order of arrival. */
export interface Mutex {
  /** Resolves when it is the caller's turn; the caller must call `release` exactly once. */
  acquire(): Promise<void>
  release(): void
}

/** Makes a free mutex. */
export function createMutex(): Mutex {
  const waiting: Array<() => void> = []
  let held = false
  return {
    async acquire() {
      if (held) await new Promise<void>((resolve) => waiting.push(resolve))
      held = true
    },
    release() {
      const next = waiting.shift()
      if (next === undefined) held = false
      else next()
    },
  }
}
