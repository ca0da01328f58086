import { storeOf } from '../../world/team.ts'
import { versions } from '../app-store-versions/store.ts'
import type { Relationship, Resource } from '../json-api/resource.ts'
import { addItem, changeItem, removeItem } from '../review-submissions/state.ts'
import { itemStateOf } from '../review-submissions/states.ts'
import { type SubmissionItemRecord, submissionItems } from '../review-submissions/store.ts'

/** What else can be reviewed in Apple's document and is not simulated. */
const ABSENT: readonly (readonly [name: string, target: string])[] = [
  ['appCustomProductPageVersion', 'appCustomProductPageVersions'],
  ['appStoreVersionExperiment', 'appStoreVersionExperiments'],
  ['appStoreVersionExperimentV2', 'appStoreVersionExperiments'],
  ['appEvent', 'appEvents'],
  ['backgroundAssetVersion', 'backgroundAssetVersions'],
  ['gameCenterAchievementVersion', 'gameCenterAchievementVersions'],
  ['gameCenterActivityVersion', 'gameCenterActivityVersions'],
  ['gameCenterChallengeVersion', 'gameCenterChallengeVersions'],
  ['gameCenterLeaderboardSetVersion', 'gameCenterLeaderboardSetVersions'],
  ['gameCenterLeaderboardVersion', 'gameCenterLeaderboardVersions'],
  ['inAppPurchaseVersion', 'inAppPurchaseVersions'],
  ['subscriptionVersion', 'subscriptionVersions'],
  ['subscriptionGroupVersion', 'subscriptionGroupVersions'],
]

const absent: Readonly<Record<string, Relationship<SubmissionItemRecord>>> = Object.fromEntries(
  ABSENT.map(([name, target]) => [
    name,
    { kind: 'one', target, isIncludable: true, hasLinks: false, related: () => [] } as const,
  ]),
)

/** Items of submissions. Source: developer.apple.com/documentation/appstoreconnectapi/review-submission-items */
export const reviewSubmissionItemResource: Resource<SubmissionItemRecord> = {
  type: 'reviewSubmissionItems',
  attributeNames: ['state'],
  attributes: (record, scene) => ({ state: itemStateOf(scene, record) }),
  relationships: {
    appStoreVersion: {
      kind: 'one',
      target: 'appStoreVersions',
      isIncludable: true,
      hasLinks: false,
      related: (record, scene) => [storeOf(scene.team, versions).get(record.versionId) ?? []].flat(),
    },
    ...absent,
  },
  find: (scene, id) => storeOf(scene.team, submissionItems).get(id),
  isReadable: false,
  create: {
    body: {
      attributes: {},
      relationships: {
        reviewSubmission: { kind: 'one', target: 'reviewSubmissions', isRequired: true },
        appStoreVersion: { kind: 'one', target: 'appStoreVersions' },
        ...Object.fromEntries(ABSENT.map(([name, target]) => [name, { kind: 'one', target } as const])),
      },
    },
    run: ({ relationships }, call) =>
      addItem(call, relationships.reviewSubmission?.[0] ?? '', relationships.appStoreVersion?.[0]),
  },
  update: {
    body: {
      attributes: {
        resolved: { kind: 'boolean', isNullable: true },
        removed: { kind: 'boolean', isNullable: true },
      },
    },
    run({ attributes }, call, record) {
      const { removed, resolved } = attributes
      return changeItem(call, record, {
        ...(typeof resolved === 'boolean' ? { resolved } : {}),
        ...(typeof removed === 'boolean' ? { removed } : {}),
      })
    },
  },
  remove: (record, call) => removeItem(call, record),
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
