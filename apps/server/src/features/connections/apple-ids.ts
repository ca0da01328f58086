import { connectionErrors } from '@cordon/api/connections/errors'
import type { ConnectionCheck, HealthState } from '@cordon/api/connections/schema'
import { internalErrors } from '@cordon/api/errors'
import type { ConnectionId, UserId } from '@cordon/core/ids'
import type { Clock, Instant } from '@cordon/core/instant'
import type { Db, Tx } from '../../platform/db/database.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Vault } from '../../platform/vault/vault.ts'
import { openSecret, sealSecret } from './sealed.ts'
import { findSecret, insertConnection, replaceSecret } from './secret-store.ts'
import { findAnyConnection, findAppleId, type HealthUpdate, updateState } from './store.ts'
import { type AppleIdSecret, decodeAppleId, encodeAppleId } from './types/apple-id/secret.ts'

export interface AppleIdParts {
  readonly db: Db
  readonly vault: Vault
  readonly ids: Ids
  readonly clock: Clock
}

/** A connection of the type Apple ID, without its secret. */
export interface AppleIdConnection {
  readonly id: ConnectionId
  readonly name: string
  readonly ownerId: UserId
  /** The owner's account is disabled: nothing of the connection is used. */
  readonly ownerDisabled: boolean
  readonly accountName: string
}

/** What came of asking Apple about a session. */
export interface AppleIdHealth {
  readonly state: HealthState
  readonly checks: readonly ConnectionCheck[]
  readonly checkedAt: Instant
}

/** Connections of the type Apple ID, for the feature that signs in. It decides who may; nothing here asks. */
export interface AppleIds {
  /** Throws `connection.apple_id_stored` or `connection.apple_id_taken` when the Apple ID is connected on this instance. */
  requireFree(accountName: string, ownerId: UserId): Promise<void>
  /** Throws `connection.not_found`, `connection.not_an_apple_id`. */
  find(id: ConnectionId): Promise<AppleIdConnection>
  /** The person's own; throws `connection.not_found` for everybody else's, whatever it is. */
  findOwn(id: ConnectionId, userId: UserId): Promise<AppleIdConnection>
  open(id: ConnectionId): Promise<AppleIdSecret>
  /** Seals a new one; what it gives writes the row. */
  add(
    connection: { readonly name: string; readonly ownerId: UserId },
    held: AppleIdSecret,
    health: AppleIdHealth,
  ): Promise<{ readonly id: ConnectionId; readonly write: (tx: Tx) => Promise<void> }>
  /** Seals a changed one; what it gives writes it. */
  replace(id: ConnectionId, change: (held: AppleIdSecret) => AppleIdSecret): Promise<(tx: Tx) => Promise<void>>
  setHealth(tx: Tx, id: ConnectionId, health: AppleIdHealth): Promise<void>
}

/** Makes it. */
export function createAppleIds(parts: AppleIdParts): AppleIds {
  return {
    requireFree: (accountName, ownerId) => requireFree(parts, accountName, ownerId),
    find: (id) => find(parts, id),
    findOwn: (id, userId) => find(parts, id, userId),
    open: (id) => open(parts, id),
    add: (connection, held, health) => add(parts, connection, held, health),
    replace: (id, change) => replaceAppleId(parts, id, change),
    setHealth: (tx, id, health) => updateState(tx, id, health),
  }
}

async function requireFree({ db }: AppleIdParts, accountName: string, ownerId: UserId): Promise<void> {
  const found = await findAppleId(db.queries, accountName)
  if (found === undefined) return
  if (found.owner.id !== ownerId) throw connectionErrors.apple_id_taken()
  throw connectionErrors.apple_id_stored({ connectionId: found.id, name: found.name })
}

async function find({ db }: AppleIdParts, id: ConnectionId, userId?: UserId): Promise<AppleIdConnection> {
  const row = await findAnyConnection(db.queries, id)
  if (row === undefined || (userId !== undefined && row.owner.id !== userId)) throw connectionErrors.not_found()
  if (row.type !== 'apple_id') throw connectionErrors.not_an_apple_id()
  const { name, owner, ownerDisabled, keyId: accountName } = row
  return { id, name, ownerId: owner.id, ownerDisabled, accountName }
}

async function open({ db, vault }: AppleIdParts, id: ConnectionId): Promise<AppleIdSecret> {
  const stored = await findSecret(db.queries, id)
  if (stored === undefined) throw connectionErrors.not_found()
  return decodeAppleId(await openSecret(vault, id, stored))
}

async function add(
  parts: AppleIdParts,
  { name, ownerId }: { readonly name: string; readonly ownerId: UserId },
  held: AppleIdSecret,
  health: AppleIdHealth,
) {
  const id = parts.ids('connection')
  const sealed = await sealSecret(parts.vault, id, 1, encodeAppleId(held))
  const connection = { id, ownerId, type: 'apple_id', name, at: parts.clock.now() } as const
  const write = (tx: Tx) => insertConnection(tx, connection, identityOf(held), summaryOf(health, held), sealed)
  return { id, write }
}

/** Seals a changed Apple ID; what it gives writes it. Somebody else's change in between makes it fail. */
export async function replaceAppleId(
  parts: Pick<AppleIdParts, 'db' | 'vault' | 'clock'>,
  id: ConnectionId,
  change: (held: AppleIdSecret) => AppleIdSecret,
): Promise<(tx: Tx) => Promise<void>> {
  const { db, vault, clock } = parts
  const [row, stored] = [await findAnyConnection(db.queries, id), await findSecret(db.queries, id)]
  if (row === undefined || stored === undefined) throw connectionErrors.not_found()
  const held = change(decodeAppleId(await openSecret(vault, id, stored)))
  const sealed = await sealSecret(vault, id, stored.version + 1, encodeAppleId(held))
  return async (tx) => {
    const replaced = await replaceSecret(tx, id, identityOf(held), summaryOf(row, held), sealed, clock.now())
    if (!replaced) throw internalErrors.unavailable()
  }
}

function identityOf({ accountName }: AppleIdSecret) {
  return { kind: 'apple_id', keyId: accountName, issuerId: null } as const
}

function summaryOf(
  { state, checks, checkedAt }: Pick<HealthUpdate, 'state' | 'checks' | 'checkedAt'>,
  { appSpecificPassword }: AppleIdSecret,
): HealthUpdate {
  const hasAppSpecificPassword = appSpecificPassword !== undefined
  return { state, checks, checkedAt, teamId: null, role: null, hasAppSpecificPassword }
}
