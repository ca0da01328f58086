import { createAppleIdContext } from '@cordon/apple/apple-id/context'
import { startSignIn } from '@cordon/apple/apple-id/sign-in'
import { createPortalClient } from '@cordon/apple/portal/client'
import { secret } from '@cordon/core/secret'
import type { Simulator } from '@cordon/simulator/simulator'
import { createSessionPortal } from '../src/adapters/portal/portal.ts'
import type { DeveloperPortal } from '../src/engine/port.ts'
import { type AppleTeam, clock, sleep, startTeam, type TeamWish } from './apple-team.ts'

/** A team that is reached by the session of a person, an Admin unless told. */
export interface SessionTeam extends Omit<AppleTeam, 'portal'> {
  portal(): DeveloperPortal
}

const EMAIL = 'dev@example.com'
const PASSWORD = 'Correct-Horse-1'

/** Empties the simulator, makes one team in it, and signs in. */
export async function startSessionTeam(simulator: Simulator, wish: TeamWish = {}): Promise<SessionTeam> {
  const team = await startTeam(simulator, wish)
  simulator.createAccount({ email: EMAIL, password: PASSWORD, secondFactor: 'none' })
  const context = createAppleIdContext({
    fetch,
    clock,
    sleep,
    minimumDistanceMs: 0,
    origins: {
      idmsa: `${simulator.url}/idmsa`,
      appStoreConnect: `${simulator.url}/appstoreconnect`,
      developer: `${simulator.url}/developer`,
      developerFallback: `${simulator.url}/developer-mdn`,
    },
  })
  const outcome = await startSignIn(context, { accountName: EMAIL, password: secret(PASSWORD) })
  if (outcome.outcome !== 'signed-in') throw new Error(outcome.outcome)
  const kind = wish.kind === 'enterprise' ? 'enterprise' : 'organization'
  simulator.world.journal.reset()
  return {
    ...team,
    portal: () => createSessionPortal(createPortalClient(context, outcome.session, { teamId: team.teamId, kind })),
  }
}
