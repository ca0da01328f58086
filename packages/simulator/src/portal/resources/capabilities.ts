import {
  PORTAL_CAPABILITY_TYPES,
  SETTING_KINDS,
  WILDCARD_CAPABILITIES,
} from '../../app-store-connect/bundle-id-capabilities/settings.ts'
import { bundleIds, isWildcard } from '../../app-store-connect/bundle-ids/state.ts'
import { equals } from '../../app-store-connect/json-api/filters.ts'
import type { Resource } from '../../app-store-connect/json-api/resource.ts'
import type { StoredRecord } from '../../world/collection.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'

/** What can be switched on; the id is the capability's type. */
export function capabilityRecord(id: string): StoredRecord {
  return { id, seq: PORTAL_CAPABILITY_TYPES.indexOf(id), visibleAt: 0 }
}

const OFFERED = PORTAL_CAPABILITY_TYPES.map(capabilityRecord)

function isOpenTo(scene: Scene, bundleId: string, type: string): boolean {
  const owner = storeOf(scene.team, bundleIds).get(bundleId)
  if (owner === undefined) return false
  return !isWildcard(owner.identifier) || WILDCARD_CAPABILITIES.has(type)
}

/** The capabilities that the portal offers, also for one bundle ID. Source: docs of spaceship, `capabilities?filter[bundleId]=`. */
export const portalCapabilityResource: Resource = {
  type: 'capabilities',
  attributeNames: ['name', 'supportsWildcard', 'settings'],
  attributes: ({ id }) => ({
    name: id,
    supportsWildcard: WILDCARD_CAPABILITIES.has(id),
    settings: SETTING_KINDS[id] === undefined ? [] : [{ key: SETTING_KINDS[id].key }],
  }),
  relationships: {},
  find: (_scene, id) => (PORTAL_CAPABILITY_TYPES.includes(id) ? capabilityRecord(id) : undefined),
  filters: {
    id: equals((record) => record.id),
    bundleId: { matches: (record, value, scene) => isOpenTo(scene, value, record.id) },
  },
  isShared: true,
  list: () => OFFERED,
  isReadable: true,
  permission: () => 'identifiers:read',
}
