import type { StepAction } from '@cordon/api/builds/step-actions'
import type { ReviewChange } from '@cordon/delivery/engine/review/changes'
import type { ReportedAction } from '../build-connection/report.ts'

/** What came of a store page. */
export interface PageOutcome {
  /** Undefined: no version is known. */
  readonly version: string | undefined
  readonly writes: number
  /** Why the page was left alone although something was wanted of it; absent: it was not. */
  readonly left?: string | undefined
}

/** A store page that was written, was right already, or was left alone. */
export function pageAction({ version, writes, left }: PageOutcome): ReportedAction {
  const subject = versionOf(version)
  if (left !== undefined) return { action: 'leave-store-page', subject, outcome: 'skipped', reason: left }
  if (writes === 0)
    return { action: 'keep-store-page', subject, outcome: 'reused', reason: 'everything was there as wanted' }
  return doneTo(version, 'write-store-page', writes === 1 ? '1 write' : `${writes} writes`)
}

/** One action that was done to a version. */
export function doneTo(version: string | undefined, action: StepAction, reason = ''): ReportedAction {
  return { action, subject: versionOf(version), outcome: 'done', reason }
}

/** Where a version is at the end. */
export interface Standing {
  readonly version?: string | undefined
  /** The submission that was handed in; absent: none was. */
  readonly submissionId?: string | undefined
}

/** What was done on the way to App Review, also when it ended half-way. What stands without a change was handed in by an earlier run. */
export function reviewActions(
  changes: readonly ReviewChange[],
  { version, submissionId }: Standing = {},
): ReportedAction[] {
  const isHandedIn = changes.some(({ kind }) => kind === 'handed-in')
  // That it was put into the submission goes without saying once that is handed in.
  const told = changes.filter(({ kind }) => !isHandedIn || kind !== 'put-into-draft').map(actionOf)
  if (submissionId === undefined || isHandedIn) return told
  const stands = { action: 'keep-submission', subject: versionOf(version), outcome: 'reused' } as const
  return [...told, { ...stands, reason: `submission ${submissionId} was handed in already` }]
}

function actionOf(change: ReviewChange): ReportedAction {
  return REVIEW_ACTIONS[change.kind](change as never)
}

type ActionOf<K extends ReviewChange['kind']> = (change: Extract<ReviewChange, { kind: K }>) => ReportedAction

const REVIEW_ACTIONS: { readonly [K in ReviewChange['kind']]: ActionOf<K> } = {
  'build-attached': ({ version, buildId }) => doneTo(version, 'attach-build', `build ${buildId}`),
  'put-into-draft': ({ version, submissionId }) =>
    doneTo(version, 'put-into-draft', `submission ${submissionId}, which is not handed in`),
  'taken-out-of-draft': ({ version, submissionId }) =>
    doneTo(version, 'take-out-of-draft', `submission ${submissionId}, which was never handed in`),
  'handed-in': ({ version, submissionId }) => doneTo(version, 'submit-for-review', `submission ${submissionId}`),
  'taken-back': ({ submissionId }) => ({
    ...{ action: 'cancel-review', subject: `submission ${submissionId}`, outcome: 'done', reason: '' },
  }),
}

function versionOf(version: string | undefined): string {
  return `version ${version ?? 'in preparation'}`
}
