import { accountRoutes } from '@cordon/api/accounts/routes'
import { call, usePages } from '../../../platform/queries.ts'

/** Where the person is signed in. */
export function useSessions() {
  return usePages([accountRoutes.sessions.id], (cursor) => call(accountRoutes.sessions, { query: { cursor } }))
}
