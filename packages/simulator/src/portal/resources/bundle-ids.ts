import { capabilitiesOf } from '../../app-store-connect/bundle-id-capabilities/state.ts'
import { PLATFORMS } from '../../app-store-connect/bundle-ids/platforms.ts'
import { bundleIdResource } from '../../app-store-connect/bundle-ids/resource.ts'
import {
  type BundleIdRecord,
  bundleIds,
  createBundleId,
  isWildcard,
  renameBundleId,
} from '../../app-store-connect/bundle-ids/state.ts'
import type { WriteBody } from '../../app-store-connect/json-api/body.ts'
import { invalidAttribute } from '../../app-store-connect/json-api/errors.ts'
import { equals } from '../../app-store-connect/json-api/filters.ts'
import type { Call, Resource } from '../../app-store-connect/json-api/resource.ts'
import { profiles } from '../../app-store-connect/profiles/store.ts'
import { storeOf } from '../../world/team.ts'
import { applyChanges, readChanges, switchAllOff } from './capability-changes.ts'

const PORTAL_PLATFORMS = [...PLATFORMS, 'SERVICES'] as const
const BUNDLE_TYPES = ['bundle', 'onDemandInstallCapable'] as const
const PLATFORM_NAMES: Readonly<Record<string, string>> = {
  IOS: 'iOS',
  MAC_OS: 'Mac',
  UNIVERSAL: 'iOS, macOS, tvOS, watchOS, visionOS',
  SERVICES: 'Services',
}

const { bundleIdCapabilities, profiles: profilesOf } = bundleIdResource.relationships

function create({ attributes, embedded }: WriteBody, call: Call): BundleIdRecord {
  const identifier = String(attributes.identifier)
  const changes = readChanges(call, embedded.bundleIdCapabilities ?? [], { identifier })
  const record = createBundleId(call, {
    identifier,
    name: String(attributes.name),
    platform: String(attributes.platform),
    seedId: typeof attributes.seedId === 'string' ? attributes.seedId : null,
    ...(typeof attributes.bundleType === 'string' ? { bundleType: attributes.bundleType } : {}),
  })
  return applyChanges(call, record, changes)
}

/** What a PATCH repeats although it can not be changed. */
function checkUnchanged(attributes: WriteBody['attributes'], record: BundleIdRecord): void {
  for (const name of ['identifier', 'seedId'] as const) {
    const value = attributes[name]
    if (typeof value === 'string' && value !== record[name]) {
      throw invalidAttribute(name, `The attribute '${name}' can not be changed`)
    }
  }
}

function update({ attributes, embedded }: WriteBody, call: Call, record: BundleIdRecord): BundleIdRecord {
  checkUnchanged(attributes, record)
  const items = embedded.bundleIdCapabilities
  const changes = readChanges(call, items ?? [], record)
  const { name } = attributes
  const renamed = typeof name === 'string' && name !== record.name ? renameBundleId(call, record, name) : record
  // A service ID sends all that it shall have; an App ID only what changes.
  if (record.platform === 'SERVICES' && items?.length === 0) switchAllOff(call, renamed)
  return applyChanges(call, renamed, changes)
}

/** Bundle IDs as the portal has them: also service IDs and App Clips; PATCH carries capabilities and what is assigned. */
export const portalBundleIdResource: Resource<BundleIdRecord> = {
  ...bundleIdResource,
  attributeNames: [...bundleIdResource.attributeNames, 'bundleType', 'platformName', 'wildcard'],
  attributes: (record, scene) => ({
    ...bundleIdResource.attributes(record, scene),
    bundleType: record.bundleType ?? 'bundle',
    platformName: PLATFORM_NAMES[record.platform] ?? null,
    wildcard: isWildcard(record.identifier),
  }),
  relationships: {
    bundleIdCapabilities: {
      ...bundleIdCapabilities,
      kind: 'many',
      target: 'bundleIdCapabilities',
      isIncludable: true,
      related: (record, scene) => capabilitiesOf(scene, record.id),
    },
    profiles: {
      ...profilesOf,
      kind: 'many',
      target: 'profiles',
      isIncludable: true,
      related: (record, scene) => storeOf(scene.team, profiles).by('bundleId', record.id),
    },
  },
  find: (scene, id) => storeOf(scene.team, bundleIds).get(id),
  list: (scene) => storeOf(scene.team, bundleIds).values(),
  filters: {
    ...bundleIdResource.filters,
    platform: {
      values: PORTAL_PLATFORMS,
      matches: (record, value, scene) =>
        value === 'SERVICES' || record.platform === 'SERVICES'
          ? record.platform === value
          : scene.world.settings.ignoreBundleIdPlatformFilter || record.platform === value,
    },
    bundleType: equals((record) => record.bundleType ?? 'bundle', BUNDLE_TYPES),
  },
  create: {
    body: {
      attributes: {
        identifier: { kind: 'string', isRequired: true },
        name: { kind: 'string', isRequired: true },
        platform: { kind: 'string', isRequired: true, values: PORTAL_PLATFORMS },
        seedId: { kind: 'string', isNullable: true },
        bundleType: { kind: 'string', isNullable: true, values: BUNDLE_TYPES },
      },
      relationships: { bundleIdCapabilities: { kind: 'embedded', target: 'bundleIdCapabilities' } },
    },
    run: create,
  },
  update: {
    body: {
      attributes: {
        identifier: { kind: 'string', isNullable: true },
        name: { kind: 'string', isNullable: true },
        seedId: { kind: 'string', isNullable: true },
      },
      relationships: { bundleIdCapabilities: { kind: 'embedded', target: 'bundleIdCapabilities' } },
    },
    run: update,
  },
}
