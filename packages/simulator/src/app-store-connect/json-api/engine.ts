import type { Answer } from '../../http/service.ts'
import type { StoredRecord } from '../../world/collection.ts'
import { inTurn } from '../../world/team.ts'
import { isAllowed, isProvisioning, type Permission } from '../auth/roles.ts'
import { readLinkage, readWriteBody, type WriteBody } from './body.ts'
import { linkageDocument, pageDocument, singleDocument, toOneLinkageDocument } from './document.ts'
import { forbidden, notFound, operationNotAllowed, requiredParameter } from './errors.ts'
import { pageOf } from './paging.ts'
import { type Query, type QueryOptions, readQuery } from './query.ts'
import type { Call, Registry, Relationship, Resource } from './resource.ts'
import { allowedOperations, type Route } from './route.ts'

/** A routed request of an authenticated key or person. */
export interface Exchange {
  readonly route: Route
  /** Path below `/v1`. */
  readonly path: string
  readonly query: string
  readonly body: Buffer | null
  readonly call: Call
  readonly registry: Registry
}

const DEFAULT_LIMIT = 20
// What Apple's old answers show for relationships that are not paged.
const UNPAGED_LIMIT = 2_147_483_647
const NOT_PAGED = {
  hasFields: false,
  hasIncludes: false,
  hasFilters: false,
  hasPages: false,
  defaultLimit: DEFAULT_LIMIT,
}
const OPERATION_NAMES: Readonly<Record<Route['kind'], string>> = {
  collection: 'GET_COLLECTION',
  create: 'CREATE',
  instance: 'GET_INSTANCE',
  update: 'UPDATE',
  delete: 'DELETE',
  related: 'GET_RELATED',
  linkage: 'GET_RELATIONSHIP',
  link: 'UPDATE_RELATIONSHIP',
}

/** Refuses with 403 what the key's role does not reach, or what an inactive membership stops. */
function demand(call: Call, permission: Permission): void {
  if (!isAllowed(call.actor, permission, call.world.settings)) throw forbidden()
  if (isProvisioning(permission) && !call.team.membershipActive) {
    throw forbidden(
      `The Team ID '${call.team.teamId}' is not associated with an active membership. To check your teams membership status, sign in to your account at https://developer.apple.com/account`,
    )
  }
}

function optionsFor(exchange: Exchange, wish: Partial<QueryOptions>): Query {
  const options: QueryOptions = { ...NOT_PAGED, scene: exchange.call, resource: exchange.route.resource, ...wish }
  return readQuery(exchange.query, options, exchange.registry)
}

function seen(call: Call, resource: Resource, id: string): StoredRecord {
  const record = resource.find(call, id)
  if (record === undefined || record.visibleAt > call.now) throw notFound(resource.type, id)
  return record
}

function refuseOperation(route: Route): never {
  throw operationNotAllowed(route.resource.type, OPERATION_NAMES[route.kind], allowedOperations(route.resource))
}

function answerCollection(exchange: Exchange): Answer {
  const { call, path, registry, route } = exchange
  const { resource } = route
  if (resource.list === undefined) refuseOperation(route)
  demand(call, resource.permission('read', undefined))
  const query = optionsFor(exchange, { hasFields: true, hasIncludes: true, hasFilters: true, hasPages: true })
  const { requiredFilter } = resource
  if (requiredFilter !== undefined && !query.filters.has(requiredFilter)) throw requiredParameter(requiredFilter)
  const page = pageOf(resource.list(call), resource, query, call)
  return { status: 200, body: pageDocument(page, resource, path, call, query, registry) }
}

function answerInstance(exchange: Exchange, id: string): Answer {
  const { call, path, registry, route } = exchange
  const { resource } = route
  if (!resource.isReadable) refuseOperation(route)
  demand(call, resource.permission('read', undefined))
  const query = optionsFor(exchange, { hasFields: true, hasIncludes: true })
  const record = seen(call, resource, id)
  return { status: 200, body: singleDocument(record, resource, path, call, query, registry) }
}

function written(exchange: Exchange, record: StoredRecord, status: number, call: Call): Answer {
  const { registry, route } = exchange
  const query = optionsFor(exchange, {})
  const path = `/${route.resource.type}/${record.id}`
  return { status, body: singleDocument(record, route.resource, path, call, query, registry) }
}

/** The same call at the moment its turn comes. */
function atTurn(call: Call): Call {
  return { ...call, now: call.world.clock.now() }
}

async function answerCreate(exchange: Exchange): Promise<Answer> {
  const { call, route } = exchange
  const { create, type } = route.resource
  if (create === undefined) refuseOperation(route)
  // A key that may do nothing here is told so before its body is judged.
  demand(call, route.resource.permission('create', undefined))
  optionsFor(exchange, {})
  const body = readWriteBody(exchange.body, type, undefined, create.body)
  demand(call, route.resource.permission('create', body))
  return await inTurn(call.team, async () => {
    const turn = atTurn(call)
    return written(exchange, await create.run(body, turn, undefined), 201, turn)
  })
}

