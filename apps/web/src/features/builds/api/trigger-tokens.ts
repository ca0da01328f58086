import { buildRoutes } from '@cordon/api/builds/routes'
import { call, usePages } from '../../../platform/queries.ts'

/** Tokens with which a CI system starts builds of the app. */
export function useTriggerTokens(appId: string) {
  return usePages([buildRoutes.triggerTokens.id, appId], (cursor) =>
    call(buildRoutes.triggerTokens, { params: { appId }, query: { cursor } }),
  )
}
