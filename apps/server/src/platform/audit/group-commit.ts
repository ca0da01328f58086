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
const FEWEST_PER_COMMIT = 8

/** Writes one batch at a time; all that arrives meanwhile is the next batch. `write` commits its items together. */
export function createGroupCommit<T>(write: (items: readonly T[]) => Promise<void>): GroupCommit<T> {
  const waiting: Array<Waiting<T>> = []
  let running: Promise<void> | undefined

  const loop = async () => {
    while (waiting.length > 0) {
      await writeBatch(write, waiting.splice(0, batchSize(waiting.length)))
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

// Half of who waits: while it is written, those of the half before are answered and come again. Taking all would have the
// disk wait for the callers and the callers for the disk, in turns.
function batchSize(waiting: number): number {
  return Math.min(Math.max(FEWEST_PER_COMMIT, Math.ceil(waiting / 2)), MOST_PER_COMMIT)
}

async function writeBatch<T>(
  write: (items: readonly T[]) => Promise<void>,
  batch: ReadonlyArray<Waiting<T>>,
): Promise<void> {
  try {
    await write(batch.map(({ item }) => item))
    for (const { done } of batch) done()
  } catch (error) {
    if (batch.length === 1) batch[0]?.failed(error)
    // One item that cannot be written must not take the others with it.
    else for (const waiting of batch) await writeBatch(write, [waiting])
  }
}
