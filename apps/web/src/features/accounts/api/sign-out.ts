import { accountRoutes } from '@cordon/api/accounts/routes'
import { call } from '../../../platform/queries.ts'

/** Ends this session. */
export function signOut() {
  return call(accountRoutes.signOut, {})
}
