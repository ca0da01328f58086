import { internalErrors } from '@cordon/api/errors'

/** Collects what many callers want written into few commits. */
export interface GroupCommit<T> {
  /** Resolves when the item is durable. Throws when it could not be written, or when too many wait. */
  add(item: T): Promise<void>
  /** Resolves when all that was added before is written or failed. */
  drain(): Promise<void>
}

interface Waiting<T> {
  readonly item: T
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

const MOST_WAITING = 10_000
const MOST_PER_COMMIT = 500

/** Writes one batch at a time; all that arrives meanwhile is the next batch. `write` commits its items together. */
export function createGroupCommit<T>(write: (items: readonly T[]) => Promise<void>): GroupCommit<T> {
  const waiting: Array<Waiting<T>> = []
  let running: Promise<void> | undefined

  const loop = async () => {
    while (waiting.length > 0) {
      const tell = await writeBatch(write, waiting.splice(0, MOST_PER_COMMIT))
      // Not at once: the next commit sets out first, and while the disk works on it these callers are answered.
      setImmediate(tell)
    }
    running = undefined
  }

  return {
    add(item) {
      if (waiting.length >= MOST_WAITING) return Promise.reject(internalErrors.unavailable())
      return new Promise<void>((done, failed) => {
        waiting.push({ item, done, failed })
        running ??= Promise.resolve().then(loop)
      })
    },
    async drain() {
      await running
    },
  }
}

/** Gives what tells the callers how it went. */
async function writeBatch<T>(
  write: (items: readonly T[]) => Promise<void>,
  batch: ReadonlyArray<Waiting<T>>,
): Promise<() => void> {
  try {
    await write(batch.map(({ item }) => item))
    return () => {
      for (const { done } of batch) done()
    }
  } catch (error) {
    const [only, ...others] = batch
    if (others.length === 0) return () => only?.failed(error)
    return writeEach(write, batch)
  }
}

// One item that cannot be written must not take the others with it.
async function writeEach<T>(
  write: (items: readonly T[]) => Promise<void>,
  batch: ReadonlyArray<Waiting<T>>,
): Promise<() => void> {
  const tells: Array<() => void> = []
  for (const waiting of batch) tells.push(await writeBatch(write, [waiting]))
  return () => {
    for (const tell of tells) tell()
  }
}
