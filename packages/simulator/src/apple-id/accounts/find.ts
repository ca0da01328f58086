import { controlErrors } from '../../control/errors.ts'
import type { World } from '../../world/world.ts'
import { type Account, accountKey } from '../state.ts'

/** Finds an account by its e-mail, without regard to case, for those who steer the simulator. Throws `simulator.unknown_thing`. */
export function findAccount(world: World, email: string): Account {
  const account = world.appleIds.accounts.get(accountKey(email))
  if (account === undefined)
    throw controlErrors.unknown_thing({ kind: 'account', id: email }, { detail: `no account '${email}'` })
  return account
}
