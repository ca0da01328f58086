import type { StoredRecord } from '../../world/collection.ts'
import type { Scene } from '../../world/world.ts'
import type { Page } from './paging.ts'
import type { Query } from './query.ts'
import type { Call, Registry, Relationship, Resource } from './resource.ts'

type Json = Record<string, unknown>

const DEFAULT_RELATIONSHIP_LIMIT = 10

/** Dates of Apple's provisioning resources: `2019-03-07T13:11:26.000+0000`, no colon in the offset. */
export function provisioningDate(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '+0000')
}

/** An address in Apple's spelling: brackets and commas encoded, parameters sorted by name. */
export function linkTo(base: string, path: string, parameters: ReadonlyMap<string, string>): string {
  if (parameters.size === 0) return `${base}${path}`
  const query = [...parameters].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => encode(name, value))
  return `${base}${path}?${query.join('&')}`
}

function encode(name: string, value: string): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
}

/** `{type, id}` */
export function linkage(type: string, record: StoredRecord): Json {
  return { type, id: record.id }
}

interface Inclusion {
  readonly query: Query
  readonly included: Map<string, Json>
}

function includedLinkage(
  record: StoredRecord,
  name: string,
  relationship: Relationship<StoredRecord>,
  call: Call,
  registry: Registry,
  inclusion: Inclusion,
): Json {
  const related = relationship.related(record, call)
  const limit = inclusion.query.relationshipLimits.get(name) ?? DEFAULT_RELATIONSHIP_LIMIT
  const shown = relationship.kind === 'one' ? related.slice(0, 1) : related.slice(0, limit)
  const target = registry.get(relationship.target)
  for (const one of shown) {
    const key = `${relationship.target}/${one.id}`
    if (target === undefined || inclusion.included.has(key)) continue
    inclusion.included.set(key, resourceObject(one, target, call, inclusion.query, registry))
  }
  const data = shown.map((one) => linkage(relationship.target, one))
  if (relationship.kind === 'one') return { data: data[0] ?? null }
  return { meta: { paging: { total: related.length, limit } }, data }
}

/** The linkage that comes without being asked for; nothing for most relationships. */
function toldLinkage(record: StoredRecord, relationship: Relationship<StoredRecord>, call: Call): Json {
  if (relationship.isAlwaysTold !== true) return {}
  const data = relationship.related(record, call).map((one) => linkage(relationship.target, one))
  return { data: relationship.kind === 'one' ? (data[0] ?? null) : data }
}

function relationshipLinks(base: string, resource: Resource, id: string, name: string): Json {
  const self = `${base}/${resource.type}/${id}`
  return { self: `${self}/relationships/${name}`, related: `${self}/${name}` }
}

/** One resource as Apple writes it. With `inclusion`, its included relationships carry data and their targets are collected. */
function resourceObject(
  record: StoredRecord,
  resource: Resource,
  call: Call,
  query: Query,
  registry: Registry,
  inclusion?: Inclusion,
): Json {
  const fields = query.fields.get(resource.type)
  const attributes = pick(resource.attributes(record, call), fields)
  const relationships: Json = {}
  for (const [name, relationship] of Object.entries(resource.relationships)) {
    const isIncluded = inclusion?.query.include.includes(name) === true
    if (fields !== undefined && !fields.has(name)) continue
    const links =
      relationship.hasLinks === false ? {} : { links: relationshipLinks(call.base, resource, record.id, name) }
    const data =
      isIncluded && inclusion !== undefined
        ? includedLinkage(record, name, relationship, call, registry, inclusion)
        : toldLinkage(record, relationship, call)
    relationships[name] = { ...data, ...links }
  }
  const extra = call.world.settings.extraAttributes ? { simulatorExtraAttribute: 'ignore me' } : {}
  const body: Json = { type: resource.type, id: record.id }
  // Requests to do something, such as a release, have nothing to tell.
  if (resource.attributeNames.length > 0) body.attributes = { ...attributes, ...extra }
  if (Object.keys(relationships).length > 0) body.relationships = relationships
  body.links = { self: `${call.base}/${resource.type}/${record.id}` }
  return body
}

function pick(attributes: Readonly<Json>, fields: ReadonlySet<string> | undefined): Readonly<Json> {
  if (fields === undefined) return attributes
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => fields.has(name)))
}

function withIncluded(body: Json, inclusion: Inclusion): Json {
  if (inclusion.query.include.length > 0) body.included = [...inclusion.included.values()]
  return body
}

/** The document of one resource, or of an empty to-one relationship (`null`). */
export function singleDocument(
  record: StoredRecord | undefined,
  resource: Resource,
  path: string,
  call: Call,
  query: Query,
  registry: Registry,
): Json {
  const inclusion: Inclusion = { query, included: new Map() }
  const data = record === undefined ? null : resourceObject(record, resource, call, query, registry, inclusion)
  return withIncluded({ data, links: { self: linkTo(call.base, path, query.parameters) } }, inclusion)
}

/** The document of a page. */
export function pageDocument(
  page: Page,
  resource: Resource,
  path: string,
  call: Call,
  query: Query,
  registry: Registry,
): Json {
  const inclusion: Inclusion = { query, included: new Map() }
  const data = page.records.map((record) => resourceObject(record, resource, call, query, registry, inclusion))
  const body = withIncluded({ data, links: pageLinks(page, path, call, query) }, inclusion)
  body.meta = pageMeta(page)
  return body
}

/** The document of `/relationships/…`: type and id only. */
export function linkageDocument(page: Page, type: string, path: string, call: Call, query: Query): Json {
  const data = page.records.map((record) => linkage(type, record))
  return { data, links: pageLinks(page, path, call, query), meta: pageMeta(page) }
}

function pageLinks(page: Page, path: string, call: Call, query: Query): Json {
  const links: Json = { self: linkTo(call.base, path, query.parameters) }
  if (page.nextCursor === undefined) return links
  const rest = new Map(query.parameters)
  rest.delete('cursor')
  rest.set('limit', String(page.limit))
  links.first = linkTo(call.base, path, rest)
  links.next = linkTo(nextBase(call), path, rest.set('cursor', page.nextCursor))
  return links
}

function nextBase(call: Call): string {
  const { nextLinkOrigin } = call.world.settings
  return nextLinkOrigin === null ? call.base : call.base.replace(/^https?:\/\/[^/]+/, nextLinkOrigin)
}

function pageMeta(page: Page): Json {
  const nextCursor = page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }
  return { paging: { total: page.total, limit: page.limit, ...nextCursor } }
}

/** A to-one linkage. */
export function toOneLinkageDocument(
  record: StoredRecord | undefined,
  type: string,
  path: string,
  call: Call,
  query: Query,
): Json {
  const data = record === undefined ? null : linkage(type, record)
  return { data, links: { self: linkTo(call.base, path, query.parameters) } }
}

/** Whether reads see a record yet. */
export function isVisible(record: StoredRecord, scene: Scene): boolean {
  return record.visibleAt <= scene.now
}
