import { accountRoutes } from '@cordon/api/accounts/routes'
import { call } from '../../../platform/queries.ts'

/** Shows what an invitation link is for. */
export function previewInvitation(token: string) {
  return call(accountRoutes.previewInvitation, { body: { token } })
}
