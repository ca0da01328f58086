import { appErrors } from '@cordon/api/apps/errors'
import type { AppRole } from '@cordon/api/route'
import type { AppId, InvitationId, UserId } from '@cordon/core/ids'
import type { Clock, Instant } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import { sql } from 'kysely'
import type { Audit } from '../../platform/audit/audit.ts'
import type { AuditInput } from '../../platform/audit/event.ts'
import type { Db, Queries, Tx } from '../../platform/db/database.ts'
import { type Page, type PageRequest, pageOf, positionOf } from '../../platform/db/page.ts'
import type { By } from '../../platform/http/by.ts'
import { actorOf, type Member } from '../../platform/http/principal.ts'
import { transactionBy } from '../../platform/http/transaction-by.ts'
import { appName } from './store.ts'

/** An open invitation to an app's team. */
export interface InvitationRow {
  readonly id: InvitationId
  readonly role: Exclude<AppRole, 'owner'>
  readonly note: string
  readonly invitedBy: { readonly id: UserId; readonly name: string }
  readonly createdAt: Instant
  readonly expiresAt: Instant
}

/** What somebody is invited to. */
export interface AppInvitation {
  readonly kind: 'app'
  readonly appId: AppId
  readonly role: Exclude<AppRole, 'owner'>
  readonly note: string
}

export interface InvitationParts {
  readonly db: Db
  readonly audit: Audit
  readonly clock: Clock
  /** Makes a link inside the caller's transaction; tokens belong to the accounts feature. */
  readonly makeInvitation: (
    tx: Tx,
    target: AppInvitation,
    by: By,
  ) => Promise<{
    readonly row: { readonly id: InvitationId; readonly created_at: Instant; readonly expires_at: Instant }
    readonly url: Secret<string>
  }>
}

/** Invitations to an app's team: membership starts when one is accepted, not before. */
export interface AppInvitations {
  list(appId: AppId, request: PageRequest): Promise<Page<InvitationRow>>
  invite(
    appId: AppId,
    choice: { readonly role: Exclude<AppRole, 'owner'>; readonly note: string },
    by: By<Member>,
  ): Promise<{ readonly invitation: InvitationRow; readonly url: Secret<string> }>
  /** Throws `app.invitation_not_found`. */
  revoke(appId: AppId, id: InvitationId, by: By<Member>): Promise<void>
}

/** Makes this part of the feature. */
export function createAppInvitations(parts: InvitationParts): AppInvitations {
  return {
    list: (appId, request) => listOpen(parts.db.queries, appId, parts.clock.now(), request),
    invite: (appId, choice, by) => invite(parts, appId, choice, by),
    revoke: (appId, id, by) => revoke(parts, appId, id, by),
  }
}

async function invite(
  parts: InvitationParts,
  appId: AppId,
  choice: { readonly role: Exclude<AppRole, 'owner'>; readonly note: string },
  by: By<Member>,
) {
  return transactionBy(parts, by, async (tx) => {
    const { row, url } = await parts.makeInvitation(tx, { kind: 'app', appId, ...choice }, by)
    const summary = `${by.principal.name} made an invitation link to the team, as ${choice.role}.`
    await parts.audit.append(tx, await event(tx, appId, row.id, 'created', summary, by))
    const { userId, name } = by.principal
    const times = { createdAt: row.created_at, expiresAt: row.expires_at }
    const invitation: InvitationRow = { id: row.id, ...choice, invitedBy: { id: userId, name }, ...times }
    return { invitation, url }
  })
}

async function revoke(parts: InvitationParts, appId: AppId, id: InvitationId, by: By<Member>): Promise<void> {
  await transactionBy(parts, by, async (tx) => {
    if (!(await updateRevoked(tx, appId, id, parts.clock.now()))) throw appErrors.invitation_not_found()
    const summary = `${by.principal.name} took an invitation to the team back.`
    await parts.audit.append(tx, await event(tx, appId, id, 'revoked', summary, by))
  })
}

async function event(
  tx: Tx,
  appId: AppId,
  id: InvitationId,
  what: 'created' | 'revoked',
  summary: string,
  by: By,
): Promise<AuditInput> {
  return {
    appId,
    actor: actorOf(by.principal),
    action: `invitation.${what}`,
    object: { kind: 'invitation', id, name: (await appName(tx, appId)) ?? '' },
    summary,
    requestId: by.requestId,
  }
}

async function listOpen(
  queries: Queries,
  appId: AppId,
  now: Instant,
  request: PageRequest,
): Promise<Page<InvitationRow>> {
  const after = positionOf(request, 'number', 'string')
  let query = queries
    .selectFrom('invitations as i')
    .innerJoin('users as u', 'u.id', 'i.created_by')
    .select(['i.id', 'i.role', 'i.note', 'i.created_at', 'i.expires_at', 'u.id as by_id', 'u.name as by_name'])
    .where('i.app_id', '=', appId)
    .where('i.accepted_at', 'is', null)
    .where('i.revoked_at', 'is', null)
    .where('i.expires_at', '>', now)
    .orderBy('i.created_at', 'desc')
    .orderBy('i.id', 'desc')
  if (after !== undefined) query = query.where(sql<boolean>`(i.created_at, i.id) < (${after[0]}, ${after[1]})`)
  const rows = await query.limit(request.limit + 1).execute()
  return pageOf(
    rows,
    request,
    (row) => [row.created_at, row.id],
    (row) => ({
      id: row.id,
      // Invitations to a team are made with one of its roles, and never as owner.
      role: row.role as InvitationRow['role'],
      note: row.note,
      invitedBy: { id: row.by_id, name: row.by_name },
      createdAt: row.created_at,
      expiresAt: row.expires_at,
    }),
  )
}

async function updateRevoked(tx: Tx, appId: AppId, id: InvitationId, at: Instant): Promise<boolean> {
  const result = await tx
    .updateTable('invitations')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('app_id', '=', appId)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
