import { storeOf } from '../../world/team.ts'
import { STORE_PLATFORMS } from '../app-store-versions/states.ts'
import { apps } from '../apps/state.ts'
import { storeDate } from '../json-api/dates.ts'
import { equals } from '../json-api/filters.ts'
import type { Relationship, Resource } from '../json-api/resource.ts'
import { addSubmission, cancel, submit } from './state.ts'
import { itemsOf, SUBMISSION_STATES, submissionStateOf, versionForReview } from './states.ts'
import { type SubmissionRecord, submissions } from './store.ts'

const actor: Relationship<SubmissionRecord> = {
  kind: 'one',
  target: 'actors',
  isIncludable: true,
  hasLinks: false,
  related: () => [],
}

/** What is handed to review. Source: developer.apple.com/documentation/appstoreconnectapi/review-submissions */
export const reviewSubmissionResource: Resource<SubmissionRecord> = {
  type: 'reviewSubmissions',
  attributeNames: ['platform', 'submittedDate', 'state'],
  attributes: (record, scene) => ({
    platform: record.platform,
    submittedDate: record.submittedAt === null ? null : storeDate(record.submittedAt),
    state: submissionStateOf(scene, record),
  }),
  relationships: {
    app: {
      kind: 'one',
      target: 'apps',
      isIncludable: true,
      hasLinks: false,
      related: (record, scene) => [storeOf(scene.team, apps).get(record.appId) ?? []].flat(),
    },
    items: {
      kind: 'many',
      target: 'reviewSubmissionItems',
      isIncludable: true,
      relatedQuery: 'includes',
      related: (record, scene) => itemsOf(scene, record.id),
    },
    appStoreVersionForReview: {
      kind: 'one',
      target: 'appStoreVersions',
      isIncludable: true,
      hasLinks: false,
      related: (record, scene) => [versionForReview(scene, record.id) ?? []].flat(),
    },
    submittedByActor: actor,
    lastUpdatedByActor: actor,
  },
  find: (scene, id) => storeOf(scene.team, submissions).get(id),
  filters: {
    platform: equals((record) => record.platform, STORE_PLATFORMS),
    state: { values: SUBMISSION_STATES, matches: (record, value, scene) => submissionStateOf(scene, record) === value },
    app: equals((record) => record.appId),
  },
  requiredFilter: 'app',
  list: (scene) => storeOf(scene.team, submissions).values(),
  isReadable: true,
  create: {
    body: {
      attributes: { platform: { kind: 'string', isNullable: true, values: STORE_PLATFORMS } },
      relationships: { app: { kind: 'one', target: 'apps', isRequired: true } },
    },
    run: ({ attributes, relationships }, call) =>
      addSubmission(
        call,
        relationships.app?.[0] ?? '',
        typeof attributes.platform === 'string' ? attributes.platform : null,
      ),
  },
  update: {
    body: {
      attributes: {
        platform: { kind: 'string', isNullable: true, values: STORE_PLATFORMS },
        submitted: { kind: 'boolean', isNullable: true },
        canceled: { kind: 'boolean', isNullable: true },
      },
    },
    run({ attributes }, call, record) {
      if (attributes.canceled === true) return cancel(call, record)
      return attributes.submitted === true ? submit(call, record) : record
    },
  },
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
