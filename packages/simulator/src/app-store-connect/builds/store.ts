import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** A marketing version for which builds were uploaded: the train that a build rides on. */
export interface PreReleaseVersionRecord extends StoredRecord {
  readonly appId: string
  readonly platform: string
  readonly version: string
}

/** A binary that App Store Connect received. */
export interface BuildRecord extends StoredRecord {
  readonly appId: string
  readonly preReleaseVersionId: string
  /** CFBundleVersion. */
  readonly version: string
  /** What processing made, or will make, of it. */
  readonly processingState: 'PROCESSING' | 'FAILED' | 'INVALID' | 'VALID'
  /** PROCESSING until then, epoch ms. */
  readonly processedAt: number
  readonly uploadedAt: number
  /** Ended by a client before its 90 days. */
  readonly isEnded: boolean
  readonly minOsVersion: string | null
  readonly usesNonExemptEncryption: boolean | null
  readonly audience: 'INTERNAL_ONLY' | 'APP_STORE_ELIGIBLE'
  readonly autoNotifyEnabled: boolean
  /** Where beta review is: a state of `externalBuildState`, or null before it. */
  readonly betaReview: string | null
  /** When beta review was asked for; absent when it was not. */
  readonly betaSubmittedAt?: number
  /** Ids of groups that test it. */
  readonly betaGroupIds: readonly string[]
  /** Ids of testers that test it by themselves. */
  readonly testerIds: readonly string[]
}

/** The team's trains. */
export const preReleaseVersions: StoreDefinition<PreReleaseVersionRecord> = {
  name: 'preReleaseVersions',
  indexes: { app: (record) => [record.appId] },
}

/** The team's builds. */
export const builds: StoreDefinition<BuildRecord> = {
  name: 'builds',
  indexes: {
    app: (record) => [record.appId],
    preReleaseVersion: (record) => [record.preReleaseVersionId],
    group: (record) => record.betaGroupIds,
    tester: (record) => record.testerIds,
  },
}
