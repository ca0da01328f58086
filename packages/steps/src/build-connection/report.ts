import { buildApiRoutes } from '@cordon/api/builds/routes'
import type { StepReport } from '@cordon/api/builds/schema'
import type { StepAction } from '@cordon/api/builds/step-actions'
import { createClient } from '@cordon/api/client'
import { appleErrors } from '@cordon/apple/errors'
import { isCordonError } from '@cordon/core/errors'
import { isId } from '@cordon/core/ids'
import type { StepContext } from '../step.ts'
import type { BuildAccess } from './fetch-portal-data.ts'
import type { RequestMeter } from './open-apple.ts'
import { tellSessionRefused } from './refused-session.ts'

/** One thing that was done, or found done. */
export interface ReportedAction extends Omit<StepReport['actions'][number], 'action'> {
  readonly action: StepAction
}

/** A run that tells the Cordon server what came of it, for the audit log. */
export interface ReportedRun<T> {
  /** As in the log: `deploy`, `metadata push`. */
  readonly step: string
  /** Undefined outside a build: nobody is told. */
  readonly access: BuildAccess | undefined
  /** While nobody has got to Apple, a failure is not told. */
  readonly meter: RequestMeter
  /** What has been done so far, in order. `result` is there when all is done, and not when the run has failed. */
  readonly actions: (result?: T) => readonly ReportedAction[]
  /** What came of it, in a line. */
  readonly summary: (result: T) => string
  /** A failure that is not told: somebody wanted nothing to be done. */
  readonly isUntold?: (error: unknown) => boolean
}

/** Does the work and tells the server what was done, also what was done before the work failed. Throws what the work throws. */
export async function reported<T>(run: ReportedRun<T>, context: StepContext, work: () => Promise<T>): Promise<T> {
  const { step, access, meter, actions, summary, isUntold } = run
  const report = (outcome: StepReport['outcome'], line: string, result?: T) =>
    reportToServer(
      access,
      { step, outcome, appleRequests: meter.requests?.() ?? 0, actions: [...actions(result)], summary: line },
      context,
    )
  const result = await work().catch(async (error: unknown) => {
    if (meter.requests !== undefined && isUntold?.(error) !== true) await report('failure', codeOf(error))
    if (isSessionRefused(error)) await tellSessionRefused(access, context)
    throw error
  })
  await report('success', summary(result), result)
  return result
}

/** Apple has ended the session in the middle of the work; one that it refuses at the beginning is told of there. */
function isSessionRefused(error: unknown): boolean {
  return appleErrors.portal_session_expired.is(error) || appleErrors.session_expired.is(error)
}

/** The code of an error says nothing of secrets. */
function codeOf(error: unknown): string {
  return isCordonError(error) ? error.code : 'step.failed'
}

/** Other build servers have no such thing and are not asked. */
async function reportToServer(
  access: BuildAccess | undefined,
  report: StepReport,
  context: StepContext,
): Promise<void> {
  const [, baseUrl, buildId] = /^(https?:\/\/.*)\/build\/([^/]+)\/*$/.exec(access?.buildUrl ?? '') ?? []
  if (access === undefined || baseUrl === undefined || buildId === undefined || !isId('build', buildId)) return
  const client = createClient({
    baseUrl,
    fetch: context.fetch,
    headers: () => ({ build_api_token: access.buildToken.reveal() }),
  })
  try {
    await client.call(buildApiRoutes.report, { params: { buildId }, body: fitted(report) })
  } catch {
    context.warn('the server could not be told what this step did; its audit log will not show it')
  }
}

const MOST_ACTIONS = 500
const LONGEST = { subject: 300, reason: 500 }

function fitted(report: StepReport): StepReport {
  const actions = report.actions.slice(0, MOST_ACTIONS).map((action) => ({
    ...action,
    subject: action.subject.slice(0, LONGEST.subject),
    reason: action.reason.slice(0, LONGEST.reason),
  }))
  return { ...report, actions }
}
