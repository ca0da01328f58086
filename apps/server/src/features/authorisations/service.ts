import { authorisationErrors } from '@cordon/api/authorisations/errors'
import { CONNECTION_TYPES, type ConnectionTypeName } from '@cordon/api/connections/schema'
import type { AppId, ConnectionId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import type { AuditInput } from '../../platform/audit/event.ts'
import { type Tx, transaction } from '../../platform/db/database.ts'
import type { By } from '../../platform/http/by.ts'
import type { Member } from '../../platform/http/principal.ts'
import { transactionBy } from '../../platform/http/transaction-by.ts'
import { isWithheld, mayChoose, type Option, optionFor } from './options.ts'
import type { AuthorisationParts, ConnectionTest } from './parts.ts'
import {
  type AuthorisationRow,
  appName,
  endAuthorisations,
  findOffered,
  insertAuthorisation,
  listCurrent,
  listOffered,
  lockChoice,
  type OfferedRow,
} from './store.ts'
import {
  connectionRestricted,
  connectionTransferred,
  end,
  endAll,
  type LostConnections,
  revokeUse,
  suspendOf,
} from './taking-back.ts'
import { event, tellOthers } from './telling.ts'
import { noticeTexts } from './texts.ts'

/** What an app may use, for one type of connection. */
export interface AppAuthorisationRow {
  readonly type: ConnectionTypeName
  /** The moment at which it was looked at: sessions end by date. */
  readonly at: Instant
  readonly current: AuthorisationRow | null
  readonly options: readonly Option[]
  readonly changeable: boolean
}

/**
 * Which connection an app may use: at most one of each type. What works inside the caller's transaction (`Tx`) gives the
 * events for the log, which the caller appends together with its own.
 */
export interface Authorisations {
  list(appId: AppId, by: By<Member>): Promise<AppAuthorisationRow[]>
  /** Throws `authorisation.connection_not_offered`, `authorisation.connection_restricted`. */
  authorise(
    appId: AppId,
    type: ConnectionTypeName,
    connectionId: ConnectionId,
    by: By<Member>,
  ): Promise<AppAuthorisationRow>
  /** Tries the app's connection against Apple. Throws `authorisation.not_found`, `authorisation.suspended`. */
  test(appId: AppId, type: ConnectionTypeName, by: By<Member>): Promise<ConnectionTest>
  /** Throws `authorisation.not_found`. */
  withdraw(appId: AppId, type: ConnectionTypeName, by: By<Member>): Promise<void>
  /** Somebody leads an app no more, left, or is disabled: what uses their connections fails closed. */
  suspendOf(tx: Tx, lost: LostConnections, by: By): Promise<AuditInput[]>
  /** A connection has a new owner: apps that the new owner does not lead may use it no more. */
  connectionTransferred(tx: Tx, connectionId: ConnectionId, by: By): Promise<AuditInput[]>
  /** A connection's owner now keeps the choice to themselves: what others chose is suspended. */
  connectionRestricted(tx: Tx, connectionId: ConnectionId, by: By): Promise<AuditInput[]>
  /** A connection is about to be removed. */
  connectionRemoved(tx: Tx, connectionId: ConnectionId, by: By): Promise<AuditInput[]>
  /** The connection's owner takes an app's authorisation back. Throws `authorisation.not_found`. */
  revokeUse(tx: Tx, connectionId: ConnectionId, appId: AppId, by: By): Promise<AuditInput[]>
  /** An app is about to be deleted. */
  appDeleted(tx: Tx, appId: AppId, by: By): Promise<AuditInput[]>
}

/** Makes the feature. */
export function createAuthorisations(parts: AuthorisationParts): Authorisations {
  return {
    list: (appId, by) => list(parts, appId, by),
    authorise: (appId, type, connectionId, by) => authorise(parts, appId, type, connectionId, by),
    test: (appId, type, by) => test(parts, appId, type, by),
    withdraw: (appId, type, by) => withdraw(parts, appId, type, by),
    suspendOf: (tx, lost, by) => suspendOf(parts, tx, lost, by),
    connectionTransferred: (tx, connectionId, by) => connectionTransferred(parts, tx, connectionId, by),
    connectionRestricted: (tx, connectionId, by) => connectionRestricted(parts, tx, connectionId, by),
    connectionRemoved: (tx, connectionId, by) => endAll(parts, tx, { connectionId }, 'removed', by),
    revokeUse: (tx, connectionId, appId, by) => revokeUse(parts, tx, connectionId, appId, by),
    appDeleted: (tx, appId, by) => endAll(parts, tx, { appId }, 'app_deleted', by),
  }
}

async function list(parts: AuthorisationParts, appId: AppId, by: By<Member>): Promise<AppAuthorisationRow[]> {
  const current = await listCurrent(parts.db.queries, { appId })
  return Promise.all(CONNECTION_TYPES.map((type) => view(parts, appId, type, current, by)))
}

// Who cannot choose sees what is chosen, not what else people have connected.
async function view(
  { db, clock }: AuthorisationParts,
  appId: AppId,
  type: ConnectionTypeName,
  current: readonly AuthorisationRow[],
  by: By<Member>,
): Promise<AppAuthorisationRow> {
  const changeable = mayChoose(by.principal.role)
  const offered = changeable ? await listOffered(db.queries, appId, type) : []
  return {
    type,
    at: clock.now(),
    current: current.find((authorisation) => authorisation.type === type) ?? null,
    options: offered.map((connection) => optionFor(by.principal.userId, connection)),
    changeable,
  }
}

async function authorise(
  parts: AuthorisationParts,
  appId: AppId,
  type: ConnectionTypeName,
  connectionId: ConnectionId,
  by: By<Member>,
): Promise<AppAuthorisationRow> {
  await transactionBy(parts, by, async (tx) => {
    await lockChoice(tx, appId, connectionId)
    const connection = await requireSelectable(tx, appId, type, connectionId, by)
    const [current] = await listCurrent(tx, { appId, type })
    if (current?.connection.id === connectionId && current.state === 'active') return
    await replace(parts, tx, appId, current, connection, by)
  })
  const current = await listCurrent(parts.db.queries, { appId })
  return view(parts, appId, type, current, by)
}

async function requireSelectable(
  tx: Tx,
  appId: AppId,
  type: ConnectionTypeName,
  connectionId: ConnectionId,
  by: By<Member>,
): Promise<OfferedRow> {
  const connection = await findOffered(tx, appId, type, connectionId)
  if (connection === undefined) throw authorisationErrors.connection_not_offered({ connectionId })
  if (isWithheld(by.principal.userId, connection)) {
    throw authorisationErrors.connection_restricted({ connectionId, owner: connection.owner.name })
  }
  return connection
}

async function replace(
  parts: AuthorisationParts,
  tx: Tx,
  appId: AppId,
  current: AuthorisationRow | undefined,
  connection: OfferedRow,
  by: By<Member>,
): Promise<void> {
  const at = parts.clock.now()
  const app = { appId, appName: await appName(tx, appId) }
  if (current !== undefined) await endAuthorisations(tx, [current.id], at)
  const { type, id: connectionId } = connection
  await insertAuthorisation(tx, {
    id: parts.ids('authorisation'),
    appId,
    type,
    connectionId,
    by: by.principal.userId,
    at,
  })
  await tellOthers(parts, tx, by, [
    ...noticeTexts.authorised(app, connection, by.principal),
    ...(current === undefined || current.connection.id === connectionId
      ? []
      : noticeTexts.withdrawn(current, by.principal)),
  ])
  const summary = `${by.principal.name} let the app "${app.appName}" use the connection "${connection.name}" of ${connection.owner.name}.`
  const details = { identifier: connection.identifier, replaced: current?.connection.id ?? null }
  await parts.audit.append(tx, event(by, appId, connection, 'connection.authorised', summary, details))
}

async function test(
  parts: AuthorisationParts,
  appId: AppId,
  type: ConnectionTypeName,
  by: By<Member>,
): Promise<ConnectionTest> {
  const [current] = await listCurrent(parts.db.queries, { appId, type })
  if (current === undefined) throw authorisationErrors.not_found()
  const { connection } = current
  // Whoever lost the right to lend it, or took it back, did not lend it for trying either.
  if (current.state === 'suspended') throw authorisationErrors.suspended({ connectionId: connection.id })
  const tested = await parts.tryConnection(connection.id)
  const summary = `${by.principal.name} tried the connection "${connection.name}" of the app "${current.appName}" against Apple (${tested.state}).`
  // It was done, whatever the caller may now: the log keeps it.
  await transaction(parts.db, (tx) =>
    parts.audit.append(tx, event(by, appId, connection, 'connection.tested', summary, { state: tested.state })),
  )
  return tested
}

async function withdraw(
  parts: AuthorisationParts,
  appId: AppId,
  type: ConnectionTypeName,
  by: By<Member>,
): Promise<void> {
  await transactionBy(parts, by, async (tx) => {
    await lockChoice(tx, appId, undefined)
    const [current] = await listCurrent(tx, { appId, type })
    if (current === undefined) throw authorisationErrors.not_found()
    await parts.audit.append(tx, ...(await end(parts, tx, [current], 'withdrawn', by)))
  })
}
