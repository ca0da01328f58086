import { appleSignInErrors } from '@cordon/api/apple-sign-ins/errors'
import { internalErrors } from '@cordon/api/errors'
import type { AppleIdSession, SessionSummary } from '@cordon/apple/apple-id/model'
import type { SessionCheck } from '@cordon/apple/apple-id/outcomes'
import { summaryOf } from '@cordon/apple/apple-id/session'
import { appleErrors } from '@cordon/apple/errors'
import type { ConnectionId } from '@cordon/core/ids'
import { type Instant, plusMs, SECOND_MS } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { AuditInput } from '../../platform/audit/event.ts'
import { type Tx, transaction } from '../../platform/db/database.ts'
import { healthOf, healthOfEnd, healthOfWaiting } from './checks.ts'
import type { AppleIdConnection, AppleSignInParts } from './parts.ts'
import { sealSession } from './sealed.ts'
import {
  endSession,
  findSession,
  keepSession,
  type SessionEnd,
  type SessionRow,
  type Team,
  teamsOf,
} from './session-store.ts'
import { endedNotices } from './texts.ts'

/** Writes down that Apple knows a session now. */
export async function keepValid(
  parts: AppleSignInParts,
  row: SessionRow,
  check: SessionCheck,
  refreshedAt: Instant,
  events: readonly AuditInput[],
): Promise<void> {
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
}

/**
 * Keeps what Apple gave for one half while the other reads expired: the next look may find both valid, without the
 * password. Nobody gets such a session, because it is not noted as valid now. Gives the row as it is then.
 */
export async function keepHalf(parts: AppleSignInParts, row: SessionRow, check: SessionCheck): Promise<SessionRow> {
  if (!isHalfGood(check)) return row
  return keepUnproven(parts, row, check.session, (tx) =>
    parts.connections.setHealth(tx, row.connection_id, healthOf(check, parts.clock.now())),
  )
}

/**
 * Writes down that Apple wants no sign-in for a while, or that Cordon pauses, so that the connection does not look healthy
 * meanwhile. Other errors say nothing of it.
 */
export async function keepWaiting(parts: AppleSignInParts, id: ConnectionId, error: unknown): Promise<void> {
  const isOwnPause = appleSignInErrors.renewal_paused.is(error)
  if (!isOwnPause && !appleErrors.sign_in_throttled.is(error)) return
  const { retryAfterSeconds } = error.details
  const now = parts.clock.now()
  const until = typeof retryAfterSeconds === 'number' ? plusMs(now, retryAfterSeconds * SECOND_MS) : undefined
  const health = healthOfWaiting(isOwnPause ? 'cordon' : 'apple', until, now)
  await transaction(parts.db, (tx) => parts.connections.setHealth(tx, id, health))
}

function isHalfGood({ webSession, portal }: SessionCheck): boolean {
  return webSession === 'valid' || (portal !== 'expired' && portal !== 'unavailable')
}

/** Keeps the cookies of a session without noting it as valid now. Gives the row as it is then. */
export async function keepUnproven(
  parts: AppleSignInParts,
  row: SessionRow,
  session: Secret<AppleIdSession>,
  also: (tx: Tx) => Promise<void> = async () => {},
): Promise<SessionRow> {
  const { connection_id: id, refreshed_at: refreshedAt } = row
  const sealed = await sealSession(parts.vault, id, row.version + 1, session)
  await transaction(parts.db, async (tx) => {
    const kept = { ...sealed, teams: teamsOf(row), trustedUntil: trustOf(summaryOf(session), row), refreshedAt }
    if (!(await keepSession(tx, id, kept, row.valid_at))) throw internalErrors.unavailable()
    await also(tx)
  })
  return (await findSession(parts.db.queries, id)) ?? row
}

// Apple may renew the trust; it never makes it end earlier by an answer that does not speak of it.
function trustOf({ trustedUntil }: SessionSummary, row: SessionRow): Instant | null {
  return trustedUntil ?? row.trusted_until
}

function plainTeam({ teamId, name }: Team): Team {
  return { teamId, name }
}

/** Writes down that a session is over, and tells everybody who must know, once. Gives the row as it is then. */
export async function writeEnd(
  parts: AppleSignInParts,
  connection: AppleIdConnection,
  row: SessionRow,
  end: SessionEnd,
): Promise<SessionRow> {
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
  return (await findSession(parts.db.queries, row.connection_id)) ?? row
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

/** An event of a connection that nobody caused. */
export function systemEvent(
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
