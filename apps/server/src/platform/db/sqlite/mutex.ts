import { SECOND_MS } from '@cordon/core/instant'

/** Lets one holder in at a time, in order of arrival. */
export interface Mutex {
  /** Resolves when it is the caller's turn; the caller must call `release` exactly once. Rejects after the time limit. */
  acquire(): Promise<void>
  release(): void
}

// No transaction takes that long. Whoever waits longer waits for a transaction that waits for them.
const MAX_WAIT_MS = 30 * SECOND_MS

interface Waiter {
  readonly enter: () => void
  readonly timer: NodeJS.Timeout
}

/** Makes a free mutex. */
export function createMutex(maxWaitMs = MAX_WAIT_MS): Mutex {
  const waiting = new Set<Waiter>()
  let held = false
  return {
    async acquire() {
      if (held) await turn(waiting, maxWaitMs)
      held = true
    },
    release() {
      const [next] = waiting
      if (next === undefined) {
        held = false
        return
      }
      waiting.delete(next)
      clearTimeout(next.timer)
      next.enter()
    },
  }
}

function turn(waiting: Set<Waiter>, maxWaitMs: number): Promise<void> {
  return new Promise((enter, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(waiter)
      reject(new TypeError(`waited ${maxWaitMs} ms for the database; inside a transaction use the transaction`))
    }, maxWaitMs)
    const waiter: Waiter = { enter, timer }
    waiting.add(waiter)
  })
}
