import { auditRoutes } from '@cordon/api/audit/routes'
import { call } from '../../../platform/queries.ts'

/** Checks every chain of the audit log. */
export function verifyInstanceAudit() {
  return call(auditRoutes.verifyInstance, {})
}
