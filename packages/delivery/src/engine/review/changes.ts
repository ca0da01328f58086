/** One change on a version's way to App Review or back. */
export type ReviewChange =
  | { readonly kind: 'build-attached'; readonly version: string; readonly buildId: string }
  /** The version is in a submission that is not handed in: until it is, or is taken out, it cannot be edited. */
  | { readonly kind: 'put-into-draft'; readonly version: string; readonly submissionId: string }
  | { readonly kind: 'taken-out-of-draft'; readonly version: string; readonly submissionId: string }
  | { readonly kind: 'handed-in'; readonly version: string; readonly submissionId: string }
  /** Apple was asked to give the submission back, or what is in it; that may take Apple minutes. */
  | { readonly kind: 'taken-back'; readonly submissionId: string }

/** Hears of every change when it is done, also when a later one fails. Must not throw. */
export type OnReviewChange = (change: ReviewChange) => void
