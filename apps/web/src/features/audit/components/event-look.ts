import type { AuditEventView } from '@cordon/api/audit/schema'
import { Ban, CircleCheck, CircleSlash, CircleX, type LucideIcon } from 'lucide-react'

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

/** The look of an event's outcome. */
export function lookOf({ outcome, details }: Pick<AuditEventView, 'outcome' | 'details'>): Look {
  const end = outcome === 'success' && typeof details.outcome === 'string' ? ENDS[details.outcome] : undefined
  return end ?? OUTCOMES[outcome]
}
