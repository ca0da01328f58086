import type { Connection } from '@cordon/api/connections/schema'
import { count } from '../../../platform/format.ts'
import { type SessionView, TRUST_DAYS, viewSession } from '../../../shared/apple-session-view.ts'

/** A sign-in to Apple as a bar on the time that lies ahead. */
export interface Expiry {
  readonly connectionId: string
  readonly name: string
  readonly tone: SessionView['tone']
  /** Length of the bar, 0 to 1; undefined when it does not end by date. */
  readonly share: number | undefined
  /** Two or three words: what is left, or how it stands. */
  readonly words: string
  /** When it ends; undefined when it has ended, or does not end by date. */
  readonly until: string | undefined
}

/** Fewer say as much on their own cards. */
const WORTH_A_LIST = 2

/** The sign-ins of these connections, first what has ended, then what ends next. Empty when there is nothing to compare. */
export function expiriesOf(connections: readonly Connection[]): readonly Expiry[] {
  const expiries = connections.flatMap(expiryOf).sort((a, b) => rank(a) - rank(b))
  return expiries.length < WORTH_A_LIST ? [] : expiries
}

function expiryOf({ id, name, session }: Connection): Expiry[] {
  if (session === null) return []
  const { tone, badge, isBroken, left } = viewSession(session)
  const until = 'until' in session ? session.until : undefined
  const share = isBroken ? 0 : left && Math.max(0, Math.min(1, left.days / TRUST_DAYS))
  return [{ connectionId: id, name, tone, share, until, words: isBroken ? badge : wordsOf(left?.days) }]
}

function wordsOf(days: number | undefined): string {
  if (days === undefined) return 'No date'
  return days < 1 ? 'Less than a day' : count(days, 'day')
}

function rank({ share }: Expiry): number {
  return share ?? Number.POSITIVE_INFINITY
}
