import type { AppleSessionFacts } from '@cordon/api/connections/apple-session'
import {
  type ConnectionCheck,
  type ConnectionKind,
  type ConnectionTypeName,
  connectionCheck,
  type HealthState,
} from '@cordon/api/connections/schema'
import type { AppId, ConnectionId, UserId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import { sql } from 'kysely'
import { z } from 'zod'
import { APPLE_SESSION_COLUMNS, sessionFacts } from '../../platform/db/apple-session-columns.ts'
import type { Queries, Tx } from '../../platform/db/database.ts'
import { type Page, type PageRequest, pageOf, positionOf } from '../../platform/db/page.ts'

/** By what Apple knows a connection. */
export interface Identity {
  readonly kind: ConnectionKind
  readonly keyId: string
  readonly issuerId: string | null
}

/** A stored connection, without its secret. */
export interface ConnectionRow {
  readonly kind: ConnectionKind
  /** Key id, or the e-mail of an Apple ID. */
  readonly keyId: string
  readonly issuerId: string | null
  readonly id: ConnectionId
  readonly type: ConnectionTypeName
  readonly name: string
  readonly teamId: string | null
  readonly role: string | null
  /** Of Apple IDs. */
  readonly hasAppSpecificPassword: boolean
  readonly teams: ReadonlyArray<{ readonly teamId: string; readonly name: string }>
  readonly session: AppleSessionFacts | null
  readonly owner: { readonly id: UserId; readonly name: string; readonly email: string }
  readonly ownerDisabled: boolean
  readonly restricted: boolean
  readonly state: HealthState
  readonly checks: ConnectionCheck[]
  readonly checkedAt: Instant | null
  readonly createdAt: Instant
  readonly keyReplacedAt: Instant | null
  readonly lastUsedAt: Instant | null
  /** Version of the current secret. */
  readonly version: number
}

/** An app that may use a connection. */
export interface UseRow {
  readonly connectionId: ConnectionId
  readonly appId: AppId
  readonly appName: string
  readonly state: 'active' | 'suspended'
  readonly authorisedBy: string
  readonly authorisedAt: Instant
}

/** What is known after asking Apple, or after not being able to. */
export interface HealthUpdate {
  readonly state: HealthState
  readonly checks: readonly ConnectionCheck[]
  /** Null when Apple did not tell. */
  readonly checkedAt: Instant | null
  readonly teamId: string | null
  readonly role: string | null
  /** Of Apple IDs. */
  readonly hasAppSpecificPassword?: boolean
}

const told = z.object({
  teamId: z.string().nullable().default(null),
  role: z.string().nullable().default(null),
  hasAppSpecificPassword: z.boolean().default(false),
})
const teams = z.array(z.object({ teamId: z.string(), name: z.string() }))

/** Health as the columns of a connection have it. */
export function healthColumns({ state, checks, checkedAt, ...summary }: HealthUpdate) {
  return { state, checks: JSON.stringify(checks), checked_at: checkedAt, summary: JSON.stringify(summary) }
}

function connections(queries: Queries) {
  return queries
    .selectFrom('connections as c')
    .innerJoin('users as u', 'u.id', 'c.owner_id')
    .leftJoin('apple_sessions as ses', 'ses.connection_id', 'c.id')
    .select(APPLE_SESSION_COLUMNS)
    .select('ses.teams')
    .select(['c.id', 'c.type', 'c.name', 'c.kind', 'c.key_id', 'c.issuer_id', 'c.summary', 'c.restricted'])
    .select(['c.state', 'c.checks', 'c.checked_at', 'c.created_at', 'c.key_replaced_at', 'c.last_used_at'])
    .select(['c.secret_version', 'u.id as owner_id', 'u.name as owner_name', 'u.email as owner_email'])
    .select('u.disabled_at as owner_disabled_at')
}

type Result = Awaited<ReturnType<ReturnType<typeof connections>['execute']>>[number]

function toConnection(row: Result): ConnectionRow {
  return {
    id: row.id,
    type: row.type,
    name: row.name,
    kind: row.kind,
    keyId: row.key_id,
    issuerId: row.issuer_id,
    ...told.parse(JSON.parse(row.summary)),
    teams: row.teams === null ? [] : teams.parse(JSON.parse(row.teams)),
    session: sessionFacts(row),
    ownerDisabled: row.owner_disabled_at !== null,
    owner: { id: row.owner_id, name: row.owner_name, email: row.owner_email },
    restricted: row.restricted === 1,
    state: row.state,
    checks: z.array(connectionCheck).parse(JSON.parse(row.checks)),
    checkedAt: row.checked_at,
    createdAt: row.created_at,
    keyReplacedAt: row.key_replaced_at,
    lastUsedAt: row.last_used_at,
    version: row.secret_version,
  }
}

/** A person's connections, oldest first. */
export async function listConnections(
  queries: Queries,
  ownerId: UserId,
  request: PageRequest,
): Promise<Page<ConnectionRow>> {
  const after = positionOf(request, 'number', 'string')
  let query = connections(queries).where('c.owner_id', '=', ownerId).orderBy('c.created_at').orderBy('c.id')
  if (after !== undefined) query = query.where(sql<boolean>`(c.created_at, c.id) > (${after[0]}, ${after[1]})`)
  const rows = await query.limit(request.limit + 1).execute()
  return pageOf(rows, request, (row) => [row.created_at, row.id], toConnection)
}

/** One of a person's connections; undefined for everybody else's. */
export async function findConnection(
  queries: Queries,
  id: ConnectionId,
  ownerId: UserId,
): Promise<ConnectionRow | undefined> {
  const row = await connections(queries).where('c.id', '=', id).where('c.owner_id', '=', ownerId).executeTakeFirst()
  return row && toConnection(row)
}

/** The connection of an Apple ID, whoever owns it. */
export async function findAppleId(
  queries: Queries,
  accountName: string,
): Promise<Pick<ConnectionRow, 'id' | 'name' | 'owner'> | undefined> {
  const row = await connections(queries)
    .where('c.type', '=', 'apple_id')
    .where('c.key_id', '=', accountName)
    .executeTakeFirst()
  return row && toConnection(row)
}

/** A connection by its id alone; for the server's own work, never for a person. */
export async function findAnyConnection(queries: Queries, id: ConnectionId): Promise<ConnectionRow | undefined> {
  const row = await connections(queries).where('c.id', '=', id).executeTakeFirst()
  return row && toConnection(row)
}

/** Keeps how an Apple ID stands, as its health. */
export async function updateState(
  tx: Tx,
  id: ConnectionId,
  health: Pick<HealthUpdate, 'state' | 'checks' | 'checkedAt'>,
): Promise<void> {
  await tx
    .updateTable('connections')
    .set({ state: health.state, checks: JSON.stringify(health.checks), checked_at: health.checkedAt })
    .where('id', '=', id)
    .execute()
}

/** The person's connection with the same key, if there is one. */
export async function findSameKey(
  queries: Queries,
  ownerId: UserId,
  type: ConnectionTypeName,
  { keyId, issuerId }: Identity,
): Promise<ConnectionRow | undefined> {
  const row = await connections(queries)
    .where('c.owner_id', '=', ownerId)
    .where('c.type', '=', type)
    .where('c.key_id', '=', keyId)
    .where('c.issuer_id', issuerId === null ? 'is' : '=', issuerId)
    .executeTakeFirst()
  return row && toConnection(row)
}

/** Apps that may use any of some connections. */
export async function listUses(queries: Queries, ids: readonly ConnectionId[]): Promise<UseRow[]> {
  if (ids.length === 0) return []
  const rows = await queries
    .selectFrom('authorisations as au')
    .innerJoin('apps as a', 'a.id', 'au.app_id')
    .innerJoin('users as u', 'u.id', 'au.created_by')
    .select(['au.connection_id as connectionId', 'a.id as appId', 'a.name as appName', 'au.state'])
    .select(['u.name as authorisedBy', 'au.created_at as authorisedAt'])
    .where('au.connection_id', 'in', ids)
    .where('au.state', '!=', 'ended')
    .orderBy('a.name')
    .orderBy('a.id')
    .execute()
  return rows.map((row) => ({ ...row, state: row.state === 'active' ? 'active' : 'suspended' }))
}

/** Takes a person's connection for a change: other changes of it and choices of it wait. False when it is not theirs. */
export async function lockConnection(tx: Tx, id: ConnectionId, ownerId: UserId, at: Instant): Promise<boolean> {
  const result = await tx
    .updateTable('connections')
    .set({ updated_at: at })
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Changes name or restriction. */
export async function updateConnection(
  tx: Tx,
  id: ConnectionId,
  change: { readonly name?: string | undefined; readonly restricted?: boolean | undefined },
): Promise<void> {
  const { name, restricted } = change
  if (name === undefined && restricted === undefined) return
  await tx
    .updateTable('connections')
    .set({
      ...(name === undefined ? {} : { name }),
      ...(restricted === undefined ? {} : { restricted: restricted ? 1 : 0 }),
    })
    .where('id', '=', id)
    .execute()
}

/** Keeps what a test told, if the secret is still the one that was tested. */
export async function updateHealth(tx: Tx, id: ConnectionId, version: number, health: HealthUpdate): Promise<void> {
  await tx
    .updateTable('connections')
    .set(healthColumns(health))
    .where('id', '=', id)
    .where('secret_version', '=', version)
    .execute()
}

/** Gives a connection to somebody else. Fails as a duplicate when they have stored the same key. */
export async function updateOwner(tx: Tx, id: ConnectionId, ownerId: UserId): Promise<void> {
  await tx.updateTable('connections').set({ owner_id: ownerId }).where('id', '=', id).execute()
}

/** Removes a connection, its secret and its authorisations. */
export async function deleteConnection(tx: Tx, id: ConnectionId): Promise<void> {
  await tx.deleteFrom('connections').where('id', '=', id).execute()
}

/** Somebody who can sign in, by e-mail in any spelling. */
export async function findPerson(
  queries: Queries,
  email: string,
): Promise<{ readonly id: UserId; readonly name: string } | undefined> {
  return queries
    .selectFrom('users')
    .select(['id', 'name'])
    .where('email_key', '=', email.trim().toLowerCase())
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
}
