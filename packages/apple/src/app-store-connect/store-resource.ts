import { appleErrors } from '../errors.ts'
import { type Answer, member } from '../transport/answer.ts'
import type { AppleRequest } from '../transport/exchange.ts'
import type { Perform } from '../transport/task.ts'
import { oneOf, type RawResource } from './document.ts'
import { deleteResource, isGoneAt, modifyResource, readResourceAt, type Target, targetIn } from './operations.ts'
import { type Listed, readList } from './paging.ts'

/** A kind of resource: what Apple calls it, and how one is read with what came along in the answer. */
export interface ResourceKind<T> {
  readonly type: string
  readonly read: (raw: RawResource, answers: readonly Answer[]) => T
}

/** Values of attributes to write; null empties one. */
export type Changes = Readonly<Record<string, string | number | boolean | null | undefined>>

const collectionOf = ({ type }: ResourceKind<unknown>) => `/v1/${type}`

/** Where what belongs to a resource is listed: `/v1/apps/{id}/appInfos`. */
export function below(parentType: string, id: string, name: string): Target {
  const { path, pattern } = targetIn(`/v1/${parentType}`, id)
  return { path: `${path}/${name}`, pattern: `${pattern}/${name}` }
}

/** Reads a list to its end. */
export async function listAt<T>(
  perform: Perform,
  kind: ResourceKind<T>,
  target: Target,
  query?: AppleRequest['query'],
): Promise<Listed<T>> {
  const raw = await readList(perform, { type: kind.type, ...target, ...(query !== undefined && { query }) })
  return { items: raw.resources.map((one) => kind.read(one, raw.answers)), isTruncated: raw.isTruncated }
}

/** Reads one resource by its id. Throws `apple.not_found`. */
export function readOne<T>(perform: Perform, kind: ResourceKind<T>, id: string, query?: AppleRequest['query']) {
  return readResourceAt(perform, targetIn(collectionOf(kind), id), (answer) => answerOf(kind, answer), query)
}

/** Reads the one resource that belongs to another; undefined when there is none. */
export async function readBelow<T>(perform: Perform, kind: ResourceKind<T>, target: Target): Promise<T | undefined> {
  try {
    return await readResourceAt(perform, target, (answer) =>
      (member(answer.document, 'data') ?? null) === null ? undefined : answerOf(kind, answer),
    )
  } catch (error) {
    if (appleErrors.not_found.is(error)) return undefined
    throw error
  }
}

/** Creates a resource. `find` looks for it when Apple leaves open whether it was made. */
export function createOne<T>(
  perform: Perform,
  kind: ResourceKind<T>,
  wanted: { readonly attributes?: Changes; readonly relationships: Readonly<Record<string, unknown>> },
  find: () => Promise<T | undefined>,
): Promise<T> {
  const collection = collectionOf(kind)
  return perform({
    request: {
      method: 'POST',
      path: collection,
      pattern: collection,
      body: { data: { type: kind.type, ...wanted } },
    },
    read: (answer) => answerOf(kind, answer),
    reconcile: async () => {
      const value = await find()
      return value === undefined ? undefined : { value }
    },
  })
}

/** Changes a resource. `current` reads it when Apple leaves open whether it was changed, and `isDone` decides. */
export function modifyOne<T>(
  perform: Perform,
  kind: ResourceKind<T>,
  id: string,
  change: {
    readonly attributes?: Changes
    readonly relationships?: Readonly<Record<string, unknown>>
    readonly current?: () => Promise<T | undefined>
    readonly isDone?: (current: T) => boolean
  },
): Promise<T> {
  const { attributes, relationships, current = () => readOne(perform, kind, id) } = change
  const body = {
    data: { type: kind.type, id, ...(attributes && { attributes }), ...(relationships && { relationships }) },
  }
  return modifyResource(perform, targetIn(collectionOf(kind), id), {
    body,
    read: (answer) => answerOf(kind, answer),
    current,
    isDone: change.isDone ?? ((value) => holds(value, attributes ?? {})),
  })
}

/** Deletes a resource. `isGone` looks when it cannot be read by its id. */
export function deleteOne(
  perform: Perform,
  kind: ResourceKind<unknown>,
  id: string,
  isGone?: () => Promise<boolean>,
): Promise<void> {
  const target = targetIn(collectionOf(kind), id)
  return deleteResource(perform, target, isGone ?? (() => isGoneAt(perform, target)))
}

/** Replaces a linkage; `isDone` looks when Apple leaves open whether it was. */
export function linkAt(
  perform: Perform,
  target: Target,
  body: unknown,
  isDone: () => Promise<boolean>,
): Promise<undefined> {
  return perform({
    request: { method: 'PATCH', ...target, body },
    read: () => undefined,
    reconcile: async () => ((await isDone()) ? { value: undefined } : undefined),
  })
}

function answerOf<T>(kind: ResourceKind<T>, answer: Answer): T {
  return kind.read(oneOf(answer, kind.type), [answer])
}

// Times are not compared: they come back in another spelling, and writing one again does no harm.
function holds(value: unknown, attributes: Changes): boolean {
  return Object.entries(attributes).every(([name, wanted]) => {
    const found = member(value, name)
    return typeof found === 'number' && typeof wanted === 'string' ? false : (found ?? null) === (wanted ?? null)
  })
}
