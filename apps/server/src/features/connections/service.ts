import { connectionErrors } from '@cordon/api/connections/errors'
import type { SubmittedKey } from '@cordon/api/connections/schema'
import type { AppId, ConnectionId, UserId } from '@cordon/core/ids'
import type { Secret } from '@cordon/core/secret'
import type { AuditInput } from '../../platform/audit/event.ts'
import { type Tx, transaction } from '../../platform/db/database.ts'
import type { Page, PageRequest } from '../../platform/db/page.ts'
import { isDuplicate } from '../../platform/db/sql.ts'
import type { By } from '../../platform/http/by.ts'
import { replaceAppleId } from './apple-ids.ts'
import { healthAfter } from './health.ts'
import { create, open, replaceKey } from './keys.ts'
import { changeOwn, event, read, requireOwn, viewOf } from './own.ts'
import type { ConnectionParts, ConnectionTest, ConnectionView, NewConnection, StoredSecret } from './parts.ts'
import { findSecret } from './secret-store.ts'
import {
  type ConnectionRow,
  deleteConnection,
  findAnyConnection,
  findPerson,
  listConnections,
  listUses,
  type UseRow,
  updateConnection,
  updateHealth,
  updateOwner,
} from './store.ts'
import type { BuildCredential } from './types/connection-type.ts'

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

function usesOf(uses: readonly UseRow[], id: ConnectionId): UseRow[] {
  return uses.filter(({ connectionId }) => connectionId === id)
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
