import { accountRoutes } from '@cordon/api/accounts/routes'
import { call } from '../../../platform/queries.ts'

/** Changes an instance role, or disables and enables a person. */
export function changePerson(userId: string, body: { role?: 'administrator' | 'member'; disabled?: boolean }) {
  return call(accountRoutes.changePerson, { params: { userId }, body })
}
