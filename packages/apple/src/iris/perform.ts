import type { CordonError } from '@cordon/core/errors'
import type { AppleIdContext } from '../apple-id/context.ts'
import type { CookieJar } from '../apple-id/cookies.ts'
import { type CookieAnswer, type CookieRequest, send } from '../apple-id/exchange.ts'
import { type AppleFacts, appleErrors } from '../errors.ts'
import type { AppleRequest, Fetch } from '../transport/exchange.ts'
import { RETRY_RULES } from '../transport/retry.ts'
import type { Perform } from '../transport/task.ts'
import { createTransport } from '../transport.ts'

/** Apple's own name for the place; where it really is, the context knows. */
const BASE_URL = 'https://appstoreconnect.apple.com/iris'
const HOST = 'appstoreconnect.apple.com'
const CONCURRENCY = 4

/**
 * Performs requests of the App Store Connect API with cookies, with everything that a key's requests have: retries, reading back
 * after an unclear write, Apple's refusals in our words. A refused session is not tried again.
 */
export function createIrisPerform(
  context: AppleIdContext,
  jar: CookieJar,
): { readonly perform: Perform; readonly requests: () => number } {
  const { clock, sleep } = context.options
  const transport = createTransport({
    baseUrl: BASE_URL,
    fetch: createCookieFetch(context, jar),
    clock,
    sleep,
    concurrency: CONCURRENCY,
    rules: { unauthorized: RETRY_RULES.final },
  })
  const perform: Perform = async (task, limits) => {
    try {
      return await transport.perform({ ...task, request: withOwnPath(task.request) } as typeof task, limits)
    } catch (error) {
      throw renamed(error)
    }
  }
  return { perform, requests: transport.requests }
}

// What counts in a next link is its query: its host is the one that Apple believes to have, not the one that is asked.
function withOwnPath(request: AppleRequest): AppleRequest {
  if (request.next === undefined) return request
  const { search } = new URL(request.next, BASE_URL)
  return { ...request, next: `${BASE_URL}${request.path}${search}` }
}

/** A `fetch` that proves by cookies who asks. `x-csrf-itc` is what App Store Connect's own pages send. */
function createCookieFetch(context: AppleIdContext, jar: CookieJar): Fetch {
  return async (url, { method = 'GET', body, signal }) => {
    try {
      const answer = await send(context, jar, {
        method: method as CookieRequest['method'],
        host: HOST,
        path: url.pathname,
        pattern: url.pathname.replace(/\/(?=[^/]*\d)(?!v\d+\/)[\w-]+/g, '/{id}'),
        query: Object.fromEntries(url.searchParams),
        headers: {
          accept: 'application/json',
          'x-csrf-itc': '[asc-ui]',
          ...(typeof body === 'string' && { 'content-type': 'application/json' }),
        },
        ...(typeof body === 'string' && { body }),
        ...(signal && { signal }),
      })
      return responseOf(answer)
    } catch (error) {
      // What tells "never sent" from "perhaps done" is the connection's own error.
      if (appleErrors.unreachable.is(error) && error.cause !== undefined) throw error.cause
      throw error
    }
  }
}

const WITHOUT_BODY = new Set([204, 205, 304])

function responseOf({ status, headers, body }: CookieAnswer): Response {
  const given = new Headers(headers)
  // The body is unpacked already.
  for (const name of ['content-encoding', 'content-length', 'set-cookie']) given.delete(name)
  return new Response(WITHOUT_BODY.has(status) ? null : new Uint8Array(body), { status, headers: given })
}

const RENAMED = [
  [appleErrors.key_rejected, appleErrors.session_expired],
  [appleErrors.forbidden_role, appleErrors.app_store_connect_role_insufficient],
] as const

// The table of errors speaks of API keys where there is none here.
function renamed(error: unknown): unknown {
  const row = RENAMED.find(([from]) => from.is(error))
  if (row === undefined) return error
  const { details, detail } = error as CordonError
  return row[1](details as AppleFacts, { cause: error, ...(detail !== undefined && { detail }) })
}
