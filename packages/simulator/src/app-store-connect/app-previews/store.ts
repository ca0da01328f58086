import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import type { Asset } from '../assets/asset.ts'

/** A film of an app, reserved or uploaded. The bytes are not kept once they were looked at. */
export interface PreviewRecord extends StoredRecord, Asset {
  readonly setId: string
  readonly mimeType: string | null
  /** Where the still picture is taken, such as `00:00:05:01`. */
  readonly frameTimeCode: string | null
}

/** The team's previews. */
export const previews: StoreDefinition<PreviewRecord> = {
  name: 'appPreviews',
  indexes: { set: (record) => [record.setId] },
}
