import { EXPIRING_DAYS } from '@cordon/api/connections/apple-session'
import { connectionErrors } from '@cordon/api/connections/errors'
import type { AppleIdContext } from '@cordon/apple/apple-id/context'
import type { AppleIdSession } from '@cordon/apple/apple-id/model'
import { outcomeError } from '@cordon/apple/apple-id/outcome-error'
import type { RefreshOutcome, SessionCheck } from '@cordon/apple/apple-id/outcomes'
import { checkSession } from '@cordon/apple/apple-id/session'
import { refreshSession } from '@cordon/apple/apple-id/sign-in'
import { appleErrors } from '@cordon/apple/errors'
import type { ConnectionId } from '@cordon/core/ids'
import { DAY_MS, HOUR_MS, type Instant, instant, MINUTE_MS, plusMs, toIso } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { AuditInput } from '../../platform/audit/event.ts'
import { transaction } from '../../platform/db/database.ts'
import { withAccount } from './account-lock.ts'
import { healthOf } from './checks.ts'
import { countRefusal, countRenewal, heed, pardonRenewal, requireUnblocked } from './limits.ts'
import { requireOneApple } from './one-apple.ts'
import type { AppleIdConnection, AppleSignInParts } from './parts.ts'
import { openSession } from './sealed.ts'
import { keepHalf, keepUnproven, keepValid, keepWaiting, report, systemEvent, writeEnd } from './session-keeping.ts'
import { findSession, markWarned, type SessionEnd, type SessionRow } from './session-store.ts'
import { expiringNotice } from './texts.ts'

/** A session that was valid moments ago, or why there is none. */
export type Freshness =
  | { readonly kind: 'valid'; readonly session: Secret<AppleIdSession>; readonly row: SessionRow }
  | { readonly kind: 'over'; readonly row: SessionRow; readonly end: SessionEnd }

/** Looks after the sessions of connected Apple IDs. */
export interface Sessions {
  /**
   * A session fit to be handed out. Asks Apple when it was not asked moments ago; many callers share one question. Throws
   * `apple_sign_in.stand_in_mixed`.
   */
  fresh(id: ConnectionId): Promise<Freshness>
  /**
   * The same for a build that says Apple refused the session: Apple is asked now although it was asked moments ago, so that a dead session
   * goes to nobody else. The build's word changes nothing, only Apple's answer does; and beyond a few times an hour and account, or while
   * somebody asks already, nobody asks again. Throws `apple_sign_in.stand_in_mixed`.
   */
  refused(id: ConnectionId): Promise<Freshness>
  /** Asks Apple about both halves now, renews what has run out, and keeps what came of it. Throws `apple_sign_in.stand_in_mixed`. */
  tryNow(id: ConnectionId): Promise<void>
  /** The regular look: warns, renews, notices an early end. Gives when to look again; nothing when it is over. */
  lookAfter(id: ConnectionId): Promise<Instant | undefined>
}

/** "Moments ago": a session that Apple knew then goes out without another question. */
const FRESH_MS = 2 * MINUTE_MS
const LOOK_EVERY_MS = 12 * HOUR_MS
/** Days before the end at which the owner is warned, once each. */
export const WARN_DAYS = [EXPIRING_DAYS, 3, 1] as const
/** Kind of the jobs. */
export const SESSION_JOB = 'apple-session'

/** Makes it. */
export function createSessions(parts: AppleSignInParts): Sessions {
  const shared = createShared()
  const sharedAfterRefusal = createShared()
  const fresh = async (id: ConnectionId): Promise<Freshness> => {
    requireOneApple(parts)
    const known = await current(parts, id)
    if (known.kind === 'over' || isFresh(parts, known.row)) return known
    return shared(id, () => renew(parts, id, isFresh))
  }
  return {
    fresh,
    refused: (id) => sharedAfterRefusal(id, () => refused(parts, id, fresh)),
    tryNow: async (id) => {
      await renew(parts, id, () => false)
    },
    lookAfter: (id) => lookAfter(parts, id, fresh),
  }
}

/** Makes what lets many callers of one connection share a question. */
function createShared() {
  const underway = new Map<ConnectionId, Promise<Freshness>>()
  return (id: ConnectionId, work: () => Promise<Freshness>) => {
    const known = underway.get(id)
    if (known !== undefined) return known
    const started = work().finally(() => underway.delete(id))
    underway.set(id, started)
    return started
  }
}

async function refused(parts: AppleSignInParts, id: ConnectionId, fresh: Sessions['fresh']): Promise<Freshness> {
  requireOneApple(parts)
  const known = await current(parts, id)
  if (known.kind === 'over' || !isFresh(parts, known.row)) return fresh(id)
  const { accountName } = await parts.connections.find(id)
  if (!(await countRefusal(parts, accountName))) return known
  // Who asked Apple after this moment has asked for this build too.
  const since = parts.clock.now()
  return renew(parts, id, (_parts, row) => row.valid_at > since)
}

