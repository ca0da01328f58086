import { appErrors } from '@cordon/api/apps/errors'
import { buildErrors } from '@cordon/api/builds/errors'
import { accessErrors } from '@cordon/api/errors'
import type { Access, Route } from '@cordon/api/route'
import type { SessionCookie } from './cookie.ts'
import type { Lookups } from './lookups.ts'
import type {
  Administrator,
  Anonymous,
  BuildPrincipal,
  BuildViewer,
  Member,
  Person,
  Principal,
  TriggerPrincipal,
  Who,
} from './principal.ts'

/** What of a request decides who calls. */
export interface Presented {
  readonly authorization: string | undefined
  readonly cookie: string | undefined
  readonly buildToken: string | undefined
  readonly params: Readonly<Record<string, string | undefined>>
}

/** What deciding needs. */
export interface AccessParts {
  readonly lookups: Lookups
  readonly cookie: SessionCookie
  /** Told who calls as soon as that is known, before it is looked at whether they may. What it throws refuses the request. */
  readonly known: (principal: Principal) => void
}

type Rule<W extends Who> = (
  parts: AccessParts,
  route: Route & { readonly access: Extract<Access, { who: W }> },
  presented: Presented,
) => Promise<Principal>

// One row a kind of access. Each gives the principal or throws the refusal.
const RULES: { readonly [W in Who]: Rule<W> } = {
  anyone: async (parts, route, presented): Promise<Person | Anonymous> =>
    (await findPerson(parts, route, presented)) ?? asNobody(parts),
  person: requirePerson,
  administrator: requireAdministrator,
  member: requireMember,
  'build-viewer': requireBuildViewer,
  build: requireBuild,
  trigger: requireTrigger,
}

/** Decides whether a request may call a route, before anything else of it is read. Throws the refusal. */
export function authorise(parts: AccessParts, route: Route, presented: Presented): Promise<Principal> {
  const rule = RULES[route.access.who] as Rule<Who>
  return rule(parts, route as Route & { readonly access: never }, presented)
}

/** Whether a request brings a bearer token or a session, right or wrong, as which `anyone` would be looked up. */
export function isPresented({ cookie }: Pick<AccessParts, 'cookie'>, presented: Presented): boolean {
  return bearerOf(presented) !== undefined || cookie.read(presented.cookie) !== undefined
}

function asNobody({ known }: AccessParts): Anonymous {
  const nobody = { kind: 'anonymous' } as const
  known(nobody)
  return nobody
}

async function requirePerson(parts: AccessParts, route: Route, presented: Presented): Promise<Person> {
  const person = await findPerson(parts, route, presented)
  if (person === undefined) throw accessErrors.unauthenticated()
  return person
}

async function findPerson(parts: AccessParts, route: Route, presented: Presented): Promise<Person | undefined> {
  const bearer = bearerOf(presented)
  if (bearer !== undefined) {
    const person = await parts.lookups.personByPersonalToken(bearer)
    if (person === undefined) return undefined
    parts.known(person)
    requireScope(route, person)
    return person
  }
  const session = parts.cookie.read(presented.cookie)
  const person = session === undefined ? undefined : await parts.lookups.personBySession(session)
  if (person !== undefined) parts.known(person)
  return person
}

function requireScope(route: Route, { credential }: Person): void {
  if (credential.kind !== 'personal-token') return
  if (route.credential === 'session') throw accessErrors.session_required()
  const needs = route.method === 'GET' ? 'read' : 'write'
  if (!credential.scopes.includes(needs)) throw accessErrors.scope_missing({ needs })
}

async function requireAdministrator(parts: AccessParts, route: Route, presented: Presented): Promise<Administrator> {
  const person = await requirePerson(parts, route, presented)
  if (person.instanceRole === 'administrator') return { ...person, administers: true }
  throw forbidden(['administrator'], person.instanceRole)
}

async function requireMember(
  parts: AccessParts,
  route: Route & { readonly access: Extract<Access, { who: 'member' }> },
  presented: Presented,
): Promise<Member> {
  const person = await requirePerson(parts, route, presented)
  const appId = presented.params.appId ?? ''
  const role = await parts.lookups.roleIn(appId, person.userId)
  if (role === undefined) throw appErrors.not_found()
  requireRole(route.access.roles, role)
  return { ...person, appId: appId as Member['appId'], role, roles: route.access.roles }
}

async function requireBuildViewer(
  parts: AccessParts,
  route: Route & { readonly access: Extract<Access, { who: 'build-viewer' }> },
  presented: Presented,
): Promise<BuildViewer> {
  const person = await requirePerson(parts, route, presented)
  const found = await parts.lookups.roleForBuild(presented.params.buildId ?? '', person.userId)
  if (found === undefined) throw buildErrors.not_found()
  requireRole(route.access.roles, found.role)
  return { ...person, ...found, roles: route.access.roles }
}

/** Throws `access.forbidden` when a role is none of those that are needed. */
export function requireRole(roles: readonly string[], role: string): void {
  if (!roles.includes(role)) throw forbidden(roles, role)
}

/** The refusal of somebody who is known and has another role. */
export function forbidden(needs: readonly string[], has: string) {
  const detail = `it needs the role ${needs.join(' or ')}, and yours is ${has}`
  return accessErrors.forbidden({ needs, has }, { detail })
}

// Unknown, ended, expired, and another build's token: one answer, so that it tells nothing.
async function requireBuild(parts: AccessParts, _route: Route, presented: Presented): Promise<BuildPrincipal> {
  const build = await parts.lookups.runningBuild(presented.buildToken ?? '')
  if (build !== undefined) parts.known(build)
  if (build === undefined || build.buildId !== presented.params.buildId) throw accessErrors.build_token_refused()
  return build
}

async function requireTrigger(parts: AccessParts, _route: Route, presented: Presented): Promise<TriggerPrincipal> {
  const trigger = await parts.lookups.trigger(bearerOf(presented) ?? '')
  if (trigger === undefined) throw accessErrors.trigger_token_refused()
  parts.known(trigger)
  return trigger
}

function bearerOf({ authorization }: Presented): string | undefined {
  return /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
}
