import { answerRoute } from '../app-store-connect/json-api/engine.ts'
import {
  AppleError,
  agreementsMissing,
  errorBody,
  forbidden,
  notSimulated,
  operationNotAllowed,
  pathNotFound,
  rateLimited,
} from '../app-store-connect/json-api/errors.ts'
import type { Registry } from '../app-store-connect/json-api/resource.ts'
import { allowedOperations, operationId, type Route, routeOf } from '../app-store-connect/json-api/route.ts'
import { appleOperation } from '../app-store-connect/operations.ts'
import { registry } from '../app-store-connect/registry.ts'
import { isSimulated } from '../app-store-connect/service.ts'
import { selectedProvider } from '../apple-id/app-store-connect-web/session.ts'
import { type SignedIn, webSessionOf } from '../apple-id/sessions/web-session.ts'
import type { Answer, Caller, Incoming, Service } from '../http/service.ts'
import { type Member, memberOf } from '../portal/member.ts'
import type { World } from '../world/world.ts'
import { irisAppResource } from './apps.ts'

const BASE = '/iris'
const VERSION = '/v1'
const METHOD_NAMES: Readonly<Record<string, string>> = { POST: 'CREATE', PATCH: 'UPDATE', DELETE: 'DELETE', GET: 'GET' }

/** What the cookie API serves: the documented resources, and what only persons can do with them. */
export const irisRegistry: Registry = new Map([...registry, [irisAppResource.type, irisAppResource]])

function isIris(request: Incoming): boolean {
  return request.path.startsWith(`${BASE}/`)
}

/** Path as the documented API has it: `/v1/apps`. */
function documentedPath(request: Incoming): string {
  return request.path.slice(BASE.length)
}

function routeIn(request: Incoming): Route | undefined {
  const path = documentedPath(request)
  return path.startsWith(`${VERSION}/`) ? routeOf(request.method, path.slice(VERSION.length), irisRegistry) : undefined
}

/** Names an operation for the log and for faults: Apple's id of it with `iris_` before it. */
function operationOf(request: Incoming): string {
  const route = routeIn(request)
  if (route !== undefined) return `iris_${operationId(route)}`
  return `iris_${appleOperation(request.method, documentedPath(request)) ?? `${request.method} ${request.path}`}`
}

function notSignedIn(): AppleError {
  return new AppleError(401, [
    {
      code: 'NOT_AUTHORIZED',
      title: 'Authentication credentials are missing or invalid.',
      detail: 'Sign in to App Store Connect.',
    },
  ])
}

/** The person in the team whose provider they act for. */
function memberFor(world: World, signedIn: SignedIn): Member {
  const provider = selectedProvider(world, signedIn)
  const member = provider === undefined ? undefined : memberOf(world, signedIn.account, provider.teamId)
  if (member === undefined) throw forbidden('Your Apple Account has no access to App Store Connect')
  return member
}

function refuseUnrouted(request: Incoming): never {
  const path = documentedPath(request)
  const operation = appleOperation(request.method, path)
  if (operation !== undefined) throw notSimulated(operation)
  const [type = '', , third] = path.slice(VERSION.length + 1).split('/')
  const resource = irisRegistry.get(type)
  if (resource === undefined || third !== undefined || path.endsWith('/')) throw pathNotFound(path)
  throw operationNotAllowed(type, METHOD_NAMES[request.method] ?? request.method, allowedOperations(resource))
}

async function answerSignedIn(
  request: Incoming,
  world: World,
  caller: Caller,
  headers: Record<string, string>,
): Promise<Answer> {
  const signedIn = webSessionOf(world, request.headers.cookie)
  if (signedIn === undefined || signedIn.session.widgetKey !== world.settings.widgetKey) throw notSignedIn()
  caller.account = signedIn.account.email
  const { team, actor } = memberFor(world, signedIn)
  caller.teamId = team.teamId
  const isWrite = request.method !== 'GET'
  const budget = world.rateLimits.take(`iris ${signedIn.session.account}`, world.clock.now(), isWrite, world.settings)
  if (budget.header !== undefined) headers['X-Rate-Limit'] = budget.header
  if (budget.exhausted) throw rateLimited()
  if (!team.agreementsInForce) throw agreementsMissing()
  const route = routeIn(request)
  if (route === undefined) return refuseUnrouted(request)
  if (!isSimulated(route, irisRegistry)) throw notSimulated(operationId(route))
  const call = { world, team, actor, now: world.clock.now(), base: `${request.base}${BASE}${VERSION}` }
  const path = documentedPath(request).slice(VERSION.length)
  return await answerRoute({ route, path, query: request.query, body: request.body, call, registry: irisRegistry })
}

/** Answers a request to App Store Connect's own JSON:API, which takes the cookies of a web session. */
async function answerIris(request: Incoming, world: World, caller: Caller): Promise<Answer> {
  const headers: Record<string, string> = {}
  try {
    return { ...(await answerSignedIn(request, world, caller, headers)), headers }
  } catch (error) {
    if (!(error instanceof AppleError)) throw error
    return { status: error.status, headers, body: errorBody(error.status, error.entries) }
  }
}

/** App Store Connect's site with its JSON:API: what is below `/iris/` is answered here, the rest by the site. */
export function withIris(site: Service): Service {
  return {
    ...site,
    operationOf: (request) => (isIris(request) ? operationOf(request) : site.operationOf(request)),
    answer: async (request, operation, world, caller) =>
      isIris(request) ? await answerIris(request, world, caller) : await site.answer(request, operation, world, caller),
  }
}
