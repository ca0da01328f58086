import { accountRoutes } from '@cordon/api/accounts/routes'
import { call } from '../../../platform/queries.ts'

/** Signs a person in; the server sets the cookie. */
export function signIn(body: { email: string; password: string }) {
  return call(accountRoutes.signIn, { body })
}
