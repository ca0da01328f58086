import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { PREVIEW_SETS } from '../app-preview-sets/kind.ts'
import { assetAttributes, assetStateOf } from '../assets/asset.ts'
import type { Resource } from '../json-api/resource.ts'
import { changePreview, deletePreview, reservePreview, videoStateOf } from './state.ts'
import { type PreviewRecord, previews } from './store.ts'

const MIME_TYPES = ['video/mp4', 'video/quicktime', 'video/x-m4v']

function videoUrlOf(record: PreviewRecord, scene: Scene): string | null {
  if (assetStateOf(scene, record) !== 'COMPLETE') return null
  return `https://play-edge.itunes.apple.com/video/${record.id}/master.m3u8`
}

function optionalText(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** Films of apps: reserved, uploaded, committed. Source: developer.apple.com/documentation/appstoreconnectapi/app-previews */
export const previewResource: Resource<PreviewRecord> = {
  type: 'appPreviews',
  attributeNames: [
    'fileSize',
    'fileName',
    'sourceFileChecksum',
    'previewFrameTimeCode',
    'mimeType',
    'videoUrl',
    'previewFrameImage',
    'previewImage',
    'uploadOperations',
    'assetDeliveryState',
    'videoDeliveryState',
  ],
  attributes(record, scene) {
    const common = assetAttributes(record, scene)
    const delivery = Object(common.assetDeliveryState)
    return {
      ...common,
      previewFrameTimeCode: record.frameTimeCode,
      mimeType: record.mimeType,
      videoUrl: videoUrlOf(record, scene),
      previewFrameImage: null,
      previewImage: null,
      videoDeliveryState: { ...delivery, state: videoStateOf(scene, record) },
    }
  },
  relationships: {
    appPreviewSet: {
      kind: 'one',
      target: 'appPreviewSets',
      isIncludable: true,
      hasLinks: false,
      related: (record, scene) => [storeOf(scene.team, PREVIEW_SETS.sets).get(record.setId) ?? []].flat(),
    },
  },
  find: (scene, id) => storeOf(scene.team, previews).get(id),
  isReadable: true,
  create: {
    body: {
      attributes: {
        fileName: { kind: 'string', isRequired: true },
        fileSize: { kind: 'integer', isRequired: true },
        mimeType: { kind: 'string', isNullable: true, values: MIME_TYPES },
        previewFrameTimeCode: { kind: 'string', isNullable: true },
      },
      relationships: { appPreviewSet: { kind: 'one', target: 'appPreviewSets', isRequired: true } },
    },
    run: ({ attributes, relationships }, call) =>
      reservePreview(call, relationships.appPreviewSet?.[0] ?? '', {
        fileName: String(attributes.fileName),
        fileSize: Number(attributes.fileSize),
        mimeType: optionalText(attributes.mimeType),
        frameTimeCode: optionalText(attributes.previewFrameTimeCode),
      }),
  },
  update: {
    body: {
      attributes: {
        sourceFileChecksum: { kind: 'string', isNullable: true },
        previewFrameTimeCode: { kind: 'string', isNullable: true },
        uploaded: { kind: 'boolean', isNullable: true },
      },
    },
    run: ({ attributes }, call, record) =>
      changePreview(call, record, {
        uploaded: attributes.uploaded === true,
        checksum: optionalText(attributes.sourceFileChecksum),
        frameTimeCode: Object.hasOwn(attributes, 'previewFrameTimeCode')
          ? optionalText(attributes.previewFrameTimeCode)
          : undefined,
      }),
  },
  remove: (record, call) => deletePreview(call, record),
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
