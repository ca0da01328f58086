import { requestErrors } from '@cordon/api/errors'
import { networkOf } from './network.ts'
import type { Principal } from './principal.ts'

/** What bounds requests. A server counts for itself; what must hold over several is counted in the database. */
export interface RateLimitOptions {
  /** Requests a minute of an address, for callers that are nobody; 0 for no limit. */
  readonly addressPerMinute: number
  /** Requests a minute of one session or token; 0 for no limit. */
  readonly credentialPerMinute: number
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number
}

/** Bounds how often the same caller asks. Both methods throw `request.too_many`. */
export interface RateLimit {
  /** Counts a request of somebody, by session or token; of nobody, by address. */
  count(principal: Principal, address: string): void
  /** Counts a request whose token or session is not accepted: trying tokens is what nobody does. */
  countRefused(address: string): void
}

/** Makes it. */
export function createRateLimit({ addressPerMinute, credentialPerMinute, now }: RateLimitOptions): RateLimit {
  const addresses = createBuckets(addressPerMinute, now)
  const credentials = createBuckets(credentialPerMinute, now)
  const countRefused = (address: string) => addresses.take(networkOf(address))
  return {
    countRefused,
    count: (principal, address) => {
      const credential = credentialOf(principal)
      if (credential === undefined) countRefused(address)
      else credentials.take(credential)
    },
  }
}

function credentialOf(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'person': {
      const { credential } = principal
      return credential.kind === 'session' ? credential.sessionId : credential.personalTokenId
    }
    case 'build':
      return principal.buildId
    case 'trigger':
      return principal.triggerTokenId
    case 'anonymous':
      return undefined
    default:
      return principal satisfies never
  }
}

/** Callers remembered. One that is forgotten starts with a full bucket, so many of them gain little. */
const MOST_BUCKETS = 20_000
const MINUTE_MS = 60_000
const SECOND_MS = 1_000

interface Bucket {
  tokens: number
  at: number
}

/** Token buckets that hold a minute's worth and fill evenly. */
function createBuckets(perMinute: number, now: () => number): { take(key: string): void } {
  if (perMinute === 0) return { take: () => {} }
  const perMs = perMinute / MINUTE_MS
  const buckets = new Map<string, Bucket>()
  const add = (key: string, at: number): Bucket => {
    if (buckets.size >= MOST_BUCKETS) forgetOldest(buckets)
    const bucket = { tokens: perMinute, at }
    buckets.set(key, bucket)
    return bucket
  }
  return {
    take(key) {
      const at = now()
      const bucket = buckets.get(key) ?? add(key, at)
      const tokens = Math.min(perMinute, bucket.tokens + (at - bucket.at) * perMs)
      bucket.at = at
      bucket.tokens = tokens < 1 ? tokens : tokens - 1
      if (tokens < 1) throw requestErrors.too_many({ retryAfterSeconds: Math.ceil((1 - tokens) / perMs / SECOND_MS) })
    },
  }
}

// A tenth at once, so that it is done seldom. In the order in which they came: an exact order would cost each request.
function forgetOldest(buckets: Map<string, Bucket>): void {
  let left = MOST_BUCKETS / 10
  for (const key of buckets.keys()) {
    if (left === 0) return
    buckets.delete(key)
    left -= 1
  }
}
