import { connectionRoutes } from '@cordon/api/connections/routes'
import { call, usePages } from '../../../platform/queries.ts'

/** The person's own connections. */
export function useConnections() {
  return usePages([connectionRoutes.list.id], (cursor) => call(connectionRoutes.list, { query: { cursor } }))
}
