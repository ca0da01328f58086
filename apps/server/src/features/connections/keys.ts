import { connectionErrors } from '@cordon/api/connections/errors'
import type { SubmittedKey } from '@cordon/api/connections/schema'
import { internalErrors } from '@cordon/api/errors'
import type { ConnectionId, UserId } from '@cordon/core/ids'
import { isDuplicate } from '../../platform/db/sql.ts'
import type { By } from '../../platform/http/by.ts'
import { transactionBy } from '../../platform/http/transaction-by.ts'
import { healthAfter, type Tried } from './health.ts'
import { event, read, requireOwn } from './own.ts'
import type { ConnectionParts, ConnectionView, NewConnection } from './parts.ts'
import { openSecret, sealSecret } from './sealed.ts'
import { insertConnection, replaceSecret, type SealedSecret } from './secret-store.ts'
import { findSameKey, lockConnection } from './store.ts'
import type { Held, KeyTypeName } from './types/connection-type.ts'

/** Stores a new key, tried at Apple. Throws `connection.already_stored` and Apple's refusal. */
export async function create(parts: ConnectionParts, input: NewConnection, by: By): Promise<ConnectionView> {
  const { name, type } = input
  const ownerId = by.principal.userId
  const held = parts.types[type].accept(input.key)
  await refuseSameKey(parts, ownerId, type, held)
  const health = await tryAtApple(parts, held, input.storeUntested)
  const id = parts.ids('connection')
  const sealed = await seal(parts, id, 1, held)
  const at = parts.clock.now()
  await translatingDuplicates(parts, ownerId, type, held, () =>
    transactionBy(parts, by, async (tx) => {
      await insertConnection(tx, { id, ownerId, type, name, at }, held.summary, health, sealed)
      const summary = `${by.principal.name} stored the connection "${name}" (${health.state}).`
      const details = { ...held.summary, state: health.state, version: 1 }
      await parts.audit.append(tx, event(by, { id, name }, 'connection.created', summary, details))
    }),
  )
  return read(parts, id, by)
}

async function refuseSameKey(
  { db }: ConnectionParts,
  ownerId: UserId,
  type: KeyTypeName,
  held: Held,
  except?: ConnectionId,
): Promise<void> {
  const same = await findSameKey(db.queries, ownerId, type, held.summary)
  if (same === undefined || same.id === except) return
  const detail = `it is the connection "${same.name}"`
  throw connectionErrors.already_stored({ connectionId: same.id, name: same.name }, { detail })
}

// Two requests with the same key at once: both pass the look before, the index lets one in.
async function translatingDuplicates<T>(
  parts: ConnectionParts,
  ownerId: UserId,
  type: KeyTypeName,
  held: Held,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isDuplicate(error)) await refuseSameKey(parts, ownerId, type, held)
    throw error
  }
}

/** Asks Apple about a key before anything is stored. Outside of every transaction: it waits for Apple. */
async function tryAtApple(parts: ConnectionParts, held: Held, storeUntested: boolean): Promise<Tried> {
  const verification = await held.verify(parts.apple)
  if (verification.refusal !== undefined && !storeUntested) throw verification.refusal
  return healthAfter(verification, parts.clock.now(), 'untested')
}

function seal(parts: ConnectionParts, id: ConnectionId, version: number, held: Held): Promise<SealedSecret> {
  return sealSecret(parts.vault, id, version, held.encode())
}

/** Opens a stored key. Throws `vault.not_opened`. */
export async function open(
  { vault, types }: ConnectionParts,
  id: ConnectionId,
  type: KeyTypeName,
  stored: SealedSecret,
): Promise<Held> {
  return types[type].decode(await openSecret(vault, id, stored))
}

const REPLACE_ATTEMPTS = 3

/** Puts a new key in the place of a stored one. Throws `connection.not_a_key` and what `create` throws. */
export async function replaceKey(
  parts: ConnectionParts,
  id: ConnectionId,
  input: { readonly key: SubmittedKey; readonly storeUntested: boolean },
  by: By,
): Promise<ConnectionView> {
  const { type } = await requireOwn(parts.db.queries, id, by)
  if (type === 'apple_id') throw connectionErrors.not_a_key()
  const ownerId = by.principal.userId
  const held = parts.types[type].accept(input.key)
  await refuseSameKey(parts, ownerId, type, held, id)
  const health = await tryAtApple(parts, held, input.storeUntested)
  // The version is part of what is encrypted: when another replacement was faster, it is sealed again.
  for (let attempt = 1; attempt <= REPLACE_ATTEMPTS; attempt += 1) {
    const replaced = await translatingDuplicates(parts, ownerId, type, held, () =>
      replaceOnce(parts, id, held, health, by),
    )
    if (replaced) return read(parts, id, by)
  }
  throw internalErrors.unavailable()
}

async function replaceOnce(
  parts: ConnectionParts,
  id: ConnectionId,
  held: Held,
  health: Tried,
  by: By,
): Promise<boolean> {
  const before = await requireOwn(parts.db.queries, id, by)
  const sealed = await seal(parts, id, before.version + 1, held)
  return transactionBy(parts, by, async (tx) => {
    const at = parts.clock.now()
    if (!(await lockConnection(tx, id, by.principal.userId, at))) throw connectionErrors.not_found()
    if (!(await replaceSecret(tx, id, held.summary, health, sealed, at))) return false
    const summary = `${by.principal.name} replaced the key of the connection "${before.name}" (${health.state}).`
    const details = { ...held.summary, before: before.keyId, state: health.state, version: sealed.version }
    await parts.audit.append(tx, event(by, before, 'connection.key_replaced', summary, details))
    return true
  })
}
