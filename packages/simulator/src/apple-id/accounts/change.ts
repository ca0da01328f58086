import type { World } from '../../world/world.ts'
import { endSessions } from '../sessions/web-session.ts'
import { type Account, accountKey } from '../state.ts'
import { endTrust } from '../trust/trust.ts'
import { changeAccount, devicesOf, membershipsOf, newPassword, phonesOf } from './create.ts'
import type { NewAccount } from './wish.ts'

/** What of an account a person, or Apple, may change. */
export type AccountChange = Partial<Omit<NewAccount, 'email'>> & {
  /** Undoes what wrong passwords and codes have done. */
  readonly unlock?: boolean
}

/** A new password ends every session and all trust. */
function replacePassword(world: World, account: Account, change: AccountChange): Partial<Account> {
  const { password, protocol = account.password.protocol, ...rest } = change
  if (password === undefined) return {}
  const key = accountKey(account.email)
  endSessions(world, key, 'everywhere')
  endTrust(world, key)
  return { password: newPassword(world, { ...rest, password, protocol }) }
}

function unlocked(account: Account): Partial<Account> {
  return { wrongPasswords: 0, codesLockedUntil: null, switches: { ...account.switches, locked: false } }
}

/** Changes an account; what is not mentioned stays. */
export function alterAccount(world: World, account: Account, change: AccountChange): Account {
  const { firstName, lastName, secondFactor, phones, devices, memberships } = change
  const base = change.unlock === true ? changeAccount(world, account, unlocked(account)) : account
  return changeAccount(world, base, {
    ...replacePassword(world, base, change),
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
    ...(secondFactor === undefined ? {} : { secondFactor }),
    ...(phones === undefined ? {} : { phones: phonesOf(phones) }),
    ...(devices === undefined ? {} : { devices: devicesOf(world, devices) }),
    ...(memberships === undefined ? {} : { memberships: membershipsOf(world, memberships) }),
    switches: { ...base.switches, ...change.switches },
  })
}

/** Removes an account with its sessions and trust. */
export function removeAccount(world: World, account: Account): void {
  const key = accountKey(account.email)
  endSessions(world, key, 'everywhere')
  endTrust(world, key)
  world.appleIds.accounts.delete(key)
}
