import { CordonError } from '@cordon/core/errors'
import { z } from 'zod'
import { kindOfCode } from './catalogue.ts'
import { clientErrors, requestErrors } from './errors.ts'
import { problem } from './problem.ts'
import type { RequestOf, ResponseOf, Route } from './route.ts'

export interface ClientOptions {
  /** Where the server is, without `/api`; a trailing slash does no harm. */
  readonly baseUrl: string
  readonly fetch: typeof fetch
  /** Headers of every call, such as `authorization`. Called each time, so that a token can be replaced. */
  readonly headers?: () => Record<string, string>
  readonly timeoutMs?: number
}

export interface Client {
  /** Calls one operation. Throws a `CordonError` with the server's code, or `client.unreachable`, `client.unexpected_answer`, or in a browser `client.redirected`. */
  call<R extends Route>(route: R, ...request: Arguments<R>): Promise<ResponseOf<R>>
}

type Arguments<R extends Route> = Record<string, never> extends RequestOf<R> ? [request?: RequestOf<R>] : [RequestOf<R>]

interface LooseRequest {
  readonly params?: Record<string, unknown>
  readonly query?: Record<string, unknown>
  readonly body?: unknown
}

const DEFAULT_TIMEOUT_MS = 60_000

/** The typed client of Cordon's API, for web, command line and steps. */
export function createClient(options: ClientOptions): Client {
  const baseUrl = options.baseUrl.replace(/\/+$/, '')
  return {
    async call(route, ...[request]) {
      const loose = (request ?? {}) as LooseRequest
      const url = baseUrl + fillPath(route.path, loose.params ?? {}) + queryString(loose.query ?? {})
      const response = await send(options, route, url, loose.body)
      return readAnswer(route, url, response)
    },
  }
}

async function send(options: ClientOptions, route: Route, url: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers?.() }
  if (body !== undefined) headers['content-type'] = 'application/json'
  try {
    return await options.fetch(url, {
      method: route.method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // No server of Cordon leads elsewhere, and what is sent, such as a password, is for this one alone.
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    })
  } catch (cause) {
    throw unreachable(url, cause)
  }
}

async function readAnswer<R extends Route>(route: R, url: string, response: Response): Promise<ResponseOf<R>> {
  if (response.type === 'opaqueredirect') throw redirected(url)
  const text = await readText(url, response)
  if (!response.ok) throw toError(route, url, response, text)
  if (route.response === undefined) return undefined as ResponseOf<R>
  const json = parseJson(text)
  if (json === undefined) throw unexpected(url, response, 'and no JSON')
  const parsed = route.response.safeParse(json)
  if (!parsed.success) throw unexpected(url, response, `and other fields: ${z.prettifyError(parsed.error)}`)
  return parsed.data as ResponseOf<R>
}

async function readText(url: string, response: Response): Promise<string> {
  try {
    return await response.text()
  } catch (cause) {
    throw unreachable(url, cause)
  }
}

function toError({ method, path }: Route, url: string, response: Response, text: string): CordonError {
  const location = response.headers.get('location')
  if (location !== null && URL.canParse(location, url))
    return unexpected(url, response, `and leads to ${pageOf(new URL(location, url))}`)
  const parsed = problem.safeParse(parseJson(text))
  if (!parsed.success) return unexpected(url, response, 'and not the reason as Cordon tells it')
  // This client asks for nothing that a server of its version does not have.
  if (parsed.data.code === requestErrors.unknown_route.code)
    return unexpected(url, response, `and says that it has no ${method} ${path}`)
  const { code, status, title, remedy, detail, details, fields, requestId } = parsed.data
  const values = { ...details, ...(fields ? { fields } : {}), requestId }
  return new CordonError(
    code,
    { status, kind: kindOfCode(code), title, remedy },
    values,
    detail === undefined ? {} : { detail },
  )
}

/** Without what may be secret in it. */
function pageOf({ origin, pathname }: URL): string {
  return origin + pathname
}

function unreachable(url: string, cause: unknown): CordonError {
  return clientErrors.unreachable({}, { detail: `no answer from ${new URL(url).origin}`, cause })
}

// A browser hides the status of a redirect that is not followed, and where it leads.
function redirected(url: string): CordonError {
  const { origin } = new URL(url)
  return clientErrors.redirected(
    {},
    { detail: `${origin} answers with a redirect. It is not followed: what was sent is for that server alone` },
  )
}

function unexpected(url: string, { status }: Response, what: string): CordonError {
  return clientErrors.unexpected_answer(
    { status },
    { detail: `${new URL(url).origin} answers with HTTP ${status} ${what}` },
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Puts parameters into a path, percent-encoded. Throws a TypeError for a missing one. */
export function fillPath(path: string, params: Record<string, unknown>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const value = params[name]
    if (value === undefined) throw new TypeError(`path parameter "${name}" is missing`)
    return encodeURIComponent(String(value))
  })
}

function queryString(query: Record<string, unknown>): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined)
  if (pairs.length === 0) return ''
  return `?${new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, String(value)])).toString()}`
}
