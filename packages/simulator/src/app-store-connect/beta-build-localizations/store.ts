import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** What to test in a build, in one language. */
export interface BetaBuildLocalizationRecord extends StoredRecord {
  readonly buildId: string
  readonly locale: string
  readonly whatsNew: string | null
}

/** The team's notes for testers. */
export const betaBuildLocalizations: StoreDefinition<BetaBuildLocalizationRecord> = {
  name: 'betaBuildLocalizations',
  indexes: { build: (record) => [record.buildId] },
}
