import { storeOf } from '../../world/team.ts'
import { apps } from '../apps/state.ts'
import { contains } from '../json-api/filters.ts'
import type { Resource } from '../json-api/resource.ts'
import { onlySeedFields, optionalSeedText, seedText, seedTexts } from '../json-api/seeding.ts'
import { addUser, linkVisibleApps, USER_ROLES, type UserRecord, users } from './state.ts'

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

/** People of the team. Source: developer.apple.com/documentation/appstoreconnectapi/users */
export const userResource: Resource<UserRecord> = {
  type: 'users',
  attributeNames: ['username', 'firstName', 'lastName', 'roles', 'allAppsVisible', 'provisioningAllowed'],
  attributes: ({ username, firstName, lastName, roles, allAppsVisible, provisioningAllowed }) => ({
    username,
    firstName,
    lastName,
    roles,
    allAppsVisible,
    provisioningAllowed,
  }),
  relationships: {
    visibleApps: {
      kind: 'many',
      target: 'apps',
      isIncludable: true,
      related: (record, scene) =>
        storeOf(scene.team, apps)
          .values()
          .filter((app) => record.allAppsVisible || record.visibleAppIds.includes(app.id)),
      link(record, ids, how, call) {
        linkVisibleApps(call, record, ids, how)
      },
    },
  },
  find: (scene, id) => storeOf(scene.team, users).get(id),
  filters: {
    username: contains((record) => record.username),
    roles: { values: USER_ROLES, matches: (record, value) => record.roles.includes(value) },
    visibleApps: { matches: (record, value) => record.allAppsVisible || record.visibleAppIds.includes(value) },
  },
  sorts: { username: (record) => record.username, lastName: (record) => record.lastName },
  list: (scene) => storeOf(scene.team, users).values(),
  isReadable: true,
  update: {
    body: {
      attributes: {
        roles: { kind: 'strings', isNullable: true, values: USER_ROLES },
        allAppsVisible: { kind: 'boolean', isNullable: true },
        provisioningAllowed: { kind: 'boolean', isNullable: true },
      },
      relationships: { visibleApps: { kind: 'many', target: 'apps' } },
    },
    run({ attributes, relationships }, call, record) {
      const roles = Array.isArray(attributes.roles) ? { roles: texts(attributes.roles) } : {}
      const { allAppsVisible = null, provisioningAllowed = null } = attributes
      const changed = storeOf(call.team, users).change(record, {
        ...roles,
        ...(typeof allAppsVisible === 'boolean' ? { allAppsVisible } : {}),
        ...(typeof provisioningAllowed === 'boolean' ? { provisioningAllowed } : {}),
      })
      const ids = relationships.visibleApps
      return ids === undefined ? changed : linkVisibleApps(call, changed, ids, 'replace')
    },
  },
  remove: (record, call) => storeOf(call.team, users).remove(record.id),
  permission: () => 'users',
  seed(scene, item) {
    onlySeedFields(item, [
      'username',
      'firstName',
      'lastName',
      'roles',
      'allAppsVisible',
      'provisioningAllowed',
      'visibleAppIds',
    ])
    return addUser(scene, {
      username: seedText(item, 'username'),
      firstName: optionalSeedText(item, 'firstName') ?? 'Sam',
      lastName: optionalSeedText(item, 'lastName') ?? 'Sample',
      roles: item.roles === undefined ? ['DEVELOPER'] : seedTexts(item, 'roles'),
      allAppsVisible: item.allAppsVisible !== false,
      provisioningAllowed: item.provisioningAllowed === true,
      visibleAppIds: seedTexts(item, 'visibleAppIds'),
    })
  },
}
