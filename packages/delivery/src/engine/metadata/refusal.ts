import { type CordonError, isCordonError } from '@cordon/core/errors'

const REFUSED_STATUSES = new Set([409, 422])
/** What concerns the connection and not the part: it would befall every other part as well. */
const OF_THE_CONNECTION =
  /^apple\.(session_expired|key_rejected|forbidden_role|app_store_connect_role_insufficient|agreements_required|membership_inactive)$/

/** Says whether Apple has refused one part of the work, and not the one who asks. */
export function isRefusal(error: unknown): error is CordonError {
  return (
    isCordonError(error) &&
    error.kind === 'upstream' &&
    REFUSED_STATUSES.has(error.status) &&
    !OF_THE_CONNECTION.test(error.code)
  )
}
