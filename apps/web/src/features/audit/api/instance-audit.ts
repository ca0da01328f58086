import { auditRoutes } from '@cordon/api/audit/routes'
import { call, usePages } from '../../../platform/queries.ts'

/** Events of the whole instance, newest first. */
export function useInstanceAudit(action: string) {
  return usePages([auditRoutes.ofInstance.id, action], (cursor) =>
    call(auditRoutes.ofInstance, { query: { cursor, action: action || undefined } }),
  )
}
