import type { Build } from '@cordon/api/builds/schema'
import { Badge, type Tone } from '../../../ui/badge.tsx'

const OUTCOMES = {
  success: { tone: 'success', text: 'Succeeded' },
  failure: { tone: 'danger', text: 'Failed' },
  aborted: { tone: 'warning', text: 'Aborted' },
} as const satisfies Record<NonNullable<Build['outcome']>, { tone: Tone; text: string }>

/** How a build stands. */
export function BuildState({ build }: { readonly build: Pick<Build, 'state' | 'outcome'> }) {
  const { tone, text } = stateOf(build)
  return (
    <Badge tone={tone} dot>
      {text}
    </Badge>
  )
}

function stateOf({ state, outcome }: Pick<Build, 'state' | 'outcome'>): { tone: Tone; text: string } {
  if (state === 'running') return { tone: 'info', text: 'Running' }
  if (outcome !== null) return OUTCOMES[outcome]
  return state === 'expired' ? { tone: 'warning', text: 'Expired' } : { tone: 'neutral', text: 'Ended' }
}
