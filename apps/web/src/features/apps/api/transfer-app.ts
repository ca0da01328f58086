import { appRoutes } from '@cordon/api/apps/routes'
import { call } from '../../../platform/queries.ts'

/** Makes another member the owner. */
export function transferApp(appId: string, userId: string) {
  return call(appRoutes.transfer, { params: { appId }, body: { userId } })
}
