import type { TestFlightChange } from '@cordon/delivery/engine/testflight/distribute'
import type { ReportedAction } from '../build-connection/report.ts'
import type { DeployResult, Meter } from './result.ts'

/** What a successful run brought where, in a line. */
export function summaryOf(result: DeployResult): string {
  return `${nameOf(result)}: ${result.uploadId ?? 'no upload'}`
}

/**
 * What went up, what testers got, what changed on the store page, and what was handed to review, as far as a run has come. Testers are
 * counted: the audit log keeps what it is told for ever, and their addresses are none of its business.
 */
export function actionsOf({ done, testflight }: Meter): ReportedAction[] {
  return [...uploaded(done), ...tested(testflight), ...written(done), ...handedIn(done)]
}

function nameOf({ bundleId, version, buildNumber }: DeployResult): string {
  const number = buildNumber === undefined ? '' : ` (${buildNumber})`
  return `${bundleId ?? 'the app'} ${version ?? ''}${number}`.trim()
}

function uploaded(result: DeployResult): ReportedAction[] {
  const { uploadedBy, parts } = result
  if (uploadedBy === undefined) return []
  const how =
    parts === undefined
      ? ''
      : `, ${parts.sent} ${parts.sent === 1 ? 'part' : 'parts'} sent, ${parts.found} already there`
  return [{ action: 'upload-build', subject: nameOf(result), outcome: 'done', reason: `by ${uploadedBy}${how}` }]
}

function tested(changes: readonly TestFlightChange[]): ReportedAction[] {
  const lines = changes.flatMap(({ line, testerIn }) => (testerIn === undefined ? [line] : []))
  const groups = changes.flatMap(({ testerIn = [] }) => testerIn)
  const counted = [...new Set(groups)].map((group) => {
    const count = groups.filter((one) => one === group).length
    return `${count} ${count === 1 ? 'tester' : 'testers'} added to ${group}`
  })
  return [...lines, ...counted].map((subject) => ({ action: 'testflight', subject, outcome: 'done', reason: '' }))
}

function written(result: DeployResult): ReportedAction[] {
  const { pageWrites, pageLeft } = result
  if (pageWrites === undefined) return []
  const subject = pageOf(result)
  if (pageLeft !== undefined) return [{ action: 'leave-store-page', subject, outcome: 'skipped', reason: pageLeft }]
  if (pageWrites === 0)
    return [{ action: 'keep-store-page', subject, outcome: 'reused', reason: 'everything was there as wanted' }]
  const reason = pageWrites === 1 ? '1 write' : `${pageWrites} writes`
  return [{ action: 'write-store-page', subject, outcome: 'done', reason }]
}

function handedIn(result: DeployResult): ReportedAction[] {
  const { submissionId } = result
  if (submissionId === undefined) return []
  return [
    { action: 'submit-for-review', subject: pageOf(result), outcome: 'done', reason: `submission ${submissionId}` },
  ]
}

function pageOf({ pageVersion, version }: DeployResult): string {
  return `version ${pageVersion ?? version ?? 'in preparation'}`
}
