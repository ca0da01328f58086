import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** What testers read of an app, in one language. */
export interface BetaAppLocalizationRecord extends StoredRecord {
  readonly appId: string
  readonly locale: string
  readonly feedbackEmail: string | null
  readonly marketingUrl: string | null
  readonly privacyPolicyUrl: string | null
  readonly tvOsPrivacyPolicy: string | null
  readonly description: string | null
}

/** The team's texts for testers. */
export const betaAppLocalizations: StoreDefinition<BetaAppLocalizationRecord> = {
  name: 'betaAppLocalizations',
  indexes: { app: (record) => [record.appId] },
}
