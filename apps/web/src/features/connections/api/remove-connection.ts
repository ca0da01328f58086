import { connectionRoutes } from '@cordon/api/connections/routes'
import { call } from '../../../platform/queries.ts'

/** Removes a connection and its secret. */
export function removeConnection(connectionId: string) {
  return call(connectionRoutes.remove, { params: { connectionId } })
}
