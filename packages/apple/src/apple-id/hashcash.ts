import { createHash } from 'node:crypto'
import { setImmediate as breathe } from 'node:timers/promises'
import type { Instant } from '@cordon/core/instant'

/** The work that Apple asks for before it looks at a password. */
export interface HashcashChallenge {
  /** Zero bits with which the hash must start. */
  readonly bits: number
  /** 32 hexadecimal digits. */
  readonly challenge: string
}

/** The most bits that are worked on: a broken or hostile answer must not burn the processor. 24 bits take some 20 seconds. */
export const MAX_HASHCASH_BITS = 24
const TRIES_AT_A_TIME = 4_096

/** Reads the challenge of `GET …/auth/signin`. Undefined when Apple asks for none, `unreadable` when it is none that we know. */
export function readChallenge(headers: Headers): HashcashChallenge | 'unreadable' | undefined {
  const bits = headers.get('x-apple-hc-bits')
  const challenge = headers.get('x-apple-hc-challenge')
  if (bits === null && challenge === null) return undefined
  const isKnown = /^\d{1,2}$/.test(bits ?? '') && /^[\w-]{1,128}$/.test(challenge ?? '')
  return isKnown && Number(bits) <= MAX_HASHCASH_BITS
    ? { bits: Number(bits), challenge: challenge ?? '' }
    : 'unreadable'
}

/**
 * Makes the token of `X-Apple-HC`: the first counter with which the SHA-1 of the whole token starts with enough zero bits.
 * Source: observed, 2023-02-23 (fastlane/fastlane pull request 21073).
 */
export async function solveHashcash({ bits, challenge }: HashcashChallenge, now: Instant): Promise<string> {
  const prefix = `1:${bits}:${dateOf(now)}:${challenge}::`
  const start = createHash('sha1').update(prefix)
  for (let counter = 0; ; counter += 1) {
    const digest = start.copy().update(String(counter)).digest()
    if (Math.clz32(digest.readUInt32BE(0)) >= bits) return prefix + counter
    if (counter % TRIES_AT_A_TIME === TRIES_AT_A_TIME - 1) await breathe()
  }
}

function dateOf(now: Instant): string {
  return new Date(now).toISOString().replace(/\D/g, '').slice(0, 14)
}
