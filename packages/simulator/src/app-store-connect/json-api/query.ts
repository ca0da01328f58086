import type { Scene } from '../../world/world.ts'
import { illegalParameter, invalidParameter } from './errors.ts'
import type { Registry, Resource } from './resource.ts'

/** What a request may ask for. */
export interface QueryOptions {
  readonly scene: Scene
  readonly resource: Resource
  readonly hasFields: boolean
  readonly hasIncludes: boolean
  readonly hasFilters: boolean
  readonly hasPages: boolean
  /** The page size when none is asked for. */
  readonly defaultLimit: number
}

/** A checked query. */
export interface Query {
  /** Names to keep per resource type; a type that is absent keeps all. */
  readonly fields: ReadonlyMap<string, ReadonlySet<string>>
  readonly include: readonly string[]
  readonly filters: ReadonlyMap<string, readonly string[]>
  /** What must be there, or must not. */
  readonly existences: ReadonlyMap<string, boolean>
  readonly sort: readonly { readonly name: string; readonly isDescending: boolean }[]
  readonly limit: number
  /** Limits of included to-many relationships. */
  readonly relationshipLimits: ReadonlyMap<string, number>
  readonly cursor: number
  /** All parameters as sent, for links. */
  readonly parameters: ReadonlyMap<string, string>
}

const MAX_LIMIT = 200
const MAX_RELATIONSHIP_LIMIT = 50
const BRACKETS = /^(fields|filter|limit|exists)\[([^\]]+)\]$/

function parseParameters(query: string): Map<string, string> {
  const parameters = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(query)) {
    if (parameters.has(name)) throw invalidParameter(name, `The parameter '${name}' is given more than once`)
    parameters.set(name, value)
  }
  return parameters
}

function list(parameter: string, value: string): string[] {
  const items = value.split(',')
  if (items.some((item) => item === '')) throw invalidParameter(parameter, `The value of '${parameter}' is empty`)
  return items
}

function number(parameter: string, value: string, max: number): number {
  const parsed = /^\d{1,9}$/.test(value) ? Number(value) : 0
  if (parsed >= 1 && parsed <= max) return parsed
  throw invalidParameter(parameter, `'${value.slice(0, 40)}' is not a valid limit; it must be between 1 and ${max}`)
}

function reachableTypes(options: QueryOptions): Set<string> {
  const targets = Object.values(options.resource.relationships)
    .filter((relationship) => relationship.isIncludable && options.hasIncludes)
    .map((relationship) => relationship.target)
  return new Set([options.resource.type, ...targets])
}

function readFields(
  parameter: string,
  type: string,
  value: string,
  options: QueryOptions,
  registry: Registry,
): Set<string> {
  if (!options.hasFields || !reachableTypes(options).has(type)) throw illegalParameter(parameter)
  const names = value === '' ? [] : list(parameter, value)
  const resource = registry.get(type)
  if (resource === undefined) return new Set(names)
  const known = [...resource.attributeNames, ...Object.keys(resource.relationships)]
  const bad = names.find((name) => !known.includes(name))
  if (bad !== undefined) throw invalidParameter(parameter, `'${bad.slice(0, 100)}' is not a valid field name`)
  return new Set(names)
}

function readFilter(parameter: string, name: string, value: string, options: QueryOptions): string[] {
  const filter = options.hasFilters ? options.resource.filters?.[name] : undefined
  if (filter === undefined) throw illegalParameter(parameter)
  const values = list(parameter, value)
  const isBad = (one: string) => filter.values?.includes(one) === false || filter.refuses?.(one, options.scene) === true
  const bad = values.find(isBad)
  if (bad === undefined) return values
  throw invalidParameter(parameter, `'${bad.slice(0, 100)}' is not a valid filter value for this attribute`)
}

function readExistence(parameter: string, name: string, value: string, options: QueryOptions): boolean {
  if (!options.hasFilters || options.resource.existences?.[name] === undefined) throw illegalParameter(parameter)
  if (value === 'true' || value === 'false') return value === 'true'
  throw invalidParameter(parameter, `'${value.slice(0, 100)}' is not true or false`)
}

