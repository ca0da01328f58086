import { describeAppleSession } from '@cordon/api/connections/apple-session'
import { connectionErrors } from '@cordon/api/connections/errors'
import type { AppleSession, SubmittedKey } from '@cordon/api/connections/schema'
import { internalErrors } from '@cordon/api/errors'
import type { AppId, ConnectionId, UserId } from '@cordon/core/ids'
import type { Clock } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { Audit } from '../../platform/audit/audit.ts'
import type { AuditInput } from '../../platform/audit/event.ts'
import { type Db, type Tx, transaction } from '../../platform/db/database.ts'
import type { Page, PageRequest } from '../../platform/db/page.ts'
import { isDuplicate } from '../../platform/db/sql.ts'
import type { By } from '../../platform/http/by.ts'
import { actorOf } from '../../platform/http/principal.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Vault } from '../../platform/vault/vault.ts'
import { replaceAppleId } from './apple-ids.ts'
import { healthAfter, type Tried } from './health.ts'
import { openSecret, sealSecret } from './sealed.ts'
import {
  type ConnectionRow,
  deleteConnection,
  findAnyConnection,
  findConnection,
  findPerson,
  findSameKey,
  findSecret,
  insertConnection,
  listConnections,
  listUses,
  lockConnection,
  replaceSecret,
  type SealedSecret,
  type UseRow,
  updateConnection,
  updateHealth,
  updateOwner,
} from './store.ts'
import type { AnyConnectionType, Apple, BuildCredential, Held, KeyTypeName } from './types/connection-type.ts'

/** What connections need from the other features. All work inside the caller's transaction; events go to the log. */
export interface ConnectionPorts {
  readonly connectionTransferred: (tx: Tx, id: ConnectionId, by: By) => Promise<AuditInput[]>
  readonly connectionRestricted: (tx: Tx, id: ConnectionId, by: By) => Promise<AuditInput[]>
  readonly connectionRemoved: (tx: Tx, id: ConnectionId, by: By) => Promise<AuditInput[]>
  readonly revokeUse: (tx: Tx, id: ConnectionId, appId: AppId, by: By) => Promise<AuditInput[]>
  /** Asks Apple about the session of an Apple ID and keeps what came of it. */
  readonly trySession: (id: ConnectionId) => Promise<void>
  readonly tell: (
    tx: Tx,
    notices: ReadonlyArray<{ userId: UserId; kind: string; title: string; body: string; link: string }>,
  ) => Promise<void>
}

export interface ConnectionParts extends ConnectionPorts {
  readonly db: Db
  readonly vault: Vault
  readonly audit: Audit
  readonly ids: Ids
  readonly clock: Clock
  readonly apple: Apple
  readonly types: Readonly<Record<KeyTypeName, AnyConnectionType<SubmittedKey>>>
}

/** A connection as its owner sees it: how its session stands at this moment, and the apps that may use it. */
export interface ConnectionView extends Omit<ConnectionRow, 'session'> {
  readonly session: AppleSession | null
  readonly usedBy: readonly UseRow[]
}

/** What came of asking Apple about a stored connection. */
export type ConnectionTest = Pick<ConnectionView, 'state' | 'checkedAt' | 'checks' | 'session'>

/** What a person connects. */
export interface NewConnection {
  readonly type: KeyTypeName
  readonly name: string
  readonly key: SubmittedKey
  readonly storeUntested: boolean
}

/** A stored secret as the database gave it, for the release to a build. */
export interface StoredSecret extends SealedSecret {
  readonly connectionId: ConnectionId
  readonly type: KeyTypeName
}

