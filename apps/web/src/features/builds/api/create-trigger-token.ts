import { buildRoutes } from '@cordon/api/builds/routes'
import { call } from '../../../platform/queries.ts'

/** Makes a trigger token; the answer is the only one that holds it. */
export function createTriggerToken(appId: string, body: { name: string; expiresInDays: number | null }) {
  return call(buildRoutes.createTriggerToken, { params: { appId }, body })
}
