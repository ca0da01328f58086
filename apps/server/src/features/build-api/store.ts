import type { SuspensionReason } from '@cordon/api/authorisations/schema'
import type { ConnectionTypeName } from '@cordon/api/connections/schema'
import type { AppRole } from '@cordon/api/route'
import type { AppId, AuthorisationId, BuildId, ConnectionId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import { type CompiledQuery, sql } from 'kysely'
import type { Db, Queries, Tx } from '../../platform/db/database.ts'
import type { Sealed } from '../../platform/vault/vault.ts'

/** What an app is authorised to use, with the sealed secret: all that a release needs, in one read. */
export interface AuthorisedRow {
  readonly authorisationId: AuthorisationId
  readonly state: 'active' | 'suspended'
  /** When it was chosen. */
  readonly chosenAt: Instant
  readonly suspendedReason: SuspensionReason | null
  readonly connectionId: ConnectionId
  readonly type: ConnectionTypeName
  readonly connectionName: string
  readonly keyId: string
  readonly ownerName: string
  /** The connection's owner leads the app and can sign in, at this moment. */
  readonly ownerLeads: boolean
  readonly version: number
  readonly mac: Uint8Array
  readonly sealed: Sealed
}

/** An app as a build of it sees it. */
export interface AppForBuild {
  readonly deliveryMode: 'release' | 'broker'
  readonly authorised: readonly AuthorisedRow[]
}

/** A device on the build protocol. */
export interface DeviceRow {
  readonly number: number
  readonly userNumber: number
  readonly title: string
  readonly identifier: string
  readonly identifierKey: string
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

function authorisedQuery(queries: Queries, appId: AppId) {
  return queries
    .selectFrom('apps as a')
    .leftJoin('authorisations as au', (join) =>
      join.onRef('au.app_id', '=', 'a.id').on('au.state', '!=', sql.lit('ended')),
    )
    .leftJoin('connections as c', 'c.id', 'au.connection_id')
    .leftJoin('connection_secrets as s', (join) =>
      join.onRef('s.connection_id', '=', 'c.id').onRef('s.version', '=', 'c.secret_version'),
    )
    .leftJoin('users as co', 'co.id', 'c.owner_id')
    .leftJoin('memberships as m', (join) => join.onRef('m.app_id', '=', 'a.id').onRef('m.user_id', '=', 'c.owner_id'))
    .select([
      'a.delivery_mode',
      'au.id',
      'au.state',
      'au.suspended_reason',
      'au.created_at as chosen_at',
      'c.id as connection_id',
      'c.type',
      'c.name',
    ])
    .select(['c.key_id', 'c.secret_mac', 's.version', 's.kek_id', 's.wrapped_key', 's.ciphertext'])
    .select(['co.name as owner_name', 'co.disabled_at', 'm.role'])
    .where('a.id', '=', appId)
    .orderBy('au.type', 'desc')
}

type AuthorisedResult = Awaited<ReturnType<ReturnType<typeof authorisedQuery>['execute']>>[number]

function toAuthorised(row: AuthorisedResult): AuthorisedRow | undefined {
  const { id, state, connection_id, type, name, key_id, owner_name, secret_mac, version } = row
  const { kek_id, wrapped_key, ciphertext } = row
  if (id === null || connection_id === null || type === null || name === null || key_id === null) return undefined
  if (owner_name === null || secret_mac === null || version === null) return undefined
  if (kek_id === null || wrapped_key === null || ciphertext === null || row.chosen_at === null) return undefined
  return {
    authorisationId: id,
    state: state === 'active' ? 'active' : 'suspended',
    chosenAt: row.chosen_at,
    suspendedReason: row.suspended_reason,
    connectionId: connection_id,
    type,
    connectionName: name,
    keyId: key_id,
    ownerName: owner_name,
    ownerLeads: leads(row.role) && row.disabled_at === null,
    version,
    mac: secret_mac,
    sealed: { kekId: kek_id, wrappedKey: wrapped_key, ciphertext },
  }
}

function leads(role: AppRole | null): boolean {
  return role === 'owner' || role === 'admin'
}

function devicesQuery(queries: Queries, appId: AppId) {
  return queries
    .selectFrom('memberships as m')
    .innerJoin('test_devices as d', 'd.user_id', 'm.user_id')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select(['d.serial as number', 'u.serial as userNumber', 'd.title', 'd.identifier'])
    .select(['d.identifier_key as identifierKey', 'd.created_at as createdAt', 'd.updated_at as updatedAt'])
    .where('m.app_id', '=', appId)
    .orderBy('d.serial')
}

/** Reads of the hot path. */
export interface BuildApiReads {
  app(appId: AppId): Promise<AppForBuild | undefined>
  /** Devices of everybody in the team, oldest first. */
  devices(appId: AppId): Promise<readonly DeviceRow[]>
}

/** Prepares the reads of the hot path. The app's id is the only parameter of either. */
export function createReads(db: Db): BuildApiReads {
  const anyApp = '' as AppId
  const authorised = db.prepareRead(authorisedQuery(db.queries, anyApp).compile())
  const devices = db.prepareRead(devicesQuery(db.queries, anyApp).compile())
  return {
    async app(appId) {
      const rows = await authorised([appId])
      const [first] = rows
      if (first === undefined) return undefined
      return {
        deliveryMode: first.delivery_mode,
        authorised: rows.map(toAuthorised).filter((row) => row !== undefined),
      }
    },
    devices: (appId) => devices([appId]),
  }
}

/** Counts releases, each build by how many it got. */
export function countReleases(queries: Queries, buildIds: readonly BuildId[]): CompiledQuery[] {
  return [...byCount(buildIds)].map(([times, ids]) =>
    queries
      .updateTable('builds')
      .set({ credential_releases: sql`credential_releases + ${times}` })
      .where('id', 'in', padded(ids))
      .compile(),
  )
}

const LIST_LENGTHS = [1, 4, 16, 64, 256]

// A list of few different lengths, by repeating its last id: the database then keeps a prepared statement for each.
function padded<T>(ids: readonly T[]): readonly T[] {
  const last = ids.at(-1)
  const length = LIST_LENGTHS.find((candidate) => candidate >= ids.length) ?? ids.length
  return last === undefined ? ids : [...ids, ...Array<T>(length - ids.length).fill(last)]
}

function byCount(buildIds: readonly BuildId[]): Map<number, BuildId[]> {
  const counts = new Map<BuildId, number>()
  for (const id of buildIds) counts.set(id, (counts.get(id) ?? 0) + 1)
  const groups = new Map<number, BuildId[]>()
  for (const [id, times] of counts) groups.set(times, [...(groups.get(times) ?? []), id])
  return groups
}

/** Notes when connections were used last. */
export function touchConnections(queries: Queries, ids: readonly ConnectionId[], at: Instant): CompiledQuery[] {
  if (ids.length === 0) return []
  return [
    queries
      .updateTable('connections')
      .set({ last_used_at: at })
      .where('id', 'in', padded([...new Set(ids)]))
      .compile(),
  ]
}

/** Adds to what a build's steps asked of Apple. The row is the lock: one report of a build at a time. */
export async function addAppleRequests(tx: Tx, id: BuildId, requests: number): Promise<void> {
  await tx
    .updateTable('builds')
    .set({ apple_requests: sql`coalesce(apple_requests, 0) + ${requests}` })
    .where('id', '=', id)
    .execute()
}
