import { appRoutes } from '@cordon/api/apps/routes'
import { call } from '../../../platform/queries.ts'

/** Deletes an app. */
export function removeApp(appId: string) {
  return call(appRoutes.remove, { params: { appId } })
}
