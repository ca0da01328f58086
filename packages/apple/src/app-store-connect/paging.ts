import { appleErrors } from '../errors.ts'
import { type Answer, member, textMember } from '../transport/answer.ts'
import type { AppleRequest } from '../transport/exchange.ts'
import type { Perform } from '../transport/task.ts'
import { manyOf, pagingTotal, type RawResource } from './document.ts'

/** A list read from Apple. */
export interface Listed<T> {
  readonly items: readonly T[]
  /** True when Apple has more than the cap allowed to read; never silently. */
  readonly isTruncated: boolean
}

/** What was read before it is turned into items. `answers` hold the included resources. */
export interface RawList {
  readonly resources: readonly RawResource[]
  readonly answers: readonly Answer[]
  readonly isTruncated: boolean
}

/** Which list to read. `type` is the resource type that its entries must have. */
export interface ListRequest {
  readonly type: string
  readonly path: string
  readonly pattern: string
  readonly query?: AppleRequest['query']
  /** The resource can be sorted by id, the way around a cursor that Apple refuses. */
  readonly canSortById?: boolean
}

/** The largest page that Apple gives. */
export const PAGE_SIZE = 200
/** Where reading a list ends. */
export const MAX_ITEMS = 20_000

interface Gathered {
  readonly byId: Map<string, RawResource>
  readonly answers: Answer[]
}

/**
 * Reads a list to its end. A next link is followed once; an empty page, or as many resources as Apple counts, end it.
 * Throws `apple.unexpected_answer` when the links run in a circle before everything was read.
 */
export async function readList(perform: Perform, list: ListRequest, maxItems = MAX_ITEMS): Promise<RawList> {
  const gathered: Gathered = { byId: new Map(), answers: [] }
  const first = requestOf(list, { ...list.query, limit: PAGE_SIZE })
  const ended = await readPages(perform, list, first, gathered, maxItems)
  if (ended === 'cursor_refused') await readFromBothEnds(perform, list, gathered)
  return { resources: [...gathered.byId.values()], answers: gathered.answers, isTruncated: ended === 'capped' }
}

function requestOf(list: ListRequest, query: AppleRequest['query']): AppleRequest & { method: 'GET' } {
  return { method: 'GET', path: list.path, pattern: list.pattern, ...(query !== undefined && { query }) }
}

async function readPages(
  perform: Perform,
  list: ListRequest,
  first: AppleRequest & { method: 'GET' },
  gathered: Gathered,
  maxItems: number,
): Promise<'end' | 'capped' | 'cursor_refused'> {
  const followed = new Set<string>()
  for (let request = first; ; ) {
    const page = await readPage(perform, list, request)
    if (page === undefined) return 'cursor_refused'
    add(gathered, page)
    const next = nextOf(page.answer)
    // Not "at least": a total below what was read is wrong, and must not end the reading.
    const isAll = gathered.byId.size === pagingTotal(page.answer.document)
    if (next === undefined || isAll || page.resources.length === 0) return 'end'
    if (gathered.byId.size >= maxItems) return 'capped'
    if (followed.has(next)) throw circle(list)
    followed.add(next)
    request = { method: 'GET', path: list.path, pattern: list.pattern, next }
  }
}

interface Page {
  readonly answer: Answer
  readonly resources: readonly RawResource[]
}

async function readPage(
  perform: Perform,
  list: ListRequest,
  request: AppleRequest & { method: 'GET' },
): Promise<Page | undefined> {
  const read = (answer: Answer): Page => ({ answer, resources: manyOf(answer, list.type) })
  try {
    return await perform({ request, read })
  } catch (error) {
    const isRefusedCursor = request.next !== undefined && appleErrors.invalid_request.is(error)
    if (isRefusedCursor && list.canSortById === true) return undefined
    throw error
  }
}

function add(gathered: Gathered, page: Page): void {
  gathered.answers.push(page.answer)
  for (const resource of page.resources) gathered.byId.set(resource.id, resource)
}

function nextOf(answer: Answer): string | undefined {
  return textMember(member(answer.document, 'links'), 'next')
}

// Apple has refused its own cursors for weeks (fastlane/fastlane issue 29499, March 2025). The first pages of both
// sort orders still reach 400 resources; fewer than Apple counts is an error, not a short list.
async function readFromBothEnds(perform: Perform, list: ListRequest, gathered: Gathered): Promise<void> {
  for (const sort of ['id', '-id']) {
    const page = await readPage(perform, list, requestOf(list, { ...list.query, limit: PAGE_SIZE, sort }))
    if (page !== undefined) add(gathered, page)
  }
  const last = gathered.answers.at(-1)
  const total = pagingTotal(last?.document)
  if (total !== undefined && gathered.byId.size >= total) return
  throw appleErrors.unexpected_answer(
    { operation: `GET ${list.pattern}` },
    {
      detail: `Apple refuses its own link to the next page; ${gathered.byId.size} of ${total ?? 'an unknown number'} were read.`,
    },
  )
}

function circle(list: ListRequest) {
  return appleErrors.unexpected_answer(
    { operation: `GET ${list.pattern}` },
    { detail: 'Apple\u2019s links to the next page run in a circle.' },
  )
}

const MAX_FILTER_CHARACTERS = 4_000

/**
 * Cuts a list of filter values into groups that fit into a URL. Undefined when a value cannot be filtered by at all,
 * because a comma in it would cut it in two.
 */
export function filterGroups(values: readonly string[]): readonly (readonly string[])[] | undefined {
  if (values.some((value) => value === '' || value.includes(','))) return undefined
  const groups: string[][] = []
  let room = 0
  for (const value of new Set(values)) {
    room -= value.length + 1
    if (room < 0 || groups.length === 0) {
      groups.push([])
      room = MAX_FILTER_CHARACTERS - value.length - 1
    }
    groups.at(-1)?.push(value)
  }
  return groups
}

/**
 * Reads a list filtered by many values with as few requests as fit. Filters at Apple match parts of words,
 * so callers compare again. No values: nothing to read, no request.
 */
export async function readFiltered(
  perform: Perform,
  list: ListRequest,
  filter: { readonly name: string; readonly values: readonly string[] | undefined },
): Promise<RawList> {
  if (filter.values === undefined) return readList(perform, list)
  if (filter.values.length === 0) return { resources: [], answers: [], isTruncated: false }
  const groups = filterGroups(filter.values)
  if (groups === undefined) return readList(perform, list)
  const parts = await Promise.all(
    groups.map((group) => readList(perform, { ...list, query: { ...list.query, [filter.name]: group } })),
  )
  return merge(parts)
}

function merge(parts: readonly RawList[]): RawList {
  const byId = new Map(parts.flatMap((part) => part.resources).map((resource) => [resource.id, resource]))
  return {
    resources: [...byId.values()],
    answers: parts.flatMap((part) => part.answers),
    isTruncated: parts.some((part) => part.isTruncated),
  }
}
