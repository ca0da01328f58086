import { appRoutes } from '@cordon/api/apps/routes'
import { call } from '../../../platform/queries.ts'

/** Takes an invitation to the team back. */
export function revokeAppInvitation(appId: string, invitationId: string) {
  return call(appRoutes.revokeInvitation, { params: { appId, invitationId } })
}
