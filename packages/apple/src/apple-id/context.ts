import { type Instant, instant, plusMs, SECOND_MS } from '@cordon/core/instant'
import type { AppleIdContext, AppleIdOptions, AppleOrigins } from './model.ts'

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
