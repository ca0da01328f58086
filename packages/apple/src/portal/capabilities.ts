import {
  type BundleIdCapabilities,
  createBundleIdCapabilities,
  hasSettings,
  readCapability,
} from '../app-store-connect/bundle-id-capabilities.ts'
import type { BundleIds } from '../app-store-connect/bundle-ids.ts'
import { includedOf } from '../app-store-connect/document.ts'
import { targetIn } from '../app-store-connect/operations.ts'
import type {
  BundleIdCapability,
  CapabilitySetting,
  CapabilityType,
} from '../app-store-connect/wire/bundle-id-capabilities.ts'
import { appleErrors } from '../errors.ts'
import type { Answer } from '../transport/answer.ts'
import type { Perform } from '../transport/task.ts'

/**
 * The operations on capabilities as the portal makes them: through the bundle ID. One that is on already stays on without an error;
 * others stay as they are. Source: observed (fastlane spaceship, @expo/apple-utils).
 */
export function createPortalCapabilities(perform: Perform, bundleIds: BundleIds): BundleIdCapabilities {
  const { list, delete: remove } = createBundleIdCapabilities(perform)
  const find = async (bundleId: string, isWanted: (capability: BundleIdCapability) => boolean) =>
    (await list(bundleId)).items.find(isWanted)

  const set = async (
    bundleId: string,
    capabilityType: CapabilityType,
    settings: readonly CapabilitySetting[],
  ): Promise<BundleIdCapability> => {
    const isWanted = (capability: BundleIdCapability) => capability.capabilityType === capabilityType
    const { name, identifier, seedId } = await bundleIds.read(bundleId)
    const target = targetIn('/v1/bundleIds', bundleId)
    const data = {
      type: 'bundleIds',
      id: bundleId,
      attributes: { name, identifier, seedId, permissions: { edit: true, delete: true } },
      relationships: { bundleIdCapabilities: { data: [wish(capabilityType, settings)] } },
    }
    const told = await perform({
      request: { method: 'PATCH', ...target, body: { data } },
      read: (answer) => ({ capability: capabilitiesIn(answer).find(isWanted) }),
      reconcile: async () => {
        const capability = await find(bundleId, isWanted)
        return capability && hasSettings(capability, settings) ? { value: { capability } } : undefined
      },
    })
    const now = told.capability ?? (await find(bundleId, isWanted))
    if (now !== undefined) return now
    throw appleErrors.unexpected_answer(
      { operation: `PATCH ${target.pattern}` },
      { detail: `Apple took ${capabilityType} and does not list it.` },
    )
  }

  return {
    list,
    delete: remove,
    create: ({ bundleId, capabilityType, settings = [] }) => set(bundleId, capabilityType, settings),
    modify: async ({ id, bundleId }, { settings, capabilityType }) => {
      const type = capabilityType ?? (await find(bundleId, (capability) => capability.id === id))?.capabilityType
      if (type === undefined) throw appleErrors.not_found({ operation: 'PATCH /v1/bundleIds/{id}' })
      return set(bundleId, type, settings)
    },
  }
}

function wish(capabilityType: CapabilityType, settings: readonly CapabilitySetting[]) {
  return {
    type: 'bundleIdCapabilities',
    attributes: { enabled: true, settings },
    relationships: { capability: { data: { type: 'capabilities', id: capabilityType } } },
  }
}

function capabilitiesIn(answer: Answer): readonly BundleIdCapability[] {
  return includedOf(answer, 'bundleIdCapabilities').map(readCapability)
}
