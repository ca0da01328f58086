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
const MOST_TURNS = 8

/** Writes one batch at a time; all that arrives meanwhile is the next batch. `write` commits its items together. */
export function createGroupCommit<T>(write: (items: readonly T[]) => Promise<void>): GroupCommit<T> {
  const waiting: Array<Waiting<T>> = []
  let running: Promise<void> | undefined

  const loop = async () => {
    while (waiting.length > 0) {
      await everyoneHere(() => waiting.length)
      await writeBatch(write, waiting.splice(0, MOST_PER_COMMIT))
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

// A commit of SQLite blocks the event loop. Without these turns a batch would begin, and block, as soon as the first of
// many requests that lie ready was read; with them all come along, as long as each turn brings more.
async function everyoneHere(count: () => number): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const before = count()
    await new Promise((resolve) => setImmediate(resolve))
    if (count() === before || count() >= MOST_PER_COMMIT) return
  }
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
