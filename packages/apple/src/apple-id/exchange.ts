import type { CordonError } from '@cordon/core/errors'
import { SECOND_MS } from '@cordon/core/instant'
import { appleErrors } from '../errors.ts'
import { BodyTooLarge, listMember, MAX_BODY_BYTES, member, parseJson, readBody } from '../transport/answer.ts'
import { failureCode } from '../transport/exchange.ts'
import type { AppleIdContext } from './context.ts'
import type { CookieJar } from './cookies.ts'
import { type AppleHost, urlAt } from './hosts.ts'

/** One request with the cookies of an account. */
export interface CookieRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly host: AppleHost
  readonly path: string
  /** The path with `{id}` in the places of ids, for logs and errors; the path if absent. */
  readonly pattern?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Nothing of the account is sent or kept. */
  readonly isAnonymous?: true
  /** Ends this request with its reason, besides the signal of the context. */
  readonly signal?: AbortSignal
  /** A connection that fails is tried once more. Only for what changes nothing and gives nothing away. */
  readonly isRepeatable?: true
}

/** What came back. */
export interface CookieAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
  /** The JSON document; undefined when the body is empty or something else. */
  readonly document: unknown
  /** Apple's error codes: `X-Apple-I-Ercd` first, then those of the body. Safe to log. */
  readonly codes: readonly string[]
}

const DEFAULT_TIMEOUT_MS = 30 * SECOND_MS

/**
 * Sends a request and keeps the cookies of the answer. Redirects are not followed: cookies must not travel.
 * Throws `apple.unreachable`, `apple.timed_out`, `apple.unexpected_answer` (far too large), or the reason of the signal.
 */
export async function send(context: AppleIdContext, jar: CookieJar, request: CookieRequest): Promise<CookieAnswer> {
  try {
    return await sendOnce(context, jar, request)
  } catch (error) {
    const isConnection = appleErrors.unreachable.is(error) || appleErrors.timed_out.is(error)
    if (request.isRepeatable !== true || !isConnection) throw error
    return sendOnce(context, jar, request)
  }
}

async function sendOnce(context: AppleIdContext, jar: CookieJar, request: CookieRequest): Promise<CookieAnswer> {
  const { fetch, clock, onExchange, timeoutMs = DEFAULT_TIMEOUT_MS } = context.options
  const signals = [context.options.signal, request.signal].filter((signal) => signal !== undefined)
  const throwIfAborted = () => {
    for (const signal of signals) signal.throwIfAborted()
  }
  const url = urlAt(context.origins, request)
  if (url === undefined) throw appleErrors.unreachable({ operation: operationOf(request) })
  await context.pace(request.host)
  throwIfAborted()
  const startedAt = clock.now()
  const deadline = AbortSignal.timeout(timeoutMs)
  let answer: CookieAnswer | undefined
  try {
    const response = await fetch(url, initOf(request, jar, AbortSignal.any([...signals, deadline])))
    answer = await readAnswer(response)
  } catch (cause) {
    throwIfAborted()
    throw failureOf(request, new URL(url).host, cause, deadline.aborted)
  } finally {
    onExchange?.({
      method: request.method,
      host: request.host,
      path: request.pattern ?? request.path,
      status: answer?.status,
      codes: answer?.codes ?? [],
      durationMs: clock.now() - startedAt,
      startedAt,
    })
  }
  if (request.isAnonymous !== true) jar.take(answer.headers.getSetCookie(), request)
  return answer
}

/** How a request is called in errors: `POST idmsa.apple.com/appleauth/auth/signin/init`. */
export function operationOf({ method, host, path, pattern = path }: CookieRequest): string {
  return `${method} ${host}${pattern}`
}

function initOf(request: CookieRequest, jar: CookieJar, signal: AbortSignal): RequestInit {
  const cookie = request.isAnonymous === true ? undefined : jar.headerFor(request.host, request.path)
  return {
    method: request.method,
    redirect: 'manual',
    signal,
    headers: { 'user-agent': 'cordon', ...request.headers, ...(cookie !== undefined && { cookie }) },
    ...(request.body !== undefined && { body: request.body }),
  }
}

// The content type is not asked: JSON labelled as HTML has been recorded.
async function readAnswer(response: Response): Promise<CookieAnswer> {
  const body = await readBody(response, MAX_BODY_BYTES)
  const { document } = parseJson(body.toString('utf8'))
  return { status: response.status, headers: response.headers, body, document, codes: codesOf(response, document) }
}

const ERROR_LISTS = ['serviceErrors', 'service_errors', 'validationErrors']
const CODE = /^-?[A-Za-z0-9][\w.-]{0,63}$/

function codesOf({ headers }: Response, document: unknown): readonly string[] {
  const listed = ERROR_LISTS.flatMap((name) => listMember(document, name)).map((error) => member(error, 'code'))
  const codes = [headers.get('x-apple-i-ercd'), ...listed].map(String).filter((code) => CODE.test(code))
  return [...new Set(codes.filter((code) => code !== 'null' && code !== 'undefined'))]
}

function failureOf(request: CookieRequest, host: string, cause: unknown, isTimeout: boolean): CordonError {
  const facts = { operation: operationOf(request) }
  if (cause instanceof BodyTooLarge)
    return appleErrors.unexpected_answer(facts, { cause, detail: 'Apple\u2019s answer is far larger than expected.' })
  if (isTimeout) return appleErrors.timed_out(facts, { cause })
  const code = failureCode(cause)
  // Any other failure can quote the request, and with it what opens the account.
  if (code === undefined) return appleErrors.unreachable(facts)
  return appleErrors.unreachable(facts, { cause, detail: `The connection to ${host} failed: ${code}.` })
}