function isFresh({ clock }: AppleSignInParts, row: SessionRow): boolean {
  return clock.now() - row.valid_at < FRESH_MS
}

async function current(parts: AppleSignInParts, id: ConnectionId): Promise<Freshness> {
  const row = await findSession(parts.db.queries, id)
  if (row === undefined) throw connectionErrors.not_found()
  const end = endOf(row, parts.clock.now())
  if (end !== undefined) return { kind: 'over', row, end }
  return { kind: 'valid', session: await openSession(parts.vault, row), row }
}

function endOf(row: SessionRow, now: Instant): SessionEnd | undefined {
  const { state } = row
  if (state !== 'valid') {
    return { state, early: row.ended_early === 1, what: row.action_what, url: row.action_url }
  }
  return row.trusted_until !== null && row.trusted_until <= now ? EXPIRED_BY_DATE : undefined
}

const EXPIRED_BY_DATE: SessionEnd = { state: 'expired', early: false, what: '', url: '' }

/** Asks Apple, under the lock of the account; who waited for the lock looks first at what the one before has found. */
async function renew(
  parts: AppleSignInParts,
  id: ConnectionId,
  isGoodEnough: (parts: AppleSignInParts, row: SessionRow) => boolean,
): Promise<Freshness> {
  requireOneApple(parts)
  const connection = await parts.connections.find(id)
  if (connection.ownerDisabled) throw connectionErrors.owner_disabled()
  return withAccount(parts, connection.accountName, 'wait', async () => {
    const known = await current(parts, id)
    if (known.kind === 'over') return over(parts, connection, known.row, known.end)
    if (isGoodEnough(parts, known.row)) return known
    return ask(parts, connection, known)
  })
}

async function ask(
  parts: AppleSignInParts,
  connection: AppleIdConnection,
  { session, row }: Freshness & { readonly kind: 'valid' },
): Promise<Freshness> {
  const context = parts.context()
  const check = await checkSession(context, session)
  if (!isExpired(check)) return keepChecked(parts, connection, row, check)
  const half = await keepHalf(parts, row, check)
  try {
    return await renewWithPassword(parts, connection, context, check, half)
  } catch (error) {
    await keepWaiting(parts, connection.id, error)
    throw error
  }
}

async function renewWithPassword(
  parts: AppleSignInParts,
  connection: AppleIdConnection,
  context: AppleIdContext,
  check: SessionCheck,
  half: SessionRow,
): Promise<Freshness> {
  const { accountName } = connection
  await requireUnblocked(parts, accountName, 'sign-in', 'renew the session')
  await countRenewal(parts, accountName)
  const { password } = await parts.connections.open(connection.id)
  const outcome = await refreshSession(context, check.session, password)
  await heed(parts, accountName, outcome)
  if (outcome.outcome !== 'signed-in') return over(parts, connection, half, endBy(parts, half, outcome))
  // Before it is tried: what Apple gave for the password is not lost when the trying fails.
  const renewed = await keepUnproven(parts, half, outcome.session)
  const after = await checkSession(context, outcome.session)
  if (isExpired(after)) {
    await keepHalf(parts, renewed, after)
    throw appleErrors.service_failed({ operation: 'renew the session' })
  }
  await pardonRenewal(parts, accountName)
  return keepRefreshed(parts, connection, renewed, after)
}

async function keepChecked(
  parts: AppleSignInParts,
  connection: AppleIdConnection,
  row: SessionRow,
  check: SessionCheck,
): Promise<Freshness> {
  if (check.webSession === 'unavailable') {
    await transaction(parts.db, (tx) =>
      parts.connections.setHealth(tx, row.connection_id, healthOf(check, parts.clock.now())),
    )
    throw appleErrors.service_failed({ operation: 'check the session' })
  }
  return keep(parts, connection, row, check, row.refreshed_at, [])
}

function keepRefreshed(
  parts: AppleSignInParts,
  connection: AppleIdConnection,
  row: SessionRow,
  check: SessionCheck,
): Promise<Freshness> {
  const summary = `The web session of the Apple ID "${connection.name}" was renewed without a code.`
  const now = parts.clock.now()
  return keep(parts, connection, row, check, now, [systemEvent(connection, 'apple_session.refreshed', summary)])
}

