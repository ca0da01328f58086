import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** The name and the privacy texts of an app in one language. */
export interface AppInfoLocalizationRecord extends StoredRecord {
  readonly appInfoId: string
  readonly locale: string
  readonly name: string | null
  readonly subtitle: string | null
  readonly privacyPolicyUrl: string | null
  readonly privacyChoicesUrl: string | null
  readonly privacyPolicyText: string | null
}

/** The team's localizations of app infos. */
export const appInfoLocalizations: StoreDefinition<AppInfoLocalizationRecord> = {
  name: 'appInfoLocalizations',
  indexes: { appInfo: (record) => [record.appInfoId], name: (record) => [record.name?.toLowerCase() ?? ''] },
}
