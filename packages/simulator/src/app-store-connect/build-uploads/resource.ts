import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { STORE_PLATFORMS } from '../app-store-versions/states.ts'
import { buildUploadFiles } from '../build-upload-files/store.ts'
import { builds } from '../builds/store.ts'
import { storeDate } from '../json-api/dates.ts'
import { equals } from '../json-api/filters.ts'
import type { Relationship, Resource } from '../json-api/resource.ts'
import { addUpload, removeUpload, type UploadState, uploadStateOf } from './state.ts'
import { type BuildUploadRecord, buildUploads } from './store.ts'

const STATES: readonly UploadState[] = ['AWAITING_UPLOAD', 'PROCESSING', 'FAILED', 'COMPLETE']

function stateObject(record: BuildUploadRecord, scene: Scene): unknown {
  const state = uploadStateOf(scene, record)
  const isDone = state === 'COMPLETE' || state === 'FAILED'
  const { errors = [], warnings = [], infos = [] } = (isDone ? record.outcome : null) ?? {}
  return { errors, warnings, infos, state }
}

function fileOf(assetType: string): Relationship<BuildUploadRecord> {
  return {
    kind: 'one',
    target: 'buildUploadFiles',
    isIncludable: true,
    hasLinks: false,
    related: (record, scene) =>
      storeOf(scene.team, buildUploadFiles)
        .by('upload', record.id)
        .filter((file) => file.assetType === assetType),
  }
}

/** Binaries on their way in. Source: developer.apple.com/documentation/appstoreconnectapi/build-uploads */
export const buildUploadResource: Resource<BuildUploadRecord> = {
  type: 'buildUploads',
  attributeNames: ['cfBundleShortVersionString', 'cfBundleVersion', 'createdDate', 'state', 'platform', 'uploadedDate'],
  attributes: (record, scene) => ({
    cfBundleShortVersionString: record.versionString,
    cfBundleVersion: record.version,
    createdDate: storeDate(record.createdAt),
    state: stateObject(record, scene),
    platform: record.platform,
    uploadedDate: record.committedAt === null ? null : storeDate(record.committedAt),
  }),
  relationships: {
    build: {
      kind: 'one',
      target: 'builds',
      isIncludable: true,
      hasLinks: false,
      // Null until processing has made one (recorded by Expo).
      related: ({ buildId }, scene) =>
        [storeOf(scene.team, builds).get(buildId ?? '') ?? []].flat().filter((build) => build.visibleAt <= scene.now),
    },
    assetFile: fileOf('ASSET'),
    assetDescriptionFile: fileOf('ASSET_DESCRIPTION'),
    assetSpiFile: fileOf('ASSET_SPI'),
    buildUploadFiles: {
      kind: 'many',
      target: 'buildUploadFiles',
      isIncludable: false,
      related: (record, scene) => storeOf(scene.team, buildUploadFiles).by('upload', record.id),
    },
  },
  find: (scene, id) => storeOf(scene.team, buildUploads).get(id),
  filters: {
    cfBundleShortVersionString: equals((record) => record.versionString),
    cfBundleVersion: equals((record) => record.version),
    platform: equals((record) => record.platform, STORE_PLATFORMS),
    state: { values: STATES, matches: (record, value, scene) => uploadStateOf(scene, record) === value },
  },
  sorts: {
    cfBundleVersion: (record) => record.version.padStart(18, '0'),
    uploadedDate: (record) => String(record.committedAt ?? 0).padStart(16, '0'),
  },
  isReadable: true,
  create: {
    body: {
      attributes: {
        cfBundleShortVersionString: { kind: 'string', isRequired: true },
        cfBundleVersion: { kind: 'string', isRequired: true },
        platform: { kind: 'string', isRequired: true, values: STORE_PLATFORMS },
      },
      relationships: { app: { kind: 'one', target: 'apps', isRequired: true } },
    },
    run: ({ attributes, relationships }, call) =>
      addUpload(call, {
        appId: relationships.app?.[0] ?? '',
        platform: String(attributes.platform),
        versionString: String(attributes.cfBundleShortVersionString),
        version: String(attributes.cfBundleVersion),
      }),
  },
  remove: (record, call) => removeUpload(call, record),
  permission: (access) => (access === 'read' ? 'apps:read' : 'builds:upload'),
}
