import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** The texts of a version in one language. */
export interface VersionLocalizationRecord extends StoredRecord {
  readonly versionId: string
  readonly locale: string
  readonly description: string | null
  readonly keywords: string | null
  readonly marketingUrl: string | null
  readonly promotionalText: string | null
  readonly supportUrl: string | null
  readonly whatsNew: string | null
}

/** The team's localizations of versions. */
export const versionLocalizations: StoreDefinition<VersionLocalizationRecord> = {
  name: 'appStoreVersionLocalizations',
  indexes: { version: (record) => [record.versionId] },
}
