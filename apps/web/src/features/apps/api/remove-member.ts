import { appRoutes } from '@cordon/api/apps/routes'
import { call } from '../../../platform/queries.ts'

/** Removes a member from the team. */
export function removeMember(appId: string, userId: string) {
  return call(appRoutes.removeMember, { params: { appId, userId } })
}
