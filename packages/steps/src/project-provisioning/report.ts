import type { Action } from '@cordon/provisioning/engine/model'
import type { ReportedAction } from '../build-connection/report.ts'
import type { ProvisionedProject } from './result.ts'

type Profiles = ProvisionedProject['provisioned']['profiles']

/** Every change at Apple and every profile that was used as it is, with the reason, as far as a run has come. */
export function actionsOf(changes: readonly Action[], profiles: Profiles): ReportedAction[] {
  const reused = profiles.filter(({ outcome }) => outcome === 'reused')
  return [
    ...changes.map(({ kind, subject, reason }) => ({ action: kind, subject, outcome: 'done', reason })),
    ...reused.map(({ name, outcome, why }) => ({
      action: 'use-profile' as const,
      subject: name,
      outcome,
      reason: why,
    })),
  ]
}

/** What a successful run came to, in a line. */
export function summaryOf({ targets, provisioned: { changes, profiles } }: ProvisionedProject): string {
  return `${targets.length} bundle IDs, ${changes.length} changes at Apple, ${profiles.length} profiles`
}
