import type { HealthState } from '@cordon/api/connections/schema'
import type { Instant } from '@cordon/core/instant'
import type { HealthUpdate } from './store.ts'
import type { Verification } from './types/connection-type.ts'

/** What is kept of a try against Apple. */
export type Tried = HealthUpdate

/** What was known before. */
export interface Known {
  readonly teamId: string | null
  readonly role: string | null
  readonly checkedAt: Instant | null
}

const NOTHING: Known = { teamId: null, role: null, checkedAt: null }

/**
 * What to keep after a try. When Apple could not be asked, nothing is known anew: the state is `otherwise`, and team, role
 * and time of the last real answer stay.
 */
export function healthAfter(
  verification: Verification,
  now: Instant,
  otherwise: Extract<HealthState, 'untested' | 'unreachable'>,
  before: Known = NOTHING,
): Tried {
  const { state, checks, teamId, role } = verification
  const asked = state !== 'unreachable'
  return {
    state: asked ? state : otherwise,
    checks,
    checkedAt: asked ? now : before.checkedAt,
    teamId: teamId ?? before.teamId,
    role: role ?? before.role,
  }
}
