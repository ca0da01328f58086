import type { Report } from '../build-connection/report.ts'
import type { ProvisionedProject } from './result.ts'

/** What a successful run reports: every change at Apple and every profile that was used as it is, with the reason. */
export function successReport(step: string, { provisioned, appleRequests, targets }: ProvisionedProject): Report {
  const { changes, profiles } = provisioned
  const done = changes.map(({ kind, subject, reason }) => ({ action: kind, subject, outcome: 'done', reason }))
  const reused = profiles
    .filter(({ outcome }) => outcome === 'reused')
    .map(({ name, outcome, why }) => ({ action: 'use-profile', subject: name, outcome, reason: why }))
  return {
    step,
    outcome: 'success',
    appleRequests,
    actions: [...done, ...reused],
    summary: `${targets.length} bundle IDs, ${changes.length} changes at Apple, ${profiles.length} profiles`,
  }
}