function readInclude(value: string, options: QueryOptions): string[] {
  const names = list('include', value)
  const bad = names.find((name) => options.resource.relationships[name]?.isIncludable !== true)
  if (bad === undefined) return [...new Set(names)]
  throw invalidParameter('include', `'${bad.slice(0, 100)}' is not a valid relationship name`)
}

function readSort(value: string, options: QueryOptions): Query['sort'] {
  return list('sort', value).map((item) => {
    const isDescending = item.startsWith('-')
    const name = isDescending ? item.slice(1) : item
    if (options.resource.sorts?.[name] !== undefined) return { name, isDescending }
    throw invalidParameter('sort', `'${item.slice(0, 100)}' is not a valid sort parameter`)
  })
}

function isLimitable(name: string, options: QueryOptions): boolean {
  const relationship = options.resource.relationships[name]
  return options.hasIncludes && relationship?.kind === 'many' && relationship.isIncludable
}

/** The cursor of Apple's provisioning resources: base64 of `{"offset":"20"}`. */
export function encodeCursor(offset: number): string {
  return Buffer.from(JSON.stringify({ offset: String(offset) })).toString('base64url')
}

function decodeCursor(value: string): number {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(value, 'base64url').toString('utf8'))
    const offset = typeof parsed === 'object' && parsed !== null && 'offset' in parsed ? parsed.offset : undefined
    if (typeof offset === 'string' && /^\d{1,9}$/.test(offset)) return Number(offset)
  } catch {
    // Falls through to the refusal: what is no JSON is no cursor.
  }
  throw invalidParameter('cursor', `'${value.slice(0, 60)}' is not a valid cursor for this request`)
}

interface Draft {
  readonly fields: Map<string, ReadonlySet<string>>
  readonly filters: Map<string, readonly string[]>
  readonly existences: Map<string, boolean>
  readonly relationshipLimits: Map<string, number>
  include: readonly string[]
  sort: Query['sort']
  limit: number
  cursor: number
}

function readBracketed(
  parameter: string,
  value: string,
  draft: Draft,
  options: QueryOptions,
  registry: Registry,
): void {
  const [, family, name] = BRACKETS.exec(parameter) ?? []
  if (family === undefined || name === undefined) throw illegalParameter(parameter)
  if (family === 'fields') draft.fields.set(name, readFields(parameter, name, value, options, registry))
  if (family === 'filter') draft.filters.set(name, readFilter(parameter, name, value, options))
  if (family === 'exists') draft.existences.set(name, readExistence(parameter, name, value, options))
  if (family !== 'limit') return
  if (!isLimitable(name, options)) throw illegalParameter(parameter)
  draft.relationshipLimits.set(name, number(parameter, value, MAX_RELATIONSHIP_LIMIT))
}

function readPlain(parameter: string, value: string, draft: Draft, options: QueryOptions): boolean {
  if (parameter === 'limit' && options.hasPages) draft.limit = number(parameter, value, MAX_LIMIT)
  else if (parameter === 'cursor' && options.hasPages) draft.cursor = decodeCursor(value)
  else if (parameter === 'include' && options.hasIncludes) draft.include = readInclude(value, options)
  else if (parameter === 'sort' && options.hasFilters && options.resource.sorts !== undefined) {
    draft.sort = readSort(value, options)
  } else return false
  return true
}

/** Checks a query string against what a request may ask for. Refuses with 400 at the first mistake. */
export function readQuery(query: string, options: QueryOptions, registry: Registry): Query {
  const parameters = parseParameters(query)
  const draft: Draft = {
    fields: new Map(),
    filters: new Map(),
    existences: new Map(),
    relationshipLimits: new Map(),
    include: [],
    sort: [],
    limit: options.defaultLimit,
    cursor: 0,
  }
  for (const [parameter, value] of parameters) {
    if (!readPlain(parameter, value, draft, options)) readBracketed(parameter, value, draft, options, registry)
  }
  return { ...draft, parameters }
}
