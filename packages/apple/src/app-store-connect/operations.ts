import { appleErrors } from '../errors.ts'
import type { Answer } from '../transport/answer.ts'
import type { AppleRequest } from '../transport/exchange.ts'
import type { Perform } from '../transport/task.ts'

/** One resource at Apple: where it is, and how that is called in logs. */
export interface Target {
  readonly path: string
  readonly pattern: string
}

/** The place of one resource in a collection such as `/v1/devices`. An empty id would name the collection, so it is refused. */
export function targetIn(collection: string, id: string): Target {
  if (id === '') throw new TypeError(`an empty id in ${collection}`)
  return { path: `${collection}/${encodeURIComponent(id)}`, pattern: `${collection}/{id}` }
}

/** Reads one resource. Throws `apple.not_found`. */
export function readResourceAt<T>(
  perform: Perform,
  target: Target,
  read: (answer: Answer) => T,
  query?: AppleRequest['query'],
): Promise<T> {
  return perform({ request: { method: 'GET', ...target, ...(query !== undefined && { query }) }, read })
}

/** Changes one resource. When Apple leaves open whether it did, the resource is read and `isDone` decides. */
export function modifyResource<T>(
  perform: Perform,
  target: Target,
  change: {
    readonly body: unknown
    readonly read: (answer: Answer) => T
    /** Reads the resource as it is now. */
    readonly current: () => Promise<T | undefined>
    readonly isDone: (current: T) => boolean
  },
): Promise<T> {
  return perform({
    request: { method: 'PATCH', ...target, body: change.body },
    read: change.read,
    reconcile: async () => {
      const value = await change.current()
      return value !== undefined && change.isDone(value) ? { value } : undefined
    },
  })
}

/** Deletes one resource. When Apple leaves open whether it did, `isGone` looks. Throws `apple.not_found` when it never existed. */
export function deleteResource(perform: Perform, target: Target, isGone: () => Promise<boolean>): Promise<void> {
  return perform({
    request: { method: 'DELETE', ...target },
    read: () => undefined,
    reconcile: async () => ((await isGone()) ? { value: undefined } : undefined),
  })
}

/** Says whether a resource that can be read by its id is gone. */
export async function isGoneAt(perform: Perform, target: Target): Promise<boolean> {
  try {
    await perform({ request: { method: 'GET', ...target }, read: () => undefined })
    return false
  } catch (error) {
    if (appleErrors.not_found.is(error)) return true
    throw error
  }
}

/** A reference to another resource in a request body. */
export function reference(type: string, id: string): { readonly data: { readonly type: string; readonly id: string } } {
  return { data: { type, id } }
}

/** References to several resources in a request body. */
export function references(type: string, ids: readonly string[]) {
  return { data: ids.map((id) => ({ type, id })) }
}
