import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import type { ConnectionTypeName } from '@cordon/api/connections/schema'
import { call } from '../../../platform/queries.ts'

/** Tries the app's connection against Apple now. */
export function testAuthorisation(appId: string, type: ConnectionTypeName) {
  return call(authorisationRoutes.test, { params: { appId, type } })
}
