import { accountRoutes } from '@cordon/api/accounts/routes'
import { call } from '../../../platform/queries.ts'

/** Changes the password and ends the other sessions. */
export function changePassword(body: { currentPassword: string; newPassword: string }) {
  return call(accountRoutes.changePassword, { body })
}
