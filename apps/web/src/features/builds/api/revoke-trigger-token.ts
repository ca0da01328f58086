import { buildRoutes } from '@cordon/api/builds/routes'
import { call } from '../../../platform/queries.ts'

/** Makes a trigger token useless at once. */
export function revokeTriggerToken(appId: string, triggerTokenId: string) {
  return call(buildRoutes.revokeTriggerToken, { params: { appId, triggerTokenId } })
}
