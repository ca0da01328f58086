import type { PartCounts } from '@cordon/delivery/engine/builds/progress'
import type { TestFlightChange } from '@cordon/delivery/engine/testflight/distribute'
import type { ReportedAction } from '../build-connection/report.ts'
import { pageAction, reviewActions } from '../metadata/actions.ts'
import type { DeployResult, Meter } from './result.ts'

/** What a successful run brought where, in a line. */
export function summaryOf(result: DeployResult): string {
  return `${nameOf(result)}: ${result.uploadId ?? 'no upload'}`
}

/**
 * What went up, what testers got, what changed on the store page, and what happened on the way to review, as far as a run has come.
 * Testers are counted: the audit log keeps what it is told for ever, and their addresses are none of its business.
 */
export function actionsOf(meter: Meter): ReportedAction[] {
  const { done, testflight } = meter
  return [...uploaded(meter), ...tested(testflight), ...written(done), ...handedIn(meter)]
}

function nameOf({ bundleId, version, buildNumber }: DeployResult): string {
  const number = buildNumber === undefined ? '' : ` (${buildNumber})`
  return `${bundleId ?? 'the app'} ${version ?? ''}${number}`.trim()
}

function uploaded({ done, upload }: Meter): ReportedAction[] {
  const { uploadedBy, parts } = done
  if (uploadedBy !== undefined)
    return [
      {
        ...{ action: 'upload-build', subject: nameOf(done), outcome: 'done' },
        reason: [`by ${uploadedBy}`, ...(parts === undefined ? [] : [counted(parts)])].join(', '),
      },
    ]
  if (upload === undefined) return []
  const howFar = upload.parts === undefined ? 'no part sent' : `${counted(upload.parts)}, of ${upload.parts.total}`
  const reason = `upload ${upload.uploadId}, ${howFar}`
  return [{ action: 'begin-upload', subject: nameOf(done), outcome: 'unfinished', reason }]
}

function counted({ sent, found }: Pick<PartCounts, 'sent' | 'found'>): string {
  return `${sent} ${sent === 1 ? 'part' : 'parts'} sent, ${found} already there`
}

function tested(changes: readonly TestFlightChange[]): ReportedAction[] {
  const lines = changes.flatMap(({ line, testerIn }) => (testerIn === undefined ? [line] : []))
  const groups = changes.flatMap(({ testerIn = [] }) => testerIn)
  const perGroup = [...new Set(groups)].map((group) => {
    const count = groups.filter((one) => one === group).length
    return `${count} ${count === 1 ? 'tester' : 'testers'} added to ${group}`
  })
  return [...lines, ...perGroup].map((subject) => ({ action: 'testflight', subject, outcome: 'done', reason: '' }))
}

function written({ pageVersion, version, pageWrites, pageLeft }: DeployResult): ReportedAction[] {
  if (pageWrites === undefined) return []
  return [pageAction({ version: pageVersion ?? version, writes: pageWrites, left: pageLeft })]
}

function handedIn({ done: { pageVersion, version, submissionId }, review }: Meter): ReportedAction[] {
  return reviewActions(review, { version: pageVersion ?? version, submissionId })
}
