import type { CordonError } from '@cordon/core/errors'
import { appleError } from '../error-table.ts'
import { type AppleFacts, appleErrors } from '../errors.ts'
import type { EnvelopeFacts, PortalRefusal } from './envelope.ts'

const ERRORS = {
  expired: appleErrors.portal_session_expired,
  unavailable: appleErrors.portal_unavailable,
  'no-membership': appleErrors.membership_inactive,
  'agreement-pending': appleErrors.agreements_required,
  'not-allowed': appleErrors.apple_id_role_insufficient,
  csrf: appleErrors.portal_request_refused,
  unreadable: appleErrors.unexpected_answer,
} as const satisfies Record<Exclude<PortalRefusal, 'refused'>, unknown>

/** The error of a refusal by the old portal. Its sentences are those of the API, so `ERROR_TABLE` reads them. */
export function portalError(
  operation: string,
  { state, facts: { status, resultCode, said } }: { readonly state: PortalRefusal; readonly facts: EnvelopeFacts },
): CordonError {
  const facts: AppleFacts = {
    operation,
    ...(resultCode !== undefined && { appleCode: String(resultCode) }),
    ...(said !== undefined && { appleDetail: said }),
  }
  if (state === 'refused') return appleError(CONFLICT, [{ code: facts.appleCode ?? '', detail: said ?? '' }], facts)
  return ERRORS[state]({ ...facts, appleStatus: status }, said === undefined ? {} : { detail: `Apple says: ${said}` })
}

// The old portal refuses with 200; its rows in the table stand under the status that the API gives.
const CONFLICT = 409
