import { accountRoutes } from '@cordon/api/accounts/routes'
import { call } from '../../../platform/queries.ts'

/** Makes the first administrator and signs them in. */
export function setUp(body: { token: string; name: string; email: string; password: string }) {
  return call(accountRoutes.setUp, { body })
}
