import { appRoutes } from '@cordon/api/apps/routes'
import { call } from '../../../platform/queries.ts'

/** Creates an app whose owner is the caller. */
export function createApp(body: { name: string }) {
  return call(appRoutes.create, { body })
}
