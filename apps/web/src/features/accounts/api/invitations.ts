import { accountRoutes } from '@cordon/api/accounts/routes'
import { call, usePages } from '../../../platform/queries.ts'

/** Open invitations to the instance. */
export function useInvitations() {
  return usePages([accountRoutes.invitations.id], (cursor) => call(accountRoutes.invitations, { query: { cursor } }))
}
