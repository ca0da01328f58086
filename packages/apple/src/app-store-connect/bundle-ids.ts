import type { Answer } from '../transport/answer.ts'
import type { Perform } from '../transport/task.ts'
import { createBundleIdCapabilities, readCapability } from './bundle-id-capabilities.ts'
import { includedOf, MAX_INCLUDED, manyOf, oneOf, type RawResource, readResource, relatedIds } from './document.ts'
import { requireForm } from './input.ts'
import { deleteResource, isGoneAt, modifyResource, readResourceAt, targetIn } from './operations.ts'
import { type Listed, readFiltered, readList } from './paging.ts'
import type { BundleIdCapability } from './wire/bundle-id-capabilities.ts'
import { type BundleId, type BundleIdWithRelated, bundleIdShape } from './wire/bundle-ids.ts'
import type { Platform } from './wire/platforms.ts'
import { type Profile, profileShape } from './wire/profiles.ts'

const COLLECTION = '/v1/bundleIds'

/** What can be read together with bundle IDs. */
export type BundleIdInclude = 'bundleIdCapabilities' | 'profiles'

/** Registered bundle IDs of the Apple team. */
export interface BundleIds {
  /**
   * Bundle IDs, all or those of some identifiers, compared exactly (Apple's filter also finds parts of words).
   * `include: ['bundleIdCapabilities']` gives each its capabilities in the same request. Source: Apple, "List bundle IDs".
   */
  list(filter?: {
    readonly identifiers?: readonly string[]
    readonly include?: readonly BundleIdInclude[]
  }): Promise<Listed<BundleIdWithRelated>>
  /** One bundle ID by its handle. Source: Apple, "Read bundle ID information". */
  read(id: string, options?: { readonly include?: readonly BundleIdInclude[] }): Promise<BundleIdWithRelated>
  /** The first bundle ID that Apple names; undefined for none. One small request. */
  first(): Promise<BundleId | undefined>
  /**
   * Registers a bundle ID. Apple takes letters, digits and spaces as name. `IOS` comes back as `UNIVERSAL`.
   * Throws `apple.input_invalid`, `apple.identifier_not_available`. Source: Apple, "Register a new bundle ID".
   */
  create(bundleId: {
    readonly identifier: string
    readonly name: string
    readonly platform: Platform
  }): Promise<BundleId>
  /** Renames a bundle ID; nothing else of it can change. Source: Apple, "Modify a bundle ID". */
  modify(id: string, change: { readonly name: string }): Promise<BundleId>
  /** Deletes a bundle ID and its profiles. Throws `apple.bundle_id_in_use`. Source: Apple, "Delete a bundle ID". */
  delete(id: string): Promise<void>
  /** All capabilities of a bundle ID. */
  capabilitiesOf(id: string): Promise<Listed<BundleIdCapability>>
  /** All profiles of a bundle ID, the expired ones too, which `profiles.list` does not show. Source: Apple, "List all profiles for a bundle ID". */
  profilesOf(id: string): Promise<Listed<Profile>>
}

/** The operations on bundle IDs. */
export function createBundleIds(perform: Perform): BundleIds {
  const list: BundleIds['list'] = async ({ identifiers, include = [] } = {}) => {
    const all = {
      type: 'bundleIds',
      path: COLLECTION,
      pattern: COLLECTION,
      query: including(include),
      canSortById: true,
    }
    const raw = await readFiltered(perform, all, { name: 'filter[identifier]', values: identifiers })
    const capabilities = capabilitiesIn(raw.answers)
    const items = raw.resources.map((resource) => withRelated(resource, capabilities))
    const wanted = identifiers && new Set(identifiers)
    return {
      items: wanted ? items.filter(({ identifier }) => identifier !== undefined && wanted.has(identifier)) : items,
      isTruncated: raw.isTruncated,
    }
  }
  const readAt = (id: string, include: readonly BundleIdInclude[] = []) =>
    readResourceAt(
      perform,
      targetIn(COLLECTION, id),
      (answer) => withRelated(oneOf(answer, 'bundleIds'), capabilitiesIn([answer])),
      including(include),
    )

  return {
    list,
    read: (id, { include } = {}) => readAt(id, include),
    first: () =>
      perform({
        request: { method: 'GET', path: COLLECTION, pattern: COLLECTION, query: { limit: 1 } },
        read: (answer) => manyOf(answer, 'bundleIds').map(readBundleId)[0],
      }),
    create: async ({ identifier, name, platform }) => {
      requireForm('identifier', identifier, 'identifier')
      const attributes = { identifier, name: requireForm('name', name, 'bundleIdName'), platform }
      const body = { data: { type: 'bundleIds', attributes } }
      return perform<BundleId>({
        request: { method: 'POST', path: COLLECTION, pattern: COLLECTION, body },
        read: readAnswer,
        reconcile: async () => {
          const value = (await list({ identifiers: [identifier] })).items[0]
          return value && { value }
        },
      })
    },
    modify: async (id, { name }) => {
      requireForm('name', name, 'bundleIdName')
      return modifyResource<BundleId>(perform, targetIn(COLLECTION, id), {
        body: { data: { type: 'bundleIds', id, attributes: { name } } },
        read: readAnswer,
        current: () => readAt(id),
        isDone: (bundleId) => bundleId.name === name,
      })
    },
    delete: async (id) => {
      const target = targetIn(COLLECTION, id)
      return deleteResource(perform, target, () => isGoneAt(perform, target))
    },
    capabilitiesOf: createBundleIdCapabilities(perform).list,
    profilesOf: async (id) => {
      const { path, pattern } = targetIn(COLLECTION, id)
      const below = { type: 'profiles', path: `${path}/profiles`, pattern: `${pattern}/profiles` }
      const raw = await readList(perform, below)
      return { items: raw.resources.map((item) => readResource(profileShape, item)), isTruncated: raw.isTruncated }
    },
  }
}

// Apple includes 10 related resources unless told otherwise.
function including(include: readonly BundleIdInclude[]): Record<string, string | number | readonly string[]> {
  if (include.length === 0) return {}
  return { include, ...Object.fromEntries(include.map((name) => [`limit[${name}]`, MAX_INCLUDED])) }
}

function capabilitiesIn(answers: readonly Answer[]): ReadonlyMap<string, BundleIdCapability> {
  const included = answers.flatMap((answer) => includedOf(answer, 'bundleIdCapabilities')).map(readCapability)
  return new Map(included.map((capability) => [capability.id, capability]))
}

function withRelated(raw: RawResource, capabilities: ReadonlyMap<string, BundleIdCapability>): BundleIdWithRelated {
  const profiles = relatedIds(raw, 'profiles')
  const named = relatedIds(raw, 'bundleIdCapabilities')
  const items = named?.ids.map((id) => capabilities.get(id)).filter((capability) => capability !== undefined)
  return {
    ...readBundleId(raw),
    ...(profiles !== undefined && { profiles }),
    ...(named !== undefined &&
      items !== undefined && {
        capabilities: { items, isComplete: named.isComplete && items.length === named.ids.length },
      }),
  }
}

function readAnswer(answer: Answer): BundleId {
  return readBundleId(oneOf(answer, 'bundleIds'))
}

function readBundleId(raw: RawResource): BundleId {
  return readResource(bundleIdShape, raw)
}
