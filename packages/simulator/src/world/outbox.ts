/** What the world sends to others by itself: one after the other. */
export interface Outbox {
  send(job: () => Promise<void>): void
  /** Resolves when everything that was to be sent so far has been. */
  idle(): Promise<void>
}

/** Makes an empty outbox. With `isReversed`, what is sent in one go arrives last first. Jobs must not reject. */
export function createOutbox(isReversed: () => boolean): Outbox {
  let batch: (() => Promise<void>)[] = []
  let tail: Promise<void> = Promise.resolve()
  const flush = async () => {
    const jobs = isReversed() ? batch.reverse() : batch
    batch = []
    for (const job of jobs) await job()
  }
  return {
    send(job) {
      batch.push(job)
      // Begins after the write that caused it: what is sent together is in one batch.
      if (batch.length === 1) tail = tail.then(flush)
    },
    idle: () => tail,
  }
}
