import { answerRoute } from '../../app-store-connect/json-api/engine.ts'
import {
  AppleError,
  agreementsMissing,
  errorBody,
  forbidden,
  notFound,
  operationNotAllowed,
  pathNotFound,
  rateLimited,
} from '../../app-store-connect/json-api/errors.ts'
import { allowedOperations, operationId, type Route, routeOf } from '../../app-store-connect/json-api/route.ts'
import type { SignedIn } from '../../apple-id/sessions/web-session.ts'
import { portalSessionOf } from '../../apple-id/sessions/web-session.ts'
import type { Answer, Caller, Incoming } from '../../http/service.ts'
import type { World } from '../../world/world.ts'
import { csrfHeaders, hasCsrfToken } from '../csrf.ts'
import { type Member, memberOf, membershipsOf } from '../member.ts'
import { portalRegistry } from '../resources/registry.ts'
import { type Untunnelled, untunnel, verbOf } from './tunnel.ts'

/** Where the JSON:API lies on the portal's hosts. */
export const JSON_API_BASE = '/services-account/v1'
const METHOD_NAMES: Readonly<Record<string, string>> = { POST: 'CREATE', PATCH: 'UPDATE', DELETE: 'DELETE', GET: 'GET' }
const JSON_API_TYPE = 'application/vnd.api+json'

/** The path below `/v1`; @expo/apple-utils follows a next link by putting its path behind the base once more. */
function resourcePath(path: string): string {
  let rest = path
  while (rest.startsWith(`${JSON_API_BASE}/`)) rest = rest.slice(JSON_API_BASE.length)
  return rest
}

/** Names the operation of a request, for the log and for faults: Apple's id of it with `portal_` before it. */
export function jsonApiOperation(request: Incoming): string {
  const path = resourcePath(request.path)
  const route = routeOf(verbOf(request), path, portalRegistry)
  return route === undefined ? `portal ${verbOf(request)} ${path}` : `portal_${operationId(route)}`
}

function notAuthorized(): AppleError {
  return new AppleError(401, [
    {
      code: 'NOT_AUTHORIZED',
      title: 'Authentication credentials are missing or invalid.',
      detail: 'Your session has expired. Please log in.',
    },
  ])
}

function noMembership(teamId: string): AppleError {
  return forbidden(
    `The Team ID '${teamId.slice(0, 40)}' is not associated with an active membership. To check your teams membership status, sign in to your account at https://developer.apple.com/account`,
  )
}

/** Some clients name no team in a PATCH: then it is the one that has the resource. */
function teamWith(world: World, { account }: SignedIn, route: Route | undefined): Member | undefined {
  if (route === undefined || !('id' in route)) return undefined
  return membershipsOf(world, account).find(
    ({ team }) => route.resource.find({ world, team, now: world.clock.now() }, route.id) !== undefined,
  )
}

function memberFor(world: World, signedIn: SignedIn, wish: Untunnelled, route: Route | undefined): Member {
  const { teamId } = wish
  if (teamId !== undefined) {
    const member = memberOf(world, signedIn.account, teamId)
    if (member === undefined) throw noMembership(teamId)
    return member
  }
  if (wish.method !== 'PATCH') throw noMembership('')
  const member = teamWith(world, signedIn, route)
  if (member !== undefined) return member
  if (route !== undefined && 'id' in route) throw notFound(route.resource.type, route.id)
  throw noMembership('')
}

function refuseUnrouted(method: string, path: string): never {
  const [, type = '', , third] = path.split('/')
  const resource = portalRegistry.get(type)
  if (resource === undefined || third !== undefined || path.endsWith('/')) throw pathNotFound(path)
  throw operationNotAllowed(type, METHOD_NAMES[method] ?? method, allowedOperations(resource))
}

function checkToken(world: World, signedIn: SignedIn, request: Incoming): void {
  if (hasCsrfToken(world, signedIn.session.account, request.headers)) return
  throw forbidden('The csrf token is missing or was not given to you. Make a request that reads first.')
}

async function answerSignedIn(
  request: Incoming,
  world: World,
  caller: Caller,
  signedIn: SignedIn,
  headers: Record<string, string>,
): Promise<Answer> {
  const wish = untunnel(request)
  const path = resourcePath(request.path)
  const route = routeOf(wish.method, path, portalRegistry)
  const { team, actor } = memberFor(world, signedIn, wish, route)
  caller.teamId = team.teamId
  const isWrite = wish.method !== 'GET'
  if (isWrite) checkToken(world, signedIn, request)
  const budget = world.rateLimits.take(`portal ${signedIn.session.account}`, world.clock.now(), isWrite, world.settings)
  if (budget.header !== undefined) headers['X-Rate-Limit'] = budget.header
  if (budget.exhausted) throw rateLimited()
  if (!team.agreementsInForce) throw agreementsMissing()
  if (route === undefined) return refuseUnrouted(wish.method, path)
  const call = { world, team, actor, now: world.clock.now(), base: `${request.base}${JSON_API_BASE}` }
  const { query, body } = wish
  return await answerRoute({ route, path, query, body, call, registry: portalRegistry })
}

/** Answers a request to the portal's JSON:API, which takes cookies. */
export async function answerJsonApi(request: Incoming, world: World, caller: Caller): Promise<Answer> {
  const signedIn = portalSessionOf(world, request.headers.cookie)
  caller.account = signedIn?.account.email ?? null
  const headers: Record<string, string> = {
    'Content-Type': JSON_API_TYPE,
    ...csrfHeaders(world, signedIn?.session.account ?? ''),
  }
  try {
    if (signedIn === undefined) throw notAuthorized()
    const answer = await answerSignedIn(request, world, caller, signedIn, headers)
    // An empty answer without a type: spaceship parses what has one.
    const { 'Content-Type': _type, ...bare } = headers
    return { ...answer, headers: answer.body === undefined ? bare : headers }
  } catch (error) {
    if (!(error instanceof AppleError)) throw error
    return { status: error.status, headers, body: errorBody(error.status, error.entries) }
  }
}
