import { storeOf } from '../../world/team.ts'
import { apps } from '../apps/state.ts'
import { betaGroups } from '../beta-groups/store.ts'
import { builds } from '../builds/store.ts'
import { invalidRelationship } from '../json-api/errors.ts'
import { contains, equals } from '../json-api/filters.ts'
import type { Call, Resource } from '../json-api/resource.ts'
import {
  appIdsOf,
  createTester,
  deleteTester,
  leaveApps,
  linkBuildsOfTester,
  linkTesterToGroup,
  unlinkTesterFromGroup,
} from './state.ts'
import { type BetaTesterRecord, betaTesters } from './store.ts'

function linkGroupsOf(call: Call, record: BetaTesterRecord, ids: readonly string[], how: string): void {
  let tester = record
  for (const id of ids) {
    const group = storeOf(call.team, betaGroups).get(id)
    if (group === undefined) {
      throw invalidRelationship('betaGroups', `There is no resource of type 'betaGroups' with id '${id}'`)
    }
    tester = how === 'add' ? linkTesterToGroup(call, tester, group) : unlinkTesterFromGroup(call, tester, id)
  }
}

/** People who test. Source: developer.apple.com/documentation/appstoreconnectapi/beta-testers */
export const betaTesterResource: Resource<BetaTesterRecord> = {
  type: 'betaTesters',
  attributeNames: ['firstName', 'lastName', 'email', 'inviteType', 'state', 'appDevices'],
  attributes: ({ firstName, lastName, email, inviteType, state }) => ({
    firstName,
    lastName,
    email,
    inviteType,
    state,
    appDevices: null,
  }),
  relationships: {
    apps: {
      kind: 'many',
      target: 'apps',
      isIncludable: true,
      related: (record, scene) => {
        const ids = new Set(appIdsOf(scene, record))
        return storeOf(scene.team, apps)
          .values()
          .filter(({ id }) => ids.has(id))
      },
      link: (record, ids, _how, call) => void leaveApps(call, record, ids),
    },
    betaGroups: {
      kind: 'many',
      target: 'betaGroups',
      isIncludable: true,
      isOrdered: true,
      related: (record, scene) => record.groupIds.flatMap((id) => storeOf(scene.team, betaGroups).get(id) ?? []),
      link: (record, ids, how, call) => linkGroupsOf(call, record, ids, how),
    },
    builds: {
      kind: 'many',
      target: 'builds',
      isIncludable: true,
      related: (record, scene) => storeOf(scene.team, builds).by('tester', record.id),
      link: (record, ids, how, call) => linkBuildsOfTester(call, record, ids, how === 'remove' ? 'remove' : 'add'),
    },
  },
  find: (scene, id) => storeOf(scene.team, betaTesters).get(id),
  filters: {
    id: equals((record) => record.id),
    firstName: contains((record) => record.firstName),
    lastName: contains((record) => record.lastName),
    email: equals((record) => record.email),
    inviteType: equals((record) => record.inviteType, ['EMAIL', 'PUBLIC_LINK']),
    apps: { matches: (record, value, scene) => appIdsOf(scene, record).includes(value) },
    betaGroups: { matches: (record, value) => record.groupIds.includes(value) },
    builds: {
      matches: (record, value, scene) => storeOf(scene.team, builds).get(value)?.testerIds.includes(record.id) === true,
    },
  },
  sorts: {
    firstName: (record) => record.firstName ?? '',
    lastName: (record) => record.lastName ?? '',
    email: (record) => record.email,
    inviteType: (record) => record.inviteType,
    state: (record) => record.state,
  },
  list: (scene) => storeOf(scene.team, betaTesters).values(),
  isReadable: true,
  create: {
    body: {
      attributes: {
        email: { kind: 'string', isRequired: true },
        firstName: { kind: 'string', isNullable: true },
        lastName: { kind: 'string', isNullable: true },
      },
      relationships: {
        betaGroups: { kind: 'many', target: 'betaGroups' },
        builds: { kind: 'many', target: 'builds' },
      },
    },
    run: ({ attributes, relationships }, call) =>
      createTester(call, {
        email: String(attributes.email),
        firstName: typeof attributes.firstName === 'string' ? attributes.firstName : null,
        lastName: typeof attributes.lastName === 'string' ? attributes.lastName : null,
        groupIds: relationships.betaGroups ?? [],
        buildIds: relationships.builds ?? [],
      }),
  },
  remove: (record, call) => deleteTester(call, record),
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
