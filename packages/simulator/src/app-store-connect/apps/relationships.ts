import type { Relationship } from '../json-api/resource.ts'
import type { AppRecord } from './state.ts'

type Row = readonly [name: string, kind: 'one' | 'many', target: string, isIncludable?: boolean]

/** What hangs on an app record in Apple's document. None of it is simulated yet: lists are empty, related addresses answer 501. */
const ROWS: readonly Row[] = [
  ['accessibilityDeclarations', 'many', 'accessibilityDeclarations', false],
  ['appEncryptionDeclarations', 'many', 'appEncryptionDeclarations'],
  ['ciProduct', 'one', 'ciProducts'],
  ['betaTesters', 'many', 'betaTesters', false],
  ['betaGroups', 'many', 'betaGroups'],
  ['appStoreVersions', 'many', 'appStoreVersions'],
  ['appTags', 'many', 'appTags', false],
  ['preReleaseVersions', 'many', 'preReleaseVersions'],
  ['betaAppLocalizations', 'many', 'betaAppLocalizations'],
  ['builds', 'many', 'builds'],
  ['betaLicenseAgreement', 'one', 'betaLicenseAgreements'],
  ['betaAppReviewDetail', 'one', 'betaAppReviewDetails'],
  ['appInfos', 'many', 'appInfos'],
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
  ['reviewSubmissions', 'many', 'reviewSubmissions'],
  ['subscriptionGracePeriod', 'one', 'subscriptionGracePeriods'],
  ['customerReviews', 'many', 'customerReviews', false],
  ['gameCenterDetail', 'one', 'gameCenterDetails'],
  ['appStoreVersionExperimentsV2', 'many', 'appStoreVersionExperiments'],
  ['alternativeDistributionKey', 'one', 'alternativeDistributionKeys', false],
  ['analyticsReportRequests', 'many', 'analyticsReportRequests', false],
  ['buildUploads', 'many', 'buildUploads', false],
  ['backgroundAssets', 'many', 'backgroundAssets', false],
  ['webhooks', 'many', 'webhooks', false],
  ['androidToIosAppMappingDetails', 'many', 'androidToIosAppMappingDetails'],
]

/** The relationships of an app record. */
export const appRelationships: Readonly<Record<string, Relationship<AppRecord>>> = Object.fromEntries(
  ROWS.map(([name, kind, target, isIncludable = true]) => [name, { kind, target, isIncludable, related: () => [] }]),
)
