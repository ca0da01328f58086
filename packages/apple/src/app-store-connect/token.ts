import type { KeyObject } from 'node:crypto'
import { type Clock, type Instant, instant, MINUTE_MS, plusMs, SECOND_MS } from '@cordon/core/instant'
import { type Secret, secret } from '@cordon/core/secret'
import { SignJWT } from 'jose'
import type { TokenSource } from '../transport/task.ts'

/**
 * The three kinds of keys. `team` and `enterprise` keys belong to an organisation and need its issuer ID;
 * an `individual` key acts as its user and has none.
 */
export type KeyKind = 'team' | 'individual' | 'enterprise'

/** What a token says about its key, apart from times and scope. */
export interface TokenIdentity {
  readonly kind: KeyKind
  readonly keyId: string
  readonly issuerId?: string | undefined
  readonly key: Secret<KeyObject>
}

/** A signed token and the moment from which Apple refuses it. */
export interface AppleToken {
  readonly token: Secret<string>
  readonly expiresAt: Instant
}

const AUDIENCES = {
  team: 'appstoreconnect-v1',
  individual: 'appstoreconnect-v1',
  enterprise: 'apple-developer-enterprise-v1',
} as const satisfies Record<KeyKind, string>

/** Longest distance between `iat` and `exp`, in seconds. Apple takes 1200, but by its own clock. */
export const MAX_TOKEN_LIFETIME_SECONDS = 900
const BACKDATE_MS = 45 * SECOND_MS
const RENEW_BEFORE_MS = 2 * MINUTE_MS

/**
 * Signs one token (ES256) for App Store Connect. `scope` narrows it to listed requests, each a method, a space and a path.
 * `lifetimeSeconds` counts from `iat`, which lies 45 s before `now`; it is at most 900.
 * Source: Apple, "Generating tokens for API requests".
 */
export async function signToken(
  identity: TokenIdentity,
  {
    now,
    lifetimeSeconds = MAX_TOKEN_LIFETIME_SECONDS,
    scope,
  }: { now: Instant; lifetimeSeconds?: number; scope?: readonly string[] },
): Promise<AppleToken> {
  if (!(lifetimeSeconds > 0 && lifetimeSeconds <= MAX_TOKEN_LIFETIME_SECONDS)) {
    throw new RangeError(`a token lives 1 to ${MAX_TOKEN_LIFETIME_SECONDS} seconds, not ${lifetimeSeconds}`)
  }
  const issuedAt = Math.floor(plusMs(now, -BACKDATE_MS) / SECOND_MS)
  const expiresAt = issuedAt + lifetimeSeconds
  const jwt = await new SignJWT({ ...ownerClaims(identity), ...(scope !== undefined && { scope: [...scope] }) })
    .setProtectedHeader({ alg: 'ES256', kid: identity.keyId, typ: 'JWT' })
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .setAudience(AUDIENCES[identity.kind])
    .sign(identity.key.reveal())
  return { token: secret(jwt), expiresAt: instant(expiresAt * SECOND_MS) }
}

function ownerClaims(identity: TokenIdentity): Record<string, string> {
  if (identity.kind === 'individual') return { sub: 'user' }
  if (identity.issuerId === undefined) throw new TypeError(`keys of the kind "${identity.kind}" need an issuer id`)
  return { iss: identity.issuerId }
}

/** Keeps one token in memory and renews it two minutes before it expires. It is never stored. */
export function createTokenSource(identity: TokenIdentity, clock: Clock): TokenSource {
  // Owned here; replaced whole, so that concurrent requests share one signature.
  let current: { usableUntil: Instant; signing: Promise<AppleToken> } | undefined
  const sign = (skewMs: number) => {
    const usableUntil = plusMs(clock.now(), MAX_TOKEN_LIFETIME_SECONDS * SECOND_MS - BACKDATE_MS - RENEW_BEFORE_MS)
    return { usableUntil, signing: signToken(identity, { now: plusMs(clock.now(), skewMs) }) }
  }
  return {
    async token({ fresh = false, skewMs = 0 } = {}) {
      if (fresh || current === undefined || clock.now() >= current.usableUntil) current = sign(skewMs)
      return (await current.signing).token
    },
  }
}
