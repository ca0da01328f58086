import { buildRoutes } from '@cordon/api/builds/routes'
import { call, usePages } from '../../../platform/queries.ts'

const REFRESH_MS = 10_000

/** Builds of an app, newest first; looked at again while the page is open. */
export function useBuilds(appId: string) {
  return usePages(
    [buildRoutes.list.id, appId],
    (cursor) => call(buildRoutes.list, { params: { appId }, query: { cursor } }),
    { refreshMs: REFRESH_MS },
  )
}
