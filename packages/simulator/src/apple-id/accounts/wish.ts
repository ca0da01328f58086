import type { KeyRole } from '../../world/api-key.ts'
import type { PasswordProtocol } from '../srp/verifier.ts'
import type { AccountSwitches, Provider, SecondFactor } from '../state.ts'

/** What the maker of an account decides. Everything but the e-mail and the password may be left out. */
export interface NewAccount {
  readonly email: string
  readonly password: string
  readonly firstName?: string
  readonly lastName?: string
  /** How the password is prepared; default `s2k`. */
  readonly protocol?: PasswordProtocol
  /** Rounds of PBKDF2; default as Apple has been seen to answer: about 20,000 for `s2k`, 1,580 for `s2k_fo`. */
  readonly iterations?: number
  /** 16 bytes, hexadecimal, the first not zero; default random. */
  readonly salt?: string
  /** Default `two-factor`. */
  readonly secondFactor?: SecondFactor
  /** Numbers with the country's code: `+49 1511 2345685`. Default: one, unless there is no second factor. */
  readonly phones?: readonly NewPhone[]
  /** Devices that show codes. Default: one iPhone, unless there is no second factor. */
  readonly devices?: readonly NewDevice[]
  /** Teams that exist, with the person's roles in them; default: every team, as Account Holder. */
  readonly memberships?: readonly NewMembership[]
  readonly switches?: Partial<AccountSwitches>
}

/** A phone of a new account. */
export interface NewPhone {
  readonly number: string
  readonly id?: number
  readonly pushMode?: 'sms' | 'voice'
  readonly canReceive?: boolean
}

/** A device of a new account. */
export interface NewDevice {
  readonly name: string
  readonly modelName?: string
}

/** A place in a team of a new account. */
export interface NewMembership {
  readonly teamId: string
  readonly roles?: readonly KeyRole[]
  /** The team's account in App Store Connect: made with the team's name unless it is there; null for a team without one. */
  readonly provider?: Partial<Pick<Provider, 'providerId' | 'publicProviderId' | 'name' | 'subType'>> | null
}
