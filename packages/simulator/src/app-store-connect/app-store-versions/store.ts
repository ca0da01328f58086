import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** A version of an app in the App Store. */
export interface VersionRecord extends StoredRecord {
  readonly appId: string
  readonly platform: string
  readonly versionString: string
  /** `appVersionState`; the older `appStoreState` follows from it. */
  readonly state: string
  readonly copyright: string | null
  readonly reviewType: string | null
  readonly releaseType: string | null
  /** ISO 8601. */
  readonly earliestReleaseDate: string | null
  readonly usesIdfa: boolean | null
  readonly downloadable: boolean
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly buildId: string | null
}

/** The team's versions. */
export const versions: StoreDefinition<VersionRecord> = {
  name: 'appStoreVersions',
  indexes: { app: (record) => [record.appId], build: (record) => (record.buildId === null ? [] : [record.buildId]) },
}
