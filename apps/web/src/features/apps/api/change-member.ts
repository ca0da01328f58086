import { appRoutes } from '@cordon/api/apps/routes'
import { call } from '../../../platform/queries.ts'

/** Changes a member's role. */
export function changeMember(appId: string, userId: string, role: 'admin' | 'developer' | 'tester') {
  return call(appRoutes.changeMember, { params: { appId, userId }, body: { role } })
}
