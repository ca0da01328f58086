import type { NewAccount, NewDevice, NewMembership, NewPhone } from '../apple-id/accounts/wish.ts'
import { PASSWORD_PROTOCOLS } from '../apple-id/srp/verifier.ts'
import { type AccountSwitches, SECOND_FACTORS } from '../apple-id/state.ts'
import { KEY_ROLES } from '../world/api-key.ts'
import type { World } from '../world/world.ts'
import { controlErrors } from './errors.ts'
import { boolean, type Json, number, object, objects, onlyFields, requiredText, text } from './reading.ts'
import { teamOf } from './teams.ts'

const PASSWORD_FIELDS = ['password', 'protocol', 'iterations', 'salt']
const PERSON_FIELDS = ['firstName', 'lastName', 'secondFactor', 'phones', 'devices', 'memberships', 'switches']
const SALT = /^(?!00)[0-9a-f]{32}$/
const EMAIL = /^[^\s@]+@[^\s@]+$/
// With the country's code and a blank: only so is it clear which digits Apple hides.
const PHONE = /^\+\d{1,4} [\d ()-]{4,}$/
const CODE = /^\d{4,8}$/

function fitting(from: Json, field: string, pattern: RegExp, accepted: string): string | undefined {
  const value = text(from, field)
  if (value === undefined || pattern.test(value)) return value
  throw controlErrors.bad_request({ field, accepted }, { detail: `'${field}' must be ${accepted}` })
}

/** Leaves out what was not said. */
function said<T extends object>(wish: { readonly [K in keyof T]: T[K] | undefined }): Partial<T> {
  // What is left has a value for every key that is there: the rest of the type is T's own.
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)) as Partial<T>
}

function phone(wish: Json): NewPhone {
  onlyFields(wish, ['number', 'id', 'pushMode', 'canReceive'])
  requiredText(wish, 'number')
  const given = fitting(wish, 'number', PHONE, 'a number such as "+49 1511 2345685"') ?? ''
  return {
    number: given,
    ...said<Omit<NewPhone, 'number'>>({
      id: number(wish, 'id', 1),
      pushMode: text(wish, 'pushMode', ['sms', 'voice'] as const),
      canReceive: boolean(wish, 'canReceive'),
    }),
  }
}

function device(wish: Json): NewDevice {
  onlyFields(wish, ['name', 'modelName'])
  return {
    name: requiredText(wish, 'name'),
    ...said<NewDevice>({ name: undefined, modelName: text(wish, 'modelName') }),
  }
}

function providerWish(value: unknown): NewMembership['provider'] {
  if (value === null || value === undefined) return value
  const wish = object(value, 'provider')
  onlyFields(wish, ['providerId', 'publicProviderId', 'name', 'subType'])
  return said<NonNullable<NewMembership['provider']>>({
    providerId: number(wish, 'providerId', 1),
    publicProviderId: text(wish, 'publicProviderId'),
    name: text(wish, 'name'),
    subType: text(wish, 'subType', ['INDIVIDUAL', 'ORGANIZATION'] as const),
  })
}

function roles(wish: Json): NewMembership['roles'] {
  if (wish.roles === undefined) return undefined
  const given = Array.isArray(wish.roles) ? wish.roles : [wish.roles]
  return given.map((role) => requiredText({ roles: role }, 'roles', KEY_ROLES))
}

function membership(world: World, wish: Json): NewMembership {
  onlyFields(wish, ['teamId', 'roles', 'provider'])
  const { teamId } = teamOf(world, requiredText(wish, 'teamId'))
  return {
    teamId,
    ...said<Omit<NewMembership, 'teamId'>>({ roles: roles(wish), provider: providerWish(wish.provider) }),
  }
}

/** Switches of an account, by name. */
export function readSwitches(wish: Json): Partial<AccountSwitches> {
  onlyFields(wish, [
    'locked',
    'refusal',
    'retryAfterSeconds',
    'repair',
    'repairAfter',
    'rightCode',
    'givesTrust',
    'showsCodeUnasked',
    'fixedCode',
  ])
  return {
    ...said<AccountSwitches>({
      locked: boolean(wish, 'locked'),
      refusal: text(wish, 'refusal', ['none', 'refused', 'rate-limited', 'unavailable'] as const),
      retryAfterSeconds: number(wish, 'retryAfterSeconds', 0),
      repair: text(wish, 'repair', ['none', 'later', 'privacy', 'password'] as const),
      repairAfter: text(wish, 'repairAfter', ['password', 'code'] as const),
      rightCode: text(wish, 'rightCode', ['accepted', 'conflict'] as const),
      givesTrust: boolean(wish, 'givesTrust'),
      showsCodeUnasked: boolean(wish, 'showsCodeUnasked'),
      fixedCode: fitting(wish, 'fixedCode', CODE, 'digits, or null for a code of its own'),
    }),
    ...(wish.fixedCode === null ? { fixedCode: null } : {}),
  }
}

/** What a change of an account may say, and a new one besides its e-mail. */
export type AccountWish = Partial<Omit<NewAccount, 'email'>>

function readFields(world: World, wish: Json): AccountWish {
  const list = <T>(field: string, read: (item: Json) => T): T[] | undefined =>
    wish[field] === undefined ? undefined : objects(wish[field], field).map(read)
  return said<AccountWish>({
    password: text(wish, 'password'),
    protocol: text(wish, 'protocol', PASSWORD_PROTOCOLS),
    iterations: number(wish, 'iterations', 1),
    salt: fitting(wish, 'salt', SALT, '32 hexadecimal digits that do not begin with 00'),
    firstName: text(wish, 'firstName'),
    lastName: text(wish, 'lastName'),
    secondFactor: text(wish, 'secondFactor', SECOND_FACTORS),
    phones: list('phones', phone),
    devices: list('devices', device),
    memberships: list('memberships', (item) => membership(world, item)),
    switches: wish.switches === undefined ? undefined : readSwitches(object(wish.switches, 'switches')),
  })
}

/** Reads a new account. */
export function readNewAccount(world: World, wish: Json): NewAccount {
  onlyFields(wish, ['email', ...PASSWORD_FIELDS, ...PERSON_FIELDS])
  requiredText(wish, 'email')
  const email = fitting(wish, 'email', EMAIL, 'an e-mail address') ?? ''
  return { ...readFields(world, wish), email, password: requiredText(wish, 'password') }
}

/** Reads a change of an account: any field of a new one, or `unlock`. */
export function readAccountChange(world: World, wish: Json): AccountWish & { readonly unlock: boolean } {
  onlyFields(wish, [...PASSWORD_FIELDS, ...PERSON_FIELDS, 'unlock'])
  return { ...readFields(world, wish), unlock: boolean(wish, 'unlock') ?? false }
}
