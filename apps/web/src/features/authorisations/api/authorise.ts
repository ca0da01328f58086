import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import { call } from '../../../platform/queries.ts'

/** Chooses the connection that the app uses from the next build on. */
export function authorise(appId: string, type: 'app_store_connect_api_key', connectionId: string) {
  return call(authorisationRoutes.authorise, { params: { appId, type }, body: { connectionId } })
}
