import type { StoredRecord } from '../../world/collection.ts'
import type { Scene } from '../../world/world.ts'
import type { Actor, Permission } from '../auth/roles.ts'
import type { BodyShape, WriteBody } from './body.ts'

/** One authenticated request. */
export interface Call extends Scene {
  readonly actor: Actor
  /** Scheme, host and prefix that the client used, with `/v1`. */
  readonly base: string
}

/** Decides whether a record passes one value of a filter. `values` lists what is accepted, when Apple's document does. */
export interface Filter<R extends StoredRecord> {
  readonly values?: readonly string[]
  /** Documented values that Apple's service refuses nevertheless. */
  refuses?(value: string, scene: Scene): boolean
  matches(record: R, value: string, scene: Scene): boolean
}

/** What a list is ordered by. Declared as a method, so that a resource of a narrower record fits the registry. */
export type SortValue<R extends StoredRecord> = { of(record: R, scene: Scene): string }['of']

/** Whether a record has what `exists[…]` asks for; declared as a method for the same reason. */
export type Existence<R extends StoredRecord> = { of(record: R): boolean }['of']

/** A link from one resource to others. */
export interface Relationship<R extends StoredRecord> {
  readonly kind: 'one' | 'many'
  /** The resource type it leads to. */
  readonly target: string
  readonly isIncludable: boolean
  /** Whether `/relationships/…` and the related address exist; false for the rare ones that only `include` reaches. */
  readonly hasLinks?: boolean
  /** Its linkage is told in every answer, asked for or not. */
  readonly isAlwaysTold?: boolean
  /** What the related address takes beside `fields`: nothing, `include`, or filters too. */
  readonly relatedQuery?: 'fields' | 'includes' | 'filters'
  /** Its list has an order of its own, which is not that of creation. */
  readonly isOrdered?: boolean
  /** Its list comes whole when no limit is asked for. */
  readonly isUnpaged?: boolean
  related(record: R, scene: Scene): readonly StoredRecord[]
  /** Changes the linkage; absent when Apple does not offer it. */
  link?(record: R, ids: readonly string[], how: 'add' | 'replace' | 'remove', call: Call): Promise<void> | void
}

/** A write that a resource takes. `run` may assume that the body has the declared shape. */
export interface Write<Target> {
  readonly body: BodyShape
  run(body: WriteBody, call: Call, target: Target): Promise<StoredRecord> | StoredRecord
}

/** Everything the service knows of one of Apple's resources. A new resource is a folder with one of these, and a line in the registry. */
export interface Resource<R extends StoredRecord = StoredRecord> {
  readonly type: string
  /** Names for `fields[…]`, without relationships. */
  readonly attributeNames: readonly string[]
  attributes(record: R, scene: Scene): Readonly<Record<string, unknown>>
  readonly relationships: Readonly<Record<string, Relationship<R>>>
  find(scene: Scene, id: string): R | undefined
  /** Every name here can be sorted by; the value decides. */
  readonly sorts?: Readonly<Record<string, SortValue<R>>>
  readonly filters?: Readonly<Record<string, Filter<R>>>
  /** A filter without which the collection is not listed. */
  readonly requiredFilter?: string
  /** What `exists[…]` can ask. */
  readonly existences?: Readonly<Record<string, Existence<R>>>
  /** Apple's own, and the same for every team: no part of what a team owns. */
  readonly isShared?: boolean
  /** What `GET` of the collection lists; absent when Apple has no such operation. */
  list?(scene: Scene): readonly R[]
  /** Whether `GET` of one is offered. */
  readonly isReadable: boolean
  readonly create?: Write<undefined>
  readonly update?: Write<R>
  remove?(record: R, call: Call): Promise<void> | void
  /** What the key has to be allowed; `subject` is the body of a create or the record of an update or delete. */
  permission(access: 'read' | 'create' | 'update' | 'delete', subject: WriteBody | R | undefined): Permission
  /** Makes a record from seed data, without a client. Throws a refusal in Apple's form when a rule forbids it. */
  seed?(scene: Scene, item: Readonly<Record<string, unknown>>): Promise<StoredRecord> | StoredRecord
}

/** All resources of the service by type. */
export type Registry = ReadonlyMap<string, Resource>
