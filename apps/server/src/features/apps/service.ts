import { appErrors } from '@cordon/api/apps/errors'
import type { SuspensionReason } from '@cordon/api/authorisations/schema'
import { accessErrors } from '@cordon/api/errors'
import { APP_ROLES, type AppRole } from '@cordon/api/route'
import type { AppId, UserId } from '@cordon/core/ids'
import type { Clock } from '@cordon/core/instant'
import type { Audit } from '../../platform/audit/audit.ts'
import type { AuditInput } from '../../platform/audit/event.ts'
import type { Db, Tx } from '../../platform/db/database.ts'
import type { Page, PageRequest } from '../../platform/db/page.ts'
import { isDuplicate } from '../../platform/db/sql.ts'
import type { By } from '../../platform/http/by.ts'
import { actorOf, type Person } from '../../platform/http/principal.ts'
import { transactionBy } from '../../platform/http/transaction-by.ts'
import type { Ids } from '../../platform/ids.ts'
import {
  type AppRow,
  appName,
  deleteApp,
  deleteMember,
  findApp,
  findMember,
  insertApp,
  insertMember,
  listApps,
  listMembers,
  lockTeam,
  type MemberRow,
  updateAppName,
  updateRole,
} from './store.ts'
import { LEADING_ROLES, leads, losesLead, refuseOwnerChange, refuseRemoval } from './team.ts'

/** Whose connections stop serving an app, and why. */
export interface LostConnections {
  readonly appId: AppId
  readonly connectionOwnerId: UserId
  readonly reason: SuspensionReason
}

/** What apps need from the other features. Both work inside the caller's transaction and give events for the log. */
export interface AppPorts {
  /** Suspends the authorisations of an app that use connections of somebody who leads it no more. */
  readonly suspendConnections: (tx: Tx, lost: LostConnections, by: By) => Promise<AuditInput[]>
  /** Ends what somebody runs who leads an app no more. */
  readonly leadLost: (
    tx: Tx,
    lost: { readonly appId: AppId; readonly userId: UserId; readonly name: string },
    by: By,
  ) => Promise<AuditInput[]>
  /** Ends all authorisations of an app that is about to be deleted. */
  readonly endAuthorisations: (tx: Tx, appId: AppId, by: By) => Promise<AuditInput[]>
}

export interface AppParts extends AppPorts {
  readonly db: Db
  readonly audit: Audit
  readonly ids: Ids
  readonly clock: Clock
}

/** Apps and their teams. Every app has exactly one owner at any time. */
export interface Apps {
  list(userId: UserId, request: PageRequest): Promise<Page<AppRow>>
  /** Throws `app.not_found` for whoever is not in the team. */
  read(appId: AppId, userId: UserId): Promise<AppRow>
  create(name: string, by: By): Promise<AppRow>
  rename(appId: AppId, name: string, by: By): Promise<AppRow>
  remove(appId: AppId, by: By): Promise<void>
  /** Makes another member the owner. Throws `app.member_not_found`. */
  transfer(appId: AppId, userId: UserId, by: By): Promise<AppRow>
  members(appId: AppId, request: PageRequest): Promise<Page<MemberRow>>
  /** Throws `app.member_not_found`, `app.owner_fixed`. */
  changeRole(appId: AppId, userId: UserId, role: Exclude<AppRole, 'owner'>, by: By): Promise<MemberRow>
  /** Throws `app.member_not_found`, `app.owner_fixed`, `access.forbidden`. */
  removeMember(appId: AppId, userId: UserId, by: By): Promise<void>
  /**
   * Adds who accepted an invitation, inside the caller's transaction, and gives the events for the log.
   * Throws `app.already_member`, and `app.not_found` when the app is gone.
   */
  join(tx: Tx, appId: AppId, role: Exclude<AppRole, 'owner'>, by: By): Promise<AuditInput[]>
}

