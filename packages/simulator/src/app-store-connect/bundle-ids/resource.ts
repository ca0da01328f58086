import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { apps } from '../apps/state.ts'
import { addCapability, capabilitiesOf } from '../bundle-id-capabilities/state.ts'
import { LINKED_KINDS } from '../identifiers/kinds.ts'
import { identifiers, linkIdentifiers } from '../identifiers/state.ts'
import { contains, equals } from '../json-api/filters.ts'
import type { Resource } from '../json-api/resource.ts'
import { onlySeedFields, optionalSeedText, type SeedItem, seedText, seedTexts } from '../json-api/seeding.ts'
import { PROFILE_TYPES } from '../profiles/kinds.ts'
import { profiles } from '../profiles/store.ts'
import { PLATFORMS } from './platforms.ts'
import { type BundleIdRecord, bundleIds, createBundleId, deleteBundleId, renameBundleId } from './state.ts'

/** Assigns the app groups, containers and merchants that a seed names by their identifiers. */
function linkSeeded(scene: Scene, record: BundleIdRecord, item: SeedItem): BundleIdRecord {
  return LINKED_KINDS.reduce((linked, kind) => {
    const ids = seedTexts(item, kind).map((identifier) => {
      const [found] = storeOf(scene.team, identifiers[kind]).by('identifier', identifier.toLowerCase())
      return found?.id ?? identifier
    })
    return linkIdentifiers(scene, linked, kind, ids)
  }, record)
}

/** Service IDs, which people make on the portal, are not shown to keys. */
function isApp(record: BundleIdRecord): boolean {
  return record.platform !== 'SERVICES'
}

/** Bundle IDs. Source: developer.apple.com/documentation/appstoreconnectapi/bundle-ids */
export const bundleIdResource: Resource<BundleIdRecord> = {
  type: 'bundleIds',
  attributeNames: ['name', 'identifier', 'platform', 'seedId'],
  attributes: ({ name, identifier, platform, seedId }) => ({ name, identifier, platform, seedId }),
  relationships: {
    bundleIdCapabilities: {
      kind: 'many',
      target: 'bundleIdCapabilities',
      isIncludable: true,
      isUnpaged: true,
      related: (record, scene) => capabilitiesOf(scene, record.id),
    },
    profiles: {
      kind: 'many',
      target: 'profiles',
      isIncludable: true,
      // Expired ones too: only the list of all profiles hides them.
      related: (record, scene) =>
        storeOf(scene.team, profiles)
          .by('bundleId', record.id)
          .filter(({ profileType }) => PROFILE_TYPES.includes(profileType)),
    },
    app: {
      kind: 'one',
      target: 'apps',
      isIncludable: true,
      related: (record, scene) => storeOf(scene.team, apps).by('bundleId', record.identifier),
    },
  },
  find(scene, id) {
    const record = storeOf(scene.team, bundleIds).get(id)
    return record !== undefined && isApp(record) ? record : undefined
  },
  filters: {
    id: equals((record) => record.id),
    identifier: contains((record) => record.identifier),
    name: contains((record) => record.name),
    seedId: equals((record) => record.seedId),
    platform: {
      values: PLATFORMS,
      matches: (record, value, scene) => scene.world.settings.ignoreBundleIdPlatformFilter || record.platform === value,
    },
  },
  sorts: {
    id: (record) => record.id,
    identifier: (record) => record.identifier,
    name: (record) => record.name,
    platform: (record) => record.platform,
    seedId: (record) => record.seedId,
  },
  list: (scene) => storeOf(scene.team, bundleIds).values().filter(isApp),
  isReadable: true,
  create: {
    body: {
      attributes: {
        identifier: { kind: 'string', isRequired: true },
        name: { kind: 'string', isRequired: true },
        platform: { kind: 'string', isRequired: true, values: PLATFORMS },
        seedId: { kind: 'string', isNullable: true },
      },
    },
    run: ({ attributes }, call) =>
      createBundleId(call, {
        identifier: String(attributes.identifier),
        name: String(attributes.name),
        platform: String(attributes.platform),
        seedId: typeof attributes.seedId === 'string' ? attributes.seedId : null,
      }),
  },
  update: {
    body: { attributes: { name: { kind: 'string', isNullable: true } } },
    run: ({ attributes }, call, record) =>
      typeof attributes.name === 'string' ? renameBundleId(call, record, attributes.name) : record,
  },
  remove: (record, call) => deleteBundleId(call, record),
  permission: (access) => (access === 'read' ? 'identifiers:read' : 'identifiers:write'),
  seed(scene, item) {
    onlySeedFields(item, ['identifier', 'name', 'platform', 'capabilities', ...LINKED_KINDS])
    const identifier = seedText(item, 'identifier')
    const record = createBundleId(scene, {
      identifier,
      name: optionalSeedText(item, 'name') ?? identifier.replace(/[^A-Za-z0-9]+/g, ' ').trim(),
      platform: optionalSeedText(item, 'platform') ?? 'IOS',
    })
    const present = new Set(capabilitiesOf(scene, record.id).map((capability) => capability.capabilityType))
    for (const type of seedTexts(item, 'capabilities')) {
      if (!present.has(type)) addCapability(scene, record, type, null, 'portal')
    }
    return linkSeeded(scene, record, item)
  },
}
