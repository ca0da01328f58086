import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { appInfos } from '../app-infos/store.ts'
import { versions } from '../app-store-versions/store.ts'
import { betaAppLocalizations } from '../beta-app-localizations/store.ts'
import { betaGroups } from '../beta-groups/store.ts'
import { appIdsOf, leaveApps } from '../beta-testers/state.ts'
import { type BetaTesterRecord, betaTesters } from '../beta-testers/store.ts'
import { buildUploads } from '../build-uploads/store.ts'
import { builds, preReleaseVersions } from '../builds/store.ts'
import type { Relationship } from '../json-api/resource.ts'
import { submissions } from '../review-submissions/store.ts'
import { webhooks } from '../webhooks/store.ts'
import type { AppRecord } from './state.ts'

type Row = readonly [name: string, kind: 'one' | 'many', target: string, isIncludable?: boolean]

/** What hangs on an app record in Apple's document and is not simulated: lists are empty, related addresses answer 501. */
const ROWS: readonly Row[] = [
  ['accessibilityDeclarations', 'many', 'accessibilityDeclarations', false],
  ['appEncryptionDeclarations', 'many', 'appEncryptionDeclarations'],
  ['ciProduct', 'one', 'ciProducts'],
  ['appTags', 'many', 'appTags', false],
  ['betaLicenseAgreement', 'one', 'betaLicenseAgreements'],
  ['appClips', 'many', 'appClips'],
  ['appPricePoints', 'many', 'appPricePoints', false],
  ['endUserLicenseAgreement', 'one', 'endUserLicenseAgreements'],
  ['appPriceSchedule', 'one', 'appPriceSchedules', false],
  ['appAvailabilityV2', 'one', 'appAvailabilities', false],
  ['inAppPurchases', 'many', 'inAppPurchases'],
  ['subscriptionGroups', 'many', 'subscriptionGroups'],
  ['gameCenterEnabledVersions', 'many', 'gameCenterEnabledVersions'],
  ['perfPowerMetrics', 'many', 'perfPowerMetrics', false],
  ['appCustomProductPages', 'many', 'appCustomProductPages'],
  ['inAppPurchasesV2', 'many', 'inAppPurchases'],
  ['promotedPurchases', 'many', 'promotedPurchases'],
  ['appEvents', 'many', 'appEvents'],
  ['subscriptionGracePeriod', 'one', 'subscriptionGracePeriods'],
  ['customerReviews', 'many', 'customerReviews', false],
  ['gameCenterDetail', 'one', 'gameCenterDetails'],
  ['appStoreVersionExperimentsV2', 'many', 'appStoreVersionExperiments'],
  ['alternativeDistributionKey', 'one', 'alternativeDistributionKeys', false],
  ['analyticsReportRequests', 'many', 'analyticsReportRequests', false],
  ['backgroundAssets', 'many', 'backgroundAssets', false],
  ['androidToIosAppMappingDetails', 'many', 'androidToIosAppMappingDetails'],
]

const absent: Readonly<Record<string, Relationship<AppRecord>>> = Object.fromEntries(
  ROWS.map(([name, kind, target, isIncludable = true]) => [name, { kind, target, isIncludable, related: () => [] }]),
)

function listed<R extends StoredRecord>(
  store: StoreDefinition<R>,
  more: Partial<Relationship<AppRecord>> = {},
): Relationship<AppRecord> {
  return {
    kind: 'many',
    target: store.name,
    isIncludable: true,
    related: (record, scene) => storeOf(scene.team, store).by('app', record.id),
    ...more,
  }
}

/** The relationships of an app record. */
export const appRelationships: Readonly<Record<string, Relationship<AppRecord>>> = {
  ...absent,
  betaTesters: {
    kind: 'many',
    target: 'betaTesters',
    isIncludable: false,
    related: (record, scene) => testersOf(scene, record.id),
    link(record, ids, _how, call) {
      for (const tester of testersOf(call, record.id)) if (ids.includes(tester.id)) leaveApps(call, tester, [record.id])
    },
  },
  betaGroups: listed(betaGroups),
  appStoreVersions: listed(versions, { relatedQuery: 'filters' }),
  preReleaseVersions: listed(preReleaseVersions),
  betaAppLocalizations: listed(betaAppLocalizations),
  builds: listed(builds),
  reviewSubmissions: listed(submissions, { relatedQuery: 'filters' }),
  betaAppReviewDetail: {
    kind: 'one',
    target: 'betaAppReviewDetails',
    isIncludable: true,
    // It has the app's id, and lies within it.
    related: (record) => [record],
  },
  webhooks: listed(webhooks, { isIncludable: false, relatedQuery: 'includes' }),
  buildUploads: listed(buildUploads, { isIncludable: false, relatedQuery: 'filters' }),
  appInfos: listed(appInfos, { relatedQuery: 'includes' }),
}

function testersOf(scene: Scene, appId: string): BetaTesterRecord[] {
  return storeOf(scene.team, betaTesters)
    .values()
    .filter((tester) => appIdsOf(scene, tester).includes(appId))
}
