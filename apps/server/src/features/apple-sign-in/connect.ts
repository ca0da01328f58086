import { appleSignInErrors } from '@cordon/api/apple-sign-ins/errors'
import type { AppleIdSession } from '@cordon/apple/apple-id/model'
import type { SessionCheck } from '@cordon/apple/apple-id/outcomes'
import { checkSession } from '@cordon/apple/apple-id/session'
import type { ConnectionId } from '@cordon/core/ids'
import { toIso } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { AuditInput } from '../../platform/audit/event.ts'
import type { Tx } from '../../platform/db/database.ts'
import { isDuplicate } from '../../platform/db/sql.ts'
import type { By } from '../../platform/http/by.ts'
import { actorOf } from '../../platform/http/principal.ts'
import { transactionBy } from '../../platform/http/transaction-by.ts'
import { healthOf } from './checks.ts'
import type { AppleIdConnection, AppleSignInParts, HeldAppleId } from './parts.ts'
import { sealSession } from './sealed.ts'
import { report } from './session-keeping.ts'
import { type BegunSession, beginSession, findSession, type SessionRow } from './session-store.ts'
import { nextLook, SESSION_JOB } from './sessions.ts'
import { isEnabled } from './sign-in-store.ts'
import { renewedNotices } from './texts.ts'

/** What a sign-in that Apple accepted becomes. */
export interface Accepted {
  readonly held: HeldAppleId
  readonly session: Secret<AppleIdSession>
  readonly name: string
  /** The connection that is renewed; undefined for a new one. */
  readonly connectionId: ConnectionId | undefined
  /** Whose the connection is, or will be. */
  readonly owner: By
  /** Ends the sign-in in the same transaction. */
  readonly finish: (tx: Tx, id: ConnectionId) => Promise<void>
}

/**
 * Looks at both halves of a new session and stores it, with its connection. Outside of every transaction: it asks Apple.
 * Throws `apple_sign_in.hand_off_invalid` when the owner was disabled meanwhile.
 */
export async function connect(parts: AppleSignInParts, accepted: Accepted, by: By): Promise<ConnectionId> {
  const check = await checkSession(parts.context(), accepted.session)
  return accepted.connectionId === undefined
    ? store(parts, accepted, check, by)
    : renew(parts, accepted, accepted.connectionId, check, by)
}

async function store(parts: AppleSignInParts, accepted: Accepted, check: SessionCheck, by: By): Promise<ConnectionId> {
  const { held, name, owner } = accepted
  const ownerId = owner.principal.userId
  const health = healthOf(check, parts.clock.now())
  const { id, write } = await parts.connections.add({ name, ownerId }, held, health)
  const begun = await begin(parts, id, 1, check)
  const connection = { id, name, ownerId, ownerDisabled: false, accountName: held.accountName }
  const summary = `${by.principal.name} connected the Apple ID "${name}" (${health.state}).`
  const event = personEvent(by, connection, 'connection.created', summary, detailsOf(connection, begun))
  try {
    await transactionFor(parts, by, owner, async (tx) => {
      await write(tx)
      await writeSession(parts, tx, connection, begun, accepted.finish)
      await parts.audit.append(tx, event)
    })
  } catch (error) {
    // Two sign-ins at once: both passed the look before, the index lets one in.
    if (isDuplicate(error)) await parts.connections.requireFree(held.accountName, ownerId)
    throw error
  }
  return id
}

async function renew(
  parts: AppleSignInParts,
  accepted: Accepted,
  id: ConnectionId,
  check: SessionCheck,
  by: By,
): Promise<ConnectionId> {
  const { held, owner } = accepted
  const connection = await parts.connections.findOwn(id, owner.principal.userId)
  const replace = await parts.connections.replace(id, (before) => ({ ...before, password: held.password }))
  const before = await findSession(parts.db.queries, id)
  const begun = await begin(parts, id, (before?.version ?? 0) + 1, check)
  await transactionFor(parts, by, owner, async (tx) => {
    await replace(tx)
    await writeSession(parts, tx, connection, begun, accepted.finish)
    await parts.connections.setHealth(tx, id, healthOf(check, parts.clock.now()))
    await tellRenewed(parts, tx, connection, before, by)
    const summary = `${by.principal.name} signed in again to the Apple ID "${connection.name}".`
    await parts.audit.append(
      tx,
      personEvent(by, connection, 'connection.signed_in_again', summary, detailsOf(connection, begun)),
    )
  })
  return id
}

// Who types the code of a handed-over link is not the owner, who may have been disabled while Apple was asked.
function transactionFor<T>(parts: AppleSignInParts, by: By, owner: By, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transactionBy(parts, by, async (tx) => {
    const { userId } = owner.principal
    if (!(await isEnabled(parts.db.kind, tx, userId))) throw appleSignInErrors.hand_off_invalid()
    return work(tx)
  })
}

async function begin(
  { vault }: AppleSignInParts,
  id: ConnectionId,
  version: number,
  { session, summary, teams }: SessionCheck,
): Promise<BegunSession> {
  return {
    ...(await sealSession(vault, id, version, session)),
    twoFactor: summary.twoFactor,
    trustedUntil: summary.trustedUntil,
    teams: teams.map(({ teamId, name }) => ({ teamId, name })),
  }
}

async function writeSession(
  parts: AppleSignInParts,
  tx: Tx,
  { id }: AppleIdConnection,
  begun: BegunSession,
  finish: Accepted['finish'],
): Promise<void> {
  const now = parts.clock.now()
  await beginSession(tx, id, begun, now)
  await finish(tx, id)
  const dueAt = nextLook(begun.trustedUntil, now)
  await parts.jobs.add(tx, { kind: SESSION_JOB, key: `${SESSION_JOB}:${id}`, payload: { connectionId: id }, dueAt })
}

async function tellRenewed(
  parts: AppleSignInParts,
  tx: Tx,
  connection: AppleIdConnection,
  before: SessionRow | undefined,
  by: By,
): Promise<void> {
  const wasOver = before !== undefined && before.state !== 'valid'
  if (!wasOver) return
  const notices = renewedNotices(connection, await parts.leadsUsing(tx, connection.id))
  // Whoever typed the code of a handed-over link knows.
  await parts.tell(
    tx,
    notices.filter(({ userId }) => userId !== by.principal.userId),
  )
  await report(parts, tx, 'apple_session.renewed', connection)
}

function detailsOf({ accountName }: AppleIdConnection, { trustedUntil, teams }: BegunSession) {
  return {
    accountName,
    trustedUntil: trustedUntil === null ? null : toIso(trustedUntil),
    teams: teams.map(({ teamId }) => teamId),
  }
}

/** An event of this feature that a person caused. */
export function personEvent(
  by: By,
  { id, name }: { readonly id: string; readonly name: string },
  action: string,
  summary: string,
  details: Readonly<Record<string, unknown>> = {},
  kind = 'connection',
): AuditInput {
  return { actor: actorOf(by.principal), action, object: { kind, id, name }, summary, requestId: by.requestId, details }
}
