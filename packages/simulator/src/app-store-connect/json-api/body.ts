import { AppleError, type AppleErrorEntry, unreadableBody } from './errors.ts'

/** What an attribute must be. `values` closes the set. */
export interface AttributeShape {
  readonly kind: 'string' | 'boolean' | 'integer' | 'strings' | 'objects' | 'object' | 'instant'
  readonly isRequired?: boolean
  readonly isNullable?: boolean
  readonly values?: readonly string[]
}

/** What a relationship must be. `embedded`: a list of resources that are written with this one, whole and without ids. */
export interface RelationshipShape {
  readonly kind: 'one' | 'many' | 'embedded'
  readonly target: string
  readonly isRequired?: boolean
  /** `data: null` is taken, and means that there shall be none. */
  readonly isNullable?: boolean
}

/** What a request's `data` must be. */
export interface BodyShape {
  readonly attributes: Readonly<Record<string, AttributeShape>>
  readonly relationships?: Readonly<Record<string, RelationshipShape>>
}

/** A checked body: attributes that were sent, and the ids that relationships name. */
export interface WriteBody {
  readonly attributes: Readonly<Record<string, unknown>>
  readonly relationships: Readonly<Record<string, readonly string[]>>
  /** The resources that were written along, per relationship. */
  readonly embedded: Readonly<Record<string, readonly Json[]>>
  /** What the document holds beside `data`: new resources that the relationships name by ids of the client's own. */
  readonly included: readonly Json[]
}

type Json = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Parses a body as JSON. Refuses with 400 what is not an object. */
export function parseJsonObject(body: Buffer | null): Json {
  if (body === null || body.length === 0) throw unreadableBody('The request entity is missing.')
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw unreadableBody('The request entity is not valid JSON.')
  }
  if (!isObject(parsed)) throw unreadableBody('The request entity is not a valid JSON:API document.')
  return parsed
}

const KIND_CHECKS: Record<AttributeShape['kind'], (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isSafeInteger(value),
  strings: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  objects: (value) => Array.isArray(value) && value.every(isObject),
  object: isObject,
  instant: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
}

function entry(code: string, title: string, detail: string, pointer: string): AppleErrorEntry {
  return { code: `ENTITY_ERROR.${code}`, title, detail, source: { pointer } }
}

function required(what: 'attribute' | 'relationship', name: string): AppleErrorEntry {
  return entry(
    `${what.toUpperCase()}.REQUIRED`,
    `The provided entity is missing a required ${what}`,
    `You must provide a value for the ${what} '${name}' with this request`,
    `/data/${what}s/${name}`,
  )
}

function unknown(what: 'attribute' | 'relationship', name: string, type: string): AppleErrorEntry {
  return entry(
    `${what.toUpperCase()}.UNKNOWN`,
    `The provided entity includes an unknown ${what}`,
    `'${name}' is not ${what === 'attribute' ? 'an attribute' : 'a relationship'} on the resource '${type}'`,
    `/data/${what}s/${name}`,
  )
}

function attributeProblem(name: string, value: unknown, shape: AttributeShape): AppleErrorEntry | undefined {
  if (value === null && shape.isRequired === true) return required('attribute', name)
  if (value === null && shape.isNullable === true) return undefined
  const pointer = `/data/attributes/${name}`
  if (!KIND_CHECKS[shape.kind](value)) {
    return entry(
      'ATTRIBUTE.TYPE',
      'The provided entity includes an attribute with an invalid type',
      `An invalid value was provided for the attribute '${name}'. Expected: ${shape.kind}`,
      pointer,
    )
  }
  const sent = Array.isArray(value) ? value : [value]
  const bad = shape.values === undefined ? undefined : sent.find((one) => !shape.values?.includes(String(one)))
  if (bad === undefined) return undefined
  return entry(
    'ATTRIBUTE.INVALID',
    'An attribute value is invalid.',
    `'${String(bad).slice(0, 100)}' is not a valid value for the attribute '${name}'. Valid values are: ${shape.values?.join(', ')}`,
    pointer,
  )
}

function checkAttributes(type: string, sent: Json, shape: BodyShape): AppleErrorEntry[] {
  const problems: AppleErrorEntry[] = []
  for (const [name, value] of Object.entries(sent)) {
    const attribute = Object.hasOwn(shape.attributes, name) ? shape.attributes[name] : undefined
    const problem =
      attribute === undefined ? unknown('attribute', name, type) : attributeProblem(name, value, attribute)
    if (problem !== undefined) problems.push(problem)
  }
  for (const [name, attribute] of Object.entries(shape.attributes)) {
    if (attribute.isRequired === true && !Object.hasOwn(sent, name)) problems.push(required('attribute', name))
  }
  return problems
}

