import { accountRoutes } from '@cordon/api/accounts/routes'
import { call } from '../../../platform/queries.ts'

/** Makes a token useless at once. */
export function revokePersonalToken(personalTokenId: string) {
  return call(accountRoutes.revokePersonalToken, { params: { personalTokenId } })
}
