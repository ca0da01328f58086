import { type Instant, MINUTE_MS, SECOND_MS } from '@cordon/core/instant'

/**
 * Why a request did not succeed, as far as repeating it is concerned.
 * `not_sent`: no connection was made. `no_answer`: it broke off, timed out, or a success could not be read.
 */
export type Situation =
  | 'not_sent'
  | 'no_answer'
  | 'unauthorized'
  | 'agreements'
  | 'not_there_yet'
  | 'rate_limited'
  | 'server_error'
  | 'gateway_error'
  | 'final'

/** How the wait before the n-th retry grows. */
type Wait =
  | { readonly kind: 'backoff'; readonly firstMs: number; readonly maxMs: number }
  | { readonly kind: 'rate_limit'; readonly firstMs: number; readonly maxMs: number }
  | { readonly kind: 'none' }

/** What is done about one situation. */
export interface RetryRule {
  /** How often one request is repeated for this reason. */
  readonly retries: number
  /**
   * `repeat`: nothing was done, so a write may simply be sent again.
   * `reconcile`: it may have been done, so its effect is looked for first.
   */
  readonly write: 'repeat' | 'reconcile'
  readonly wait: Wait
}

const backoff = (firstMs: number, maxMs: number): Wait => ({ kind: 'backoff', firstMs, maxMs })

/**
 * What is repeated, how often, and after how long.
 * Source: what fastlane, go-xcode, cli-tools and asc do, and the reports on what that broke.
 */
export const RETRY_RULES = {
  not_sent: { retries: 4, write: 'repeat', wait: backoff(SECOND_MS, 16 * SECOND_MS) },
  no_answer: { retries: 4, write: 'reconcile', wait: backoff(SECOND_MS, 16 * SECOND_MS) },
  unauthorized: { retries: 3, write: 'repeat', wait: backoff(SECOND_MS, 4 * SECOND_MS) },
  agreements: { retries: 2, write: 'repeat', wait: backoff(2 * SECOND_MS, 4 * SECOND_MS) },
  not_there_yet: { retries: 5, write: 'repeat', wait: backoff(2 * SECOND_MS, 10 * SECOND_MS) },
  rate_limited: {
    retries: 5,
    write: 'repeat',
    wait: { kind: 'rate_limit', firstMs: MINUTE_MS, maxMs: 10 * MINUTE_MS },
  },
  server_error: { retries: 3, write: 'reconcile', wait: backoff(SECOND_MS, 8 * SECOND_MS) },
  gateway_error: { retries: 5, write: 'reconcile', wait: backoff(SECOND_MS, 16 * SECOND_MS) },
  final: { retries: 0, write: 'repeat', wait: { kind: 'none' } },
} as const satisfies Record<Situation, RetryRule>

const STATUS_SITUATIONS: Readonly<Record<number, Situation>> = {
  401: 'unauthorized',
  408: 'gateway_error',
  429: 'rate_limited',
  500: 'server_error',
  502: 'gateway_error',
  503: 'gateway_error',
  504: 'gateway_error',
}

/** The situation that an error status alone tells. 501 is the one server error that stays. */
export function situationOfStatus(status: number): Situation {
  return STATUS_SITUATIONS[status] ?? (status > 501 ? 'gateway_error' : 'final')
}

/**
 * How long to wait before the n-th retry (counted from 1), in milliseconds. `random` gives 0 to 1: backoff takes half to all of its step.
 * `Retry-After` goes before everything (at least a second). A rate limit without it waits until the next minute begins, then a minute, doubling.
 */
export function waitBefore(
  retry: number,
  wait: Wait,
  { now, random, retryAfterMs }: { now: Instant; random: () => number; retryAfterMs?: number | undefined },
): number {
  if (wait.kind === 'none') return 0
  if (retryAfterMs !== undefined) return Math.max(retryAfterMs, SECOND_MS)
  if (wait.kind === 'backoff') return Math.round(doubled(retry - 1, wait) * (0.5 + random() / 2))
  return retry === 1 ? MINUTE_MS - (now % MINUTE_MS) : doubled(retry - 2, wait)
}

function doubled(times: number, { firstMs, maxMs }: { firstMs: number; maxMs: number }): number {
  return Math.min(firstMs * 2 ** times, maxMs)
}
