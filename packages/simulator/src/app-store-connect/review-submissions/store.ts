import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'

/** Something that is to be reviewed, in a submission. */
export interface SubmissionItemRecord extends StoredRecord {
  readonly submissionId: string
  readonly versionId: string
  /** Taken out by a client after a rejection. */
  readonly isRemoved: boolean
  /** Told to be mended after a rejection. */
  readonly isResolved: boolean
}

/** What an app's team hands to review at once. Its state follows from its items and from what was done with it. */
export interface SubmissionRecord extends StoredRecord {
  readonly appId: string
  /** Null until an item tells it, where the client did not. */
  readonly platform: string | null
  /** Epoch ms; null before. */
  readonly submittedAt: number | null
  /** When a cancellation is through, epoch ms; null where there is none. */
  readonly canceledAt: number | null
}

/** The team's submissions. */
export const submissions: StoreDefinition<SubmissionRecord> = {
  name: 'reviewSubmissions',
  indexes: { app: (record) => [record.appId] },
}

/** The items of the team's submissions. */
export const submissionItems: StoreDefinition<SubmissionItemRecord> = {
  name: 'reviewSubmissionItems',
  indexes: { submission: (record) => [record.submissionId], version: (record) => [record.versionId] },
}
