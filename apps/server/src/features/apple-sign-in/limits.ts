import { appleSignInErrors } from '@cordon/api/apple-sign-ins/errors'
import { appleErrors } from '@cordon/apple/errors'
import { DAY_MS, type Instant, instant, plusMs, SECOND_MS } from '@cordon/core/instant'
import type { QuotaKey } from '../../platform/throttle/quota.ts'
import type { ThrottleKey } from '../../platform/throttle/throttle.ts'
import { lockName } from './account-lock.ts'
import type { AppleSignInParts } from './parts.ts'

type LimitParts = Pick<AppleSignInParts, 'throttle' | 'quota' | 'clock'>

/** How often in an hour, whatever comes of it. Far above what connecting a company's Apple IDs takes. */
const MOST = {
  'sign-ins': { person: 30, account: 8 },
  codes: { person: 40, account: 12 },
  'hand-offs': { person: 20, account: 12 },
} as const satisfies Record<string, { readonly person: number; readonly account: number }>

/** Counts what a person asks of Apple, or of others, for an account. Throws `apple_sign_in.limit_reached`. */
export async function countUse(
  { quota }: LimitParts,
  what: keyof typeof MOST,
  accountName: string,
  userId: string,
): Promise<void> {
  const { person, account } = MOST[what]
  const keys: readonly QuotaKey[] = [
    { name: `apple-id:${what}:person:${userId}`, most: person },
    { name: `${lockName(accountName)}:${what}`, most: account },
  ]
  const waitMs = await quota.take(keys)
  if (waitMs > 0) throw appleSignInErrors.limit_reached({ retryAfterSeconds: seconds(waitMs) })
}

// After two refused passwords an hour's pause for the account; five for the person, who may mistype several.
function passwordKeys(accountName: string, userId: string): { readonly [K in 'account' | 'person']: ThrottleKey } {
  return {
    account: { name: lockName(accountName), free: 2 },
    person: { name: `apple-id:person:${userId}`, free: 5 },
  }
}

/** Counts a password before Apple gets it. Throws `apple_sign_in.too_many_attempts`. */
export async function countPassword({ throttle }: LimitParts, accountName: string, userId: string): Promise<void> {
  const { account, person } = passwordKeys(accountName, userId)
  const waitMs = await throttle.tryNow([account, person])
  if (waitMs > 0) throw appleSignInErrors.too_many_attempts({ retryAfterSeconds: seconds(waitMs) })
}

/** A right password pardons the account. All else counts: each try goes to Apple, which counts too. */
export async function pardonPassword({ throttle }: LimitParts, accountName: string, userId: string): Promise<void> {
  const { account, person } = passwordKeys(accountName, userId)
  await Promise.all([throttle.forget(account), throttle.undo(person)])
}

/** How often in an hour Apple is asked about an account because builds say that it refused the session, however many say so. */
const MOST_REFUSALS = 4

/** Counts a build's word that Apple refused a session. False: it was asked for that often enough. */
export async function countRefusal({ quota }: LimitParts, accountName: string): Promise<boolean> {
  return (await quota.take([{ name: `${lockName(accountName)}:refused`, most: MOST_REFUSALS }])) === 0
}

/**
 * Counts a renewal. One that Apple neither granted nor refused for good is not tried again for an hour, however many
 * builds ask: each try gives the password to Apple, and makes Apple's own wait longer. Throws
 * `apple_sign_in.renewal_paused`: Apple has said nothing of a wait.
 */
export async function countRenewal({ throttle }: LimitParts, accountName: string): Promise<void> {
  const waitMs = await throttle.tryNow([renewalKey(accountName)])
  if (waitMs > 0) throw appleSignInErrors.renewal_paused({ retryAfterSeconds: seconds(waitMs) })
}

/** A renewal succeeded: the next may come at any time. */
export function pardonRenewal({ throttle }: LimitParts, accountName: string): Promise<void> {
  return throttle.forget(renewalKey(accountName))
}

function renewalKey(accountName: string): ThrottleKey {
  return { name: `renew:${lockName(accountName)}`, free: 1 }
}

/** What Apple may want nothing of for a while. A code that has come can still be given when no other is sent. */
type Blockable = 'sign-in' | 'answer'

/** Throws `apple.sign_in_throttled` while Apple wants nothing of an account; Apple is not asked. */
export async function requireUnblocked(
  { throttle }: LimitParts,
  accountName: string,
  what: Blockable,
  operation = 'sign-in',
): Promise<void> {
  const waitMs = await throttle.blockedMs(blockKey(accountName, what))
  if (waitMs > 0) throw appleErrors.sign_in_throttled({ operation, retryAfterSeconds: seconds(waitMs) })
}

// What Apple asks for is believed up to here, so that one odd answer does not lock an account out for good.
const LONGEST_BLOCK_MS = 2 * DAY_MS

/** Heeds an answer that says when to come again: before, every try would make it longer. */
export async function heed(
  { throttle, clock }: LimitParts,
  accountName: string,
  outcome: { readonly outcome: string; readonly retryAt?: Instant },
  what: readonly Blockable[] = ['sign-in'],
): Promise<void> {
  if (outcome.outcome !== 'throttled' || outcome.retryAt === undefined) return
  const until = instant(Math.min(outcome.retryAt, plusMs(clock.now(), LONGEST_BLOCK_MS)))
  for (const one of what) await throttle.block(blockKey(accountName, one), until)
}

function blockKey(accountName: string, what: Blockable) {
  return { name: `${lockName(accountName)}:blocked:${what}` }
}

function seconds(ms: number): number {
  return Math.ceil(ms / SECOND_MS)
}
