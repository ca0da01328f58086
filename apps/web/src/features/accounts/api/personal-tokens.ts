import { accountRoutes } from '@cordon/api/accounts/routes'
import { call, usePages } from '../../../platform/queries.ts'

/** Tokens of the person for the command line and scripts. */
export function usePersonalTokens() {
  return usePages([accountRoutes.personalTokens.id], (cursor) =>
    call(accountRoutes.personalTokens, { query: { cursor } }),
  )
}
