import type { Report } from '../build-connection/report.ts'
import type { DeployResult } from './result.ts'

type Action = Report['actions'][number]

/** What a successful run reports: what went up, what testers got, what changed on the store page, and what was handed to review. */
export function successReport(step: string, result: DeployResult, appleRequests: number): Report {
  const actions = [...uploaded(result), ...tested(result), ...written(result), ...handedIn(result)]
  return {
    step,
    outcome: 'success',
    appleRequests,
    actions,
    summary: `${nameOf(result)}: ${result.uploadId ?? 'no upload'}`,
  }
}

function nameOf({ bundleId, version, buildNumber }: DeployResult): string {
  const number = buildNumber === undefined ? '' : ` (${buildNumber})`
  return `${bundleId ?? 'the app'} ${version ?? ''}${number}`.trim()
}

function uploaded(result: DeployResult): Action[] {
  const { uploadedBy, parts } = result
  if (uploadedBy === undefined) return []
  const how =
    parts === undefined
      ? ''
      : `, ${parts.sent} ${parts.sent === 1 ? 'part' : 'parts'} sent, ${parts.found} already there`
  return [{ action: 'upload-build', subject: nameOf(result), outcome: 'done', reason: `by ${uploadedBy}${how}` }]
}

function tested({ testflight }: DeployResult): Action[] {
  return testflight.map((change) => ({ action: 'testflight', subject: change, outcome: 'done', reason: '' }))
}

function written({ pageWrites, pageLeft, version }: DeployResult): Action[] {
  if (pageWrites === undefined) return []
  const subject = `version ${version ?? 'in preparation'}`
  if (pageLeft !== undefined) return [{ action: 'leave-store-page', subject, outcome: 'skipped', reason: pageLeft }]
  if (pageWrites === 0)
    return [{ action: 'keep-store-page', subject, outcome: 'reused', reason: 'everything was there as wanted' }]
  const reason = pageWrites === 1 ? '1 write' : `${pageWrites} writes`
  return [{ action: 'write-store-page', subject, outcome: 'done', reason }]
}

function handedIn({ submissionId, version }: DeployResult): Action[] {
  if (submissionId === undefined) return []
  const subject = `version ${version ?? 'in preparation'}`
  return [{ action: 'submit-for-review', subject, outcome: 'done', reason: `submission ${submissionId}` }]
}
