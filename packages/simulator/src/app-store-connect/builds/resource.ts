import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { STORE_PLATFORMS } from '../app-store-versions/states.ts'
import { versions } from '../app-store-versions/store.ts'
import { seededAppId } from '../apps/seeded-app.ts'
import { apps } from '../apps/state.ts'
import { BETA_REVIEW_STATES, betaReviewStateOf } from '../beta-app-review-submissions/states.ts'
import { betaBuildLocalizations } from '../beta-build-localizations/store.ts'
import { betaGroups } from '../beta-groups/store.ts'
import { betaTesters } from '../beta-testers/store.ts'
import { buildUploads } from '../build-uploads/store.ts'
import { storeDate } from '../json-api/dates.ts'
import { invalidAttribute } from '../json-api/errors.ts'
import { equals } from '../json-api/filters.ts'
import type { Relationship, Resource } from '../json-api/resource.ts'
import { onlySeedFields, optionalSeedText, seedText } from '../json-api/seeding.ts'
import { addBuild, changeBuild, linkGroups, linkTesters } from './state.ts'
import { buildExpiresAt, isBuildExpired, processingStateOf } from './states.ts'
import { type BuildRecord, builds, type PreReleaseVersionRecord, preReleaseVersions } from './store.ts'

const PROCESSING_STATES = ['PROCESSING', 'FAILED', 'INVALID', 'VALID'] as const
const AUDIENCES = ['INTERNAL_ONLY', 'APP_STORE_ELIGIBLE'] as const
const BOOLEANS = ['true', 'false'] as const
const SEED_FIELDS = [
  'app',
  'version',
  'versionString',
  'platform',
  'processingState',
  'processingMs',
  'usesNonExemptEncryption',
  'minOsVersion',
  'audience',
]

function trainOf(record: BuildRecord, scene: Scene): PreReleaseVersionRecord | undefined {
  return storeOf(scene.team, preReleaseVersions).get(record.preReleaseVersionId)
}

function absent(kind: 'one' | 'many', target: string, more: Partial<Relationship<BuildRecord>> = {}) {
  return { kind, target, isIncludable: true, related: () => [], ...more } satisfies Relationship<BuildRecord>
}