/** Makes the feature. */
export function createApps(parts: AppParts): Apps {
  return {
    list: (userId, request) => listApps(parts.db.queries, userId, request),
    read: (appId, userId) => readApp(parts, appId, userId),
    create: (name, by) => create(parts, name, by),
    rename: (appId, name, by) => rename(parts, appId, name, by),
    remove: (appId, by) => remove(parts, appId, by),
    transfer: (appId, userId, by) => transfer(parts, appId, userId, by),
    members: (appId, request) => listMembers(parts.db.queries, appId, request),
    changeRole: (appId, userId, role, by) => changeRole(parts, appId, userId, role, by),
    removeMember: (appId, userId, by) => removeMember(parts, appId, userId, by),
    join: (tx, appId, role, by) => join(parts, tx, appId, role, by),
  }
}

async function readApp({ db }: AppParts, appId: AppId, userId: UserId): Promise<AppRow> {
  const app = await findApp(db.queries, appId, userId)
  if (app === undefined) throw appErrors.not_found()
  return app
}

async function create(parts: AppParts, name: string, by: By): Promise<AppRow> {
  const { audit, clock } = parts
  const id = parts.ids('app')
  const ownerId = by.principal.userId
  await transactionBy(parts, by, async (tx) => {
    const at = clock.now()
    await insertApp(tx, { id, name, ownerId, at })
    await insertMember(tx, { appId: id, userId: ownerId, role: 'owner', at })
    await audit.append(tx, event(by, { id, name }, 'app.created', `${by.principal.name} created the app "${name}".`))
  })
  return readApp(parts, id, ownerId)
}

async function rename(parts: AppParts, appId: AppId, name: string, by: By): Promise<AppRow> {
  await changeTeam(parts, appId, LEADING_ROLES, by, async (tx, { name: before }) => {
    await updateAppName(tx, appId, name, parts.clock.now())
    const summary = `${by.principal.name} renamed the app "${before}" to "${name}".`
    return [event(by, { id: appId, name }, 'app.renamed', summary, { before, after: name })]
  })
  return readApp(parts, appId, by.principal.userId)
}

async function remove(parts: AppParts, appId: AppId, by: By): Promise<void> {
  await changeTeam(parts, appId, ['owner'], by, async (tx, { name }) => {
    const ended = await parts.endAuthorisations(tx, appId, by)
    await deleteApp(tx, appId)
    return [...ended, event(by, { id: appId, name }, 'app.deleted', `${by.principal.name} deleted the app "${name}".`)]
  })
}

async function transfer(parts: AppParts, appId: AppId, userId: UserId, by: By): Promise<AppRow> {
  const formerId = by.principal.userId
  await changeTeam(parts, appId, ['owner'], by, async (tx, { name }) => {
    const next = await requireMember(tx, appId, userId)
    if (next.role === 'owner') return []
    // In this order: at no moment are there two owners.
    await updateRole(tx, appId, formerId, 'admin')
    await updateRole(tx, appId, userId, 'owner')
    const summary = `${by.principal.name} made ${next.user.name} the owner of the app "${name}".`
    return [event(by, { id: appId, name }, 'app.transferred', summary, { from: formerId, to: userId })]
  })
  return readApp(parts, appId, formerId)
}

async function changeRole(
  parts: AppParts,
  appId: AppId,
  userId: UserId,
  role: Exclude<AppRole, 'owner'>,
  by: By,
): Promise<MemberRow> {
  return transactionOnTeam(parts, appId, LEADING_ROLES, by, async (tx, { name }) => {
    const before = await requireMember(tx, appId, userId)
    refuseOwnerChange(before.role)
    if (before.role === role) return { events: [], result: before }
    await updateRole(tx, appId, userId, role)
    const summary = `${by.principal.name} made ${before.user.name} ${role} of the app "${name}" (was ${before.role}).`
    const changed = event(by, { id: appId, name }, 'member.role_changed', summary, {
      userId,
      before: before.role,
      role,
    })
    const lost = losesLead(before.role, role) ? await loseLead(parts, tx, appId, before.user, 'role_lost', by) : []
    return { events: [changed, ...lost], result: { ...before, role } }
  })
}

