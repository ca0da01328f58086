import type { StoredRecord } from '../../world/collection.ts'
import type { Filter } from './resource.ts'

/** A filter that takes everything whose value contains the text, in any case: so Apple's text filters behave. */
export function contains<R extends StoredRecord>(read: (record: R) => string | null): Filter<R> {
  return { matches: (record, value) => (read(record) ?? '').toLowerCase().includes(value.toLowerCase()) }
}

/** A filter by equality, optionally over a closed set of values. */
export function equals<R extends StoredRecord>(
  read: (record: R) => string | null,
  values?: readonly string[],
): Filter<R> {
  return { ...(values === undefined ? {} : { values }), matches: (record, value) => read(record) === value }
}
