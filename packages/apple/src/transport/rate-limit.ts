import type { Instant } from '@cordon/core/instant'

/** What Apple said last about the budget of the key. Any number may be missing; the hour is a rolling one. */
export interface RateLimit {
  readonly hourLimit?: number
  readonly hourRemaining?: number
  readonly minuteLimit?: number
  readonly minuteRemaining?: number
  readonly observedAt: Instant
}

const NAMES: Readonly<Record<string, keyof Omit<RateLimit, 'observedAt'>>> = {
  'user-hour-lim': 'hourLimit',
  'user-hour-rem': 'hourRemaining',
  'user-minute-lim': 'minuteLimit',
  'user-minute-rem': 'minuteRemaining',
}

/**
 * Reads `X-Rate-Limit: user-hour-lim:3600;user-hour-rem:3567;` (the last `;` is optional, pairs may be missing,
 * unknown ones are ignored). Undefined when it tells nothing.
 * Source: Apple, "Identifying rate limits"; minute pairs observed in AvdLee/appstoreconnect-swift-sdk PR 227.
 */
export function parseRateLimit(header: string | null, observedAt: Instant): RateLimit | undefined {
  const pairs = (header ?? '').split(';').flatMap((part) => {
    const [name = '', value = ''] = part.split(':').map((piece) => piece.trim())
    const known = NAMES[name.toLowerCase()]
    return known !== undefined && /^\d{1,9}$/.test(value) ? [[known, Number(value)] as const] : []
  })
  return pairs.length === 0 ? undefined : { ...Object.fromEntries(pairs), observedAt }
}

/**
 * How long a 429 asks to wait, in milliseconds, from its `Retry-After` (seconds or a date). Undefined when it does not say.
 */
export function parseRetryAfter(header: string | null, now: Instant): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d{1,7}$/.test(text)) return Number(text) * 1_000
  const at = /[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
