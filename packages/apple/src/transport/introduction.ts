/**
 * Finds out whether Apple accepts a key, before many requests ask with it at once: the first goes alone, and those behind it
 * hear its refusal instead of being refused one by one.
 */
export interface Introduction {
  /** True once Apple has taken the key; from then on a refusal of it is one of Apple's random ones until proven otherwise. */
  isAccepted(): boolean
  /** Apple has taken the key. */
  accept(): void
  /** The first request learned nothing of the key and is busy with something else: the next in line goes first. */
  stepAside(): void
  /** Runs `work` as the first request, or behind it. Waiting ends with the signal's reason when it is aborted. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>
}

/** `isRefusal` tells the error of a refused key from all others; after those, the next in line goes first. */
export function createIntroduction(isRefusal: (error: unknown) => boolean): Introduction {
  // Owned here: whether the key was taken, and the request that is finding out.
  let isAccepted = false
  let underWay: { readonly ended: Promise<unknown>; readonly end: (refusal?: unknown) => void } | undefined

  function stepAside(): void {
    underWay?.end()
    underWay = undefined
  }

  async function goFirst<T>(work: () => Promise<T>): Promise<T> {
    const mine = underWayNow()
    underWay = mine
    try {
      return await work()
    } catch (error) {
      if (!isAccepted && isRefusal(error)) mine.end(error)
      throw error
    } finally {
      mine.end()
      if (underWay === mine) underWay = undefined
    }
  }

  return {
    isAccepted: () => isAccepted,
    accept() {
      isAccepted = true
      stepAside()
    },
    stepAside,
    async run(work, signal) {
      while (!isAccepted && underWay !== undefined) {
        const refusal = await orAborted(underWay.ended, signal)
        if (refusal !== undefined) throw refusal
      }
      return isAccepted ? work() : goFirst(work)
    },
  }
}

function underWayNow() {
  let end: (refusal?: unknown) => void = () => undefined
  const ended = new Promise<unknown>((resolve) => {
    end = resolve
  })
  return { ended, end }
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise<T>((resolve, reject) => {
    const giveUp = () => reject(signal.reason)
    signal.throwIfAborted()
    signal.addEventListener('abort', giveUp, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
}
