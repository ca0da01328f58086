import { connectionRoutes } from '@cordon/api/connections/routes'
import { readOf } from '../../../platform/queries.ts'

/** One of the person's own connections. */
export function connectionQuery(connectionId: string) {
  return readOf(connectionRoutes.read, { params: { connectionId } })
}
