import type { ProvisionedProfile } from '@cordon/provisioning/engine/apply-profiles'
import type { Action } from '@cordon/provisioning/engine/model'
import type { RequestMeter } from '../build-connection/open-apple.ts'
import type { ReportedAction } from '../build-connection/report.ts'

/** What was done at Apple so far, also by a run that then fails. */
export interface ProvisionMeter extends RequestMeter {
  readonly changes: Action[]
  /** Those to sign with; none while they are not all there. */
  profiles: readonly ProvisionedProfile[]
}

/** Nothing done, and no way to Apple. */
export function newProvisionMeter(): ProvisionMeter {
  return { changes: [], profiles: [] }
}

/** Every change at Apple and every profile that was used as it is, with the reason. */
export function actionsOf({ changes, profiles }: ProvisionMeter): ReportedAction[] {
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
export function summaryOf({ changes, profiles }: ProvisionMeter): string {
  return `${changes.length} changes at Apple, ${profiles.length} profiles`
}
