import { accountRoutes } from '@cordon/api/accounts/routes'
import { call } from '../../../platform/queries.ts'

/** Accepts an invitation: as who is signed in, or with a new account. */
export function acceptInvitation(body: { token: string; account?: { name: string; email: string; password: string } }) {
  return call(accountRoutes.acceptInvitation, { body })
}