async function removeMember(parts: AppParts, appId: AppId, userId: UserId, by: By): Promise<void> {
  await changeTeam(parts, appId, APP_ROLES, by, async (tx, { name, role }) => {
    const member = await requireMember(tx, appId, userId)
    const self = by.principal.userId === userId
    refuseRemoval({ by: role, target: member.role, self })
    await deleteMember(tx, appId, userId)
    const summary = self
      ? `${member.user.name} left the team of the app "${name}".`
      : `${by.principal.name} removed ${member.user.name} from the team of the app "${name}".`
    const removed = event(by, { id: appId, name }, 'member.removed', summary, { userId, role: member.role })
    const lost = leads(member.role) ? await loseLead(parts, tx, appId, member.user, 'left_team', by) : []
    return [removed, ...lost]
  })
}

async function loseLead(
  parts: AppParts,
  tx: Tx,
  appId: AppId,
  { id: userId, name }: { readonly id: UserId; readonly name: string },
  reason: 'role_lost' | 'left_team',
  by: By,
): Promise<AuditInput[]> {
  const suspended = await parts.suspendConnections(tx, { appId, connectionOwnerId: userId, reason }, by)
  return [...suspended, ...(await parts.leadLost(tx, { appId, userId, name }, by))]
}

async function join(
  parts: AppParts,
  tx: Tx,
  appId: AppId,
  role: Exclude<AppRole, 'owner'>,
  by: By,
): Promise<AuditInput[]> {
  const at = parts.clock.now()
  const name = (await lockTeam(tx, appId, at)) ? await appName(tx, appId) : undefined
  if (name === undefined) throw appErrors.not_found()
  const { userId } = by.principal
  if ((await findMember(tx, appId, userId)) !== undefined) throw appErrors.already_member()
  await insertMember(tx, { appId, userId, role, at }).catch((error: unknown) => {
    throw isDuplicate(error) ? appErrors.already_member({}, { cause: error }) : error
  })
  const summary = `${by.principal.name} joined the team of the app "${name}" as ${role}.`
  return [event(by, { id: appId, name }, 'member.joined', summary, { userId, role })]
}

/** The app and the caller's role in it, as they are inside the transaction. */
interface Team {
  readonly name: string
  readonly role: AppRole
}

async function changeTeam(
  parts: AppParts,
  appId: AppId,
  needs: readonly AppRole[],
  by: By,
  work: (tx: Tx, team: Team) => Promise<AuditInput[]>,
): Promise<void> {
  await transactionOnTeam(parts, appId, needs, by, async (tx, team) => ({
    events: await work(tx, team),
    result: undefined,
  }))
}

/**
 * One change of an app and its team at a time; state and log are kept together. The caller's role is read again here:
 * it may have changed since the request was let in.
 */
async function transactionOnTeam<T>(
  parts: AppParts,
  appId: AppId,
  needs: readonly AppRole[],
  by: By,
  work: (tx: Tx, team: Team) => Promise<{ readonly events: readonly AuditInput[]; readonly result: T }>,
): Promise<T> {
  return transactionBy(parts, by, async (tx) => {
    const name = (await lockTeam(tx, appId, parts.clock.now())) ? await appName(tx, appId) : undefined
    const own = await findMember(tx, appId, by.principal.userId)
    if (name === undefined || own === undefined) throw appErrors.not_found()
    if (!needs.includes(own.role)) throw accessErrors.forbidden({ needs, has: own.role })
    const { events, result } = await work(tx, { name, role: own.role })
    await parts.audit.append(tx, ...events)
    return result
  })
}

async function requireMember(tx: Tx, appId: AppId, userId: UserId): Promise<MemberRow> {
  const member = await findMember(tx, appId, userId)
  if (member === undefined) throw appErrors.member_not_found()
  return member
}

function event(
  by: By<Person>,
  app: { readonly id: AppId; readonly name: string },
  action: string,
  summary: string,
  details: Readonly<Record<string, unknown>> = {},
): AuditInput {
  return {
    appId: app.id,
    actor: actorOf(by.principal),
    action,
    object: { kind: 'app', id: app.id, name: app.name },
    summary,
    requestId: by.requestId,
    details,
  }
}
