import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** What reviewers are told of a version. */
export interface ReviewDetailRecord extends StoredRecord {
  readonly versionId: string
  readonly contactFirstName: string | null
  readonly contactLastName: string | null
  readonly contactPhone: string | null
  readonly contactEmail: string | null
  readonly demoAccountName: string | null
  readonly demoAccountPassword: string | null
  readonly demoAccountRequired: boolean | null
  readonly notes: string | null
}

/** The team's review details. */
export const reviewDetails: StoreDefinition<ReviewDetailRecord> = {
  name: 'appStoreReviewDetails',
  indexes: { version: (record) => [record.versionId] },
}