/** People's stored access to Apple. Every method that takes `by` works on the caller's own connections only. */
export interface Connections {
  list(request: PageRequest, by: By): Promise<Page<ConnectionView>>
  /** Throws `connection.not_found`, also for somebody else's; so do all methods below that take an id. */
  read(id: ConnectionId, by: By): Promise<ConnectionView>
  /** Throws `connection.already_stored`, the errors of the type's fields, and the refusal of Apple unless insisted on. */
  create(input: NewConnection, by: By): Promise<ConnectionView>
  change(
    id: ConnectionId,
    change: { readonly name?: string | undefined; readonly restricted?: boolean | undefined },
    by: By,
  ): Promise<ConnectionView>
  test(id: ConnectionId, by: By): Promise<ConnectionView>
  /** Puts a new key in the place of the old one. Throws what `create` throws. */
  replaceKey(
    id: ConnectionId,
    input: { readonly key: SubmittedKey; readonly storeUntested: boolean },
    by: By,
  ): Promise<ConnectionView>
  /** Stores the app-specific password of an Apple ID, or removes it. Throws `connection.not_an_apple_id`. */
  setAppSpecificPassword(id: ConnectionId, password: Secret<string> | undefined, by: By): Promise<ConnectionView>
  /** Throws `connection.person_not_found`, `connection.already_theirs`. */
  transfer(id: ConnectionId, email: string, by: By): Promise<void>
  /** Throws `authorisation.not_found`. */
  revokeUse(id: ConnectionId, appId: AppId, by: By): Promise<void>
  remove(id: ConnectionId, by: By): Promise<void>
  /** Asks Apple about a connection that an app uses; whoever calls has checked that the person may. */
  tryForApp(id: ConnectionId): Promise<ConnectionTest>
  /** Opens a stored secret and keeps of it what a build may have. Throws `vault.not_opened`. */
  release(stored: StoredSecret): Promise<BuildCredential>
}

/** Makes the feature. */
export function createConnections(parts: ConnectionParts): Connections {
  return {
    list: (request, by) => list(parts, request, by),
    read: (id, by) => read(parts, id, by),
    create: (input, by) => create(parts, input, by),
    change: (id, change, by) => changeConnection(parts, id, change, by),
    test: (id, by) => test(parts, id, by),
    replaceKey: (id, input, by) => replaceKey(parts, id, input, by),
    setAppSpecificPassword: (id, password, by) => setAppSpecificPassword(parts, id, password, by),
    transfer: (id, email, by) => transfer(parts, id, email, by),
    revokeUse: async (id, appId, by) => {
      await changeOwn(parts, id, by, (tx) => parts.revokeUse(tx, id, appId, by))
    },
    remove: (id, by) => remove(parts, id, by),
    tryForApp: (id) => tryForApp(parts, id),
    release: async (stored) => (await open(parts, stored.connectionId, stored.type, stored)).release(),
  }
}

async function list(parts: ConnectionParts, request: PageRequest, by: By): Promise<Page<ConnectionView>> {
  const { queries } = parts.db
  const { items, nextCursor } = await listConnections(queries, by.principal.userId, request)
  const uses = await listUses(
    queries,
    items.map(({ id }) => id),
  )
  return { items: items.map((item) => viewOf(parts, item, usesOf(uses, item.id))), nextCursor }
}

async function read(parts: ConnectionParts, id: ConnectionId, by: By): Promise<ConnectionView> {
  const row = await requireOwn(parts.db.queries, id, by)
  return viewOf(parts, row, await listUses(parts.db.queries, [id]))
}

// A date that has passed counts, also before anybody wrote it down.
function viewOf({ clock }: ConnectionParts, row: ConnectionRow, usedBy: readonly UseRow[]): ConnectionView {
  const session = row.session === null ? null : describeAppleSession(row.session, clock.now())
  return { ...row, session, state: session?.state === 'expired' ? 'expired' : row.state, usedBy }
}

function usesOf(uses: readonly UseRow[], id: ConnectionId): UseRow[] {
  return uses.filter(({ connectionId }) => connectionId === id)
}

async function requireOwn(queries: Db['queries'], id: ConnectionId, by: By): Promise<ConnectionRow> {
  const row = await findConnection(queries, id, by.principal.userId)
  if (row === undefined) throw connectionErrors.not_found()
  return row
}