async function answerUpdate(exchange: Exchange, id: string): Promise<Answer> {
  const { call, route } = exchange
  const { update, type } = route.resource
  if (update === undefined) refuseOperation(route)
  demand(call, route.resource.permission('update', undefined))
  optionsFor(exchange, {})
  const body: WriteBody = readWriteBody(exchange.body, type, id, update.body)
  return await inTurn(call.team, async () => {
    const turn = atTurn(call)
    const record = seen(turn, route.resource, id)
    demand(turn, route.resource.permission('update', record))
    return written(exchange, await update.run(body, turn, record), 200, turn)
  })
}

async function answerDelete(exchange: Exchange, id: string): Promise<Answer> {
  const { call, route } = exchange
  const { resource } = route
  if (resource.remove === undefined) refuseOperation(route)
  demand(call, resource.permission('delete', undefined))
  optionsFor(exchange, {})
  return await inTurn(call.team, async () => {
    const turn = atTurn(call)
    const record = seen(turn, resource, id)
    demand(turn, resource.permission('delete', record))
    await resource.remove?.(record, turn)
    return { status: 204 }
  })
}

type RelationshipRoute = Extract<Route, { relationship: string }>

function relationshipOf(route: RelationshipRoute): Relationship<StoredRecord> {
  const relationship = route.resource.relationships[route.relationship]
  if (relationship === undefined) throw new Error(`no relationship ${route.relationship}`)
  return relationship
}

function answerRelated(exchange: Exchange, route: RelationshipRoute, target: Resource): Answer {
  const { call, path, registry } = exchange
  const relationship = relationshipOf(route)
  demand(call, target.permission('read', undefined))
  const isMany = relationship.kind === 'many'
  const defaultLimit = relationship.isUnpaged === true ? UNPAGED_LIMIT : DEFAULT_LIMIT
  const { relatedQuery = 'fields' } = relationship
  const query = optionsFor(exchange, {
    resource: target,
    hasFields: true,
    hasIncludes: relatedQuery !== 'fields',
    hasFilters: relatedQuery === 'filters',
    hasPages: isMany,
    defaultLimit,
  })
  const related = relationship.related(seen(call, route.resource, route.id), call)
  if (!isMany) return { status: 200, body: singleDocument(related[0], target, path, call, query, registry) }
  const page = pageOf(related, target, query, call, relationship.isOrdered)
  return { status: 200, body: pageDocument(page, target, path, call, query, registry) }
}

function answerLinkage(exchange: Exchange, route: RelationshipRoute): Answer {
  const { call, path, registry } = exchange
  const relationship = relationshipOf(route)
  demand(call, route.resource.permission('read', undefined))
  const isMany = relationship.kind === 'many'
  const query = optionsFor(exchange, { hasPages: isMany })
  const related = relationship.related(seen(call, route.resource, route.id), call)
  if (!isMany) return { status: 200, body: toOneLinkageDocument(related[0], relationship.target, path, call, query) }
  const target = registry.get(relationship.target) ?? route.resource
  const page = pageOf(related, target, query, call, relationship.isOrdered)
  return { status: 200, body: linkageDocument(page, relationship.target, path, call, query) }
}

const LINK_VERBS: Readonly<Record<string, 'add' | 'replace' | 'remove'>> = {
  POST: 'add',
  PATCH: 'replace',
  DELETE: 'remove',
}

async function answerLink(exchange: Exchange, route: RelationshipRoute): Promise<Answer> {
  const { call } = exchange
  const relationship = relationshipOf(route)
  const how = LINK_VERBS[route.method]
  if (relationship.link === undefined || how === undefined) refuseOperation(route)
  demand(call, route.resource.permission('update', undefined))
  optionsFor(exchange, {})
  const { kind, target } = relationship
  const ids = readLinkage(exchange.body, route.relationship, { kind, target, isNullable: kind === 'one' })
  return await inTurn(call.team, async () => {
    const turn = atTurn(call)
    await relationship.link?.(seen(turn, route.resource, route.id), ids, how, turn)
    return { status: 204 }
  })
}

/** Answers a routed request; throws refusals in Apple's form. */
export async function answerRoute(exchange: Exchange): Promise<Answer> {
  const { route } = exchange
  if (route.kind === 'collection') return answerCollection(exchange)
  if (route.kind === 'create') return await answerCreate(exchange)
  if (route.kind === 'instance') return answerInstance(exchange, route.id)
  if (route.kind === 'update') return await answerUpdate(exchange, route.id)
  if (route.kind === 'delete') return await answerDelete(exchange, route.id)
  if (!('relationship' in route)) return refuseOperation(route)
  if (route.kind === 'link') return await answerLink(exchange, route)
  if (route.kind === 'linkage') return answerLinkage(exchange, route)
  const target = exchange.registry.get(relationshipOf(route).target)
  if (target === undefined) throw new Error('an unsimulated target is answered before it is routed')
  return answerRelated(exchange, route, target)
}
