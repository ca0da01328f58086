declare const instantBrand: unique symbol

/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [instantBrand]: true }

/** Tells the time. Injected everywhere, so that tests can move it. */
export interface Clock {
  now(): Instant
}

/** Takes milliseconds since the epoch. Throws a RangeError for what is no time. */
export function instant(epochMs: number): Instant {
  if (!Number.isFinite(epochMs)) throw new RangeError(`not a point in time: ${epochMs}`)
  return Math.trunc(epochMs) as Instant
}

/** Reads an ISO 8601 text with offset, also Apple's form without a colon in it (`+0000`). Throws a RangeError otherwise. */
export function parseInstant(text: string): Instant {
  const withColon = text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')
  const epochMs = Date.parse(withColon)
  if (Number.isNaN(epochMs)) throw new RangeError(`not an ISO 8601 time: ${JSON.stringify(text.slice(0, 40))}`)
  return instant(epochMs)
}

/** `2026-03-01T09:30:00.000Z` */
export function toIso(at: Instant): string {
  return new Date(at).toISOString()
}

/** Moves a point in time by a duration in milliseconds (negative: earlier). */
export function plusMs(at: Instant, durationMs: number): Instant {
  return instant(at + durationMs)
}

export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
