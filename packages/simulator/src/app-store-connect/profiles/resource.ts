import type { Collection, StoredRecord } from '../../world/collection.ts'
import { storeOf } from '../../world/team.ts'
import type { Permission } from '../auth/roles.ts'
import { bundleIds } from '../bundle-ids/state.ts'
import { certificates } from '../certificates/store.ts'
import { devices } from '../devices/state.ts'
import { provisioningDate } from '../json-api/document.ts'
import { contains, equals } from '../json-api/filters.ts'
import type { Resource } from '../json-api/resource.ts'
import { onlySeedFields, seedText } from '../json-api/seeding.ts'
import { PROFILE_KINDS, PROFILE_TYPES } from './kinds.ts'
import { createProfile, profileStateOf } from './state.ts'
import { type ProfileRecord, profiles } from './store.ts'

function among<R extends StoredRecord>(store: Collection<R>, ids: readonly string[]): R[] {
  return ids.flatMap((id) => store.get(id) ?? []).sort((a, b) => a.seq - b.seq)
}

const DOCUMENTED: ReadonlySet<string> = new Set(PROFILE_TYPES)

/** Whether a key may see a profile: the types that only people can make are not in Apple's document. */
function isDocumented(record: ProfileRecord): boolean {
  return DOCUMENTED.has(record.profileType)
}

function permissionFor(profileType: string): Permission {
  return PROFILE_KINDS[profileType]?.distribution === 'development' ? 'signing:development' : 'signing:distribution'
}

/** Provisioning profiles. Source: developer.apple.com/documentation/appstoreconnectapi/profiles */
export const profileResource: Resource<ProfileRecord> = {
  type: 'profiles',
  attributeNames: [
    'name',
    'platform',
    'profileType',
    'profileState',
    'profileContent',
    'uuid',
    'createdDate',
    'expirationDate',
  ],
  attributes(record, scene) {
    const profileState = profileStateOf(scene, record)
    return {
      profileState,
      createdDate: provisioningDate(record.createdAt),
      profileType: record.profileType,
      name: record.name,
      // What is not ACTIVE has no content any more.
      profileContent: profileState === 'ACTIVE' ? record.content : null,
      uuid: record.uuid,
      platform: record.platform,
      expirationDate: provisioningDate(record.expiresAt),
    }
  },
  relationships: {
    bundleId: {
      kind: 'one',
      target: 'bundleIds',
      isIncludable: true,
      related: (record, scene) => among(storeOf(scene.team, bundleIds), [record.bundleId]),
    },
    certificates: {
      kind: 'many',
      target: 'certificates',
      isIncludable: true,
      related: (record, scene) => among(storeOf(scene.team, certificates), record.certificateIds),
    },
    devices: {
      kind: 'many',
      target: 'devices',
      isIncludable: true,
      related: (record, scene) => among(storeOf(scene.team, devices), record.deviceIds),
    },
  },
  find(scene, id) {
    const record = storeOf(scene.team, profiles).get(id)
    return record !== undefined && isDocumented(record) ? record : undefined
  },
  filters: {
    id: equals((record) => record.id),
    name: contains((record) => record.name),
    profileType: equals((record) => record.profileType, PROFILE_TYPES),
    profileState: {
      values: ['ACTIVE', 'INVALID'],
      matches: (record, value, scene) => profileStateOf(scene, record) === value,
    },
  },
  sorts: {
    id: (record) => record.id,
    name: (record) => record.name,
    profileType: (record) => record.profileType,
    profileState: (record, scene) => profileStateOf(scene, record),
  },
  // Expired profiles vanish from this list, not from the bundle ID's.
  list: (scene) =>
    storeOf(scene.team, profiles)
      .values()
      .filter((record) => record.expiresAt > scene.now && isDocumented(record)),
  isReadable: true,
  create: {
    body: {
      attributes: {
        name: { kind: 'string', isRequired: true },
        profileType: { kind: 'string', isRequired: true, values: PROFILE_TYPES },
      },
      relationships: {
        bundleId: { kind: 'one', target: 'bundleIds', isRequired: true },
        certificates: { kind: 'many', target: 'certificates', isRequired: true },
        devices: { kind: 'many', target: 'devices' },
      },
    },
    run: ({ attributes, relationships }, call) =>
      createProfile(call, {
        name: String(attributes.name),
        profileType: String(attributes.profileType),
        bundleId: relationships.bundleId?.[0] ?? '',
        certificateIds: relationships.certificates ?? [],
        deviceIds: relationships.devices ?? [],
      }),
  },
  remove: (record, call) => storeOf(call.team, profiles).remove(record.id),
  permission(access, subject) {
    if (access === 'read') return 'identifiers:read'
    // Before the body is read nobody knows which right it needs; the least one stands in.
    if (subject === undefined) return 'identifiers:read'
    if ('attributes' in subject) return permissionFor(String(subject.attributes.profileType))
    return permissionFor(subject.profileType)
  },
  async seed(scene, item) {
    onlySeedFields(item, ['name', 'profileType', 'bundleId'])
    const profileType = seedText(item, 'profileType')
    const kind = PROFILE_KINDS[profileType]
    const identifier = seedText(item, 'bundleId').toLowerCase()
    const fitting = storeOf(scene.team, certificates)
      .values()
      .filter((record) => kind?.certificateTypes.includes(record.certificateType))
    const enabled = storeOf(scene.team, devices)
      .values()
      .filter((record) => kind?.deviceClasses.includes(record.deviceClass) && record.status === 'ENABLED')
    return await createProfile(scene, {
      name: seedText(item, 'name'),
      profileType,
      bundleId: storeOf(scene.team, bundleIds).by('identifier', identifier)[0]?.id ?? '',
      certificateIds: fitting.map((record) => record.id),
      deviceIds: enabled.map((record) => record.id),
    })
  },
}