/** Binaries that App Store Connect received. Source: developer.apple.com/documentation/appstoreconnectapi/builds */
export const buildResource: Resource<BuildRecord> = {
  type: 'builds',
  attributeNames: [
    'version',
    'uploadedDate',
    'expirationDate',
    'expired',
    'minOsVersion',
    'lsMinimumSystemVersion',
    'computedMinMacOsVersion',
    'computedMinVisionOsVersion',
    'iconAssetToken',
    'processingState',
    'buildAudienceType',
    'usesNonExemptEncryption',
  ],
  attributes: (record, scene) => ({
    version: record.version,
    uploadedDate: storeDate(record.uploadedAt),
    expirationDate: storeDate(buildExpiresAt(record)),
    expired: isBuildExpired(scene, record),
    minOsVersion: record.minOsVersion,
    lsMinimumSystemVersion: null,
    computedMinMacOsVersion: null,
    computedMinVisionOsVersion: null,
    iconAssetToken: null,
    processingState: processingStateOf(scene, record),
    buildAudienceType: record.audience,
    usesNonExemptEncryption: record.usesNonExemptEncryption,
  }),
  relationships: {
    preReleaseVersion: {
      kind: 'one',
      target: 'preReleaseVersions',
      isIncludable: true,
      related: (record, scene) => [trainOf(record, scene) ?? []].flat(),
    },
    individualTesters: {
      kind: 'many',
      target: 'betaTesters',
      isIncludable: true,
      related: (record, scene) => record.testerIds.flatMap((id) => storeOf(scene.team, betaTesters).get(id) ?? []),
      isOrdered: true,
      link: (record, ids, how, call) => void linkTesters(call, record, ids, how),
    },
    betaGroups: {
      kind: 'many',
      target: 'betaGroups',
      isIncludable: true,
      related: (record, scene) => record.betaGroupIds.flatMap((id) => storeOf(scene.team, betaGroups).get(id) ?? []),
      isOrdered: true,
      link: (record, ids, how, call) => void linkGroups(call, record, ids, how),
    },
    betaBuildLocalizations: {
      kind: 'many',
      target: 'betaBuildLocalizations',
      isIncludable: true,
      related: (record, scene) => storeOf(scene.team, betaBuildLocalizations).by('build', record.id),
    },
    appEncryptionDeclaration: absent('one', 'appEncryptionDeclarations'),
    betaAppReviewSubmission: {
      kind: 'one',
      target: 'betaAppReviewSubmissions',
      isIncludable: true,
      // It has the build's id, and no state of its own.
      related: (record) => (betaReviewStateOf(record) === null ? [] : [record]),
    },
    app: {
      kind: 'one',
      target: 'apps',
      isIncludable: true,
      related: (record, scene) => [storeOf(scene.team, apps).get(record.appId) ?? []].flat(),
    },
    buildBetaDetail: {
      kind: 'one',
      target: 'buildBetaDetails',
      isIncludable: true,
      relatedQuery: 'includes',
      // It has the build's id, and no state of its own.
      related: (record) => [record],
    },
    appStoreVersion: {
      kind: 'one',
      target: 'appStoreVersions',
      isIncludable: true,
      relatedQuery: 'includes',
      related: (record, scene) => storeOf(scene.team, versions).by('build', record.id),
    },
    icons: absent('many', 'buildIcons'),
    buildBundles: absent('many', 'buildBundles', { hasLinks: false }),
    buildUpload: {
      kind: 'one',
      target: 'buildUploads',
      isIncludable: true,
      hasLinks: false,
      related: (record, scene) => storeOf(scene.team, buildUploads).by('build', record.id),
    },
    perfPowerMetrics: absent('many', 'perfPowerMetrics', { isIncludable: false }),
    diagnosticSignatures: absent('many', 'diagnosticSignatures', { isIncludable: false }),
  },
  find: (scene, id) => storeOf(scene.team, builds).get(id),
  filters: {
    id: equals((record) => record.id),
    version: equals((record) => record.version),
    expired: {
      values: BOOLEANS,
      matches: (record, value, scene) => isBuildExpired(scene, record) === (value === 'true'),
    },
    processingState: {
      values: PROCESSING_STATES,
      matches: (record, value, scene) => processingStateOf(scene, record) === value,
    },
    'betaAppReviewSubmission.betaReviewState': {
      values: BETA_REVIEW_STATES,
      matches: (record, value) => betaReviewStateOf(record) === value,
    },
    usesNonExemptEncryption: {
      values: BOOLEANS,
      matches: (record, value) => record.usesNonExemptEncryption === (value === 'true'),
    },
    'preReleaseVersion.version': { matches: (record, value, scene) => trainOf(record, scene)?.version === value },
    'preReleaseVersion.platform': {
      values: STORE_PLATFORMS,
      matches: (record, value, scene) => trainOf(record, scene)?.platform === value,
    },
    buildAudienceType: equals((record) => record.audience, AUDIENCES),
    preReleaseVersion: equals((record) => record.preReleaseVersionId),
    app: equals((record) => record.appId),
    betaGroups: { matches: (record, value) => record.betaGroupIds.includes(value) },
    appStoreVersion: {
      matches: (record, value, scene) => storeOf(scene.team, versions).get(value)?.buildId === record.id,
    },
  },
  existences: { usesNonExemptEncryption: (record) => record.usesNonExemptEncryption !== null },
  sorts: {
    version: (record) => record.version.padStart(18, '0'),
    uploadedDate: (record) => String(record.uploadedAt).padStart(16, '0'),
    preReleaseVersion: (record, scene) => trainOf(record, scene)?.version ?? '',
  },
  list: (scene) => storeOf(scene.team, builds).values(),
  isReadable: true,
  update: {
    body: {
      attributes: {
        expired: { kind: 'boolean', isNullable: true },
        usesNonExemptEncryption: { kind: 'boolean', isNullable: true },
      },
      relationships: {
        appEncryptionDeclaration: { kind: 'one', target: 'appEncryptionDeclarations', isNullable: true },
      },
    },
    run({ attributes }, call, record) {
      const { expired, usesNonExemptEncryption } = attributes
      return changeBuild(call, record, {
        ...(typeof expired === 'boolean' ? { expired } : {}),
        ...(typeof usesNonExemptEncryption === 'boolean' ? { usesNonExemptEncryption } : {}),
      })
    },
  },
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
  seed(scene, item) {
    onlySeedFields(item, SEED_FIELDS)
    const state = PROCESSING_STATES.find((one) => one === (optionalSeedText(item, 'processingState') ?? 'VALID'))
    const platform = STORE_PLATFORMS.find((one) => one === (optionalSeedText(item, 'platform') ?? 'IOS'))
    const audience = AUDIENCES.find((one) => one === (optionalSeedText(item, 'audience') ?? 'APP_STORE_ELIGIBLE'))
    if (state === undefined) throw invalidAttribute('processingState', `known are ${PROCESSING_STATES.join(', ')}`)
    if (platform === undefined) throw invalidAttribute('platform', `known are ${STORE_PLATFORMS.join(', ')}`)
    if (audience === undefined) throw invalidAttribute('audience', `known are ${AUDIENCES.join(', ')}`)
    const encryption = item.usesNonExemptEncryption
    return addBuild(scene, {
      appId: seededAppId(scene, item),
      platform,
      versionString: optionalSeedText(item, 'versionString') ?? '1.0',
      version: seedText(item, 'version'),
      processingState: state,
      processingMs: typeof item.processingMs === 'number' ? item.processingMs : 0,
      usesNonExemptEncryption: typeof encryption === 'boolean' ? encryption : null,
      minOsVersion: optionalSeedText(item, 'minOsVersion') ?? null,
      audience,
    })
  },
}
