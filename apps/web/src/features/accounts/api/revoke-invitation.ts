import { accountRoutes } from '@cordon/api/accounts/routes'
import { call } from '../../../platform/queries.ts'

/** Takes an invitation back. */
export function revokeInvitation(invitationId: string) {
  return call(accountRoutes.revokeInvitation, { params: { invitationId } })
}
