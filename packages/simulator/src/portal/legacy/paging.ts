import type { Form } from './form.ts'

const DEFAULT_SIZE = 500

/** A page of a list, and the numbers that the answer tells of it. */
export interface LegacyPage<T> {
  readonly items: readonly T[]
  readonly numbers: { readonly pageNumber: number; readonly pageSize: number; readonly totalRecords: number }
}

function whole(text: string | undefined, fallback: number): number {
  return text !== undefined && /^[1-9]\d{0,6}$/.test(text) ? Number(text) : fallback
}

/** `name=asc` or `name=desc`; spaceship sends it percent-encoded once more. */
function sortOf(form: Form): readonly [field: string, isDescending: boolean] | undefined {
  const [field, direction] = decodeURIComponent(form.text('sort') ?? '').split('=')
  return field === undefined || field === '' ? undefined : [field, direction === 'desc']
}

/** Sorts and cuts a list as the request asks; an unknown sort field leaves the order. */
export function pageOf<T extends Readonly<Record<string, unknown>>>(items: readonly T[], form: Form): LegacyPage<T> {
  const pageNumber = whole(form.text('pageNumber'), 1)
  const pageSize = whole(form.text('pageSize'), DEFAULT_SIZE)
  const sort = sortOf(form)
  const ordered = sort === undefined ? items : [...items].sort(comparing(...sort))
  const start = (pageNumber - 1) * pageSize
  return {
    items: ordered.slice(start, start + pageSize),
    numbers: { pageNumber, pageSize, totalRecords: items.length },
  }
}

function comparing(field: string, isDescending: boolean) {
  return (a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): number => {
    const order = String(a[field] ?? '').localeCompare(String(b[field] ?? ''))
    return isDescending ? -order : order
  }
}
