import { buildApiRoutes } from '@cordon/api/builds/routes'
import type { StepReport } from '@cordon/api/builds/schema'
import { createClient } from '@cordon/api/client'
import { isId } from '@cordon/core/ids'
import type { BuildAccess } from '../build-connection/fetch-portal-data.ts'
import type { StepContext } from '../step.ts'
import type { ProvisionedProject } from './result.ts'

const MAX_ACTIONS = 500

/** Tells the Cordon server what the step did, for the audit log. Other build servers have no such thing and are not asked. */
export async function reportToServer(
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
    await client.call(buildApiRoutes.report, { params: { buildId }, body: report })
  } catch {
    context.warn('the server could not be told what this step did; its audit log will not show it')
  }
}

/** What a successful run reports: every change at Apple and every profile that was used as it is, with the reason. */
export function successReport(step: string, { provisioned, appleRequests, targets }: ProvisionedProject): StepReport {
  const { changes, profiles } = provisioned
  const done = changes.map(({ kind, subject, reason }) => ({ action: kind, subject, outcome: 'done', reason }))
  const reused = profiles
    .filter(({ outcome }) => outcome === 'reused')
    .map(({ name, outcome, why }) => ({ action: 'use-profile', subject: name, outcome, reason: why }))
  return {
    step,
    outcome: 'success',
    appleRequests,
    actions: [...done, ...reused].slice(0, MAX_ACTIONS).map(shorten),
    summary: `${targets.length} bundle IDs, ${changes.length} changes at Apple, ${profiles.length} profiles`,
  }
}

/** What a failed run reports. */
export function failureReport(step: string, appleRequests: number, code: string): StepReport {
  return { step, outcome: 'failure', appleRequests, actions: [], summary: code }
}

function shorten(action: StepReport['actions'][number]): StepReport['actions'][number] {
  return { ...action, subject: action.subject.slice(0, 300), reason: action.reason.slice(0, 500) }
}
