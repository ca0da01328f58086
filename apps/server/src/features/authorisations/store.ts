import type { SuspensionReason } from '@cordon/api/authorisations/schema'
import type { AppleSessionFacts } from '@cordon/api/connections/apple-session'
import type { ConnectionKind, ConnectionTypeName, HealthState } from '@cordon/api/connections/schema'
import type { AppRole } from '@cordon/api/route'
import type { AppId, AuthorisationId, ConnectionId, UserId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import { APPLE_SESSION_COLUMNS, sessionFacts } from '../../platform/db/apple-session-columns.ts'
import type { Queries, Tx } from '../../platform/db/database.ts'

/** A person as shown to others. */
export interface PersonRow {
  readonly id: UserId
  readonly name: string
  readonly email: string
}

/** What an app's team may know of a connection. */
export interface ConnectionRow {
  readonly id: ConnectionId
  readonly type: ConnectionTypeName
  readonly name: string
  readonly kind: ConnectionKind
  /** Key id, or the e-mail of an Apple ID. */
  readonly identifier: string
  readonly session: AppleSessionFacts | null
  readonly state: HealthState
  readonly restricted: boolean
  readonly owner: PersonRow
}

/** A connection that the app's team could choose: its owner leads the app. */
export interface OfferedRow extends ConnectionRow {
  readonly ownerRole: AppRole
}

/** An authorisation that has not ended. */
export interface AuthorisationRow {
  readonly id: AuthorisationId
  readonly appId: AppId
  readonly appName: string
  readonly type: ConnectionTypeName
  readonly connection: ConnectionRow
  readonly state: 'active' | 'suspended'
  readonly suspendedReason: SuspensionReason | null
  readonly suspendedAt: Instant | null
  readonly authorisedBy: PersonRow
  readonly authorisedAt: Instant
}

const CONNECTION_COLUMNS = [
  'c.id as connection_id',
  'c.type',
  'c.name as connection_name',
  'c.kind',
  'c.key_id',
  'c.state as health',
  'c.restricted',
  'co.id as owner_id',
  'co.name as owner_name',
  'co.email as owner_email',
  ...APPLE_SESSION_COLUMNS,
] as const

type ConnectionResult = Omit<OfferedResult, 'owner_role'>

function toConnection(row: ConnectionResult): ConnectionRow {
  return {
    id: row.connection_id,
    type: row.type,
    name: row.connection_name,
    kind: row.kind,
    identifier: row.key_id,
    session: sessionFacts(row),
    state: row.health,
    restricted: row.restricted === 1,
    owner: { id: row.owner_id, name: row.owner_name, email: row.owner_email },
  }
}

// The rule of what is offered: the owner of the connection leads the app and can sign in.
function offered(queries: Queries, appId: AppId) {
  return queries
    .selectFrom('connections as c')
    .innerJoin('users as co', 'co.id', 'c.owner_id')
    .innerJoin('memberships as m', (join) => join.onRef('m.user_id', '=', 'c.owner_id').on('m.app_id', '=', appId))
    .leftJoin('apple_sessions as ses', 'ses.connection_id', 'c.id')
    .select([...CONNECTION_COLUMNS, 'm.role as owner_role'])
    .where('m.role', 'in', ['owner', 'admin'])
    .where('co.disabled_at', 'is', null)
}

type OfferedResult = Awaited<ReturnType<ReturnType<typeof offered>['execute']>>[number]

/** The most connections that a select shows. */
export const OFFER_LIMIT = 500

/** Connections of one type that the app's team could choose: those of its owner and admins, and of nobody else. */
export async function listOffered(queries: Queries, appId: AppId, type: ConnectionTypeName): Promise<OfferedRow[]> {
  const rows = await offered(queries, appId)
    .where('c.type', '=', type)
    .orderBy('c.name')
    .orderBy('c.id')
    .limit(OFFER_LIMIT)
    .execute()
  return rows.map((row) => ({ ...toConnection(row), ownerRole: row.owner_role }))
}

/** One connection, if it is offered to the app. */
export async function findOffered(
  queries: Queries,
  appId: AppId,
  type: ConnectionTypeName,
  connectionId: ConnectionId,
): Promise<OfferedRow | undefined> {
  const row = await offered(queries, appId)
    .where('c.type', '=', type)
    .where('c.id', '=', connectionId)
    .executeTakeFirst()
  return row && { ...toConnection(row), ownerRole: row.owner_role }
}

/** Which authorisations are meant; all parts given must fit. */
export interface Selection {
  readonly appId?: AppId
  readonly connectionId?: ConnectionId
  readonly connectionOwnerId?: UserId
  readonly type?: ConnectionTypeName
  readonly state?: 'active' | 'suspended'
}

/** Authorisations that have not ended. */
export async function listCurrent(queries: Queries, selection: Selection): Promise<AuthorisationRow[]> {
  const { appId, connectionId, connectionOwnerId, type, state } = selection
  const rows = await queries
    .selectFrom('authorisations as au')
    .innerJoin('apps as a', 'a.id', 'au.app_id')
    .innerJoin('connections as c', 'c.id', 'au.connection_id')
    .innerJoin('users as co', 'co.id', 'c.owner_id')
    .innerJoin('users as cb', 'cb.id', 'au.created_by')
    .leftJoin('apple_sessions as ses', 'ses.connection_id', 'c.id')
    .select(CONNECTION_COLUMNS)
    .select([
      'au.id',
      'au.app_id',
      'a.name as app_name',
      'au.state',
      'au.suspended_reason',
      'au.suspended_at',
      'au.created_at',
      'cb.id as by_id',
      'cb.name as by_name',
      'cb.email as by_email',
    ])
    .where((where) =>
      where.and([
        where('au.state', '!=', 'ended'),
        ...(appId === undefined ? [] : [where('au.app_id', '=', appId)]),
        ...(connectionId === undefined ? [] : [where('au.connection_id', '=', connectionId)]),
        ...(connectionOwnerId === undefined ? [] : [where('c.owner_id', '=', connectionOwnerId)]),
        ...(type === undefined ? [] : [where('au.type', '=', type)]),
        ...(state === undefined ? [] : [where('au.state', '=', state)]),
      ]),
    )
    .orderBy('au.app_id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    appId: row.app_id,
    appName: row.app_name,
    type: row.type,
    connection: toConnection(row),
    state: row.state === 'active' ? 'active' : 'suspended',
    suspendedReason: row.suspended_reason,
    suspendedAt: row.suspended_at,
    authorisedBy: { id: row.by_id, name: row.by_name, email: row.by_email },
    authorisedAt: row.created_at,
  }))
}

