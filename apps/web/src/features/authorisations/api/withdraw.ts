import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import type { ConnectionTypeName } from '@cordon/api/connections/schema'
import { call } from '../../../platform/queries.ts'

/** Lets the app use no connection of this type. */
export function withdraw(appId: string, type: ConnectionTypeName) {
  return call(authorisationRoutes.withdraw, { params: { appId, type } })
}
