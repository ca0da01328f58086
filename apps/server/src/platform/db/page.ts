import { requestErrors } from '@cordon/api/errors'

/** The paging part of a request, after parsing. */
export interface PageRequest {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** One page; `nextCursor` is null on the last one. */
export interface Page<T> {
  readonly items: T[]
  readonly nextCursor: string | null
}

// What else PostgreSQL cannot read: every number is whole, and no text has NUL.
const FITS = {
  string: (value: unknown) => typeof value === 'string' && !value.includes('\0'),
  number: (value: unknown) => Number.isSafeInteger(value),
} as const

type Position = ReadonlyArray<string | number>

/** Where a page begins, from its cursor: the sort values of the last row before it. Throws `request.invalid_cursor`. */
export function positionOf<const P extends ReadonlyArray<'string' | 'number'>>(
  request: PageRequest,
  ...kinds: P
): { [K in keyof P]: P[K] extends 'string' ? string : number } | undefined {
  if (request.cursor === undefined || request.cursor === '') return undefined
  const values = decode(request.cursor)
  const fits = values.length === kinds.length && kinds.every((kind, index) => FITS[kind](values[index]))
  if (!fits) throw requestErrors.invalid_cursor()
  return values as unknown as { [K in keyof P]: P[K] extends 'string' ? string : number }
}

/** Makes a page of rows read with `limit + 1`; `position` gives a row's sort values. */
export function pageOf<R, T>(
  rows: readonly R[],
  request: PageRequest,
  position: (row: R) => Position,
  shape: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, request.limit)
  const last = shown.at(-1)
  const more = rows.length > request.limit && last !== undefined
  return { items: shown.map(shape), nextCursor: more ? encode(position(last)) : null }
}

function encode(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

function decode(cursor: string): unknown[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(values) ? values : []
  } catch {
    return []
  }
}
