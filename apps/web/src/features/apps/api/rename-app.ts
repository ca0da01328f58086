import { appRoutes } from '@cordon/api/apps/routes'
import { call } from '../../../platform/queries.ts'

/** Renames an app. */
export function renameApp(appId: string, body: { name: string }) {
  return call(appRoutes.rename, { params: { appId }, body })
}
