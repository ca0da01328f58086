import { type Answer, listMember, member, textMember } from '../transport/answer.ts'
import { type Attributes, readAttributes, type Shape } from './wire/shape.ts'

/** Thrown inside the client when a document is not as agreed; callers see `apple.unexpected_answer`. */
export class UnexpectedDocument extends Error {
  override readonly name = 'UnexpectedDocument'
}

/** One resource as it came, with what belongs to it. */
export interface RawResource {
  readonly type: string
  readonly id: string
  readonly attributes: unknown
  readonly relationships: unknown
}

/** Ids of related resources. Apple cuts such lists (10 by default, 50 at most). */
export interface RelatedIds {
  readonly ids: readonly string[]
  /** How many there are in all, where Apple says so. */
  readonly total?: number
  /** False when there are, or may be, more than listed. */
  readonly isComplete: boolean
}

/** The most related resources that Apple includes in an answer. */
export const MAX_INCLUDED = 50

/** The resource of an answer about one. Throws UnexpectedDocument when there is none or it is of another type. */
export function oneOf(answer: Answer, type: string): RawResource {
  return rawResource(member(answer.document, 'data'), type)
}

/** The resources of an answer about many. Throws UnexpectedDocument when the list is missing. */
export function manyOf(answer: Answer, type: string): readonly RawResource[] {
  const data = member(answer.document, 'data')
  if (!Array.isArray(data)) throw new UnexpectedDocument(`no list of ${type} in the answer`)
  return data.map((entry) => rawResource(entry, type))
}

/** The included resources of one type. */
export function includedOf(answer: Answer, type: string): readonly RawResource[] {
  return listMember(answer.document, 'included')
    .filter((entry) => textMember(entry, 'type') === type)
    .map((entry) => rawResource(entry, type))
}

function rawResource(value: unknown, type: string): RawResource {
  const id = textMember(value, 'id')
  if (id === undefined || id === '' || textMember(value, 'type') !== type) {
    throw new UnexpectedDocument(`not a resource of type ${type}`)
  }
  return { type, id, attributes: member(value, 'attributes'), relationships: member(value, 'relationships') }
}

/** Reads id and attributes of a resource. */
export function readResource<S extends Shape>(shape: S, raw: RawResource): { readonly id: string } & Attributes<S> {
  return { ...readAttributes(shape, raw.attributes), id: raw.id }
}

/** The id that a to-one relationship names; undefined when the answer does not hold it. */
export function relatedId(raw: RawResource, name: string): string | undefined {
  return textMember(member(member(raw.relationships, name), 'data'), 'id')
}

/** The ids that a to-many relationship names; undefined when the answer does not hold them. */
export function relatedIds(raw: RawResource, name: string): RelatedIds | undefined {
  const relationship = member(raw.relationships, name)
  const data = member(relationship, 'data')
  if (!Array.isArray(data)) return undefined
  const ids = data.map((entry) => textMember(entry, 'id')).filter((id) => id !== undefined)
  const total = plausibleTotal(pagingTotal(relationship), ids.length)
  const isComplete = total === undefined ? ids.length < MAX_INCLUDED : ids.length === total
  return { ids, isComplete, ...(total !== undefined && { total }) }
}

// Answers have been recorded that count 0 beside a list that is not empty.
function plausibleTotal(total: number | undefined, listed: number): number | undefined {
  return total !== undefined && total >= listed ? total : undefined
}

/** `meta.paging.total` of a document or relationship. */
export function pagingTotal(value: unknown): number | undefined {
  const total = member(member(member(value, 'meta'), 'paging'), 'total')
  return typeof total === 'number' && Number.isInteger(total) && total >= 0 ? total : undefined
}
