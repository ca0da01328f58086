import { storeOf } from '../../world/team.ts'
import { reviewDetails } from '../app-store-review-details/store.ts'
import { versionLocalizationsOf } from '../app-store-version-localizations/state.ts'
import { phasedReleases } from '../app-store-version-phased-releases/store.ts'
import { apps } from '../apps/state.ts'
import { builds } from '../builds/store.ts'
import type { AttributeShape, WriteBody } from '../json-api/body.ts'
import { storeDate } from '../json-api/dates.ts'
import { equals } from '../json-api/filters.ts'
import type { Relationship, Resource } from '../json-api/resource.ts'
import { changeVersion, chooseBuild, createVersion, deleteVersion, type VersionChanges } from './state.ts'
import { APP_STORE_STATES, STORE_PLATFORMS, VERSION_STATES } from './states.ts'
import { type VersionRecord, versions } from './store.ts'

const REVIEW_TYPES = ['APP_STORE', 'NOTARIZATION'] as const
const RELEASE_TYPES = ['MANUAL', 'AFTER_APPROVAL', 'SCHEDULED'] as const

/** What hangs on a version in Apple's document and is not simulated. */
const ABSENT: readonly (readonly [name: string, kind: 'one' | 'many', target: string, isIncludable?: boolean])[] = [
  ['gameCenterAppVersion', 'one', 'gameCenterAppVersions'],
  ['routingAppCoverage', 'one', 'routingAppCoverages'],
  ['appStoreVersionSubmission', 'one', 'appStoreVersionSubmissions'],
  ['appClipDefaultExperience', 'one', 'appClipDefaultExperiences'],
  ['appStoreVersionExperiments', 'many', 'appStoreVersionExperiments'],
  ['appStoreVersionExperimentsV2', 'many', 'appStoreVersionExperiments'],
  ['customerReviews', 'many', 'customerReviews', false],
  ['alternativeDistributionPackage', 'one', 'alternativeDistributionPackages'],
]

const absent: Readonly<Record<string, Relationship<VersionRecord>>> = Object.fromEntries(
  ABSENT.map(([name, kind, target, isIncludable = true]) => [name, { kind, target, isIncludable, related: () => [] }]),
)

const CHANGEABLE: Readonly<Record<string, AttributeShape>> = {
  copyright: { kind: 'string', isNullable: true },
  reviewType: { kind: 'string', isNullable: true, values: REVIEW_TYPES },
  releaseType: { kind: 'string', isNullable: true, values: RELEASE_TYPES },
  earliestReleaseDate: { kind: 'instant', isNullable: true },
  usesIdfa: { kind: 'boolean', isNullable: true },
}

/** The attributes of a write under the names of the record: they are the same, and the body's shape was checked. */
function changesOf(attributes: WriteBody['attributes']): VersionChanges {
  const { versionString: _versionString, platform: _platform, downloadable, ...rest } = attributes
  return { ...rest, ...(typeof downloadable === 'boolean' ? { downloadable } : {}) } as VersionChanges
}

/** Versions of apps in the App Store. Source: developer.apple.com/documentation/appstoreconnectapi/app-store-versions */
export const versionResource: Resource<VersionRecord> = {
  type: 'appStoreVersions',
  attributeNames: [
    'platform',
    'versionString',
    'appStoreState',
    'appVersionState',
    'copyright',
    'reviewType',
    'releaseType',
    'earliestReleaseDate',
    'usesIdfa',
    'downloadable',
    'createdDate',
  ],
  attributes: (record) => ({
    platform: record.platform,
    versionString: record.versionString,
    appStoreState: VERSION_STATES[record.state],
    appVersionState: record.state,
    copyright: record.copyright,
    reviewType: record.reviewType,
    releaseType: record.releaseType,
    earliestReleaseDate: record.earliestReleaseDate,
    usesIdfa: record.usesIdfa,
    downloadable: record.downloadable,
    createdDate: storeDate(record.createdAt),
  }),
  relationships: {
    app: {
      kind: 'one',
      target: 'apps',
      isIncludable: true,
      hasLinks: false,
      related: (record, scene) => [storeOf(scene.team, apps).get(record.appId) ?? []].flat(),
    },
    appStoreVersionLocalizations: {
      kind: 'many',
      target: 'appStoreVersionLocalizations',
      isIncludable: true,
      relatedQuery: 'filters',
      related: (record, scene) => versionLocalizationsOf(scene, record.id),
    },
    build: {
      kind: 'one',
      target: 'builds',
      isIncludable: true,
      related: (record, scene) => [storeOf(scene.team, builds).get(record.buildId ?? '') ?? []].flat(),
      link: (record, ids, _how, call) => void chooseBuild(call, record, ids[0]),
    },
    appStoreVersionPhasedRelease: {
      kind: 'one',
      target: 'appStoreVersionPhasedReleases',
      isIncludable: true,
      related: (record, scene) => storeOf(scene.team, phasedReleases).by('version', record.id),
    },
    appStoreReviewDetail: {
      kind: 'one',
      target: 'appStoreReviewDetails',
      isIncludable: true,
      relatedQuery: 'includes',
      related: (record, scene) => storeOf(scene.team, reviewDetails).by('version', record.id),
    },
    ...absent,
  },
  find: (scene, id) => storeOf(scene.team, versions).get(id),
  filters: {
    id: equals((record) => record.id),
    platform: equals((record) => record.platform, STORE_PLATFORMS),
    versionString: equals((record) => record.versionString),
    appStoreState: equals((record) => VERSION_STATES[record.state] ?? '', APP_STORE_STATES),
    appVersionState: equals((record) => record.state, Object.keys(VERSION_STATES)),
  },
  isReadable: true,
  create: {
    body: {
      attributes: {
        platform: { kind: 'string', isRequired: true, values: STORE_PLATFORMS },
        versionString: { kind: 'string', isRequired: true },
        ...CHANGEABLE,
      },
      relationships: {
        app: { kind: 'one', target: 'apps', isRequired: true },
        build: { kind: 'one', target: 'builds', isNullable: true },
        appStoreVersionLocalizations: { kind: 'many', target: 'appStoreVersionLocalizations' },
      },
    },
    run: ({ attributes, relationships }, call) =>
      createVersion(
        call,
        relationships.app?.[0] ?? '',
        {
          ...changesOf(attributes),
          platform: String(attributes.platform),
          versionString: String(attributes.versionString),
        },
        relationships.build?.[0],
      ),
  },
  update: {
    body: {
      attributes: {
        versionString: { kind: 'string', isNullable: true },
        downloadable: { kind: 'boolean', isNullable: true },
        ...CHANGEABLE,
      },
      relationships: {
        build: { kind: 'one', target: 'builds', isNullable: true },
        appClipDefaultExperience: { kind: 'one', target: 'appClipDefaultExperiences', isNullable: true },
      },
    },
    run({ attributes, relationships }, call, record) {
      const { versionString } = attributes
      const changed = changeVersion(call, record, {
        ...changesOf(attributes),
        ...(typeof versionString === 'string' ? { versionString } : {}),
      })
      return relationships.build === undefined ? changed : chooseBuild(call, changed, relationships.build[0])
    },
  },
  remove: (record, call) => deleteVersion(call, record),
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
