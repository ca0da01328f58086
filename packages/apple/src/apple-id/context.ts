import { type Clock, type Instant, instant, plusMs, SECOND_MS } from '@cordon/core/instant'
import type { Fetch } from '../transport/exchange.ts'

/**
 * Where Apple's services are reached. Only the operator of an installation sets this, never a user: passwords go there.
 * Cookies are kept under Apple's own host names whatever stands here.
 */
export interface AppleOrigins {
  /** Sign-in, second factor, trust: `https://idmsa.apple.com`. */
  readonly idmsa: string
  /** Web session and providers: `https://appstoreconnect.apple.com`. */
  readonly appStoreConnect: string
  /** The developer portal: `https://developer.apple.com`. */
  readonly developer: string
  /** The portal's second host, asked when the first is down: `https://developer-mdn.apple.com`. Absent: none is asked. */
  readonly developerFallback?: string
}

/** What is told of every exchange: nothing that a person typed or that opens anything. */
export interface AppleIdExchange {
  readonly method: string
  /** Apple's own host name, such as `idmsa.apple.com`. */
  readonly host: string
  /** The path without query. */
  readonly path: string
  /** Undefined when no answer came. */
  readonly status: number | undefined
  /** Apple's error codes, such as `-20101`. */
  readonly codes: readonly string[]
  readonly durationMs: number
  readonly startedAt: Instant
}

/** What a context is made of. Everything that touches the world is an argument. */
export interface AppleIdOptions {
  readonly fetch: Fetch
  readonly clock: Clock
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>
  /** Apple's own if absent. */
  readonly origins?: AppleOrigins
  /** Secure random bytes. `node:crypto` if absent. */
  readonly randomBytes?: (count: number) => Uint8Array
  readonly onExchange?: (exchange: AppleIdExchange) => void
  /** Shortest time between the starts of two requests to one host, in milliseconds. A second if absent; 0 in tests. */
  readonly minimumDistanceMs?: number
  /** Longest time for one try, in milliseconds. 30 seconds if absent. */
  readonly timeoutMs?: number
  /** The widget key, should Apple stop telling it. Asked from Apple if absent. */
  readonly widgetKey?: string
  /** Ends every wait and every request with its reason. */
  readonly signal?: AbortSignal
}

/**
 * The way to Apple for one account: make one per connection with `createAppleIdContext`, and sign in to one account
 * once at a time (the caller holds the lock).
 */
export interface AppleIdContext {
  readonly options: AppleIdOptions
  readonly origins: AppleOrigins
  /** Waits until the next request to this host may start. */
  readonly pace: (host: string) => Promise<void>
}

/** Apple's own servers. */
export const APPLE_ORIGINS: AppleOrigins = {
  idmsa: 'https://idmsa.apple.com',
  appStoreConnect: 'https://appstoreconnect.apple.com',
  developer: 'https://developer.apple.com',
  developerFallback: 'https://developer-mdn.apple.com',
}

/**
 * Makes the way to Apple for one account. Apple counts requests per account and address, so those to one host keep a distance.
 *
 * ```ts
 * const context = createAppleIdContext({ fetch, clock, sleep })
 * const outcome = await startSignIn(context, { accountName: 'ci@acme.example', password: secret(password) })
 * ```
 */
export function createAppleIdContext(options: AppleIdOptions): AppleIdContext {
  const { clock, sleep, signal, minimumDistanceMs = SECOND_MS } = options
  // Owned here: when each host may be asked next.
  const nextAt = new Map<string, Instant>()

  const pace = async (host: string): Promise<void> => {
    const now = clock.now()
    const at = instant(Math.max(now, nextAt.get(host) ?? 0))
    nextAt.set(host, plusMs(at, minimumDistanceMs))
    if (at > now) await sleep(at - now, signal)
  }

  return { options, origins: options.origins ?? APPLE_ORIGINS, pace }
}
