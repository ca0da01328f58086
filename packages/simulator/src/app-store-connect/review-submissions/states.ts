import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { type VersionRecord, versions } from '../app-store-versions/store.ts'
import { type SubmissionItemRecord, type SubmissionRecord, submissionItems, submissions } from './store.ts'

/** `state` of a submission. */
export type SubmissionState =
  | 'READY_FOR_REVIEW'
  | 'WAITING_FOR_REVIEW'
  | 'IN_REVIEW'
  | 'UNRESOLVED_ISSUES'
  | 'CANCELING'
  | 'COMPLETING'
  | 'COMPLETE'

/** All of them, in Apple's order. */
export const SUBMISSION_STATES: readonly SubmissionState[] = [
  'READY_FOR_REVIEW',
  'WAITING_FOR_REVIEW',
  'IN_REVIEW',
  'UNRESOLVED_ISSUES',
  'CANCELING',
  'COMPLETING',
  'COMPLETE',
]

/** A submission's state, by the state of the version that is reviewed; other states of a version end it. */
const BY_VERSION: Readonly<Record<string, SubmissionState>> = {
  WAITING_FOR_REVIEW: 'WAITING_FOR_REVIEW',
  WAITING_FOR_EXPORT_COMPLIANCE: 'WAITING_FOR_REVIEW',
  IN_REVIEW: 'IN_REVIEW',
  REJECTED: 'UNRESOLVED_ISSUES',
  METADATA_REJECTED: 'UNRESOLVED_ISSUES',
  INVALID_BINARY: 'UNRESOLVED_ISSUES',
  PROCESSING_FOR_DISTRIBUTION: 'COMPLETING',
}

/** The items of a submission, oldest first; those taken out included. */
export function itemsOf(scene: Scene, submissionId: string): SubmissionItemRecord[] {
  return storeOf(scene.team, submissionItems).by('submission', submissionId)
}

/** The version that a submission is about, if it has one. */
export function versionForReview(scene: Scene, submissionId: string): VersionRecord | undefined {
  const item = itemsOf(scene, submissionId).find(({ isRemoved }) => !isRemoved)
  return item === undefined ? undefined : storeOf(scene.team, versions).get(item.versionId)
}

/** Whether the version was handed to review again later: its state tells of that review. */
function hasGoneOn(scene: Scene, { seq }: SubmissionRecord, { id }: VersionRecord): boolean {
  return storeOf(scene.team, submissionItems)
    .by('version', id)
    .some(({ submissionId }) => (storeOf(scene.team, submissions).get(submissionId)?.seq ?? -1) > seq)
}

/** The state of a submission now. */
export function submissionStateOf(scene: Scene, record: SubmissionRecord): SubmissionState {
  if (record.canceledAt !== null) return record.canceledAt > scene.now ? 'CANCELING' : 'COMPLETE'
  if (record.submittedAt === null) return 'READY_FOR_REVIEW'
  const version = versionForReview(scene, record.id)
  if (version === undefined || hasGoneOn(scene, record, version)) return 'COMPLETE'
  return BY_VERSION[version.state] ?? 'COMPLETE'
}

/** The state of an item now. */
export function itemStateOf(scene: Scene, item: SubmissionItemRecord): string {
  if (item.isRemoved) return 'REMOVED'
  const submission = storeOf(scene.team, submissions).get(item.submissionId)
  const state = submission === undefined ? 'COMPLETE' : submissionStateOf(scene, submission)
  if (submission?.canceledAt === null && (state === 'COMPLETE' || state === 'COMPLETING')) return 'APPROVED'
  if (state === 'UNRESOLVED_ISSUES' && !item.isResolved) return 'REJECTED'
  return 'READY_FOR_REVIEW'
}
