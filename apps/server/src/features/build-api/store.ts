import type { SuspensionReason } from '@cordon/api/authorisations/schema'
import type { ConnectionTypeName } from '@cordon/api/connections/schema'
import type { AppRole } from '@cordon/api/route'
import type { AppId, AuthorisationId, ConnectionId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import { CompiledQuery, sql } from 'kysely'
import type { DatabaseKind, Db, Queries } from '../../platform/db/database.ts'
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

/**
 * Prepares the reads of the hot path. The app's id is the only parameter of either. Builds of an app that ask within a few milliseconds get the
 * same objects, as far as the database shares its reads.
 */
export function createReads(db: Db): BuildApiReads {
  const anyApp = '' as AppId
  const authorised = db.prepareSharedRead(authorisedQuery(db.queries, anyApp).compile())
  const devices = db.prepareSharedRead(devicesQuery(db.queries, anyApp).compile())
  const apps = new WeakMap<readonly AuthorisedResult[], AppForBuild | undefined>()
  return {
    async app(appId) {
      const rows = await authorised(appId)
      if (!apps.has(rows)) apps.set(rows, toApp(rows))
      return apps.get(rows)
    },
    devices,
  }
}

function toApp(rows: readonly AuthorisedResult[]): AppForBuild | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  return {
    deliveryMode: first.delivery_mode,
    authorised: rows.map(toAuthorised).filter((row) => row !== undefined),
  }
}

// Written by hand, because every commit of releases runs them and making their text would take longer than running them. One parameter,
// however many there are: the database keeps one prepared statement.
const TOUCH: Readonly<Record<DatabaseKind, { text: string; list: (ids: readonly string[]) => unknown }>> = {
  sqlite: {
    text: 'update connections set last_used_at = ? where id in (select value from json_each(?))',
    list: (ids) => JSON.stringify(ids),
  },
  postgres: { text: 'update connections set last_used_at = $1 where id = any($2::text[])', list: (ids) => ids },
}

/** Notes when connections were used last. */
export function touchConnections(kind: DatabaseKind, ids: readonly ConnectionId[], at: Instant): CompiledQuery[] {
  if (ids.length === 0) return []
  const { text, list } = TOUCH[kind]
  return [CompiledQuery.raw(text, [at, list([...new Set(ids)])])]
}