function linkageIds(value: unknown, shape: RelationshipShape): string[] | undefined {
  const data = isObject(value) ? value.data : undefined
  const items = shape.kind === 'one' ? [data] : data
  if (!Array.isArray(items)) return undefined
  const ids = items.flatMap((item) =>
    isObject(item) && item.type === shape.target && typeof item.id === 'string' ? [item.id] : [],
  )
  return ids.length === items.length ? [...new Set(ids)] : undefined
}

interface LinkedParts {
  readonly relationships: Record<string, readonly string[]>
  readonly embedded: Record<string, readonly Json[]>
}

/** Reads one relationship into its place; false when it is not what it must be. */
function readRelationship(name: string, value: unknown, shape: RelationshipShape, into: LinkedParts): boolean {
  if (shape.kind === 'embedded') {
    const items = isNothing(value, shape) ? [] : embeddedResources(value, shape)
    if (items !== undefined) into.embedded[name] = items
    return items !== undefined
  }
  const ids = isNothing(value, shape) ? [] : linkageIds(value, shape)
  if (ids !== undefined) into.relationships[name] = ids
  return ids !== undefined
}

function checkRelationships(type: string, sent: Json, shape: BodyShape, into: LinkedParts): AppleErrorEntry[] {
  const shapes = shape.relationships ?? {}
  const problems: AppleErrorEntry[] = []
  for (const [name, value] of Object.entries(sent)) {
    const relationship = Object.hasOwn(shapes, name) ? shapes[name] : undefined
    if (relationship === undefined) {
      problems.push(unknown('relationship', name, type))
      continue
    }
    if (!readRelationship(name, value, relationship, into)) problems.push(badLinkage(name, relationship))
  }
  for (const [name, relationship] of Object.entries(shapes)) {
    if (relationship.isRequired === true && !Object.hasOwn(sent, name)) problems.push(required('relationship', name))
  }
  return problems
}

function embeddedResources(value: unknown, shape: RelationshipShape): readonly Json[] | undefined {
  const data = isObject(value) ? value.data : undefined
  if (!Array.isArray(data)) return undefined
  const items = data.filter((item): item is Json => isObject(item) && item.type === shape.target)
  return items.length === data.length ? items : undefined
}

/** go-xcode writes `"devices": {"data": null}` into every App Store profile: an optional list may be null. */
function isNothing(value: unknown, { kind, isRequired, isNullable }: RelationshipShape): boolean {
  const isAllowed = kind === 'one' ? isNullable === true : isRequired !== true
  return isAllowed && isObject(value) && value.data === null
}

function badLinkage(name: string, shape: RelationshipShape): AppleErrorEntry {
  return entry(
    'RELATIONSHIP.INVALID',
    'The provided entity includes a relationship with an invalid value',
    `The relationship '${name}' must hold ${shape.kind === 'one' ? 'one resource' : 'a list of resources'} of type '${shape.target}'`,
    `/data/relationships/${name}`,
  )
}

function part(data: Json, name: string): Json {
  const value = data[name] ?? {}
  if (!isObject(value)) throw unreadableBody(`'${name}' is not an object.`)
  return value
}

/** Checks a create (`id` undefined) or an update (`id` of the address) against what the resource takes. Refuses with every problem at once. */
export function readWriteBody(body: Buffer | null, type: string, id: string | undefined, shape: BodyShape): WriteBody {
  const { data, included } = parseJsonObject(body)
  if (!isObject(data)) throw unreadableBody("The request entity has no object 'data'.")
  const problems: AppleErrorEntry[] = []
  if (data.type !== type) {
    problems.push(entry('TYPE.INVALID', 'The type is invalid', `The type must be '${type}'`, '/data/type'))
  }
  if (id !== undefined && data.id !== id) {
    problems.push(entry('ID.INVALID', 'The id is invalid', `The id must be '${id}'`, '/data/id'))
  }
  if (id === undefined && data.id !== undefined) {
    problems.push(entry('ID.NOT_ALLOWED', 'The id is not allowed', 'The id is given by the service', '/data/id'))
  }
  const attributes = part(data, 'attributes')
  const linked: LinkedParts = { relationships: {}, embedded: {} }
  problems.push(...checkAttributes(type, attributes, shape))
  problems.push(...checkRelationships(type, part(data, 'relationships'), shape, linked))
  if (problems.length > 0) throw new AppleError(409, problems)
  return { attributes, ...linked, included: Array.isArray(included) ? included.filter(isObject) : [] }
}

/** Reads the body of a write to `/relationships/…`; nothing, where that is allowed, is an empty list. */
export function readLinkage(body: Buffer | null, name: string, shape: RelationshipShape): readonly string[] {
  const value = parseJsonObject(body)
  const ids = isNothing(value, shape) && shape.kind === 'one' ? [] : linkageIds(value, shape)
  if (ids === undefined) throw new AppleError(409, [badLinkage(name, shape)])
  return ids
}
