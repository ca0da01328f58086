import type { World } from '../../world/world.ts'
import { type Attempting, attemptOf } from '../attempts/attempts.ts'
import { Refusal, type WebCall } from '../web/service.ts'
import { REFUSALS } from './errors.ts'

/** The sign-in that a request belongs to; refuses with 401 when there is none any more. */
export function requireAttempt({ world, request, caller }: WebCall): Attempting {
  const found = attemptOf(world, request)
  if (found === undefined) throw new Refusal(REFUSALS.noAttempt)
  caller.account = found.account.email
  return found
}

/** The account and the sign-in as they are now, after something was changed in them. */
export function current(world: World, { account, attempt }: Attempting): Attempting {
  return {
    account: world.appleIds.accounts.get(attempt.account) ?? account,
    attempt: world.appleIds.attempts.get(attempt.id) ?? attempt,
  }
}
