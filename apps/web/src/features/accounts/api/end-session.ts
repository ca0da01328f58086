import { accountRoutes } from '@cordon/api/accounts/routes'
import { call } from '../../../platform/queries.ts'

/** Signs one device out. */
export function endSession(sessionId: string) {
  return call(accountRoutes.endSession, { params: { sessionId } })
}
