import type { Answer } from '../../http/service.ts'
import type { World } from '../../world/world.ts'
import { changeAccount } from '../accounts/create.ts'
import { attemptHeaders, changeAttempt } from '../attempts/attempts.ts'
import type { Account, SignInAttempt } from '../state.ts'
import { headerOf } from '../web/body.ts'
import { Refusal, type WebCall } from '../web/service.ts'
import { requireAttempt } from './attempting.ts'
import { beginSession, repairNeeded, secondFactorNeeded } from './finish.ts'

/** What a repair that is reported as done comes to. A weak password can only be changed by the person. */
function acknowledge(world: World, account: Account, attempt: SignInAttempt): Account {
  const { repair } = account.switches
  if (repair === 'privacy') return changeAccount(world, account, { switches: { ...account.switches, repair: 'none' } })
  if (repair === 'none' || (repair === 'later' && attempt.repair === 'put-off')) return account
  throw new Refusal(repairNeeded(world, account, attempt))
}

/** The end of a repair: 204 when the sign-in is done with it, 409 when a code is still missing. */
export function completeRepair(call: WebCall): Answer {
  const { world, request } = call
  const { account, attempt } = requireAttempt(call)
  if (!attempt.tokens.includes(headerOf(request, 'x-apple-repair-session-token'))) return { status: 401 }
  const known = acknowledge(world, account, attempt)
  const repaired = changeAttempt(world, attempt, { repair: 'put-off' })
  if (!repaired.isVerified) return secondFactorNeeded(world, known, repaired)
  const cookie = beginSession(world, known, repaired)
  return { status: 204, headers: { ...attemptHeaders(world, repaired.id), 'Set-Cookie': [cookie] } }
}