async function create(parts: ConnectionParts, input: NewConnection, by: By): Promise<ConnectionView> {
  const { name, type } = input
  const ownerId = by.principal.userId
  const held = parts.types[type].accept(input.key)
  await refuseSameKey(parts, ownerId, type, held)
  const health = await tryAtApple(parts, held, input.storeUntested)
  const id = parts.ids('connection')
  const sealed = await seal(parts, id, 1, held)
  const at = parts.clock.now()
  await translatingDuplicates(parts, ownerId, type, held, () =>
    transaction(parts.db, async (tx) => {
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

async function open(
  { vault, types }: ConnectionParts,
  id: ConnectionId,
  type: KeyTypeName,
  stored: SealedSecret,
): Promise<Held> {
  return types[type].decode(await openSecret(vault, id, stored))
}

async function changeConnection(
  parts: ConnectionParts,
  id: ConnectionId,
  change: { readonly name?: string | undefined; readonly restricted?: boolean | undefined },
  by: By,
): Promise<ConnectionView> {
  await changeOwn(parts, id, by, async (tx, before) => {
    await updateConnection(tx, id, change)
    const restricts = change.restricted === true && !before.restricted
    const suspended = restricts ? await parts.connectionRestricted(tx, id, by) : []
    return [...changeEvents(before, change, by), ...suspended]
  })
  return read(parts, id, by)
}

function changeEvents(
  before: ConnectionRow,
  {
    name = before.name,
    restricted = before.restricted,
  }: { readonly name?: string | undefined; readonly restricted?: boolean | undefined },
  by: By,
): AuditInput[] {
  const who = by.principal.name
  const events: AuditInput[] = []
  if (name !== before.name) {
    const summary = `${who} renamed the connection "${before.name}" to "${name}".`
    events.push(event(by, { id: before.id, name }, 'connection.renamed', summary, { before: before.name, after: name }))
  }
  if (restricted !== before.restricted) {
    const summary = restricted
      ? `${who} keeps the choice of the connection "${name}" to themselves.`
      : `${who} lets other admins choose the connection "${name}".`
    events.push(event(by, { id: before.id, name }, 'connection.restriction_changed', summary, { restricted }))
  }
  return events
}

async function test(parts: ConnectionParts, id: ConnectionId, by: By): Promise<ConnectionView> {
  const before = await requireOwn(parts.db.queries, id, by)
  await tryStored(parts, before)
  await changeOwn(parts, id, by, async (_tx, { state, name }) => {
    const summary = `${by.principal.name} tried the connection "${name}" against Apple (${state}).`
    return [event(by, before, 'connection.tested', summary, { state })]
  })
  return read(parts, id, by)
}

/** Asks Apple about a stored connection and keeps the answer. */
async function tryStored(parts: ConnectionParts, { id, type, ...before }: ConnectionRow): Promise<void> {
  if (type === 'apple_id') return parts.trySession(id)
  const stored = await findSecret(parts.db.queries, id)
  if (stored === undefined) throw connectionErrors.not_found()
  const held = await open(parts, id, type, stored)
  const health = healthAfter(await held.verify(parts.apple), parts.clock.now(), 'unreachable', before)
  await transaction(parts.db, (tx) => updateHealth(tx, id, stored.version, health))
}

async function tryForApp(parts: ConnectionParts, id: ConnectionId): Promise<ConnectionTest> {
  const before = await findAnyConnection(parts.db.queries, id)
  if (before === undefined) throw connectionErrors.not_found()
  if (before.ownerDisabled) throw connectionErrors.owner_disabled()
  await tryStored(parts, before)
  const after = (await findAnyConnection(parts.db.queries, id)) ?? before
  const { state, checkedAt, checks, session } = viewOf(parts, after, [])
  return { state, checkedAt, checks, session }
}

const REPLACE_ATTEMPTS = 3

async function replaceKey(
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
  return transaction(parts.db, async (tx) => {
    const at = parts.clock.now()
    if (!(await lockConnection(tx, id, by.principal.userId, at))) throw connectionErrors.not_found()
    if (!(await replaceSecret(tx, id, held.summary, health, sealed, at))) return false
    const summary = `${by.principal.name} replaced the key of the connection "${before.name}" (${health.state}).`
    const details = { ...held.summary, before: before.keyId, state: health.state, version: sealed.version }
    await parts.audit.append(tx, event(by, before, 'connection.key_replaced', summary, details))
    return true
  })
}

async function setAppSpecificPassword(
  parts: ConnectionParts,
  id: ConnectionId,
  password: Secret<string> | undefined,
  by: By,
): Promise<ConnectionView> {
  const { type } = await requireOwn(parts.db.queries, id, by)
  if (type !== 'apple_id') throw connectionErrors.not_an_apple_id()
  const change = await replaceAppleId(parts, id, (held) => ({ ...held, appSpecificPassword: password }))
  await changeOwn(parts, id, by, async (tx, before) => {
    await change(tx)
    const done = password === undefined ? 'removed' : 'stored'
    const summary = `${by.principal.name} ${done} the app-specific password of the connection "${before.name}".`
    return [event(by, before, 'connection.app_specific_password_changed', summary, { stored: password !== undefined })]
  })
  return read(parts, id, by)
}

async function transfer(parts: ConnectionParts, id: ConnectionId, email: string, by: By): Promise<void> {
  const person = await findPerson(parts.db.queries, email)
  if (person === undefined) throw connectionErrors.person_not_found()
  if (person.id === by.principal.userId) {
    await requireOwn(parts.db.queries, id, by)
    return
  }
  try {
    await changeOwn(parts, id, by, (tx, before) => giveTo(parts, tx, before, person, by))
  } catch (error) {
    throw isDuplicate(error) ? connectionErrors.already_theirs({}, { cause: error }) : error
  }
}

async function giveTo(
  parts: ConnectionParts,
  tx: Tx,
  connection: ConnectionRow,
  person: { readonly id: UserId; readonly name: string },
  by: By,
): Promise<AuditInput[]> {
  const { id, name } = connection
  await updateOwner(tx, id, person.id)
  const suspended = await parts.connectionTransferred(tx, id, by)
  const notice = {
    userId: person.id,
    kind: 'connection_received',
    title: `The connection "${name}" is now yours`,
    body: `${by.principal.name} gave it to you. You decide from now on which apps use it.`,
    link: '/account/apple-developer-account',
  }
  await parts.tell(tx, [notice])
  const summary = `${by.principal.name} gave the connection "${name}" to ${person.name}.`
  const details = { from: by.principal.userId, to: person.id }
  return [event(by, connection, 'connection.transferred', summary, details), ...suspended]
}

async function remove(parts: ConnectionParts, id: ConnectionId, by: By): Promise<void> {
  await changeOwn(parts, id, by, async (tx, before) => {
    const ended = await parts.connectionRemoved(tx, id, by)
    await deleteConnection(tx, id)
    const summary = `${by.principal.name} removed the connection "${before.name}" and its secret.`
    return [event(by, before, 'connection.removed', summary, { keyId: before.keyId }), ...ended]
  })
}

/** One change of a connection at a time, by its owner; state and log are kept together. */
async function changeOwn(
  { db, audit, clock }: ConnectionParts,
  id: ConnectionId,
  by: By,
  work: (tx: Tx, before: ConnectionRow) => Promise<readonly AuditInput[]>,
): Promise<void> {
  await transaction(db, async (tx) => {
    if (!(await lockConnection(tx, id, by.principal.userId, clock.now()))) throw connectionErrors.not_found()
    const before = await requireOwn(tx, id, by)
    await audit.append(tx, ...(await work(tx, before)))
  })
}

function event(
  by: By,
  connection: { readonly id: ConnectionId; readonly name: string },
  action: string,
  summary: string,
  details: Readonly<Record<string, unknown>>,
): AuditInput {
  const object = { kind: 'connection', id: connection.id, name: connection.name }
  return { actor: actorOf(by.principal), action, object, summary, requestId: by.requestId, details }
}
