import { accountErrors } from '@cordon/api/accounts/errors'
import type { UserId } from '@cordon/core/ids'
import { type Tx, transaction } from '../../platform/db/database.ts'
import { type Page, type PageRequest, pageOf } from '../../platform/db/page.ts'
import type { UsersTable } from '../../platform/db/schema.ts'
import type { By } from '../../platform/http/by.ts'
import { type Administrator, actorOf } from '../../platform/http/principal.ts'
import { requireStill } from '../../platform/http/transaction-by.ts'
import { actorOfUser, personEvent } from './events.ts'
import type { AccountParts, Origin } from './parts.ts'
import { beginSession, type NewSession } from './sessions.ts'
import { requireTurn } from './sign-in.ts'
import { deleteSessions, findUser, listUsers, lockAdministrators, updateUser } from './store.ts'

const FREE_TRIES = 5

/** A person by id. Throws `account.not_found`. */
export async function readUser({ platform }: AccountParts, id: UserId): Promise<UsersTable> {
  const user = await findUser(platform.db.queries, id)
  if (user === undefined) throw accountErrors.not_found()
  return user
}

/** Everybody on the instance, oldest first. */
export async function everybody({ platform }: AccountParts, request: PageRequest): Promise<Page<UsersTable>> {
  const rows = await listUsers(platform.db.queries, request)
  return pageOf(
    rows,
    request,
    (row) => [row.created_at, row.id],
    (row) => row,
  )
}

/** Changes a person's own name. */
export async function renameSelf(parts: AccountParts, name: string, by: By): Promise<UsersTable> {
  const { db, audit, clock } = parts.platform
  const { userId } = by.principal
  await transaction(db, async (tx) => {
    await updateUser(tx, userId, { name, updated_at: clock.now() })
    await requireStill(parts.platform, tx, by)
    const summary = `${by.principal.name} is now called ${name}.`
    const about = { id: userId, name }
    await audit.append(
      tx,
      personEvent(about, { actor: actorOf(by.principal), action: 'person.renamed', summary, requestId: by.requestId }),
    )
  })
  return readUser(parts, userId)
}

/**
 * Changes a password, ends every session of the person and begins a new one. Throws `account.password_wrong`,
 * `account.too_many_attempts`.
 */
export async function changePassword(
  parts: AccountParts,
  passwords: { readonly current: string; readonly next: string },
  by: By & Origin,
): Promise<NewSession> {
  const { db, audit, clock } = parts.platform
  const { userId } = by.principal
  const user = await readUser(parts, userId)
  await requirePassword(parts, user, passwords.current)
  const password_hash = await parts.passwords.hash(passwords.next)
  return transaction(db, async (tx) => {
    await updateUser(tx, userId, { password_hash, updated_at: clock.now() })
    await requireStill(parts.platform, tx, by)
    await deleteSessions(tx, userId)
    const session = await beginSession(parts, tx, userId, by)
    const summary = `${user.name} changed their password; their other sessions ended.`
    const { requestId } = by
    await audit.append(
      tx,
      personEvent(user, { actor: actorOfUser(user), action: 'person.password_changed', summary, requestId }),
    )
    return session
  })
}

// Whoever has found a session could try passwords in it. Counted apart from sign-ins, or they could keep the person from signing in.
async function requirePassword(parts: AccountParts, user: UsersTable, typed: string): Promise<void> {
  const tries = { name: `password:account:${user.id}`, free: FREE_TRIES }
  await requireTurn(parts, [tries])
  if (!(await parts.passwords.fits(user.password_hash, typed))) throw accountErrors.password_wrong()
  await parts.platform.throttle.forget(tries)
}

/** What an administrator changes of a person. */
export interface PersonChange {
  readonly role?: UsersTable['instance_role'] | undefined
  readonly disabled?: boolean | undefined
}

/** Changes instance role or access of a person. Throws `account.not_found`, `account.last_administrator`. */
export async function changePerson(
  parts: AccountParts,
  userId: UserId,
  change: PersonChange,
  by: By<Administrator>,
): Promise<UsersTable> {
  const { db, audit } = parts.platform
  await transaction(db, async (tx) => {
    const administrators = await lockAdministrators(tx, db.kind)
    await requireStill(parts.platform, tx, by)
    const user = await findUser(tx, userId)
    if (user === undefined) throw accountErrors.not_found()
    refuseLastAdministrator(administrators, userId, change)
    const next = await applyChange(parts, tx, user, change)
    const followUps = next.disabling ? await parts.hooks.personDisabled(tx, user, by) : []
    await audit.append(tx, changeEvent(user, change, by), ...followUps)
  })
  return readUser(parts, userId)
}

async function applyChange({ platform }: AccountParts, tx: Tx, user: UsersTable, change: PersonChange) {
  const now = platform.clock.now()
  const disabling = change.disabled === true && user.disabled_at === null
  await updateUser(tx, user.id, {
    updated_at: now,
    ...(change.role === undefined ? {} : { instance_role: change.role }),
    ...(change.disabled === undefined ? {} : { disabled_at: change.disabled ? (user.disabled_at ?? now) : null }),
  })
  if (disabling) await deleteSessions(tx, user.id)
  return { disabling }
}

function refuseLastAdministrator(administrators: readonly UserId[], userId: UserId, change: PersonChange): void {
  const leaves = change.role === 'member' || change.disabled === true
  const others = administrators.filter((id) => id !== userId)
  if (leaves && administrators.includes(userId) && others.length === 0) throw accountErrors.last_administrator()
}

function changeEvent(user: UsersTable, change: PersonChange, by: By) {
  const role = change.role === undefined ? [] : [`made ${user.name} ${change.role}`]
  const access = change.disabled === undefined ? [] : [`${change.disabled ? 'disabled' : 'enabled'} ${user.name}`]
  return personEvent(user, {
    actor: actorOf(by.principal),
    action: 'person.changed',
    summary: `${by.principal.name} ${[...role, ...access].join(' and ') || `changed nothing of ${user.name}`}.`,
    requestId: by.requestId,
    details: { ...change },
  })
}
