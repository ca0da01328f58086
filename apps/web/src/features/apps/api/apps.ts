import { appRoutes } from '@cordon/api/apps/routes'
import { call, usePages } from '../../../platform/queries.ts'

/** Apps whose team the person is in. */
export function useApps() {
  return usePages([appRoutes.list.id], (cursor) => call(appRoutes.list, { query: { cursor } }))
}
