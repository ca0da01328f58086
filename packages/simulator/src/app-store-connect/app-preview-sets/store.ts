import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** The previews of a localization for one kind of display. */
export interface PreviewSetRecord extends StoredRecord {
  readonly localizationId: string
  readonly previewType: string
  /** Ids of previews, in the order in which the store shows them. */
  readonly order: readonly string[]
}

/** The team's preview sets. */
export const previewSets: StoreDefinition<PreviewSetRecord> = {
  name: 'appPreviewSets',
  indexes: { localization: (record) => [record.localizationId] },
}