/** Keeps a new authorisation. Fails as a duplicate when one of this type has not ended. */
export async function insertAuthorisation(
  tx: Tx,
  authorisation: {
    readonly id: AuthorisationId
    readonly appId: AppId
    readonly type: ConnectionTypeName
    readonly connectionId: ConnectionId
    readonly by: UserId
    readonly at: Instant
  },
): Promise<void> {
  await tx
    .insertInto('authorisations')
    .values({
      id: authorisation.id,
      app_id: authorisation.appId,
      type: authorisation.type,
      connection_id: authorisation.connectionId,
      state: 'active',
      suspended_reason: null,
      suspended_at: null,
      created_by: authorisation.by,
      created_at: authorisation.at,
      ended_at: null,
    })
    .execute()
}

/** Ends authorisations for good. */
export async function endAuthorisations(tx: Tx, ids: readonly AuthorisationId[], at: Instant): Promise<void> {
  if (ids.length === 0) return
  await tx.updateTable('authorisations').set({ state: 'ended', ended_at: at }).where('id', 'in', ids).execute()
}

/** Suspends authorisations: they stay chosen and give nothing. */
export async function suspendAuthorisations(
  tx: Tx,
  ids: readonly AuthorisationId[],
  reason: SuspensionReason,
  at: Instant,
): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('authorisations')
    .set({ state: 'suspended', suspended_reason: reason, suspended_at: at })
    .where('id', 'in', ids)
    .where('state', '=', 'active')
    .execute()
}

/** Owner and admins of apps who can sign in, as pairs of app and person. */
export async function listLeads(
  queries: Queries,
  appIds: readonly AppId[],
): Promise<ReadonlyArray<{ readonly appId: AppId; readonly userId: UserId }>> {
  if (appIds.length === 0) return []
  const rows = await queries
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select(['m.app_id', 'm.user_id'])
    .where('m.app_id', 'in', appIds)
    .where('m.role', 'in', ['owner', 'admin'])
    .where('u.disabled_at', 'is', null)
    .execute()
  return rows.map((row) => ({ appId: row.app_id, userId: row.user_id }))
}

/** Owners and admins of the apps that use a connection at this moment, each once. */
export async function leadsUsing(queries: Queries, connectionId: ConnectionId): Promise<UserId[]> {
  const current = await listCurrent(queries, { connectionId, state: 'active' })
  const leads = await listLeads(
    queries,
    current.map(({ appId }) => appId),
  )
  return [...new Set(leads.map(({ userId }) => userId))]
}

/**
 * Takes the rows that a choice depends on, app first: a team change and a change of the connection wait for it, or it for
 * them. SQLite has one writer and needs no more; on PostgreSQL a touched row is a lock.
 */
export async function lockChoice(tx: Tx, appId: AppId, connectionId: ConnectionId | undefined): Promise<void> {
  await tx
    .updateTable('apps')
    .set((row) => ({ updated_at: row.ref('updated_at') }))
    .where('id', '=', appId)
    .execute()
  if (connectionId === undefined) return
  await tx
    .updateTable('connections')
    .set((row) => ({ updated_at: row.ref('updated_at') }))
    .where('id', '=', connectionId)
    .execute()
}

/** Name of an app. */
export async function appName(queries: Queries, appId: AppId): Promise<string> {
  const row = await queries.selectFrom('apps').select('name').where('id', '=', appId).executeTakeFirstOrThrow()
  return row.name
}
