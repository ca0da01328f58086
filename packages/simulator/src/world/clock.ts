import { type Clock, type Instant, instant } from '@cordon/core/instant'

/** Apple's clock in the simulator: runs with the clock it was given and can be moved without waiting. */
export interface MovableClock extends Clock {
  /** Milliseconds between the clock it was given and what it tells now. */
  offsetMs(): number
  /** Moves on (or back, if negative) by milliseconds. */
  advance(durationMs: number): void
  /** Moves to a point in time; from there it runs on. */
  moveTo(at: Instant): void
  /** Calls whenever it was moved. */
  onMove(listener: () => void): void
}

/** The clock of the machine. */
export const systemClock: Clock = { now: () => instant(Date.now()) }

/** Wraps a clock so that it can be moved. */
export function movableClock(base: Clock, startOffsetMs = 0): MovableClock {
  let offset = startOffsetMs
  const listeners: (() => void)[] = []
  const move = (to: number) => {
    offset = to
    for (const listener of listeners) listener()
  }
  return {
    now: () => instant(base.now() + offset),
    offsetMs: () => offset,
    advance: (durationMs) => move(offset + durationMs),
    moveTo: (at) => move(at - base.now()),
    onMove: (listener) => void listeners.push(listener),
  }
}
