import { SECOND_MS } from '@cordon/core/instant'

/**
 * Whose turn it is on the connection that writes, in order of arrival. One at a time has the turn. A quiet commit gives it on as soon as
 * its statements are sent, to another quiet commit; everybody else waits until nothing is on its way any more.
 */
export interface Turns {
  /** Resolves when it is the caller's turn; the caller must call `release` or `send` exactly once. Rejects after the time limit. */
  acquire(kind: 'quiet' | 'alone'): Promise<void>
  /** Gives the turn back, with nothing sent. After a failure nobody has a turn until all that are on their way have arrived. */
  release(hasFailed?: boolean): void
  /**
   * Gives the turn on. For a quiet commit whose statements are sent now; undefined when nothing may be sent, because one before it has failed
   * meanwhile: what it rests on is not there.
   */
  send(): Sent | undefined
}

/** A quiet commit on its way. */
export interface Sent {
  /** Another one, whose end is not known yet, was sent before. */
  readonly follows: boolean
  /** Must be called exactly once, when it is known how it ended. After a failure nothing is sent until all have arrived. */
  arrived(hasFailed: boolean): void
}

// No transaction takes that long. Whoever waits longer waits for a transaction that waits for them.
const MAX_WAIT_MS = 30 * SECOND_MS

/** One that the disk works on, and those that are written together when it is done. */
const MOST_ON_THE_WAY = 4

interface Waiter {
  readonly isQuiet: boolean
  readonly enter: () => void
  readonly timer: NodeJS.Timeout
}

/** Makes turns that nobody has. */
export function createTurns(maxWaitMs = MAX_WAIT_MS): Turns {
  const waiting = new Set<Waiter>()
  let isHeld = false
  let onTheWay = 0
  let hasFailed = false

  const mayEnter = (isQuiet: boolean) => {
    if (isHeld) return false
    return onTheWay === 0 || (isQuiet && !hasFailed && onTheWay < MOST_ON_THE_WAY)
  }
  const next = () => {
    const [first] = waiting
    if (first === undefined || !mayEnter(first.isQuiet)) return
    waiting.delete(first)
    clearTimeout(first.timer)
    isHeld = true
    first.enter()
  }
  const wait = (isQuiet: boolean) =>
    new Promise<void>((enter, reject) => {
      const giveUp = () => {
        waiting.delete(waiter)
        reject(new TypeError(`waited ${maxWaitMs} ms for the database; inside a transaction use the transaction`))
        next()
      }
      const waiter: Waiter = { isQuiet, enter, timer: setTimeout(giveUp, maxWaitMs) }
      waiting.add(waiter)
    })
  // Whoever has the turn may rest on what has failed, also when nothing is on its way any more.
  const settle = (failed: boolean) => {
    hasFailed = (isHeld || onTheWay > 0) && (failed || hasFailed)
    next()
  }
  const release = (failed = false) => {
    isHeld = false
    settle(failed)
  }
  return {
    async acquire(kind) {
      const isQuiet = kind === 'quiet'
      // Whoever came first goes first, also when only the later one could go now.
      if (waiting.size > 0 || !mayEnter(isQuiet)) return wait(isQuiet)
      isHeld = true
    },
    release,
    send() {
      if (hasFailed) {
        release()
        return undefined
      }
      const follows = onTheWay > 0
      onTheWay += 1
      release()
      return {
        follows,
        arrived: (failed) => {
          onTheWay -= 1
          settle(failed)
        },
      }
    },
  }
}
