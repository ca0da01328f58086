import { buildExpiresAt } from '../builds/states.ts'
import type { BuildRecord } from '../builds/store.ts'

/** `betaReviewState` by the state that testers from outside see. */
const STATES: Readonly<Record<string, string>> = {
  WAITING_FOR_BETA_REVIEW: 'WAITING_FOR_REVIEW',
  IN_BETA_REVIEW: 'IN_REVIEW',
  BETA_REJECTED: 'REJECTED',
  BETA_APPROVED: 'APPROVED',
  IN_BETA_TESTING: 'APPROVED',
}

/** Values of `filter[betaReviewState]`. */
export const BETA_REVIEW_STATES = [...new Set(Object.values(STATES))]

/** Where the review of a build for outside testers is; null when it was not asked for. */
export function betaReviewStateOf({ betaReview }: BuildRecord): string | null {
  return betaReview === null ? null : (STATES[betaReview] ?? null)
}

/** When it was asked for; of builds that a seed or a test moved there, the time of the upload. */
export function betaSubmittedAt(record: BuildRecord): number {
  return record.betaSubmittedAt ?? Math.min(record.uploadedAt, buildExpiresAt(record))
}
