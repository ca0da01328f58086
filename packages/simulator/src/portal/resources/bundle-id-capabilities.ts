import { capabilityResource, settingsOf } from '../../app-store-connect/bundle-id-capabilities/resource.ts'
import { type CapabilityRecord, capabilities } from '../../app-store-connect/bundle-id-capabilities/state.ts'
import { type BundleIdRecord, bundleIds } from '../../app-store-connect/bundle-ids/state.ts'
import { LINKED_CAPABILITIES, type LinkedKind } from '../../app-store-connect/identifiers/kinds.ts'
import { linkedTo } from '../../app-store-connect/identifiers/state.ts'
import type { Relationship, Resource } from '../../app-store-connect/json-api/resource.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { capabilityRecord } from './capabilities.ts'
import { CONSENT_KEY } from './capability-changes.ts'

function ownerOf(record: CapabilityRecord, scene: Scene): BundleIdRecord | undefined {
  return storeOf(scene.team, bundleIds).get(record.bundleId)
}

function linked(kind: LinkedKind): Relationship<CapabilityRecord> {
  return {
    kind: 'many',
    target: kind,
    isIncludable: true,
    isAlwaysTold: true,
    related(record, scene) {
      const owner = ownerOf(record, scene)
      const isIts = LINKED_CAPABILITIES[kind] === record.capabilityType
      return owner === undefined || !isIts ? [] : linkedTo(scene, owner, kind)
    },
  }
}

function bundle(type: string, idOf: (owner: BundleIdRecord) => string | undefined): Relationship<CapabilityRecord> {
  return {
    kind: 'one',
    target: 'bundleIds',
    isIncludable: true,
    isAlwaysTold: true,
    related(record, scene) {
      const owner = ownerOf(record, scene)
      const id = owner === undefined || record.capabilityType !== type ? undefined : idOf(owner)
      const found = id === undefined ? undefined : storeOf(scene.team, bundleIds).get(id)
      return found === undefined ? [] : [found]
    },
  }
}

function portalSettings(record: CapabilityRecord): unknown {
  const settings = settingsOf(record)
  if (record.capabilityType !== 'APPLE_ID_AUTH') return settings
  return settings?.map((setting) => ({ ...setting, key: CONSENT_KEY })) ?? null
}

/** Ids are `<bundle ID>_<TYPE>`; the documented API also writes `…_GAME_CENTER_IOS`. */
function findById(scene: Scene, id: string): CapabilityRecord | undefined {
  const store = storeOf(scene.team, capabilities)
  return store.get(id) ?? store.get(`${id}_IOS`)
}

/** Capabilities of a bundle ID as the portal has them: with what is assigned. Changed by PATCH of the bundle ID. */
export const portalBundleIdCapabilityResource: Resource<CapabilityRecord> = {
  ...capabilityResource,
  attributeNames: ['capabilityType', 'enabled', 'settings', 'inputs'],
  attributes: (record) => ({
    capabilityType: record.capabilityType,
    enabled: true,
    settings: portalSettings(record),
    inputs: record.inputs ?? [],
  }),
  relationships: {
    capability: {
      kind: 'one',
      target: 'capabilities',
      isIncludable: true,
      isAlwaysTold: true,
      related: (record) => [capabilityRecord(record.capabilityType)],
    },
    bundleId: {
      kind: 'one',
      target: 'bundleIds',
      isIncludable: true,
      related(record, scene) {
        const owner = ownerOf(record, scene)
        return owner === undefined ? [] : [owner]
      },
    },
    appGroups: linked('appGroups'),
    cloudContainers: linked('cloudContainers'),
    merchantIds: linked('merchantIds'),
    parentBundleId: bundle('ON_DEMAND_INSTALL_CAPABLE', (owner) => owner.parentId),
    appConsentBundleId: bundle('APPLE_ID_AUTH', (owner) => owner.appConsentId),
  },
  find: findById,
}
