import { connectionRoutes } from '@cordon/api/connections/routes'
import { call } from '../../../platform/queries.ts'

/** Stores the app-specific password of an Apple ID, or removes it. */
export function setAppSpecificPassword(connectionId: string, appSpecificPassword: string | null) {
  return call(connectionRoutes.setAppSpecificPassword, { params: { connectionId }, body: { appSpecificPassword } })
}
