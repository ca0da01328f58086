import { appRoutes } from '@cordon/api/apps/routes'
import { call, usePages } from '../../../platform/queries.ts'

/** Open invitations to an app's team. */
export function useAppInvitations(appId: string, enabled: boolean) {
  return usePages(
    [appRoutes.invitations.id, appId],
    (cursor) => call(appRoutes.invitations, { params: { appId }, query: { cursor } }),
    { enabled },
  )
}
