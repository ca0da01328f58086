import { buildRoutes } from '@cordon/api/builds/routes'
import { call } from '../../../platform/queries.ts'

/** Ends a running build; its token stops working at once. */
export function abortBuild(buildId: string) {
  return call(buildRoutes.abort, { params: { buildId } })
}
