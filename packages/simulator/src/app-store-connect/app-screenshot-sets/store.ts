import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** The screenshots of a localization for one kind of display. */
export interface ScreenshotSetRecord extends StoredRecord {
  readonly localizationId: string
  readonly displayType: string
  /** Ids of screenshots, in the order in which the store shows them. */
  readonly order: readonly string[]
}

/** The team's screenshot sets. */
export const screenshotSets: StoreDefinition<ScreenshotSetRecord> = {
  name: 'appScreenshotSets',
  indexes: { localization: (record) => [record.localizationId] },
}
