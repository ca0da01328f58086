import type { ParsedRequest, Route } from '@cordon/api/route'
import { isCordonError } from '@cordon/core/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { z } from 'zod'
import { type AccessParts, authorise, isPresented, type Presented } from './access.ts'
import { requireSameOrigin } from './origin.ts'
import { parseRequest } from './parse.ts'
import type { Principal, PrincipalOf } from './principal.ts'
import type { RateLimit } from './rate-limit.ts'

/** One call as a handler sees it: parsed, and by somebody who may make it. */
export interface Call<R extends Route> extends ParsedRequest<R> {
  readonly principal: PrincipalOf<R>
  readonly requestId: string
  /** IP address of the caller. */
  readonly address: string
  readonly userAgent: string
  /** Puts a `Set-Cookie` header on the answer. */
  setCookie(header: string): void
}

/** What a handler gives: the response before it goes through the schema; where the route has no body it is dropped. */
export type Answer<R extends Route> = R['response'] extends z.ZodType ? z.input<R['response']> : unknown

export type Handler<R extends Route> = (call: Call<R>) => Promise<Answer<R>>

/** How a route is served that is not like the others. */
export interface ServeOptions {
  /** Counts no request that names nobody; only for what anyone may call. */
  readonly uncounted?: boolean
}

/** Where routes are registered. */
export interface Server {
  /** Serves a route of the contract. Throws for one without access, or one that is served already. */
  serve<R extends Route>(route: R, handler: Handler<R>, options?: ServeOptions): void
  /** Every route that is served; documents and tests are made from it. */
  readonly routes: readonly Route[]
}

export interface ServeParts extends Omit<AccessParts, 'known'> {
  /** Asked at each call: the port may be known only after the server listens. */
  readonly publicUrl: () => string
  readonly rateLimit: RateLimit
}

const DEFAULT_BODY_LIMIT_BYTES = 2 * 1024 * 1024

/** Puts routes of the contract on a Fastify instance. */
export function createServer(fastify: FastifyInstance, parts: ServeParts): Server {
  const routes: Route[] = []
  return {
    routes,
    serve(route, handler, options = {}) {
      if (route.access === undefined) throw new TypeError(`route "${route.id}" does not say who may call it`)
      if (routes.some(({ id }) => id === route.id)) throw new TypeError(`route "${route.id}" is served already`)
      const uncounted = options.uncounted === true
      if (uncounted && route.access.who !== 'anyone') throw new TypeError(`route "${route.id}" is not for anyone`)
      routes.push(route)
      register(
        fastify,
        uncounted ? admitUncounted(parts, route) : (request) => admit(parts, route, request),
        parts,
        route,
        handler,
      )
    },
  }
}

type Admit = (request: FastifyRequest) => Promise<Principal>

function register<R extends Route>(
  fastify: FastifyInstance,
  admitted: Admit,
  parts: ServeParts,
  route: R,
  handler: Handler<R>,
): void {
  fastify.route({
    method: route.method as HTTPMethods,
    url: route.path,
    bodyLimit: bodyLimitOf(route),
    // Before the body is read: whoever may not call cannot make the server read either.
    onRequest: async (request) => {
      requireSameOrigin(provenanceOf(request, parts), parts.publicUrl())
      request.principal = await admitted(request)
    },
    handler: async (request, reply) => {
      const parsed = parseRequest(route, request)
      const answer = await handler({ ...parsed, ...callOf(request, reply) } as unknown as Call<R>)
      return send(route, reply, answer)
    },
  })
}

// Who is somebody is known only after the look, so nobody can take another one's place by a token that does not exist. They
// are counted then, also when what they ask for is refused.
function admit(parts: ServeParts, route: Route, request: FastifyRequest): Promise<Principal> {
  const known = (principal: Principal) => parts.rateLimit.count(principal, request.ip)
  return authorise({ ...parts, known }, route, presentedBy(request)).catch((refusal: unknown) => {
    if (isCordonError(refusal) && refusal.status === 401) parts.rateLimit.countRefused(request.ip)
    throw refusal
  })
}

// A token that is presented is looked up, so it counts. Other cookies are a load balancer's own.
function admitUncounted(parts: ServeParts, route: Route): Admit {
  return async (request) =>
    isPresented(parts, presentedBy(request)) ? admit(parts, route, request) : { kind: 'anonymous' }
}

/** Largest body a route accepts, in bytes. */
export function bodyLimitOf(route: Route): number {
  return route.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES
}

function callOf(request: FastifyRequest, reply: FastifyReply) {
  return {
    principal: request.principal,
    requestId: request.id,
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    setCookie: (header: string) => void reply.header('set-cookie', header),
  }
}

function send(route: Route, reply: FastifyReply, answer: unknown): FastifyReply {
  reply.header('cache-control', 'no-store')
  if (route.response === undefined) return reply.code(route.status ?? 204).send()
  // Through the schema: what the contract does not name does not leave.
  const body = JSON.stringify(route.response.parse(answer))
  return reply
    .code(route.status ?? 200)
    .type('application/json; charset=utf-8')
    .send(body)
}

function presentedBy(request: FastifyRequest): Presented {
  return {
    authorization: request.headers.authorization,
    cookie: request.headers.cookie,
    buildToken: headerText(request.headers.build_api_token),
    params: request.params as Record<string, string>,
  }
}

function provenanceOf(request: FastifyRequest, parts: ServeParts) {
  return {
    method: request.method,
    origin: request.headers.origin,
    fetchSite: headerText(request.headers['sec-fetch-site']),
    host: request.headers.host,
    withCookie: parts.cookie.read(request.headers.cookie) !== undefined,
  }
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; undefined until the route has decided. */
    principal: Principal | undefined
  }
}
