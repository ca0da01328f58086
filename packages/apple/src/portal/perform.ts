import type { CordonError } from '@cordon/core/errors'
import type { AppleIdContext } from '../apple-id/context.ts'
import { type AppleFacts, appleErrors } from '../errors.ts'
import type { AppleRequest } from '../transport/exchange.ts'
import { RETRY_RULES } from '../transport/retry.ts'
import type { Perform } from '../transport/task.ts'
import { createTransport } from '../transport.ts'
import type { PortalLine } from './line.ts'
import { createTunnel } from './tunnel.ts'

/** Apple's own name for the place; where it really is, the line knows. */
const BASE_URL = 'https://developer.apple.com/services-account'
/** Fewer than with a key: Apple's limits on sessions are not known, and requests keep a distance anyway. */
const CONCURRENCY = 2

/**
 * Performs requests of the App Store Connect API at the portal, with everything that a key's requests have: retries, reading back
 * after an unclear write, Apple's refusals in our words. A refused session is not tried again.
 */
export function createPortalPerform(context: AppleIdContext, line: PortalLine, teamId: string): Perform {
  const { clock, sleep } = context.options
  const transport = createTransport({
    baseUrl: BASE_URL,
    fetch: createTunnel(line, teamId),
    clock,
    sleep,
    concurrency: CONCURRENCY,
    rules: { unauthorized: RETRY_RULES.final },
  })
  return async (task, limits) => {
    try {
      return await transport.perform({ ...task, request: withOwnPath(task.request) } as typeof task, limits)
    } catch (error) {
      throw renamed(error)
    }
  }
}

// In which form the portal gives its next links is not known; what counts in them is the query.
function withOwnPath(request: AppleRequest): AppleRequest {
  if (request.next === undefined) return request
  const { search } = new URL(request.next, BASE_URL)
  return { ...request, next: `${BASE_URL}${request.path}${search}` }
}

const RENAMED = [
  [appleErrors.key_rejected, appleErrors.portal_session_expired],
  [appleErrors.forbidden_role, appleErrors.apple_id_role_insufficient],
  [appleErrors.rate_limited, appleErrors.portal_unavailable],
] as const

// The table of errors speaks of API keys where there is none here.
function renamed(error: unknown): unknown {
  const row = RENAMED.find(([from]) => from.is(error))
  if (row === undefined) return error
  const { details, detail } = error as CordonError
  return row[1](details as AppleFacts, { cause: error, ...(detail !== undefined && { detail }) })
}
