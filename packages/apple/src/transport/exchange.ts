import type { Clock, Instant } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import { type Answer, BodyTooLarge, readAnswer } from './answer.ts'

/** The `fetch` of the platform, or one that behaves like it. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>

/** One request to Apple, before it has a token. */
export interface AppleRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Path from `/v1` on. */
  readonly path: string
  /** The path with `{id}` in the places of ids: for logs and metrics. */
  readonly pattern: string
  /** Lists are sent as one comma-joined value: a repeated parameter is an error at Apple. */
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>
  /** The next page as Apple gave it; replaces path and query. Only followed to the origin of the base URL. */
  readonly next?: string
  readonly body?: unknown
  /** The request names a resource made seconds ago, so "not found" is repeated for a while. */
  readonly awaitsCreation?: boolean
}

/** What is told of every exchange with Apple: no body, no token, no ids. */
export interface Exchange {
  readonly method: AppleRequest['method']
  readonly pattern: string
  /** Undefined when no answer came. */
  readonly status: number | undefined
  readonly durationMs: number
  readonly requestId: string | undefined
  /** 1 for the first try of a request. */
  readonly attempt: number
  readonly startedAt: Instant
}

/** How one try ended. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'too_large' }
  | {
      readonly kind: 'failure'
      readonly situation: 'not_sent' | 'no_answer'
      readonly isTimeout: boolean
      readonly cause: unknown
    }

/** The URL of a request below `baseUrl`. */
export function urlOf(request: AppleRequest, baseUrl: URL): URL {
  if (request.next !== undefined) return new URL(request.next, baseUrl)
  const url = new URL(`${baseUrl.pathname.replace(/\/$/, '')}${request.path}`, baseUrl)
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, Array.isArray(value) ? value.join(',') : String(value))
  }
  return url
}

/** What all exchanges of one client share. */
export interface ExchangeContext {
  readonly fetch: Fetch
  readonly clock: Clock
  readonly timeoutMs: number
  readonly deadline: (timeoutMs: number) => AbortSignal
  readonly maxBodyBytes: number
  readonly onExchange: ((exchange: Exchange) => void) | undefined
}

/** Sends a request once. Throws only when the caller's own signal ends it. */
export async function exchangeOnce(
  request: AppleRequest,
  {
    url,
    token,
    attempt,
    signal,
  }: { url: URL; token: Secret<string> | undefined; attempt: number; signal: AbortSignal | undefined },
  context: ExchangeContext,
): Promise<Outcome> {
  const startedAt = context.clock.now()
  const deadline = context.deadline(context.timeoutMs)
  const outcome = await attemptFetch(context, url, initOf(request, token, anySignal(deadline, signal)), deadline)
  const answer = outcome.kind === 'answer' ? outcome.answer : undefined
  context.onExchange?.({
    method: request.method,
    pattern: request.pattern,
    status: answer?.status,
    durationMs: context.clock.now() - startedAt,
    requestId: answer?.requestId,
    attempt,
    startedAt,
  })
  if (outcome.kind === 'failure') signal?.throwIfAborted()
  return outcome
}

async function attemptFetch(
  context: ExchangeContext,
  url: URL,
  init: RequestInit,
  deadline: AbortSignal,
): Promise<Outcome> {
  try {
    return { kind: 'answer', answer: await readAnswer(await context.fetch(url, init), context.maxBodyBytes) }
  } catch (cause) {
    if (cause instanceof BodyTooLarge) return { kind: 'too_large' }
    return { kind: 'failure', situation: wasSent(cause) ? 'no_answer' : 'not_sent', isTimeout: deadline.aborted, cause }
  }
}

// Redirects are not followed: Apple sends none, and the token must not travel.
function initOf(request: AppleRequest, token: Secret<string> | undefined, signal: AbortSignal): RequestInit {
  return {
    method: request.method,
    redirect: 'manual',
    signal,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token.reveal()}` }),
      accept: 'application/json',
      'user-agent': 'cordon',
      ...(request.body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
  }
}

function anySignal(deadline: AbortSignal, signal: AbortSignal | undefined): AbortSignal {
  return signal === undefined ? deadline : AbortSignal.any([deadline, signal])
}

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])
const TLS_REFUSED = /^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/

function wasSent(cause: unknown): boolean {
  const code = failureCode(cause) ?? ''
  return !NEVER_CONNECTED.has(code) && !TLS_REFUSED.test(code)
}

/** The system's code of a failed connection (`ECONNREFUSED`), found in the error or its cause. */
export function failureCode(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  return failureCode(cause.cause)
}
