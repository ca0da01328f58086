import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** The categories of an app, by the name of the relationship that holds each. */
export type CategoryPlace =
  | 'primaryCategory'
  | 'primarySubcategoryOne'
  | 'primarySubcategoryTwo'
  | 'secondaryCategory'
  | 'secondarySubcategoryOne'
  | 'secondarySubcategoryTwo'

/** What of an app is the same for all its versions. While a version is prepared there are two: the live one, and the one to edit. */
export interface AppInfoRecord extends StoredRecord {
  readonly appId: string
  readonly state: string
  /** Ids of categories. */
  readonly categories: Readonly<Partial<Record<CategoryPlace, string>>>
  /** Answers of the age rating; absent before any. */
  readonly ageRating?: Readonly<Record<string, unknown>>
}

/** The team's app infos. */
export const appInfos: StoreDefinition<AppInfoRecord> = {
  name: 'appInfos',
  indexes: { app: (record) => [record.appId] },
}
