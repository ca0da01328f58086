import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** An app record in App Store Connect; made by a person on the web, or by a seed. */
export interface AppRecord extends StoredRecord {
  readonly name: string
  readonly bundleId: string
  readonly sku: string
  readonly primaryLocale: string
  readonly contentRightsDeclaration: string | null
  readonly accessibilityUrl: string | null
  readonly subscriptionStatusUrl: string | null
  readonly subscriptionStatusUrlVersion: string | null
  readonly subscriptionStatusUrlForSandbox: string | null
  readonly subscriptionStatusUrlVersionForSandbox: string | null
  readonly streamlinedPurchasingEnabled: boolean | null
  /** What reviewers of betas are told; absent before anybody said anything. */
  readonly betaReviewDetail?: Readonly<Record<string, unknown>>
}

/** The team's app records. */
export const apps: StoreDefinition<AppRecord> = {
  name: 'apps',
  indexes: { bundleId: (record) => [record.bundleId] },
}
