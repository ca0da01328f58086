import { buildApiRoutes } from '@cordon/api/builds/routes'
import type { StepReport } from '@cordon/api/builds/schema'
import { createClient } from '@cordon/api/client'
import { isCordonError } from '@cordon/core/errors'
import { isId } from '@cordon/core/ids'
import type { StepContext } from '../step.ts'
import type { BuildAccess } from './fetch-portal-data.ts'

/** What a step says of what it did. */
export type Report = StepReport

/** Tells the Cordon server what the step did, for the audit log. Other build servers have no such thing and are not asked. */
export async function reportToServer(
  access: BuildAccess | undefined,
  report: Report,
  context: StepContext,
): Promise<void> {
  const [, baseUrl, buildId] = /^(https?:\/\/.*)\/build\/([^/]+)\/*$/.exec(access?.buildUrl ?? '') ?? []
  if (access === undefined || baseUrl === undefined || buildId === undefined || !isId('build', buildId)) return
  const client = createClient({
    baseUrl,
    // The token is for this host alone.
    fetch: (input, init) => context.fetch(input, { ...init, redirect: 'error' }),
    headers: () => ({ build_api_token: access.buildToken.reveal() }),
  })
  try {
    await client.call(buildApiRoutes.report, { params: { buildId }, body: fitted(report) })
  } catch {
    context.warn('the server could not be told what this step did; its audit log will not show it')
  }
}

/** What a failed run reports: the code of the error, which says nothing of secrets, and what was done before it. */
export function failureReport(
  step: string,
  appleRequests: number,
  error: unknown,
  actions: Report['actions'] = [],
): Report {
  const summary = isCordonError(error) ? error.code : 'step.failed'
  return { step, outcome: 'failure', appleRequests, actions, summary }
}

const MOST_ACTIONS = 500
const LONGEST = { subject: 300, reason: 500 }

function fitted(report: Report): Report {
  const actions = report.actions.slice(0, MOST_ACTIONS).map((action) => ({
    ...action,
    subject: action.subject.slice(0, LONGEST.subject),
    reason: action.reason.slice(0, LONGEST.reason),
  }))
  return { ...report, actions }
}
