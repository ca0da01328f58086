import { appRoutes } from '@cordon/api/apps/routes'
import { call } from '../../../platform/queries.ts'

/** Makes an invitation link to the team; shown once. */
export function inviteMember(appId: string, body: { role: 'admin' | 'developer' | 'tester'; note: string }) {
  return call(appRoutes.invite, { params: { appId }, body })
}
