import { type BundleIdCapabilities, hasSettings, readCapability } from '../app-store-connect/bundle-id-capabilities.ts'
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

/** The capabilities of bundle IDs, as the portal changes them: through the bundle ID. */
export interface PortalCapabilities {
  /** The capabilities that are on for a bundle ID (its handle). */
  list: BundleIdCapabilities['list']
  /**
   * Switches a capability on, or changes its settings; others stay as they are. Any change makes the bundle ID's profiles invalid.
   * Source: observed (fastlane spaceship, @expo/apple-utils).
   */
  set(
    bundleId: string,
    capabilityType: CapabilityType,
    settings?: readonly CapabilitySetting[],
  ): Promise<BundleIdCapability>
}

/** The operations on capabilities. */
export function createPortalCapabilities(
  perform: Perform,
  { read, capabilitiesOf }: Pick<BundleIds, 'read' | 'capabilitiesOf'>,
): PortalCapabilities {
  const find = async (bundleId: string, type: CapabilityType) =>
    (await capabilitiesOf(bundleId)).items.find(({ capabilityType }) => capabilityType === type)

  return {
    list: capabilitiesOf,
    set: async (bundleId, capabilityType, settings = []) => {
      const { name, identifier, seedId } = await read(bundleId)
      const target = targetIn('/v1/bundleIds', bundleId)
      const data = {
        type: 'bundleIds',
        id: bundleId,
        attributes: { name, identifier, seedId, permissions: { edit: true, delete: true } },
        relationships: { bundleIdCapabilities: { data: [wish(capabilityType, settings)] } },
      }
      const told = await perform({
        request: { method: 'PATCH', ...target, body: { data } },
        read: (answer) => ({ capability: capabilityIn(answer, capabilityType) }),
        reconcile: async () => {
          const capability = await find(bundleId, capabilityType)
          return capability && hasSettings(capability, settings) ? { value: { capability } } : undefined
        },
      })
      const now = told.capability ?? (await find(bundleId, capabilityType))
      if (now !== undefined) return now
      throw appleErrors.unexpected_answer(
        { operation: `PATCH ${target.pattern}` },
        { detail: `Apple took ${capabilityType} and does not list it.` },
      )
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

function capabilityIn(answer: Answer, type: CapabilityType): BundleIdCapability | undefined {
  return includedOf(answer, 'bundleIdCapabilities')
    .map(readCapability)
    .find(({ capabilityType }) => capabilityType === type)
}
