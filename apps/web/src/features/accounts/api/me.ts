import { accountRoutes } from '@cordon/api/accounts/routes'
import { readOf } from '../../../platform/queries.ts'

/** Who is signed in. */
export const meQuery = readOf(accountRoutes.me, {})
