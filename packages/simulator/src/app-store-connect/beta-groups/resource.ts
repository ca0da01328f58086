import { storeOf } from '../../world/team.ts'
import { apps } from '../apps/state.ts'
import { betaTesters } from '../beta-testers/store.ts'
import { builds } from '../builds/store.ts'
import type { AttributeShape, WriteBody } from '../json-api/body.ts'
import { storeDate } from '../json-api/dates.ts'
import { operationNotAllowed } from '../json-api/errors.ts'
import { equals } from '../json-api/filters.ts'
import type { Filter, Resource } from '../json-api/resource.ts'
import { seedGroup } from './seed.ts'
import { changeGroup, createGroup, deleteGroup, type GroupChanges, linkBuildsOf, linkTestersOf } from './state.ts'
import { type BetaGroupRecord, betaGroups } from './store.ts'

const CHANGEABLE: Readonly<Record<string, AttributeShape>> = {
  publicLinkEnabled: { kind: 'boolean', isNullable: true },
  publicLinkLimitEnabled: { kind: 'boolean', isNullable: true },
  publicLinkLimit: { kind: 'integer', isNullable: true },
  feedbackEnabled: { kind: 'boolean', isNullable: true },
}
const LATER_ONLY: Readonly<Record<string, AttributeShape>> = {
  iosBuildsAvailableForAppleSiliconMac: { kind: 'boolean', isNullable: true },
  iosBuildsAvailableForAppleVision: { kind: 'boolean', isNullable: true },
}
const NAMES = ['name', ...Object.keys(CHANGEABLE), ...Object.keys(LATER_ONLY)]

function linkOf(record: BetaGroupRecord): string | null {
  return record.publicLinkId === null ? null : `https://testflight.apple.com/join/${record.publicLinkId}`
}

function flag(read: (record: BetaGroupRecord) => boolean): Filter<BetaGroupRecord> {
  return { values: ['true', 'false'], matches: (record, value) => read(record) === (value === 'true') }
}

/** What was sent and is not null; the names are those of the record, and the body's shape was checked. */
function changesOf(attributes: WriteBody['attributes']): GroupChanges {
  const sent = Object.entries(attributes).filter(([name, value]) => NAMES.includes(name) && value !== null)
  return Object.fromEntries(sent) as GroupChanges
}

function addOrRemove(how: 'add' | 'replace' | 'remove'): 'add' | 'remove' {
  if (how === 'replace') throw operationNotAllowed('betaGroups', 'REPLACE_RELATIONSHIP', ['CREATE', 'DELETE'])
  return how
}

/** Groups of testers. Source: developer.apple.com/documentation/appstoreconnectapi/beta-groups */
export const betaGroupResource: Resource<BetaGroupRecord> = {
  type: 'betaGroups',
  attributeNames: [
    'name',
    'createdDate',
    'isInternalGroup',
    'hasAccessToAllBuilds',
    'publicLinkEnabled',
    'publicLinkId',
    'publicLinkLimitEnabled',
    'publicLinkLimit',
    'publicLink',
    'feedbackEnabled',
    'iosBuildsAvailableForAppleSiliconMac',
    'iosBuildsAvailableForAppleVision',
  ],
  attributes: (record) => ({
    name: record.name,
    createdDate: storeDate(record.createdAt),
    isInternalGroup: record.isInternal,
    hasAccessToAllBuilds: record.hasAccessToAllBuilds,
    publicLinkEnabled: record.publicLinkEnabled,
    publicLinkId: record.publicLinkId,
    publicLinkLimitEnabled: record.publicLinkLimitEnabled,
    publicLinkLimit: record.publicLinkLimit,
    publicLink: linkOf(record),
    feedbackEnabled: record.feedbackEnabled,
    iosBuildsAvailableForAppleSiliconMac: record.iosBuildsAvailableForAppleSiliconMac,
    iosBuildsAvailableForAppleVision: record.iosBuildsAvailableForAppleVision,
  }),
  relationships: {
    app: {
      kind: 'one',
      target: 'apps',
      isIncludable: true,
      related: (record, scene) => [storeOf(scene.team, apps).get(record.appId) ?? []].flat(),
    },
    builds: {
      kind: 'many',
      target: 'builds',
      isIncludable: true,
      related: (record, scene) =>
        record.hasAccessToAllBuilds
          ? storeOf(scene.team, builds).by('app', record.appId)
          : storeOf(scene.team, builds).by('group', record.id),
      link: (record, ids, how, call) => linkBuildsOf(call, record, ids, addOrRemove(how)),
    },
    betaTesters: {
      kind: 'many',
      target: 'betaTesters',
      isIncludable: true,
      related: (record, scene) => storeOf(scene.team, betaTesters).by('group', record.id),
      link: (record, ids, how, call) => linkTestersOf(call, record, ids, addOrRemove(how)),
    },
    betaRecruitmentCriteria: { kind: 'one', target: 'betaRecruitmentCriteria', isIncludable: true, related: () => [] },
    betaRecruitmentCriterionCompatibleBuildCheck: {
      kind: 'one',
      target: 'betaRecruitmentCriterionCompatibleBuildChecks',
      isIncludable: false,
      related: () => [],
    },
  },
  find: (scene, id) => storeOf(scene.team, betaGroups).get(id),
  filters: {
    id: equals((record) => record.id),
    name: equals((record) => record.name),
    isInternalGroup: flag((record) => record.isInternal),
    publicLinkEnabled: flag((record) => record.publicLinkEnabled),
    publicLinkLimitEnabled: flag((record) => record.publicLinkLimitEnabled),
    publicLink: equals(linkOf),
    app: equals((record) => record.appId),
    builds: {
      matches: (record, value, scene) =>
        storeOf(scene.team, builds).get(value)?.betaGroupIds.includes(record.id) === true,
    },
  },
  sorts: {
    name: (record) => record.name,
    createdDate: (record) => String(record.createdAt).padStart(16, '0'),
    publicLinkEnabled: (record) => String(record.publicLinkEnabled),
    publicLinkLimit: (record) => String(record.publicLinkLimit ?? 0).padStart(6, '0'),
  },
  list: (scene) => storeOf(scene.team, betaGroups).values(),
  isReadable: true,
  create: {
    body: {
      attributes: {
        name: { kind: 'string', isRequired: true },
        isInternalGroup: { kind: 'boolean', isNullable: true },
        hasAccessToAllBuilds: { kind: 'boolean', isNullable: true },
        ...CHANGEABLE,
      },
      relationships: {
        app: { kind: 'one', target: 'apps', isRequired: true },
        builds: { kind: 'many', target: 'builds' },
        betaTesters: { kind: 'many', target: 'betaTesters' },
      },
    },
    run({ attributes, relationships }, call) {
      const record = createGroup(call, relationships.app?.[0] ?? '', {
        ...changesOf(attributes),
        name: String(attributes.name),
        isInternal: attributes.isInternalGroup === true,
        hasAccessToAllBuilds: attributes.hasAccessToAllBuilds === true,
      })
      linkBuildsOf(call, record, relationships.builds ?? [], 'add')
      linkTestersOf(call, record, relationships.betaTesters ?? [], 'add')
      return record
    },
  },
  update: {
    body: { attributes: { name: { kind: 'string', isNullable: true }, ...CHANGEABLE, ...LATER_ONLY } },
    run: ({ attributes }, call, record) => changeGroup(call, record, changesOf(attributes)),
  },
  remove: (record, call) => deleteGroup(call, record),
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
  seed: seedGroup,
}
