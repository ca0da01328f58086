import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import type { ConnectionTypeName } from '@cordon/api/connections/schema'
import { call } from '../../../platform/queries.ts'

/** Chooses the connection that the app uses from the next build on. */
export function authorise(appId: string, type: ConnectionTypeName, connectionId: string) {
  return call(authorisationRoutes.authorise, { params: { appId, type }, body: { connectionId } })
}
