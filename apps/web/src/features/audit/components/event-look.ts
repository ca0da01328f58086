import type { AuditEventView } from '@cordon/api/audit/schema'
import type { AppleSession, HealthState } from '@cordon/api/connections/schema'
import { Ban, CircleAlert, CircleCheck, CircleSlash, CircleX, type LucideIcon } from 'lucide-react'

/** How the outcome of an event is shown. */
export interface Look {
  readonly icon: LucideIcon
  readonly tone: string
  readonly text: string
}

const OUTCOMES: Readonly<Record<AuditEventView['outcome'], Look>> = {
  success: { icon: CircleCheck, tone: 'text-accent', text: 'done' },
  refused: { icon: Ban, tone: 'text-warning', text: 'refused' },
  failed: { icon: CircleX, tone: 'text-danger', text: 'failed' },
}

/** Of builds and steps, which end in one way or the other: that the end was recorded is no success. */
const ENDS: Readonly<Record<string, Look>> = {
  failure: { icon: CircleX, tone: 'text-danger', text: 'failed' },
  aborted: { icon: CircleSlash, tone: 'text-warning', text: 'aborted' },
}

/** Of a connection that was tried, and of a session that ended: that it was found out is no success either. */
const WRONG: Look = { icon: CircleAlert, tone: 'text-warning', text: 'something is wrong' }

const FINDINGS = [
  'rejected',
  'agreement_needed',
  'unreachable',
  'expired',
  'password_refused',
  'locked',
  'action_needed',
] as const satisfies ReadonlyArray<HealthState | AppleSession['state']>

/** The look of an event's outcome. */
export function lookOf({ outcome, details }: Pick<AuditEventView, 'outcome' | 'details'>): Look {
  if (outcome !== 'success') return OUTCOMES[outcome]
  if (FINDINGS.some((state) => state === details.state)) return WRONG
  const end = typeof details.outcome === 'string' ? ENDS[details.outcome] : undefined
  return end ?? OUTCOMES.success
}
