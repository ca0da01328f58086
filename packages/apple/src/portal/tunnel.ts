import type { CookieAnswer } from '../apple-id/exchange.ts'
import { appleErrors } from '../errors.ts'
import { member } from '../transport/answer.ts'
import type { Fetch } from '../transport/exchange.ts'
import type { PortalLine } from './line.ts'

const JSON_API = 'application/vnd.api+json'
/** Verbs that the portal takes only inside of a POST, with the query in the body. */
const TUNNELLED = new Set(['GET', 'DELETE'])

/**
 * A `fetch` that brings requests of the App Store Connect API to the portal's copy of it: proved by cookies, with the team in
 * every body. Source: observed (fastlane spaceship, @expo/apple-utils).
 */
export function createTunnel(line: PortalLine, teamId: string): Fetch {
  return async (url, { method = 'GET', body, signal }) => {
    const isTunnelled = TUNNELLED.has(method)
    try {
      const answer = await line.send({
        method: isTunnelled || method === 'POST' ? 'POST' : 'PATCH',
        path: url.pathname,
        isRead: method === 'GET',
        headers: {
          accept: JSON_API,
          'content-type': JSON_API,
          ...(isTunnelled && { 'x-http-method-override': method }),
        },
        body: isTunnelled ? queryBody(url, teamId) : withTeam(body, teamId),
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

function queryBody(url: URL, teamId: string): string {
  return JSON.stringify({ urlEncodedQueryParams: url.search.slice(1), teamId })
}

function withTeam(body: unknown, teamId: string): string {
  const document: unknown = JSON.parse(typeof body === 'string' ? body : '{}')
  const data = member(document, 'data')
  const attributes = member(data, 'attributes')
  return JSON.stringify({ data: { ...asObject(data), attributes: { ...asObject(attributes), teamId } } })
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

const WITHOUT_BODY = new Set([204, 205, 304])

function responseOf({ status, headers, body }: CookieAnswer): Response {
  const given = new Headers(headers)
  // The body is unpacked already.
  for (const name of ['content-encoding', 'content-length', 'set-cookie']) given.delete(name)
  return new Response(WITHOUT_BODY.has(status) ? null : new Uint8Array(body), { status, headers: given })
}
