import { DAY_MS, type Instant, toIso } from '@cordon/core/instant'
import type { AppleSession } from './schema.ts'

/** What is kept of an Apple ID's session; names and meanings are those of the table `apple_sessions`. */
export interface AppleSessionFacts {
  readonly state: 'valid' | 'expired' | 'password_refused' | 'locked' | 'action_needed'
  readonly stateAt: Instant
  readonly endedEarly: boolean
  readonly actionWhat: string
  readonly actionUrl: string
  /** Null: no two-factor authentication, so nothing expires by date. */
  readonly trustedUntil: Instant | null
}

/** From this many days before its end on a session is told to end soon. */
export const EXPIRING_DAYS = 7

/** Whole days that are left, the begun one included. */
export function daysLeft(until: Instant, now: Instant): number {
  return Math.max(0, Math.ceil((until - now) / DAY_MS))
}

/** How a session stands at a moment: a date that has passed counts, whether or not anybody wrote it down. */
export function describeAppleSession(facts: AppleSessionFacts, now: Instant): AppleSession {
  const { state, trustedUntil } = facts
  const since = toIso(facts.stateAt)
  if (state === 'password_refused') return { state, since }
  if (state === 'locked') return { state, since, url: facts.actionUrl }
  if (state === 'action_needed') return { state, since, what: facts.actionWhat, url: facts.actionUrl }
  if (state === 'expired') return { state, since, early: facts.endedEarly }
  if (trustedUntil === null) return { state: 'valid_without_expiry' }
  if (trustedUntil <= now) return { state: 'expired', since: toIso(trustedUntil), early: false }
  const left = daysLeft(trustedUntil, now)
  return { state: left <= EXPIRING_DAYS ? 'expiring' : 'valid', until: toIso(trustedUntil), daysLeft: left }
}
