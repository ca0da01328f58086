import { connectionRoutes } from '@cordon/api/connections/routes'
import { call } from '../../../platform/queries.ts'

/** Renames a connection, or sets whether only its owner may choose it. */
export function changeConnection(connectionId: string, body: { name?: string; restricted?: boolean }) {
  return call(connectionRoutes.change, { params: { connectionId }, body })
}
