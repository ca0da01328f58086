import { connectionRoutes } from '@cordon/api/connections/routes'
import { call } from '../../../platform/queries.ts'

/** Tries a stored connection against Apple now. */
export function testConnection(connectionId: string) {
  return call(connectionRoutes.test, { params: { connectionId } })
}
