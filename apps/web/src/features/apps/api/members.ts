import { appRoutes } from '@cordon/api/apps/routes'
import { call, usePages } from '../../../platform/queries.ts'

/** The team of an app. */
export function useMembers(appId: string) {
  return usePages([appRoutes.members.id, appId], (cursor) =>
    call(appRoutes.members, { params: { appId }, query: { cursor } }),
  )
}
