import { AppleError, unreadableBody } from '../../app-store-connect/json-api/errors.ts'
import type { Incoming } from '../../http/service.ts'

/** What a request to the portal's JSON:API asks for, taken out of its wrapping. */
export interface Untunnelled {
  readonly method: string
  /** Undecoded. */
  readonly query: string
  readonly teamId: string | undefined
  /** The JSON:API document of a write, without what the portal adds to it; null when there is none. */
  readonly body: Buffer | null
}

type Json = Record<string, unknown>

const TUNNELLED: ReadonlySet<string> = new Set(['GET', 'DELETE'])

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function parse(body: Buffer | null): unknown {
  if (body === null) return undefined
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** The verb that a request means: the portal's reads and deletions travel as POST. */
export function verbOf(request: Incoming): string {
  const override = request.headers['x-http-method-override']
  const meant = typeof override === 'string' ? override.toUpperCase() : ''
  return request.method === 'POST' && TUNNELLED.has(meant) ? meant : request.method
}

/** `{urlEncodedQueryParams, teamId}`. Nothing there (null, or an empty text) leaves the address's own query in force. */
function openTunnel(request: Incoming, method: string): Untunnelled {
  const wrapping = parse(request.body)
  if (!isJson(wrapping)) throw unreadableBody('The request entity is not a valid JSON document.')
  const { urlEncodedQueryParams = null, teamId } = wrapping
  if (urlEncodedQueryParams !== null && typeof urlEncodedQueryParams !== 'string') {
    throw unreadableBody("'urlEncodedQueryParams' must be a text.")
  }
  return { method, query: text(urlEncodedQueryParams) ?? request.query, teamId: text(teamId), body: null }
}

function dataOf(document: unknown): Json | undefined {
  const data = isJson(document) ? document.data : undefined
  return isJson(data) ? data : undefined
}

/** Takes `teamId` (and spaceship's `permissions`) out of the attributes: the rest is the documented body. */
function unwrap(request: Incoming): Untunnelled {
  const document = parse(request.body)
  const data = dataOf(document)
  const { method, query } = request
  if (data === undefined || !isJson(data.attributes)) return { method, query, teamId: undefined, body: request.body }
  const { teamId, permissions: _permissions, ...attributes } = data.attributes
  const plain = { ...(isJson(document) ? document : {}), data: { ...data, attributes } }
  return { method, query, teamId: text(teamId), body: Buffer.from(JSON.stringify(plain)) }
}

/** Reads a request of the portal's JSON:API. Refuses with 400 a wrapping that is no JSON. */
export function untunnel(request: Incoming): Untunnelled {
  const verb = verbOf(request)
  if (verb !== request.method) return openTunnel(request, verb)
  if (TUNNELLED.has(verb)) throw notTunnelled(verb)
  return unwrap(request)
}

/** The portal names the team in the body, so reads and deletions without one lead nowhere. */
function notTunnelled(verb: string): AppleError {
  return new AppleError(405, [
    {
      code: 'METHOD_NOT_ALLOWED',
      title: 'The request method is not allowed',
      detail: `Send POST with the header X-HTTP-Method-Override: ${verb}`,
    },
  ])
}
