import { authorisationErrors } from '@cordon/api/authorisations/errors'
import type { SuspensionReason } from '@cordon/api/authorisations/schema'
import type { AppId, ConnectionId, UserId } from '@cordon/core/ids'
import type { AuditInput } from '../../platform/audit/event.ts'
import type { Tx } from '../../platform/db/database.ts'
import type { By } from '../../platform/http/by.ts'
import type { AuthorisationParts } from './parts.ts'
import { type AuthorisationRow, endAuthorisations, listCurrent, listLeads, suspendAuthorisations } from './store.ts'
import { event, tellOthers } from './telling.ts'
import { noticeTexts, suspensionText } from './texts.ts'

/** Whose authorisations of which app are suspended, and why. `appId` left out: of every app. */
export interface LostConnections {
  readonly appId?: AppId
  readonly connectionOwnerId: UserId
  readonly reason: SuspensionReason
}

/** Suspends what uses the connections of somebody who may not lend them any more. */
export async function suspendOf(
  parts: AuthorisationParts,
  tx: Tx,
  { appId, connectionOwnerId, reason }: LostConnections,
  by: By,
): Promise<AuditInput[]> {
  const lost = await listCurrent(tx, { ...(appId && { appId }), connectionOwnerId, state: 'active' })
  return suspend(parts, tx, lost, reason, by)
}

/** Suspends what the new owner of a connection does not lead. */
export async function connectionTransferred(
  parts: AuthorisationParts,
  tx: Tx,
  connectionId: ConnectionId,
  by: By,
): Promise<AuditInput[]> {
  const active = await listCurrent(tx, { connectionId, state: 'active' })
  const leadsOf = await readLeads(tx, active)
  const lost = active.filter((one) => !leadsOf(one).includes(one.connection.owner.id))
  return suspend(parts, tx, lost, 'connection_transferred', by)
}

/** Suspends what others than the owner of a connection chose. */
export async function connectionRestricted(
  parts: AuthorisationParts,
  tx: Tx,
  connectionId: ConnectionId,
  by: By,
): Promise<AuditInput[]> {
  const active = await listCurrent(tx, { connectionId, state: 'active' })
  const byOthers = active.filter(({ authorisedBy, connection }) => authorisedBy.id !== connection.owner.id)
  return suspend(parts, tx, byOthers, 'connection_restricted', by)
}

async function suspend(
  parts: AuthorisationParts,
  tx: Tx,
  lost: readonly AuthorisationRow[],
  reason: SuspensionReason,
  by: By,
): Promise<AuditInput[]> {
  await suspendAuthorisations(
    tx,
    lost.map(({ id }) => id),
    reason,
    parts.clock.now(),
  )
  const leadsOf = await readLeads(tx, lost)
  await parts.tell(
    tx,
    lost.flatMap((authorisation) => noticeTexts.suspended(authorisation, reason, leadsOf(authorisation))),
  )
  return lost.map(({ appId, appName: name, connection }) => {
    const why = suspensionText(reason, connection.owner.name)
    const summary = `The app "${name}" may not use the connection "${connection.name}" any more: ${why}.`
    return event(by, appId, connection, 'connection.suspended', summary, { reason, identifier: connection.identifier })
  })
}

/** Ends what one app uses a connection by. Throws `authorisation.not_found`. */
export async function revokeUse(
  parts: AuthorisationParts,
  tx: Tx,
  connectionId: ConnectionId,
  appId: AppId,
  by: By,
): Promise<AuditInput[]> {
  const current = await listCurrent(tx, { connectionId, appId })
  if (current.length === 0) throw authorisationErrors.not_found()
  return end(parts, tx, current, 'revoked', by)
}

/** Ends all of an app, or all of a connection. */
export async function endAll(
  parts: AuthorisationParts,
  tx: Tx,
  selection: { readonly appId: AppId } | { readonly connectionId: ConnectionId },
  how: EndReason,
  by: By,
): Promise<AuditInput[]> {
  return end(parts, tx, await listCurrent(tx, selection), how, by)
}

const END_ACTIONS = {
  withdrawn: 'connection.withdrawn',
  revoked: 'connection.revoked',
  removed: 'connection.removed_from_app',
  app_deleted: 'connection.withdrawn',
} as const

type EndReason = keyof typeof END_ACTIONS

/** Ends authorisations and tells whom it concerns; answers the events for the log. */
export async function end(
  parts: AuthorisationParts,
  tx: Tx,
  ended: readonly AuthorisationRow[],
  how: EndReason,
  by: By,
): Promise<AuditInput[]> {
  await endAuthorisations(
    tx,
    ended.map(({ id }) => id),
    parts.clock.now(),
  )
  const leadsOf = await readLeads(tx, ended)
  await tellOthers(
    parts,
    tx,
    by,
    ended.flatMap((authorisation) => noticeTexts[how](authorisation, by.principal, leadsOf(authorisation))),
  )
  return ended.map(({ appId, appName: name, connection }) => {
    const summary = `${by.principal.name} ended that the app "${name}" uses the connection "${connection.name}" of ${connection.owner.name}.`
    return event(by, appId, connection, END_ACTIONS[how], summary, { reason: how, identifier: connection.identifier })
  })
}

/** Owners and admins of the app of each of some authorisations. */
async function readLeads(
  tx: Tx,
  authorisations: readonly AuthorisationRow[],
): Promise<(authorisation: AuthorisationRow) => UserId[]> {
  const leads = await listLeads(
    tx,
    authorisations.map(({ appId }) => appId),
  )
  return (authorisation) => leads.filter(({ appId }) => appId === authorisation.appId).map(({ userId }) => userId)
}
