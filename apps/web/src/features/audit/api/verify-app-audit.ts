import { auditRoutes } from '@cordon/api/audit/routes'
import { call } from '../../../platform/queries.ts'

/** Checks the chain of an app's audit log. */
export function verifyAppAudit(appId: string) {
  return call(auditRoutes.verifyApp, { params: { appId } })
}
