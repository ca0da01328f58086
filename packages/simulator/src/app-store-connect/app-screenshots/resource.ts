import { templateOf } from '../../images/service.ts'
import { operationsOf } from '../../uploads/store.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { SCREENSHOT_SETS } from '../app-screenshot-sets/kind.ts'
import type { Call, Resource } from '../json-api/resource.ts'
import { commitScreenshot, deleteScreenshot, deliveryStateOf, reserveScreenshot } from './state.ts'
import { type ScreenshotRecord, screenshots } from './store.ts'

/** The address from which a client came, when a client asks: seeds and overviews have none. */
function baseOf(scene: Scene | Call): string {
  return 'base' in scene ? scene.base : 'http://localhost'
}

function uploadOperationsOf(record: ScreenshotRecord, scene: Scene | Call): unknown {
  const upload = scene.world.uploads.get(record.uploadId ?? '')
  if (upload === undefined) return null
  return operationsOf(upload, baseOf(scene)).map(({ partNumber: _, ...operation }) => operation)
}

function imageAssetOf(record: ScreenshotRecord, scene: Scene | Call): unknown {
  if (deliveryStateOf(scene, record) !== 'COMPLETE') return null
  const { id, imageId = id, width, height } = record
  return { templateUrl: templateOf(imageId, baseOf(scene)), width, height }
}

/** Screenshots: reserved, uploaded, committed. Source: developer.apple.com/documentation/appstoreconnectapi/app-screenshots */
export const screenshotResource: Resource<ScreenshotRecord> = {
  type: 'appScreenshots',
  attributeNames: [
    'fileSize',
    'fileName',
    'sourceFileChecksum',
    'imageAsset',
    'assetToken',
    'assetType',
    'uploadOperations',
    'assetDeliveryState',
  ],
  attributes: (record, scene) => ({
    fileSize: record.fileSize,
    fileName: record.fileName,
    sourceFileChecksum: record.checksum,
    imageAsset: imageAssetOf(record, scene),
    assetToken: record.id,
    assetType: 'SCREENSHOT',
    uploadOperations: uploadOperationsOf(record, scene),
    assetDeliveryState: {
      errors: deliveryStateOf(scene, record) === 'FAILED' ? [record.failure] : [],
      warnings: [],
      state: deliveryStateOf(scene, record),
    },
  }),
  relationships: {
    appScreenshotSet: {
      kind: 'one',
      target: 'appScreenshotSets',
      isIncludable: true,
      hasLinks: false,
      related: (record, scene) => [storeOf(scene.team, SCREENSHOT_SETS.sets).get(record.setId) ?? []].flat(),
    },
  },
  find: (scene, id) => storeOf(scene.team, screenshots).get(id),
  isReadable: true,
  create: {
    body: {
      attributes: {
        fileName: { kind: 'string', isRequired: true },
        fileSize: { kind: 'integer', isRequired: true },
      },
      relationships: { appScreenshotSet: { kind: 'one', target: 'appScreenshotSets', isRequired: true } },
    },
    run: ({ attributes, relationships }, call) =>
      reserveScreenshot(call, relationships.appScreenshotSet?.[0] ?? '', {
        fileName: String(attributes.fileName),
        fileSize: Number(attributes.fileSize),
      }),
  },
  update: {
    body: {
      attributes: {
        sourceFileChecksum: { kind: 'string', isNullable: true },
        uploaded: { kind: 'boolean', isNullable: true },
      },
    },
    run({ attributes }, call, record) {
      const { sourceFileChecksum, uploaded } = attributes
      if (uploaded !== true) return record
      return commitScreenshot(call, record, typeof sourceFileChecksum === 'string' ? sourceFileChecksum : null)
    },
  },
  remove: (record, call) => deleteScreenshot(call, record),
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
