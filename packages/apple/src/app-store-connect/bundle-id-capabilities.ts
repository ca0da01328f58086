import type { Answer } from '../transport/answer.ts'
import type { Perform } from '../transport/task.ts'
import { oneOf, type RawResource, readResource } from './document.ts'
import { deleteResource, modifyResource, reference, targetIn } from './operations.ts'
import { type Listed, readList } from './paging.ts'
import {
  type BundleIdCapability,
  type CapabilitySetting,
  type CapabilityType,
  capabilityShape,
} from './wire/bundle-id-capabilities.ts'

const COLLECTION = '/v1/bundleIdCapabilities'

/** Names a capability together with its bundle ID's handle: Apple lists capabilities through the bundle ID only. */
export interface CapabilityName {
  readonly id: string
  readonly bundleId: string
}

/** Capabilities of bundle IDs. Any change makes the bundle ID's profiles invalid. */
export interface BundleIdCapabilities {
  /** The capabilities that are on for a bundle ID (its handle). Source: Apple, "List all capabilities for a bundle ID". */
  list(bundleId: string): Promise<Listed<BundleIdCapability>>
  /**
   * Switches a capability on. `awaitsCreation`: the bundle ID was made seconds ago.
   * Throws `apple.capability_exists`. Source: Apple, "Enable a capability".
   */
  create(capability: {
    readonly bundleId: string
    readonly capabilityType: CapabilityType
    readonly settings?: readonly CapabilitySetting[]
    readonly awaitsCreation?: boolean
  }): Promise<BundleIdCapability>
  /** Changes the settings of a capability. Source: Apple, "Modify a capability configuration". */
  modify(
    name: CapabilityName,
    change: { readonly settings: readonly CapabilitySetting[]; readonly capabilityType?: CapabilityType },
  ): Promise<BundleIdCapability>
  /** Switches a capability off. Source: Apple, "Disable a capability". */
  delete(name: CapabilityName): Promise<void>
}

/** The operations on capabilities. */
export function createBundleIdCapabilities(perform: Perform): BundleIdCapabilities {
  const list: BundleIdCapabilities['list'] = async (bundleId) => {
    const { path, pattern } = targetIn('/v1/bundleIds', bundleId)
    const below = { path: `${path}/bundleIdCapabilities`, pattern: `${pattern}/bundleIdCapabilities` }
    const raw = await readList(perform, { type: 'bundleIdCapabilities', ...below })
    return { items: raw.resources.map(readCapability), isTruncated: raw.isTruncated }
  }
  const find = async ({ id, bundleId }: CapabilityName) => (await list(bundleId)).items.find((item) => item.id === id)

  return {
    list,
    create: async ({ bundleId, capabilityType, settings, awaitsCreation = false }) => {
      const attributes = { capabilityType, ...(settings !== undefined && { settings }) }
      const relationships = { bundleId: reference('bundleIds', bundleId) }
      const body = { data: { type: 'bundleIdCapabilities', attributes, relationships } }
      return perform({
        request: { method: 'POST', path: COLLECTION, pattern: COLLECTION, body, awaitsCreation },
        read: readAnswer,
        reconcile: async () => {
          const value = (await list(bundleId)).items.find((item) => item.capabilityType === capabilityType)
          return value && hasSettings(value, settings ?? []) ? { value } : undefined
        },
      })
    },
    modify: async (name, change) =>
      modifyResource(perform, targetIn(COLLECTION, name.id), {
        body: { data: { type: 'bundleIdCapabilities', id: name.id, attributes: change } },
        read: readAnswer,
        current: () => find(name),
        isDone: (capability) => hasSettings(capability, change.settings),
      }),
    delete: async (name) =>
      deleteResource(perform, targetIn(COLLECTION, name.id), async () => (await find(name)) === undefined),
  }
}

/** Says whether a capability has at least these settings: each option there with the wished state, a missing one being off. */
export function hasSettings(capability: BundleIdCapability, wished: readonly CapabilitySetting[]): boolean {
  return wished.every(({ key, options }) => {
    const setting = capability.settings?.find((candidate) => candidate.key === key)
    return options.every(
      (option) =>
        (setting?.options.find((candidate) => candidate.key === option.key)?.enabled ?? false) === option.enabled,
    )
  })
}

function readAnswer(answer: Answer): BundleIdCapability {
  return readCapability(oneOf(answer, 'bundleIdCapabilities'))
}

/** Reads one capability, from a list or from what was included with its bundle ID. */
export function readCapability(raw: RawResource): BundleIdCapability {
  return readResource(capabilityShape, raw)
}
