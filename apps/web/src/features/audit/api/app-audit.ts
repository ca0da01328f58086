import { auditRoutes } from '@cordon/api/audit/routes'
import { call, usePages } from '../../../platform/queries.ts'

/** Events of an app, newest first. */
export function useAppAudit(appId: string, action: string) {
  return usePages([auditRoutes.ofApp.id, appId, action], (cursor) =>
    call(auditRoutes.ofApp, { params: { appId }, query: { cursor, action: action || undefined } }),
  )
}
