import { accountRoutes } from '@cordon/api/accounts/routes'
import { call } from '../../../platform/queries.ts'

/** Makes an invitation link to the instance; shown once. */
export function invite(body: { role: 'administrator' | 'member'; note: string }) {
  return call(accountRoutes.invite, { body })
}
