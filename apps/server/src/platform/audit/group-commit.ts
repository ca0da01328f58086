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

/** So many set out at once, in the middle of a turn: the disk need not wait for the rest of it. */
const ENOUGH = 16

/** Writes a batch. `sent` may be called when the next one may set out, before the batch is durable. */
export type WriteBatch<T> = (items: readonly T[], sent: () => void) => Promise<void>

/** Writes batches in their order. What is added in one turn of the event loop goes together, up to a few; and so does what waits for its turn. */
export function createGroupCommit<T>(write: WriteBatch<T>): GroupCommit<T> {
  const waiting: Array<Waiting<T>> = []
  const underway = new Set<Promise<void>>()
  let isGathering = false

  const next = () => {
    if (isGathering || waiting.length === 0) return
    isGathering = true
    const batch = waiting.splice(0, MOST_PER_COMMIT)
    const sent = once(() => {
      isGathering = false
      setImmediate(next)
    })
    const written = writeBatch(write, batch, sent).then((tell) => {
      underway.delete(written)
      sent()
      // Not at once: the next commit sets out first, and while the disk works on it these callers are answered.
      setImmediate(tell)
    })
    underway.add(written)
  }

  return {
    add(item) {
      if (waiting.length >= MOST_WAITING) return Promise.reject(internalErrors.unavailable())
      return new Promise<void>((done, failed) => {
        waiting.push({ item, done, failed })
        if (waiting.length >= ENOUGH) next()
        else if (waiting.length === 1) setImmediate(next)
      })
    },
    async drain() {
      while (waiting.length > 0 || underway.size > 0) {
        await Promise.all(underway)
        await nextTurn()
      }
    },
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function once(action: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    action()
  }
}

/** Gives what tells the callers how it went. */
async function writeBatch<T>(
  write: WriteBatch<T>,
  batch: ReadonlyArray<Waiting<T>>,
  sent: () => void,
): Promise<() => void> {
  try {
    await write(
      batch.map(({ item }) => item),
      sent,
    )
    return () => {
      for (const { done } of batch) done()
    }
  } catch (error) {
    const [only, ...others] = batch
    if (others.length === 0) return () => only?.failed(error)
    return writeEach(write, batch, sent)
  }
}

// One item that cannot be written must not take the others with it.
async function writeEach<T>(
  write: WriteBatch<T>,
  batch: ReadonlyArray<Waiting<T>>,
  sent: () => void,
): Promise<() => void> {
  const tells: Array<() => void> = []
  for (const waiting of batch) tells.push(await writeBatch(write, [waiting], sent))
  return () => {
    for (const tell of tells) tell()
  }
}
