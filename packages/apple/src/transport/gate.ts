/** Lets a limited number of things happen at once. */
export interface Gate {
  /** Runs `work` when there is room. Waiting ends with the signal's reason when it is aborted. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>
}

/** Makes a gate for `width` things at a time; others wait in the order they came. */
export function createGate(width: number): Gate {
  if (!(Number.isInteger(width) && width > 0)) throw new RangeError(`not a number of parallel requests: ${width}`)
  // Owned here: how many are inside, and who waits.
  let inside = 0
  const waiting: (() => void)[] = []

  const enter = async (signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted()
    if (inside < width) {
      inside += 1
      return
    }
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        waiting.splice(waiting.indexOf(admit), 1)
        reject(signal?.reason)
      }
      const admit = () => {
        signal?.removeEventListener('abort', giveUp)
        resolve()
      }
      waiting.push(admit)
      signal?.addEventListener('abort', giveUp, { once: true })
    })
  }

  // A place is handed on rather than freed, so that a newcomer cannot overtake.
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) inside -= 1
    else next()
  }

  return {
    async run(work, signal) {
      await enter(signal)
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}
