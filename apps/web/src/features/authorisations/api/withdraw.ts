import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import { call } from '../../../platform/queries.ts'

/** Lets the app use no connection of this type. */
export function withdraw(appId: string, type: 'app_store_connect_api_key') {
  return call(authorisationRoutes.withdraw, { params: { appId, type } })
}
