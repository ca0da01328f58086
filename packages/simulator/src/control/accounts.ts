import { alterAccount, removeAccount } from '../apple-id/accounts/change.ts'
import { createAccount } from '../apple-id/accounts/create.ts'
import { findAccount } from '../apple-id/accounts/find.ts'
import { type ShownAccount, showAccount } from '../apple-id/accounts/shown.ts'
import { type Account, accountKey } from '../apple-id/state.ts'
import type { World } from '../world/world.ts'
import { readAccountChange, readNewAccount } from './account-wish.ts'
import { controlErrors } from './errors.ts'
import type { Json } from './reading.ts'

/** Makes an Apple ID: `{email, password, secondFactor?, phones?, devices?, memberships?, switches?, …}`. */
export function newAccount(world: World, wish: Json): Account {
  const read = readNewAccount(world, wish)
  if (world.appleIds.accounts.has(accountKey(read.email))) {
    throw controlErrors.bad_request(
      { field: 'email', accepted: 'an e-mail that is not taken' },
      { detail: `account '${read.email}' exists` },
    )
  }
  return createAccount(world, read)
}

/** Changes an Apple ID: any field of a new one, and `unlock`. */
export function changeAccountBy(world: World, email: string, wish: Json): Account {
  const account = findAccount(world, email)
  return alterAccount(world, account, readAccountChange(world, wish))
}

/** Removes an Apple ID. */
export function deleteAccount(world: World, email: string): void {
  removeAccount(world, findAccount(world, email))
}

/** All Apple IDs, as the page shows them. */
export function listAccounts(world: World): ShownAccount[] {
  return [...world.appleIds.accounts.values()].map((account) => showAccount(world, account))
}
