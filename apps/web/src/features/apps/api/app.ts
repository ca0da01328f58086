import { appRoutes } from '@cordon/api/apps/routes'
import { readOf } from '../../../platform/queries.ts'

/** One app. */
export function appQuery(appId: string) {
  return readOf(appRoutes.read, { params: { appId } })
}
