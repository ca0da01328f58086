import { type Clock, type Instant, instant, plusMs } from '@cordon/core/instant'

/** A clock that moves only when somebody sleeps on it, and the list of those sleeps. */
export interface FakeTime {
  readonly clock: Clock
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>
  /** What was waited for, in milliseconds, in order. */
  readonly slept: number[]
  advance(durationMs: number): void
}

export const NOON: Instant = instant(Date.parse('2026-03-01T12:00:15.000Z'))

/** Time starts at 2026-03-01 12:00:15 UTC. */
export function fakeTime(start: Instant = NOON): FakeTime {
  let now = start
  const slept: number[] = []
  return {
    clock: { now: () => now },
    slept,
    advance: (durationMs) => {
      now = plusMs(now, durationMs)
    },
    sleep: async (durationMs, signal) => {
      signal?.throwIfAborted()
      slept.push(durationMs)
      now = plusMs(now, durationMs)
    },
  }
}
