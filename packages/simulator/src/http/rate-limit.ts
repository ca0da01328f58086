import { HOUR_MS, MINUTE_MS } from '@cordon/core/instant'

/** What is left of a key's budget after a request. */
export interface Budget {
  /** The value of `X-Rate-Limit`; absent when nothing is counted. */
  readonly header: string | undefined
  readonly exhausted: boolean
}

/** The limits that apply to one request. */
export interface Limits {
  readonly hourlyLimit: number | null
  readonly minuteWriteLimit: number | null
  readonly burstLimit: { readonly requests: number; readonly windowMs: number } | null
}

/** Counts requests per key. */
export interface RateLimits {
  take(keyId: string, now: number, isWrite: boolean, limits: Limits): Budget
  reset(): void
}

interface Window {
  readonly times: number[]
  head: number
}

function countSince(window: Window, since: number): number {
  while (window.head < window.times.length && (window.times[window.head] ?? 0) <= since) window.head += 1
  if (window.head > 1_024 && window.head * 2 > window.times.length) {
    window.times.splice(0, window.head)
    window.head = 0
  }
  return window.times.length - window.head
}

/** Takes one place in a rolling window; -1 when it is full. */
function take(windows: Map<string, Window>, keyId: string, now: number, spanMs: number, limit: number): number {
  const window = windows.get(keyId) ?? { times: [], head: 0 }
  windows.set(keyId, window)
  const used = countSince(window, now - spanMs)
  if (used >= limit) return -1
  window.times.push(now)
  return limit - used - 1
}

/** What a refusal by the burst limit says: all that is left of the hour. */
function hourHeader(hours: Map<string, Window>, keyId: string, now: number, limit: number | null): string | undefined {
  if (limit === null) return undefined
  const window = hours.get(keyId)
  const used = window === undefined ? 0 : countSince(window, now - HOUR_MS)
  return `user-hour-lim:${limit};user-hour-rem:${Math.max(limit - used, 0)};`
}

/** Rolling windows per key: requests an hour, writes a minute, bursts. Refused requests count for nothing. */
export function createRateLimits(): RateLimits {
  const hours = new Map<string, Window>()
  const minutes = new Map<string, Window>()
  const bursts = new Map<string, Window>()
  return {
    take(keyId, now, isWrite, limits) {
      const { burstLimit } = limits
      const isBurst = burstLimit !== null && take(bursts, keyId, now, burstLimit.windowMs, burstLimit.requests) < 0
      if (isBurst) return { header: hourHeader(hours, keyId, now, limits.hourlyLimit), exhausted: true }
      const minute = isWrite ? limits.minuteWriteLimit : null
      const minuteLeft = minute === null ? null : take(minutes, keyId, now, MINUTE_MS, minute)
      if (minuteLeft !== null) {
        const header = `user-minute-lim:${minute};user-minute-rem:${Math.max(minuteLeft, 0)};`
        return { header, exhausted: minuteLeft < 0 }
      }
      if (limits.hourlyLimit === null) return { header: undefined, exhausted: false }
      const left = take(hours, keyId, now, HOUR_MS, limits.hourlyLimit)
      return { header: `user-hour-lim:${limits.hourlyLimit};user-hour-rem:${Math.max(left, 0)};`, exhausted: left < 0 }
    },
    reset() {
      hours.clear()
      minutes.clear()
      bursts.clear()
    },
  }
}
