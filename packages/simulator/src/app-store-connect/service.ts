import type { Answer, Caller, Incoming, Service } from '../http/service.ts'
import type { TeamKind } from '../world/team.ts'
import type { World } from '../world/world.ts'
import { actorOfKey } from './auth/roles.ts'
import { isInScope } from './auth/scope.ts'
import { createTokenChecker, type Identity, type TokenChecker } from './auth/token.ts'
import { answerRoute } from './json-api/engine.ts'
import {
  AppleError,
  agreementsMissing,
  errorBody,
  forbidden,
  notSimulated,
  operationNotAllowed,
  pathNotFound,
  rateLimited,
} from './json-api/errors.ts'
import type { Registry } from './json-api/resource.ts'
import { allowedOperations, operationId, type Route, routeOf } from './json-api/route.ts'
import { appleOperation } from './operations.ts'

const VERSION = '/v1'
const METHOD_NAMES: Readonly<Record<string, string>> = { POST: 'CREATE', PATCH: 'UPDATE', DELETE: 'DELETE', GET: 'GET' }

/** One of the two hosts that serve the API. */
export interface Host {
  readonly name: string
  readonly prefix: string
  readonly kind: TeamKind
}

/** Whether a routed request leads to a simulated resource: a relationship may lead to one that is not. */
export function isSimulated(route: Route, registry: Registry): boolean {
  if (!('relationship' in route)) return true
  const target = route.resource.relationships[route.relationship]?.target ?? ''
  return registry.has(target)
}

function routeIn(request: Incoming, registry: Registry): Route | undefined {
  if (!request.path.startsWith(`${VERSION}/`)) return undefined
  return routeOf(request.method, request.path.slice(VERSION.length), registry)
}

function operationOf(request: Incoming, registry: Registry): string {
  const route = routeIn(request, registry)
  if (route !== undefined) return operationId(route)
  return appleOperation(request.method, request.path) ?? `${request.method} ${request.path}`
}

/** Why there is no route: not simulated, not offered on this resource, or no such path. */
function refuseUnrouted(request: Incoming, registry: Registry): never {
  const operation = appleOperation(request.method, request.path)
  if (operation !== undefined) throw notSimulated(operation)
  const [type = '', , third] = request.path.slice(VERSION.length + 1).split('/')
  const resource = request.path.startsWith(`${VERSION}/`) ? registry.get(type) : undefined
  if (resource === undefined || third !== undefined || request.path.endsWith('/')) throw pathNotFound(request.path)
  throw operationNotAllowed(type, METHOD_NAMES[request.method] ?? request.method, allowedOperations(resource))
}

/** Whether Apple offers the operation, or tells that it does not: POST apps is answered by naming what is allowed. */
function isOffered(request: Incoming): boolean {
  return appleOperation(request.method, request.path) !== undefined || !/\/v1\/\w+\/[^/]+\/./.test(request.path)
}

function isWrite(request: Incoming): boolean {
  return request.method !== 'GET'
}

async function routed(request: Incoming, identity: Identity, world: World, registry: Registry): Promise<Answer> {
  const { key, team, scope } = identity
  if (scope !== undefined && !isInScope(scope, request.method, request.path, request.query)) throw forbidden()
  if (!team.agreementsInForce) throw agreementsMissing()
  const route = routeIn(request, registry)
  // The engine could do more than Apple offers: what is not in its document is refused.
  if (route === undefined || !isOffered(request)) return refuseUnrouted(request, registry)
  if (!isSimulated(route, registry)) throw notSimulated(operationId(route))
  const call = { world, team, actor: actorOfKey(key), now: world.clock.now(), base: `${request.base}${VERSION}` }
  const path = request.path.slice(VERSION.length)
  return await answerRoute({ route, path, query: request.query, body: request.body, call, registry })
}

async function answerSafely(status: () => Promise<Answer>): Promise<Answer> {
  try {
    return await status()
  } catch (error) {
    if (error instanceof AppleError) return { status: error.status, body: errorBody(error.status, error.entries) }
    throw error
  }
}

async function answer(
  request: Incoming,
  world: World,
  caller: Caller,
  tokens: TokenChecker,
  registry: Registry,
): Promise<Answer> {
  const headers: Record<string, string> = {}
  const result = await answerSafely(async () => {
    const authorization = request.headers.authorization
    const identity = await tokens.check(typeof authorization === 'string' ? authorization : undefined, world)
    caller.keyId = identity.key.keyId
    caller.teamId = identity.team.teamId
    const budget = world.rateLimits.take(identity.key.keyId, world.clock.now(), isWrite(request), world.settings)
    if (budget.header !== undefined) headers['X-Rate-Limit'] = budget.header
    if (budget.exhausted) throw rateLimited()
    return await routed(request, identity, world, registry)
  })
  return { ...result, headers }
}

/** Makes the service of one host. */
export function createAppStoreConnect(host: Host, registry: Registry): Service {
  const tokens = createTokenChecker(host.kind)
  return {
    name: host.name,
    prefix: host.prefix,
    operationOf: (request) => operationOf(request, registry),
    answer: (request, _operation, world, caller) => answer(request, world, caller, tokens, registry),
    faultBody: (status, code, detail) =>
      errorBody(status, [
        {
          code: code ?? 'UNEXPECTED_ERROR',
          title: 'An unexpected error occurred.',
          detail:
            detail ??
            'An unexpected error occurred on the server side. If this issue continues, contact us at https://developer.apple.com/contact/.',
        },
      ]),
  }
}
