import type { StoredRecord } from '../../world/collection.ts'
import { invalidParameter } from './errors.ts'
import { encodeCursor, type Query } from './query.ts'
import type { Call, Resource } from './resource.ts'

// A position that no list reaches.
const END = 999_999_999

/** A part of a list. */
export interface Page {
  readonly records: readonly StoredRecord[]
  readonly total: number
  readonly limit: number
  readonly nextCursor: string | undefined
}

function passes(record: StoredRecord, resource: Resource, query: Query, call: Call): boolean {
  for (const [name, values] of query.filters) {
    const filter = resource.filters?.[name]
    if (filter !== undefined && !values.some((value) => filter.matches(record, value, call))) return false
  }
  for (const [name, isWanted] of query.existences) {
    if (resource.existences?.[name]?.(record) !== isWanted) return false
  }
  return true
}

function sorted(
  records: readonly StoredRecord[],
  resource: Resource,
  query: Query,
  call: Call,
): readonly StoredRecord[] {
  if (query.sort.length === 0) return records
  return [...records].sort((a, b) => {
    for (const { name, isDescending } of query.sort) {
      const read = resource.sorts?.[name]
      const [left, right] = read === undefined ? ['', ''] : [read(a, call), read(b, call)]
      if (left !== right) return left < right === isDescending ? 1 : -1
    }
    return a.seq - b.seq
  })
}

function shuffled(records: readonly StoredRecord[], call: Call): readonly StoredRecord[] {
  const weights = new Map(records.map((record) => [record, Buffer.from(call.world.random(4)).readUInt32BE()]))
  return [...records].sort((a, b) => (weights.get(a) ?? 0) - (weights.get(b) ?? 0))
}

/** The records that reads see and the filters let pass; the list itself when that is all of them. */
function seenOf(
  records: readonly StoredRecord[],
  resource: Resource,
  query: Query,
  call: Call,
): readonly StoredRecord[] {
  const isDelayed = Object.keys(call.world.settings.readDelayMs).length > 0
  if (query.filters.size === 0 && query.existences.size === 0 && !isDelayed) return records
  return records.filter((record) => record.visibleAt <= call.now && passes(record, resource, query, call))
}

function honestPage(
  records: readonly StoredRecord[],
  resource: Resource,
  query: Query,
  call: Call,
  isOrdered: boolean,
): Page {
  const { settings } = call.world
  const seen = seenOf(records, resource, query, call)
  if (isOrdered || query.sort.length > 0 || settings.pagesDrift || settings.reorderLists) {
    const ordered = settings.reorderLists && query.sort.length === 0 ? shuffled(seen, call) : seen
    return byOffset(sorted(ordered, resource, query, call), query)
  }
  return byPosition(seen, query)
}

function byOffset(records: readonly StoredRecord[], query: Query): Page {
  const end = query.cursor + query.limit
  const isMore = records.length > end
  return {
    records: records.slice(query.cursor, end),
    total: records.length,
    limit: query.limit,
    nextCursor: isMore ? encodeCursor(end) : undefined,
  }
}

/** Where the records from a sequence number on begin. */
function positionOf(records: readonly StoredRecord[], seq: number): number {
  let low = 0
  let high = records.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((records[middle]?.seq ?? 0) < seq) low = middle + 1
    else high = middle
  }
  return low
}

/** The cursor is the position after the last record that was sent, so that no other write moves the next page. */
function byPosition(records: readonly StoredRecord[], query: Query): Page {
  const start = positionOf(records, query.cursor)
  const page = records.slice(start, start + query.limit)
  const last = page.at(-1)
  const isMore = last !== undefined && start + query.limit < records.length
  return {
    records: page,
    total: records.length,
    limit: query.limit,
    nextCursor: isMore ? encodeCursor(last.seq + 1) : undefined,
  }
}

/** Where a paging fault of Apple's sends the client instead. */
function misled(page: Page, query: Query, call: Call): string | undefined {
  const { pagingFault } = call.world.settings
  if (pagingFault === 'repeated-next' && page.nextCursor !== undefined) return encodeCursor(query.cursor)
  if (pagingFault === 'next-after-end') return page.nextCursor ?? encodeCursor(END)
  return page.nextCursor
}

/** Filters, sorts and cuts a list as the query asks; a list with an order of its own is paged by its places in it. Records that reads do not see yet are left out. */
export function pageOf(
  records: readonly StoredRecord[],
  resource: Resource,
  query: Query,
  call: Call,
  isOrdered = false,
): Page {
  const { pagingFault } = call.world.settings
  if (pagingFault === 'refused-cursor' && query.parameters.has('cursor')) {
    throw invalidParameter('cursor', `'${query.parameters.get('cursor')}' is not a valid cursor for this request`)
  }
  const page = honestPage(records, resource, query, call, isOrdered)
  return pagingFault === 'none' ? page : { ...page, nextCursor: misled(page, query, call) }
}
