import { internalErrors, requestErrors } from '@cordon/api/errors'
import type { Problem } from '@cordon/api/problem'
import { type CordonError, isCordonError } from '@cordon/core/errors'
import { explainNotReached } from '../outgoing/reach.ts'

/** Turns whatever was thrown into one of the catalogue's errors; what is not ours becomes `internal.failed`. */
export function toCordonError(error: unknown, bodyLimitBytes: number): CordonError {
  if (isCordonError(error)) return error
  const known = FRAMEWORK_ERRORS[codeOf(error)]
  if (known !== undefined) return known(bodyLimitBytes)
  // The JSON parser refuses "__proto__" and the like without a code of its own.
  if (error instanceof SyntaxError) return requestErrors.not_json()
  return internalErrors.failed({}, { cause: error })
}

// Fastify's own refusals, by its code.
const FRAMEWORK_ERRORS: Readonly<Record<string, (bodyLimitBytes: number) => CordonError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (limitBytes) => requestErrors.too_large({ limitBytes }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => requestErrors.unsupported_media_type(),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => requestErrors.not_json(),
  FST_ERR_CTP_INVALID_JSON_BODY: () => requestErrors.not_json(),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => requestErrors.not_json(),
  FST_ERR_BAD_URL: () => requestErrors.unknown_route(),
  FST_ERR_ASYNC_CONSTRAINT: () => requestErrors.unknown_route(),
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** The answer for an error. `fields` stand beside the other details, as the contract says. */
export function problemOf(error: CordonError, requestId: string, publicUrl: string): Problem {
  const { fields, ...details } = error.details as { fields?: Problem['fields'] } & Record<string, unknown>
  const { detail, remedy } = wordsOf(error)
  return {
    type: `${publicUrl}/errors/${error.code}`,
    code: error.code,
    title: error.title,
    status: error.status,
    ...(detail === undefined ? {} : { detail }),
    remedy,
    requestId,
    ...(fields === undefined ? {} : { fields }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
    error_msg: `${detail ?? error.title}. ${remedy}`,
  }
}

// "Check the network" helps nobody who can be told what is wrong with it.
function wordsOf(error: CordonError): { readonly detail: string | undefined; readonly remedy: string } {
  const known = error.kind === 'upstream' ? explainNotReached(error) : undefined
  return known === undefined ? error : { detail: known.text, remedy: known.remedy }
}
