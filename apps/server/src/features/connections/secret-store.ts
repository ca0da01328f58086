import type { ConnectionTypeName } from '@cordon/api/connections/schema'
import type { ConnectionId, UserId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import type { Queries, Tx } from '../../platform/db/database.ts'
import type { Sealed } from '../../platform/vault/vault.ts'
import { type HealthUpdate, healthColumns, type Identity } from './store.ts'

/** A secret and the proof that its version is the current one. */
export interface SealedSecret {
  readonly version: number
  readonly sealed: Sealed
  readonly mac: Uint8Array
}

/** Keeps a new connection and its secret. Fails as a duplicate when the owner has stored the same key. */
export async function insertConnection(
  tx: Tx,
  connection: {
    readonly id: ConnectionId
    readonly ownerId: UserId
    readonly type: ConnectionTypeName
    readonly name: string
    readonly at: Instant
  },
  key: Identity,
  health: HealthUpdate,
  secret: SealedSecret,
): Promise<void> {
  const { id, ownerId, type, name, at } = connection
  await tx
    .insertInto('connections')
    .values({
      id,
      owner_id: ownerId,
      type,
      name,
      ...keyColumns(key),
      ...healthColumns(health),
      restricted: 0,
      secret_version: secret.version,
      secret_mac: secret.mac,
      created_at: at,
      updated_at: at,
      key_replaced_at: null,
      last_used_at: null,
    })
    .execute()
  await insertSecret(tx, id, secret, at)
}

async function insertSecret(tx: Tx, id: ConnectionId, { version, sealed }: SealedSecret, at: Instant): Promise<void> {
  await tx
    .insertInto('connection_secrets')
    .values({
      connection_id: id,
      version,
      kek_id: sealed.kekId,
      wrapped_key: sealed.wrappedKey,
      ciphertext: sealed.ciphertext,
      created_at: at,
    })
    .execute()
}

/**
 * Puts a new secret in the place of version `secret.version - 1`: a new row, then the old one goes. False when another
 * secret came in between. Fails as a duplicate when the owner has stored the same key in another connection.
 */
export async function replaceSecret(
  tx: Tx,
  id: ConnectionId,
  key: Identity,
  health: HealthUpdate,
  secret: SealedSecret,
  at: Instant,
): Promise<boolean> {
  const replaced = await tx
    .updateTable('connections')
    .set({
      ...keyColumns(key),
      ...healthColumns(health),
      secret_version: secret.version,
      secret_mac: secret.mac,
      updated_at: at,
      key_replaced_at: at,
    })
    .where('id', '=', id)
    .where('secret_version', '=', secret.version - 1)
    .executeTakeFirst()
  if (replaced.numUpdatedRows === 0n) return false
  await insertSecret(tx, id, secret, at)
  await tx
    .deleteFrom('connection_secrets')
    .where('connection_id', '=', id)
    .where('version', '<', secret.version)
    .execute()
  return true
}

function keyColumns({ kind, keyId, issuerId }: Identity) {
  return { kind, key_id: keyId, issuer_id: issuerId }
}

/** The sealed secret of a connection, with what its opening needs. */
export async function findSecret(queries: Queries, id: ConnectionId): Promise<SealedSecret | undefined> {
  const row = await queries
    .selectFrom('connections as c')
    .innerJoin('connection_secrets as s', (join) =>
      join.onRef('s.connection_id', '=', 'c.id').onRef('s.version', '=', 'c.secret_version'),
    )
    .select(['s.version', 's.kek_id', 's.wrapped_key', 's.ciphertext', 'c.secret_mac'])
    .where('c.id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const sealed = { kekId: row.kek_id, wrappedKey: row.wrapped_key, ciphertext: row.ciphertext }
  return { version: row.version, sealed, mac: row.secret_mac }
}
