import type { AppRole, InstanceRole } from '@cordon/api/route'
import type { InvitationId, PersonalTokenId, SessionId, UserId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import type { DatabaseKind, Queries, Tx } from '../../platform/db/database.ts'
import { type PageRequest, positionOf } from '../../platform/db/page.ts'
import type {
  InvitationsTable,
  PersonalTokensTable,
  SignInSessionsTable,
  UsersTable,
} from '../../platform/db/schema.ts'
import { nextNumber } from '../../platform/db/sql.ts'

/** How an e-mail address is compared. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase()
}

/** Whether anybody is on the instance. */
export async function hasUsers(queries: Queries): Promise<boolean> {
  return (await queries.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
}

export function findUser(queries: Queries, id: UserId): Promise<UsersTable | undefined> {
  return queries.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
}

/** A person whom nobody changes until the transaction ends. SQLite has one writer and needs no lock. */
export function lockUser(tx: Tx, kind: DatabaseKind, id: UserId): Promise<UsersTable | undefined> {
  const user = tx.selectFrom('users').selectAll().where('id', '=', id)
  return (kind === 'postgres' ? user.forShare() : user).executeTakeFirst()
}

export function findUserByEmail(queries: Queries, email: string): Promise<UsersTable | undefined> {
  return queries.selectFrom('users').selectAll().where('email_key', '=', emailKey(email)).executeTakeFirst()
}

/** Adds a person. Fails as a duplicate of `email_key` when the address is taken. */
export async function insertUser(tx: Tx, user: Omit<UsersTable, 'serial' | 'email_key'>): Promise<UsersTable> {
  const row = { ...user, email_key: emailKey(user.email), serial: await nextNumber(tx, 'user') }
  await tx.insertInto('users').values(row).execute()
  return row
}

export async function updateUser(
  queries: Queries,
  id: UserId,
  change: Partial<Pick<UsersTable, 'name' | 'password_hash' | 'instance_role' | 'disabled_at'>> & {
    updated_at: Instant
  },
): Promise<void> {
  await queries.updateTable('users').set(change).where('id', '=', id).execute()
}

export function listUsers(queries: Queries, page: PageRequest): Promise<UsersTable[]> {
  const after = positionOf(page, 'number', 'string')
  return queries
    .selectFrom('users')
    .selectAll()
    .$if(after !== undefined, (q) =>
      q.where((e) => e(e.refTuple('created_at', 'id'), '>', e.tuple(after?.[0] as Instant, after?.[1] as UserId))),
    )
    .orderBy('created_at')
    .orderBy('id')
    .limit(page.limit + 1)
    .execute()
}

/**
 * Administrators who can sign in. Their rows are locked on PostgreSQL until the transaction ends, so that two of them
 * cannot demote each other at once; SQLite has one writer anyway.
 */
export async function lockAdministrators(tx: Tx, kind: DatabaseKind): Promise<readonly UserId[]> {
  const role: InstanceRole = 'administrator'
  const administrators = tx
    .selectFrom('users')
    .select('id')
    .where('instance_role', '=', role)
    .where('disabled_at', 'is', null)
    .orderBy('id')
  const rows = await (kind === 'postgres' ? administrators.forUpdate() : administrators).execute()
  return rows.map(({ id }) => id)
}

export async function insertSession(tx: Tx, session: SignInSessionsTable): Promise<void> {
  await tx.insertInto('sign_in_sessions').values(session).execute()
}

/** Sessions of a person that have not run out, newest first. */
export function listSessions(
  queries: Queries,
  userId: UserId,
  alive: { readonly now: Instant; readonly seenAfter: Instant },
  page: PageRequest,
): Promise<SignInSessionsTable[]> {
  const before = positionOf(page, 'number', 'string')
  return queries
    .selectFrom('sign_in_sessions')
    .selectAll()
    .where('user_id', '=', userId)
    .where('expires_at', '>', alive.now)
    .where('last_seen_at', '>', alive.seenAfter)
    .$if(before !== undefined, (q) =>
      q.where((e) => e(e.refTuple('created_at', 'id'), '<', e.tuple(before?.[0] as Instant, before?.[1] as SessionId))),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute()
}

/** Ends one session of a person; false when there is none. */
export async function deleteSession(queries: Queries, userId: UserId, id: SessionId): Promise<boolean> {
  const result = await queries
    .deleteFrom('sign_in_sessions')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return result.numDeletedRows > 0n
}

/** Ends all sessions of a person, but one if told. */
export async function deleteSessions(queries: Queries, userId: UserId, but?: SessionId): Promise<void> {
  await queries
    .deleteFrom('sign_in_sessions')
    .where('user_id', '=', userId)
    .$if(but !== undefined, (q) => q.where('id', '!=', but as SessionId))
    .execute()
}

/** Removes sessions that ran out. */
export async function sweepSessions(queries: Queries, now: Instant): Promise<void> {
  await queries.deleteFrom('sign_in_sessions').where('expires_at', '<=', now).execute()
}

export async function insertPersonalToken(tx: Tx, token: PersonalTokensTable): Promise<void> {
  await tx.insertInto('personal_tokens').values(token).execute()
}

/** Personal tokens that have not run out, newest first. */
export function listPersonalTokens(
  queries: Queries,
  userId: UserId,
  now: Instant,
  page: PageRequest,
): Promise<PersonalTokensTable[]> {
  const before = positionOf(page, 'number', 'string')
  return queries
    .selectFrom('personal_tokens')
    .selectAll()
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .$if(before !== undefined, (q) =>
      q.where((e) =>
        e(e.refTuple('created_at', 'id'), '<', e.tuple(before?.[0] as Instant, before?.[1] as PersonalTokenId)),
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute()
}

/** Revokes one personal token of a person and gives its name; undefined when there is none. */
export async function deletePersonalToken(
  queries: Queries,
  userId: UserId,
  id: PersonalTokenId,
): Promise<string | undefined> {
  const row = await queries
    .deleteFrom('personal_tokens')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .returning('name')
    .executeTakeFirst()
  return row?.name
}

export async function insertInvitation(tx: Tx, invitation: InvitationsTable): Promise<void> {
  await tx.insertInto('invitations').values(invitation).execute()
}

/** Invitations that can still be accepted. */
function open(queries: Queries, now: Instant) {
  return queries
    .selectFrom('invitations as i')
    .where('i.accepted_at', 'is', null)
    .where('i.revoked_at', 'is', null)
    .where('i.expires_at', '>', now)
}

/** An open invitation, who made it and for which app. */
export type OpenInvitation = InvitationsTable & {
  readonly inviterName: string | null
  readonly inviterDisabledAt: Instant | null
  readonly inviterInstanceRole: InstanceRole | null
  /** Role of who made it in the team that it is to; null when they are not in it. */
  readonly inviterAppRole: AppRole | null
  readonly appName: string | null
}

export function findOpenInvitation(
  queries: Queries,
  tokenHash: Uint8Array,
  now: Instant,
): Promise<OpenInvitation | undefined> {
  return open(queries, now)
    .leftJoin('users as u', 'u.id', 'i.created_by')
    .leftJoin('apps as a', 'a.id', 'i.app_id')
    .leftJoin('memberships as m', (on) => on.onRef('m.app_id', '=', 'i.app_id').onRef('m.user_id', '=', 'i.created_by'))
    .selectAll('i')
    .select(['u.name as inviterName', 'u.disabled_at as inviterDisabledAt', 'u.instance_role as inviterInstanceRole'])
    .select(['m.role as inviterAppRole', 'a.name as appName'])
    .where('i.token_hash', '=', tokenHash)
    .executeTakeFirst()
}

/** Open invitations to the instance, newest first. */
export function listInstanceInvitations(queries: Queries, now: Instant, page: PageRequest) {
  const before = positionOf(page, 'number', 'string')
  return open(queries, now)
    .innerJoin('users as u', 'u.id', 'i.created_by')
    .selectAll('i')
    .select(['u.id as inviterId', 'u.name as inviterName'])
    .where('i.kind', '=', 'instance')
    .$if(before !== undefined, (q) =>
      q.where((e) =>
        e(e.refTuple('i.created_at', 'i.id'), '<', e.tuple(before?.[0] as Instant, before?.[1] as InvitationId)),
      ),
    )
    .orderBy('i.created_at', 'desc')
    .orderBy('i.id', 'desc')
    .limit(page.limit + 1)
    .execute()
}

/** Takes an invitation: true for exactly one caller. */
export async function markAccepted(tx: Tx, id: InvitationId, by: UserId, now: Instant): Promise<boolean> {
  const result = await tx
    .updateTable('invitations')
    .set({ accepted_at: now, accepted_by: by })
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow()
  return result.numUpdatedRows === 1n
}

/** Takes an open invitation to the instance back; false when there is none. */
export async function revokeInstanceInvitation(tx: Tx, id: InvitationId, now: Instant): Promise<boolean> {
  const result = await tx
    .updateTable('invitations')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('kind', '=', 'instance')
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow()
  return result.numUpdatedRows === 1n
}

/** Removes every set-up link: a new one replaces it, or the set-up is done. */
export async function deleteSetUpInvitations(tx: Tx): Promise<void> {
  await tx.deleteFrom('invitations').where('kind', '=', 'set_up').execute()
}
