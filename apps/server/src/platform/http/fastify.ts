import { internalErrors, requestErrors } from '@cordon/api/errors'
import type { CordonError } from '@cordon/core/errors'
import { base32 } from '@cordon/core/ids'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { pooled, type RandomBytes } from '../ids.ts'
import type { Log } from '../log.ts'
import { addDeadline, type Deadline } from './deadline.ts'
import { securityHeaders } from './headers.ts'
import { principalId } from './principal.ts'
import { problemOf, toCordonError } from './problems.ts'

/** What the HTTP side needs from the rest. */
export interface FastifyParts {
  readonly log: Log
  readonly randomBytes: RandomBytes
  readonly publicUrl: () => string
  readonly secure: boolean
  /** Proxies whose forwarding headers are believed; empty for none. */
  readonly trustedProxy: string
  /** How long a handler may take; a minute unless told. */
  readonly deadline?: Deadline
}

const REQUEST_TIMEOUT_MS = 30_000
const DEADLINE: Deadline = { limitMs: 60_000, lookEveryMs: 1_000 }
// A connection on which nothing moves is cut, so this is longer than any handler: who waits for an answer gets one.
const CONNECTION_TIMEOUT_MS = 90_000
const KEEP_ALIVE_MS = 72_000
const MAX_PARAM_LENGTH = 200
const REQUEST_ID_BYTES = 10

/** The HTTP server without routes: limits, request ids, headers, problem answers, one log line a request. */
export function createFastify(parts: FastifyParts): FastifyInstance {
  const randomBytes = pooled(parts.randomBytes)
  const fastify = Fastify({
    logger: false,
    genReqId: () => `req_${base32(randomBytes(REQUEST_ID_BYTES))}`,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    trustProxy: parts.trustedProxy === '' ? false : parts.trustedProxy,
    // Clients of the build protocol join URLs by hand and send "//".
    routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error, request, reply) => void sendError(parts, error, request, reply),
  })
  fastify.decorateRequest('principal')
  fastify.decorateReply('outcome')
  addHooks(fastify, parts)
  addDeadline(fastify, parts.deadline ?? DEADLINE, (request, reply) => {
    sendError(parts, internalErrors.late(), request, reply)
  })
  fastify.setErrorHandler<FastifyError>((error, request, reply) => sendError(parts, error, request, reply))
  return fastify
}

function addHooks(fastify: FastifyInstance, parts: FastifyParts): void {
  const headers = securityHeaders(parts.secure)
  fastify.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
  fastify.addHook('onResponse', (request, reply, done) => {
    logRequest(parts.log, request, reply)
    done()
  })
}

function logRequest(log: Log, request: FastifyRequest, reply: FastifyReply): void {
  const principal = request.principal ?? ANONYMOUS
  const fields = {
    requestId: request.id,
    principal: principal.kind,
    ...(principal.kind === 'anonymous' ? {} : { principalId: principalId(principal) }),
    method: request.method,
    // The pattern, not the address: an address may hold what somebody typed.
    route: request.routeOptions.url ?? 'none',
    status: reply.statusCode,
    outcome: reply.outcome ?? 'ok',
    ms: Math.round(reply.elapsedTime * 10) / 10,
  }
  log.info(fields, 'request')
}

const ANONYMOUS = { kind: 'anonymous' } as const

function sendError(parts: FastifyParts, thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = request.raw.readableAborted
    ? requestErrors.broken_off()
    : toCordonError(thrown, request.routeOptions.bodyLimit ?? 0)
  reply.outcome = error.code
  if (error.kind !== 'caller') logFailure(parts.log, error, request.id)
  const retryAfter = error.details.retryAfterSeconds
  if (typeof retryAfter === 'number') reply.header('retry-after', String(retryAfter))
  return reply
    .code(error.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemOf(error, request.id, parts.publicUrl())))
}

// The cause stays in the log. Upstream failures are expected; ours are not, so only they carry a stack.
function logFailure(log: Log, error: CordonError, requestId: string): void {
  const cause = error.cause instanceof Error ? error.cause : undefined
  if (error.kind === 'upstream') {
    log.warn({ requestId, code: error.code, detail: error.detail, cause: cause?.message }, 'upstream failed')
  } else {
    log.error({ requestId, code: error.code, cause: cause?.message, stack: (cause ?? error).stack }, 'request failed')
  }
}

declare module 'fastify' {
  interface FastifyReply {
    /** Code of the error that is answered; undefined for success. */
    outcome: string | undefined
  }
}
