import type { AppRole } from '@cordon/api/route'
import type { AppId, UserId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import { sql } from 'kysely'
import type { Queries, Tx } from '../../platform/db/database.ts'
import { type Page, type PageRequest, pageOf, positionOf } from '../../platform/db/page.ts'

/** A person as shown to others. */
export interface PersonRow {
  readonly id: UserId
  readonly name: string
  readonly email: string
}

/** An app as one of its members sees it. */
export interface AppRow {
  readonly id: AppId
  readonly name: string
  readonly deliveryMode: 'release' | 'broker'
  /** Role of who asks. */
  readonly role: AppRole
  readonly owner: PersonRow
  readonly createdAt: Instant
  readonly connectionState: 'none' | 'active' | 'suspended'
}

/** A member of an app's team. */
export interface MemberRow {
  readonly user: PersonRow
  readonly role: AppRole
  readonly since: Instant
}

/** Keeps a new app; its owner is a row of its own. */
export async function insertApp(
  tx: Tx,
  app: { readonly id: AppId; readonly name: string; readonly ownerId: UserId; readonly at: Instant },
): Promise<void> {
  await tx
    .insertInto('apps')
    .values({
      id: app.id,
      name: app.name,
      delivery_mode: 'release',
      last_build_number: 0,
      created_by: app.ownerId,
      created_at: app.at,
      updated_at: app.at,
    })
    .execute()
}

// The joins make an app without its owner, or one the person is no member of, as good as absent.
function appsOf(queries: Queries, userId: UserId) {
  return queries
    .selectFrom('apps as a')
    .innerJoin('memberships as m', (join) => join.onRef('m.app_id', '=', 'a.id').on('m.user_id', '=', userId))
    .innerJoin('memberships as o', (join) => join.onRef('o.app_id', '=', 'a.id').on('o.role', '=', 'owner'))
    .innerJoin('users as u', 'u.id', 'o.user_id')
    .select([
      'a.id',
      'a.name',
      'a.delivery_mode',
      'a.created_at',
      'm.role',
      'u.id as owner_id',
      'u.name as owner_name',
      'u.email as owner_email',
    ])
    .select((builder) =>
      builder
        .selectFrom('authorisations as au')
        // `active` sorts before `suspended`: one that works is enough.
        .select((inner) => inner.fn.min('au.state').as('state'))
        .whereRef('au.app_id', '=', 'a.id')
        .where('au.state', '!=', 'ended')
        .as('connection_state'),
    )
}

type AppResult = Awaited<ReturnType<ReturnType<typeof appsOf>['execute']>>[number]

function toApp(row: AppResult): AppRow {
  return {
    id: row.id,
    name: row.name,
    deliveryMode: row.delivery_mode,
    role: row.role,
    owner: { id: row.owner_id, name: row.owner_name, email: row.owner_email },
    createdAt: row.created_at,
    connectionState:
      row.connection_state === 'active' || row.connection_state === 'suspended' ? row.connection_state : 'none',
  }
}

/** The apps whose team a person is in, oldest first. */
export async function listApps(queries: Queries, userId: UserId, request: PageRequest): Promise<Page<AppRow>> {
  const after = positionOf(request, 'number', 'string')
  let query = appsOf(queries, userId).orderBy('a.created_at').orderBy('a.id')
  if (after !== undefined) query = query.where(sql<boolean>`(a.created_at, a.id) > (${after[0]}, ${after[1]})`)
  const rows = await query.limit(request.limit + 1).execute()
  return pageOf(rows, request, (row) => [row.created_at, row.id], toApp)
}

/** One app as a member sees it; undefined for everybody else. */
export async function findApp(queries: Queries, appId: AppId, userId: UserId): Promise<AppRow | undefined> {
  const row = await appsOf(queries, userId).where('a.id', '=', appId).executeTakeFirst()
  return row && toApp(row)
}

/** Name of an app, whoever asks; undefined when it is gone. */
export async function appName(queries: Queries, appId: AppId): Promise<string | undefined> {
  const row = await queries.selectFrom('apps').select('name').where('id', '=', appId).executeTakeFirst()
  return row?.name
}

/** Renames an app. */
export async function updateAppName(tx: Tx, appId: AppId, name: string, at: Instant): Promise<void> {
  await tx.updateTable('apps').set({ name, updated_at: at }).where('id', '=', appId).execute()
}

/** Deletes an app with its team, builds, authorisations and tokens. The audit log has no tie to it and stays. */
export async function deleteApp(tx: Tx, appId: AppId): Promise<void> {
  await tx.deleteFrom('apps').where('id', '=', appId).execute()
}

function membersOf(queries: Queries, appId: AppId) {
  return queries
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select(['m.role', 'm.created_at', 'u.id', 'u.name', 'u.email'])
    .where('m.app_id', '=', appId)
}

type MemberResult = Awaited<ReturnType<ReturnType<typeof membersOf>['execute']>>[number]

function toMember(row: MemberResult): MemberRow {
  return { user: { id: row.id, name: row.name, email: row.email }, role: row.role, since: row.created_at }
}

/** The team of an app, longest member first. */
export async function listMembers(queries: Queries, appId: AppId, request: PageRequest): Promise<Page<MemberRow>> {
  const after = positionOf(request, 'number', 'string')
  let query = membersOf(queries, appId).orderBy('m.created_at').orderBy('u.id')
  if (after !== undefined) query = query.where(sql<boolean>`(m.created_at, u.id) > (${after[0]}, ${after[1]})`)
  const rows = await query.limit(request.limit + 1).execute()
  return pageOf(rows, request, (row) => [row.created_at, row.id], toMember)
}

/** One member of the team. */
export async function findMember(queries: Queries, appId: AppId, userId: UserId): Promise<MemberRow | undefined> {
  const row = await membersOf(queries, appId).where('u.id', '=', userId).executeTakeFirst()
  return row && toMember(row)
}

/**
 * Locks an app for a change of its team, so that two such changes see each other. SQLite has one writer and needs
 * nothing; on PostgreSQL the touched row is the lock.
 */
export async function lockTeam(tx: Tx, appId: AppId, at: Instant): Promise<boolean> {
  const result = await tx.updateTable('apps').set({ updated_at: at }).where('id', '=', appId).executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Adds a member. Fails as a duplicate when the person is one, or when a second owner would arise. */
export async function insertMember(
  tx: Tx,
  member: { readonly appId: AppId; readonly userId: UserId; readonly role: AppRole; readonly at: Instant },
): Promise<void> {
  await tx
    .insertInto('memberships')
    .values({ app_id: member.appId, user_id: member.userId, role: member.role, created_at: member.at })
    .execute()
}

/** Gives a member another role. */
export async function updateRole(tx: Tx, appId: AppId, userId: UserId, role: AppRole): Promise<void> {
  await tx.updateTable('memberships').set({ role }).where('app_id', '=', appId).where('user_id', '=', userId).execute()
}

/** Removes a member. */
export async function deleteMember(tx: Tx, appId: AppId, userId: UserId): Promise<void> {
  await tx.deleteFrom('memberships').where('app_id', '=', appId).where('user_id', '=', userId).execute()
}
