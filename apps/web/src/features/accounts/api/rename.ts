import { accountRoutes } from '@cordon/api/accounts/routes'
import { call } from '../../../platform/queries.ts'

/** Changes the name that others see. */
export function rename(body: { name: string }) {
  return call(accountRoutes.rename, { body })
}
