import type { HealthState } from '@cordon/api/connections/schema'
import { Badge, type Tone } from '../ui/badge.tsx'

const STATES = {
  healthy: { tone: 'success', text: 'Healthy' },
  untested: { tone: 'warning', text: 'Untested' },
  rejected: { tone: 'danger', text: 'Rejected by Apple' },
  agreement_needed: { tone: 'warning', text: 'Agreement needed' },
  unreachable: { tone: 'warning', text: 'Apple not reached' },
  expired: { tone: 'danger', text: 'Signed out' },
  locked: { tone: 'danger', text: 'Locked by Apple' },
  action_needed: { tone: 'warning', text: 'Action needed at Apple' },
} as const satisfies Record<HealthState, { tone: Tone; text: string }>

/** How a connection stands with Apple. */
export function HealthBadge({ state }: { readonly state: HealthState }) {
  const { tone, text } = STATES[state]
  return (
    <Badge tone={tone} dot>
      {text}
    </Badge>
  )
}
