import { connectionRoutes } from '@cordon/api/connections/routes'
import { call } from '../../../platform/queries.ts'

/** Gives a connection to another person of the instance. */
export function transferConnection(connectionId: string, body: { email: string }) {
  return call(connectionRoutes.transfer, { params: { connectionId }, body })
}
