import type { Answer, Caller, Incoming, Service } from '../../http/service.ts'
import type { World } from '../../world/world.ts'
import { type JsonObject, jsonBody } from './body.ts'

/** A routed request: `ids` are the variable parts of the path. */
export interface WebCall {
  readonly world: World
  readonly request: Incoming
  readonly ids: readonly string[]
  readonly caller: Caller
}

/** One operation of a service that is made for browsers. */
export interface WebRoute {
  /** Names it in the log and for faults. */
  readonly operation: string
  readonly methods: readonly string[]
  /** Path within the service, with `*` for a variable part. */
  readonly path: string
  /** Fields of a JSON body that the log keeps; all others may be secrets. */
  readonly logged?: readonly string[]
  answer(call: WebCall): Answer
}

/** What a service of this kind is made of. */
export interface WebParts {
  readonly name: string
  readonly prefix: string
  readonly routes: readonly WebRoute[]
  /** What a path that leads nowhere is answered. */
  readonly notFound: Answer
  readonly faultBody: NonNullable<Service['faultBody']>
}

/** An answer that ends the handling of a request. */
export class Refusal extends Error {
  readonly answer: Answer

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`)
    this.answer = answer
  }
}

interface Found {
  readonly route: WebRoute
  readonly ids: readonly string[]
}

function idsIn(pattern: readonly string[], path: readonly string[]): string[] | undefined {
  const isFit = pattern.length === path.length && pattern.every((part, index) => part === '*' || part === path[index])
  return isFit ? path.filter((_, index) => pattern[index] === '*') : undefined
}

function findRoute(routes: readonly WebRoute[], { method, path }: Incoming): Found | undefined {
  const given = path.split('/')
  for (const route of routes) {
    const ids = route.methods.includes(method) ? idsIn(route.path.split('/'), given) : undefined
    if (ids !== undefined) return { route, ids }
  }
  return undefined
}

function isOtherMethod(routes: readonly WebRoute[], request: Incoming): boolean {
  return routes.some((route) => idsIn(route.path.split('/'), request.path.split('/')) !== undefined)
}

function answer(parts: WebParts, world: World, request: Incoming, caller: Caller): Answer {
  const found = findRoute(parts.routes, request)
  if (found === undefined) return isOtherMethod(parts.routes, request) ? { status: 405 } : parts.notFound
  try {
    return found.route.answer({ world, request, ids: found.ids, caller })
  } catch (error) {
    if (error instanceof Refusal) return error.answer
    throw error
  }
}

function loggedBody(parts: WebParts, request: Incoming): JsonObject | null {
  const body = jsonBody(request)
  const kept = findRoute(parts.routes, request)?.route.logged ?? []
  if (body === undefined) return null
  return Object.fromEntries(Object.entries(body).filter(([name]) => kept.includes(name)))
}

/** Makes a service from its table of routes. Whoever asks is known by cookies, and bodies stay out of the log. */
export function createWebService(parts: WebParts): Service {
  return {
    name: parts.name,
    prefix: parts.prefix,
    operationOf: (request) =>
      findRoute(parts.routes, request)?.route.operation ?? `${parts.name} ${request.method} ${request.path}`,
    answer: async (request, _operation, world, caller) => answer(parts, world, request, caller),
    loggedBody: (request) => loggedBody(parts, request),
    faultBody: parts.faultBody,
  }
}
