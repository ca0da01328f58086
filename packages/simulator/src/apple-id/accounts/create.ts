import { newAppleId, newDigits } from '../../world/random.ts'
import type { World } from '../../world/world.ts'
import { ensureProvider } from '../providers/providers.ts'
import { type PasswordProtocol, type PasswordVerifier, verifierFor } from '../srp/verifier.ts'
import {
  type Account,
  accountKey,
  DEFAULT_SWITCHES,
  type Membership,
  type TrustedDevice,
  type TrustedPhone,
} from '../state.ts'
import type { NewAccount, NewDevice, NewMembership, NewPhone } from './wish.ts'

const SALT_BYTES = 16
/** As Apple has answered; the lower end, to which a little is added per account. */
const ITERATIONS: Readonly<Record<PasswordProtocol, readonly [from: number, spread: number]>> = {
  s2k: [20_012, 800],
  s2k_fo: [1_580, 1],
}

const USUAL_PHONES: readonly NewPhone[] = [{ number: '+49 1511 2345685' }]
const USUAL_DEVICES: readonly NewDevice[] = [{ name: 'iPhone' }]

/** Rounds such as Apple answers; `dice` decides among them. */
export function usualIterations(protocol: PasswordProtocol, dice: number): number {
  const [from, spread] = ITERATIONS[protocol]
  return from + (dice % spread)
}

/** A salt in hexadecimal whose first byte is not zero. */
export function saltOf(bytes: Uint8Array): string {
  const salt = Buffer.from(bytes.subarray(0, SALT_BYTES))
  salt[0] = (salt[0] ?? 0) | 0x10
  return salt.toString('hex')
}

/** Makes what is kept of a new password. */
export function newPassword(
  world: World,
  wish: Pick<NewAccount, 'password' | 'protocol' | 'iterations' | 'salt'>,
): PasswordVerifier {
  const protocol = wish.protocol ?? 's2k'
  const dice = Buffer.from(world.random(2)).readUInt16BE()
  const salt = wish.salt ?? saltOf(world.random(SALT_BYTES))
  return verifierFor(wish.password, { protocol, salt, iterations: wish.iterations ?? usualIterations(protocol, dice) })
}

/** The phones of an account; ids count from 1. */
export function phonesOf(wished: readonly NewPhone[]): TrustedPhone[] {
  return wished.map((phone, index) => ({
    id: phone.id ?? index + 1,
    number: phone.number,
    pushMode: phone.pushMode ?? 'sms',
    canReceive: phone.canReceive ?? true,
  }))
}

/** The devices of an account. */
export function devicesOf(world: World, wished: readonly NewDevice[]): TrustedDevice[] {
  return wished.map(({ name, modelName }) => ({ id: newAppleId(world.random), name, modelName: modelName ?? 'iPhone' }))
}

/** The places of an account in teams; makes what they have in App Store Connect. */
export function membershipsOf(world: World, wished: readonly NewMembership[]): Membership[] {
  for (const { teamId, provider } of wished) if (provider !== null) ensureProvider(world, teamId, provider ?? {})
  return wished.map(({ teamId, roles }) => ({ teamId, roles: roles ?? ['ACCOUNT_HOLDER'] }))
}

/** Makes an account, as a person does at Apple. What is wished has been checked. */
export function createAccount(world: World, wish: NewAccount): Account {
  const needsNothing = wish.secondFactor === 'none'
  const account: Account = {
    email: wish.email.trim(),
    personId: `2${newDigits(world.random, 9)}`,
    firstName: wish.firstName ?? 'Dev',
    lastName: wish.lastName ?? 'Eloper',
    password: newPassword(world, wish),
    secondFactor: wish.secondFactor ?? 'two-factor',
    phones: phonesOf(wish.phones ?? (needsNothing ? [] : USUAL_PHONES)),
    devices: devicesOf(world, wish.devices ?? (needsNothing ? [] : USUAL_DEVICES)),
    memberships: membershipsOf(world, wish.memberships ?? [...world.teams.keys()].map((teamId) => ({ teamId }))),
    switches: { ...DEFAULT_SWITCHES, ...wish.switches },
    wrongPasswords: 0,
    codesLockedUntil: null,
    sentCodes: [],
  }
  world.appleIds.accounts.set(accountKey(account.email), account)
  return account
}

/** Replaces some of what is known of an account. */
export function changeAccount(world: World, account: Account, patch: Partial<Omit<Account, 'email'>>): Account {
  const changed = { ...account, ...patch }
  world.appleIds.accounts.set(accountKey(account.email), changed)
  return changed
}
