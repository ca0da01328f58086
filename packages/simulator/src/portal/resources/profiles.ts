import { equals } from '../../app-store-connect/json-api/filters.ts'
import type { Resource } from '../../app-store-connect/json-api/resource.ts'
import { PORTAL_PROFILE_TYPES } from '../../app-store-connect/profiles/kinds.ts'
import { profileResource } from '../../app-store-connect/profiles/resource.ts'
import { createProfile } from '../../app-store-connect/profiles/state.ts'
import { type ProfileRecord, profiles } from '../../app-store-connect/profiles/store.ts'
import { storeOf } from '../../world/team.ts'

/** Profiles as the portal has them: two more types, and the template's name, which is ignored since May 2025. */
export const portalProfileResource: Resource<ProfileRecord> = {
  ...profileResource,
  attributeNames: [...profileResource.attributeNames, 'templateName'],
  attributes: (record, scene) => ({ ...profileResource.attributes(record, scene), templateName: null }),
  find: (scene, id) => storeOf(scene.team, profiles).get(id),
  list: (scene) =>
    storeOf(scene.team, profiles)
      .values()
      .filter((record) => record.expiresAt > scene.now),
  filters: {
    ...profileResource.filters,
    profileType: equals((record) => record.profileType, PORTAL_PROFILE_TYPES),
  },
  create: {
    body: {
      attributes: {
        name: { kind: 'string', isRequired: true },
        profileType: { kind: 'string', isRequired: true, values: PORTAL_PROFILE_TYPES },
        templateName: { kind: 'string', isNullable: true },
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
}
