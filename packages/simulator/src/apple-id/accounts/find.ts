import type { World } from '../../world/world.ts'
import { type Account, accountKey } from '../state.ts'
import { accountErrors } from './errors.ts'

/** Finds an account by its e-mail, without regard to case. Throws `simulator.unknown_account`. */
export function findAccount(world: World, email: string): Account {
  const account = world.appleIds.accounts.get(accountKey(email))
  if (account === undefined) throw accountErrors.unknown_account({ email }, { detail: `no account '${email}'` })
  return account
}