async function keep(
  parts: AppleSignInParts,
  connection: AppleIdConnection,
  row: SessionRow,
  check: SessionCheck,
  refreshedAt: Instant,
  events: readonly AuditInput[],
): Promise<Freshness> {
  await keepValid(parts, row, check, refreshedAt, events)
  const after = await current(parts, row.connection_id)
  return after.kind === 'valid' ? after : over(parts, connection, after.row, after.end)
}

async function over(
  parts: AppleSignInParts,
  connection: AppleIdConnection,
  row: SessionRow,
  end: SessionEnd,
): Promise<Freshness> {
  return { kind: 'over', row: await writeEnd(parts, connection, row, end), end }
}

function isExpired({ webSession, portal }: SessionCheck): boolean {
  return webSession === 'expired' || portal === 'expired'
}

/** What a refused renewal means for the session. Throws for what says nothing of it, such as maintenance. */
function endBy(
  { clock }: AppleSignInParts,
  row: SessionRow,
  outcome: Exclude<RefreshOutcome, { outcome: 'signed-in' }>,
): SessionEnd {
  const now = clock.now()
  switch (outcome.outcome) {
    case 'trust-expired':
      return { state: 'expired', early: row.trusted_until === null || row.trusted_until > now, what: '', url: '' }
    case 'bad-credentials':
      return { state: 'password_refused', early: true, what: '', url: '' }
    case 'locked':
      return { state: 'locked', early: true, what: '', url: outcome.url }
    case 'action-required':
      return { state: 'action_needed', early: true, what: ACTIONS[outcome.action], url: outcome.url }
    case 'security-keys':
      return { state: 'action_needed', early: true, what: SECURITY_KEYS, url: ACCOUNT_PAGE }
    case 'no-app-store-connect-access':
      return { state: 'action_needed', early: true, what: NO_ACCESS, url: ACCOUNT_PAGE }
    default:
      throw outcomeError(outcome, now)
  }
}

const ACCOUNT_PAGE = 'https://account.apple.com'
const SECURITY_KEYS =
  'The account has security keys, which no server can use: use an API key, or an Apple ID without them.'
const NO_ACCESS = 'The Apple ID has no access to App Store Connect: an admin of the team must invite it.'
const ACTIONS = {
  'accept-terms': 'Apple wants changed terms accepted.',
  'set-up-two-factor': 'Apple wants two-factor authentication turned on.',
  repair: 'Apple wants something about the account put right.',
} as const

async function lookAfter(
  parts: AppleSignInParts,
  id: ConnectionId,
  fresh: Sessions['fresh'],
): Promise<Instant | undefined> {
  const row = await findSession(parts.db.queries, id)
  if (row === undefined || row.state !== 'valid') return undefined
  // Looked at again when the server is started as it should be: what a stand-in would say is not about this session.
  if (parts.isMixed) return nextLook(row.trusted_until, parts.clock.now())
  const connection = await parts.connections.find(id)
  if (!connection.ownerDisabled) await warn(parts, connection, row)
  const known = await lookAt(parts, connection, row, fresh)
  return known === 'over' ? undefined : nextLook(row.trusted_until, parts.clock.now())
}

// What cannot be asked now is asked at the next look: that Apple is down is no reason to look more often.
async function lookAt(
  parts: AppleSignInParts,
  connection: AppleIdConnection,
  row: SessionRow,
  fresh: Sessions['fresh'],
): Promise<'valid' | 'over' | 'unknown'> {
  const end = endOf(row, parts.clock.now())
  if (end !== undefined) return (await over(parts, connection, row, end)).kind
  // Looked at again and again all the same: the account may be enabled later.
  if (connection.ownerDisabled) return 'unknown'
  try {
    const known = await fresh(connection.id)
    return known.kind
  } catch {
    return 'unknown'
  }
}

async function warn(parts: AppleSignInParts, connection: AppleIdConnection, row: SessionRow): Promise<void> {
  const until = row.trusted_until
  const now = parts.clock.now()
  if (until === null || until <= now) return
  const days = WARN_DAYS.findLast((candidate) => until - now <= candidate * DAY_MS)
  if (days === undefined) return
  await transaction(parts.db, async (tx) => {
    if (!(await markWarned(tx, row, days))) return
    await parts.tell(tx, [expiringNotice(connection, days, until)])
    await report(parts, tx, 'apple_session.expiring', connection, { daysLeft: days, until: toIso(until) })
  })
}

/** The next regular look, or the next moment at which something must be told, whichever is earlier. */
export function nextLook(trustedUntil: Instant | null, now: Instant): Instant {
  const regular = plusMs(now, LOOK_EVERY_MS)
  if (trustedUntil === null) return regular
  const moments = [...WARN_DAYS.map((days) => plusMs(trustedUntil, -days * DAY_MS)), trustedUntil]
  return instant(Math.min(regular, ...moments.filter((moment) => moment > now)))
}
