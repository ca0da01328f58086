import { accountRoutes } from '@cordon/api/accounts/routes'
import { call, usePages } from '../../../platform/queries.ts'

/** Everybody on the instance; for administrators. */
export function usePeople() {
  return usePages([accountRoutes.people.id], (cursor) => call(accountRoutes.people, { query: { cursor } }))
}
