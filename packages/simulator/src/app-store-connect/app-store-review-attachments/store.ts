import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import type { Asset } from '../assets/asset.ts'

/** A file for reviewers. */
export interface ReviewAttachmentRecord extends StoredRecord, Asset {
  readonly detailId: string
}

/** The team's files for reviewers. */
export const reviewAttachments: StoreDefinition<ReviewAttachmentRecord> = {
  name: 'appStoreReviewAttachments',
  indexes: { detail: (record) => [record.detailId] },
}
