import { storeOf } from '../../world/team.ts'
import { bundleIds } from '../bundle-ids/state.ts'
import { invalidAttribute, invalidRelationship } from '../json-api/errors.ts'
import type { Resource } from '../json-api/resource.ts'
import { SETTING_KINDS } from './settings.ts'
import { type CapabilityRecord, capabilities, changeCapability, disableCapability, enableCapability } from './state.ts'

/** The settings of a capability as Apple writes them. */
// Only what is chosen is read back: go-xcode 2.0.0-alpha.9 takes any other number of options than one for a difference.
export function settingsOf(record: CapabilityRecord): readonly Readonly<Record<string, unknown>>[] | null {
  const kind = SETTING_KINDS[record.capabilityType]
  if (kind === undefined || record.options === null) return null
  const chosen = kind.options.filter((option) => record.options?.includes(option.key))
  const options = chosen.map((option) => ({
    key: option.key,
    name: option.name,
    description: null,
    enabledByDefault: option.isDefault,
    enabled: true,
    supportsWildcard: false,
  }))
  const { key, name, allowedInstances, minInstances } = kind
  return [
    { key, name, description: null, enabledByDefault: false, visible: true, allowedInstances, minInstances, options },
  ]
}

/** Capabilities of bundle IDs; listed through the bundle ID only. Source: developer.apple.com/documentation/appstoreconnectapi/bundle-id-capabilities */
export const capabilityResource: Resource<CapabilityRecord> = {
  type: 'bundleIdCapabilities',
  attributeNames: ['capabilityType', 'settings'],
  attributes: (record) => ({ capabilityType: record.capabilityType, settings: settingsOf(record) }),
  relationships: {},
  find: (scene, id) => storeOf(scene.team, capabilities).get(id),
  isReadable: false,
  create: {
    body: {
      attributes: {
        capabilityType: { kind: 'string', isRequired: true },
        settings: { kind: 'objects', isNullable: true },
      },
      relationships: { bundleId: { kind: 'one', target: 'bundleIds', isRequired: true } },
    },
    run({ attributes, relationships }, call) {
      const id = relationships.bundleId?.[0] ?? ''
      const owner = storeOf(call.team, bundleIds).get(id)
      if (owner === undefined || owner.visibleAt > call.now) {
        throw invalidRelationship('bundleId', `There is no App ID with ID '${id}' on this team.`)
      }
      return enableCapability(call, owner, String(attributes.capabilityType), attributes.settings)
    },
  },
  update: {
    body: {
      attributes: {
        capabilityType: { kind: 'string', isNullable: true },
        settings: { kind: 'objects', isNullable: true },
      },
    },
    run({ attributes }, call, record) {
      const type = attributes.capabilityType ?? record.capabilityType
      if (type !== record.capabilityType)
        throw invalidAttribute('capabilityType', 'The capability type can not be changed')
      return changeCapability(call, record, attributes.settings)
    },
  },
  remove: (record, call) => disableCapability(call, record),
  permission: (access) => (access === 'read' ? 'identifiers:read' : 'identifiers:write'),
}
