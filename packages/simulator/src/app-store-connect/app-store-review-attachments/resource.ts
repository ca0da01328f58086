import { discardUpload } from '../../uploads/store.ts'
import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { reviewDetails } from '../app-store-review-details/store.ts'
import { assetAttributes, commitAsset, reserveAsset } from '../assets/asset.ts'
import { invalidRelationship } from '../json-api/errors.ts'
import type { Resource } from '../json-api/resource.ts'
import { type ReviewAttachmentRecord, reviewAttachments } from './store.ts'

function reserve(scene: Scene, detailId: string, fileName: string, fileSize: number): ReviewAttachmentRecord {
  if (storeOf(scene.team, reviewDetails).get(detailId) === undefined) {
    const detail = `There is no resource of type 'appStoreReviewDetails' with id '${detailId}'`
    throw invalidRelationship('appStoreReviewDetail', detail)
  }
  return storeOf(scene.team, reviewAttachments).add({
    ...reserveAsset(scene, { fileName, fileSize }),
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, reviewAttachments.name),
    detailId,
  })
}

/** Files for reviewers. Source: developer.apple.com/documentation/appstoreconnectapi/app-store-review-attachments */
export const reviewAttachmentResource: Resource<ReviewAttachmentRecord> = {
  type: 'appStoreReviewAttachments',
  attributeNames: ['fileSize', 'fileName', 'sourceFileChecksum', 'uploadOperations', 'assetDeliveryState'],
  attributes: assetAttributes,
  relationships: {
    appStoreReviewDetail: {
      kind: 'one',
      target: 'appStoreReviewDetails',
      isIncludable: true,
      hasLinks: false,
      related: (record, scene) => [storeOf(scene.team, reviewDetails).get(record.detailId) ?? []].flat(),
    },
  },
  find: (scene, id) => storeOf(scene.team, reviewAttachments).get(id),
  isReadable: true,
  create: {
    body: {
      attributes: {
        fileName: { kind: 'string', isRequired: true },
        fileSize: { kind: 'integer', isRequired: true },
      },
      relationships: { appStoreReviewDetail: { kind: 'one', target: 'appStoreReviewDetails', isRequired: true } },
    },
    run: ({ attributes, relationships }, call) =>
      reserve(
        call,
        relationships.appStoreReviewDetail?.[0] ?? '',
        String(attributes.fileName),
        Number(attributes.fileSize),
      ),
  },
  update: {
    body: {
      attributes: {
        sourceFileChecksum: { kind: 'string', isNullable: true },
        uploaded: { kind: 'boolean', isNullable: true },
      },
    },
    async run({ attributes }, call, record) {
      const { sourceFileChecksum, uploaded } = attributes
      if (uploaded !== true) return record
      const checksum = typeof sourceFileChecksum === 'string' ? sourceFileChecksum : null
      return storeOf(call.team, reviewAttachments).change(record, await commitAsset(call, record, checksum))
    },
  },
  remove(record, call) {
    if (record.uploadId !== null) discardUpload(call.world.uploads, record.uploadId)
    storeOf(call.team, reviewAttachments).remove(record.id)
  },
  permission: (access) => (access === 'read' ? 'apps:read' : 'apps:write'),
}
