import { connectionRoutes } from '@cordon/api/connections/routes'
import { call } from '../../../platform/queries.ts'

/** Takes back an app's authorisation to use the connection. */
export function revokeUse(connectionId: string, appId: string) {
  return call(connectionRoutes.revokeUse, { params: { connectionId, appId } })
}
