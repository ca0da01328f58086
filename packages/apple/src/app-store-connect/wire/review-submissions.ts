import { type Attributes, choice, time } from './shape.ts'
import { storePlatform } from './store-platforms.ts'

/** The documented states of a submission. */
export const REVIEW_SUBMISSION_STATES = [
  'READY_FOR_REVIEW',
  'WAITING_FOR_REVIEW',
  'IN_REVIEW',
  'UNRESOLVED_ISSUES',
  'CANCELING',
  'COMPLETING',
  'COMPLETE',
] as const

/** Attributes of a submission. Source: Apple's document, schema `ReviewSubmission`. */
export const reviewSubmissionShape = {
  platform: storePlatform,
  submittedDate: time,
  state: choice(REVIEW_SUBMISSION_STATES),
}

/** Attributes of one thing in a submission. Source: Apple's document, schema `ReviewSubmissionItem`. */
export const reviewSubmissionItemShape = {
  state: choice(['READY_FOR_REVIEW', 'ACCEPTED', 'APPROVED', 'REJECTED', 'REMOVED']),
}

/** What is handed to App Review together. */
export type ReviewSubmission = { readonly id: string } & Attributes<typeof reviewSubmissionShape> & {
    /** Id of the version in it; absent when none is, or Apple does not say. */
    readonly versionId?: string
  }

/** One thing in a submission. */
export type ReviewSubmissionItem = { readonly id: string } & Attributes<typeof reviewSubmissionItemShape> & {
    readonly versionId?: string
  }
