import { EXPIRING_DAYS } from '@cordon/api/connections/apple-session'
import { connectionErrors } from '@cordon/api/connections/errors'
import { internalErrors } from '@cordon/api/errors'
import type { AppleIdSession, RefreshOutcome, SessionCheck, SessionSummary } from '@cordon/apple/apple-id/model'
import { outcomeError } from '@cordon/apple/apple-id/outcome-error'
import { checkSession } from '@cordon/apple/apple-id/session'
import { refreshSession } from '@cordon/apple/apple-id/sign-in'
import { appleErrors } from '@cordon/apple/errors'
import type { ConnectionId } from '@cordon/core/ids'
import { DAY_MS, HOUR_MS, type Instant, instant, MINUTE_MS, plusMs, toIso } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { AuditInput } from '../../platform/audit/event.ts'
import { type Tx, transaction } from '../../platform/db/database.ts'
import { withAccount } from './account-lock.ts'
import { healthOf, healthOfEnd } from './checks.ts'
import { countRenewal, heed, pardonRenewal, requireUnblocked } from './limits.ts'
import type { AppleIdConnection, AppleSignInParts } from './parts.ts'
import { openSession, sealSession } from './sealed.ts'
import {
  endSession,
  findSession,
  keepSession,
  markWarned,
  type SessionEnd,
  type SessionRow,
  type Team,
  teamsOf,
} from './session-store.ts'
import { endedNotices, expiringNotice } from './texts.ts'

/** A session that was valid moments ago, or why there is none. */
export type Freshness =
  | { readonly kind: 'valid'; readonly session: Secret<AppleIdSession>; readonly row: SessionRow }
  | { readonly kind: 'over'; readonly row: SessionRow; readonly end: SessionEnd }

/** Looks after the sessions of connected Apple IDs. */
export interface Sessions {
  /** A session fit to be handed out. Asks Apple when it was not asked moments ago; many callers share one question. */
  fresh(id: ConnectionId): Promise<Freshness>
  /** Asks Apple about both halves now, renews what has run out, and keeps what came of it. */
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
  const underway = new Map<ConnectionId, Promise<Freshness>>()
  const shared = (id: ConnectionId, work: () => Promise<Freshness>) => {
    const known = underway.get(id)
    if (known !== undefined) return known
    const started = work().finally(() => underway.delete(id))
    underway.set(id, started)
    return started
  }
  const fresh = async (id: ConnectionId): Promise<Freshness> => {
    const known = await current(parts, id)
    if (known.kind === 'over' || isFresh(parts, known.row)) return known
    return shared(id, () => renew(parts, id, isFresh))
  }
  return {
    fresh,
    tryNow: async (id) => {
      await renew(parts, id, () => false)
    },
    lookAfter: (id) => lookAfter(parts, id, fresh),
  }
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
  const connection = await parts.connections.find(id)
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
  const { accountName } = connection
  await requireUnblocked(parts, accountName, 'sign-in', 'renew the session')
  await countRenewal(parts, accountName)
  const { password } = await parts.connections.open(connection.id)
  const outcome = await refreshSession(context, check.session, password)
  await heed(parts, accountName, outcome)
  if (outcome.outcome !== 'signed-in') return over(parts, connection, row, endBy(parts, row, outcome))
  const after = await checkSession(context, outcome.session)
  if (isExpired(after)) throw appleErrors.service_failed({ operation: 'renew the session' })
  await pardonRenewal(parts, accountName)
  return keepRefreshed(parts, connection, row, after)
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
  const { connection_id: id } = row
  const sealed = await sealSession(parts.vault, id, row.version + 1, check.session)
  const now = parts.clock.now()
  const teams = check.teams.length > 0 ? check.teams.map(plainTeam) : teamsOf(row)
  await transaction(parts.db, async (tx) => {
    const kept = { ...sealed, teams, trustedUntil: trustOf(check.summary, row), refreshedAt }
    if (!(await keepSession(tx, id, kept, now))) throw internalErrors.unavailable()
    await parts.connections.setHealth(tx, id, healthOf(check, now))
    await parts.audit.append(tx, ...events)
  })
  const after = await current(parts, id)
  return after.kind === 'valid' ? after : over(parts, connection, after.row, after.end)
}

// Apple may renew the trust; it never makes it end earlier by an answer that does not speak of it.
function trustOf({ trustedUntil }: SessionSummary, row: SessionRow): Instant | null {
  return trustedUntil ?? row.trusted_until
}

function plainTeam({ teamId, name }: Team): Team {
  return { teamId, name }
}

/** Writes down that a session is over, tells everybody who must know, once. */
async function over(
  parts: AppleSignInParts,
  connection: AppleIdConnection,
  row: SessionRow,
  end: SessionEnd,
): Promise<Freshness> {
  const now = parts.clock.now()
  await transaction(parts.db, async (tx) => {
    if (!(await endSession(tx, row, end, endedAt(row, end, now)))) return
    await parts.connections.setHealth(tx, row.connection_id, healthOfEnd(end, now))
    const leads = await parts.leadsUsing(tx, row.connection_id)
    await parts.tell(tx, endedNotices(connection, end, leads))
    await report(parts, tx, 'apple_session.ended', connection, { state: end.state, early: end.early })
    const summary = `The session of the Apple ID "${connection.name}" is over (${end.state.replaceAll('_', ' ')}).`
    await parts.audit.append(tx, systemEvent(connection, 'apple_session.ended', summary, { ...end }))
  })
  return { kind: 'over', row: (await findSession(parts.db.queries, row.connection_id)) ?? row, end }
}

function endedAt(row: SessionRow, end: SessionEnd, now: Instant): Instant {
  return end.state === 'expired' && !end.early ? (row.trusted_until ?? now) : now
}

/** Tells the operator's webhook. */
export function report(
  { report: send, publicUrl }: AppleSignInParts,
  tx: Tx,
  type: string,
  { id, name }: AppleIdConnection,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const link = `${publicUrl()}/account/apple-developer-account?signIn=${id}`
  return send(tx, { type, data: { connectionId: id, connectionName: name, link, ...more } })
}

function systemEvent(
  { id, name }: AppleIdConnection,
  action: string,
  summary: string,
  details: Readonly<Record<string, unknown>> = {},
): AuditInput {
  return {
    actor: { kind: 'system', id: '', name: 'Cordon' },
    action,
    object: { kind: 'connection', id, name },
    summary,
    requestId: '',
    details,
  }
}

async function lookAfter(
  parts: AppleSignInParts,
  id: ConnectionId,
  fresh: Sessions['fresh'],
): Promise<Instant | undefined> {
  const row = await findSession(parts.db.queries, id)
  if (row === undefined || row.state !== 'valid') return undefined
  const connection = await parts.connections.find(id)
  await warn(parts, connection, row)
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
