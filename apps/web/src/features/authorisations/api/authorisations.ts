import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import { readOf } from '../../../platform/queries.ts'

/** What an app may use, and what could be chosen. */
export function authorisationsQuery(appId: string) {
  return readOf(authorisationRoutes.list, { params: { appId } })
}
