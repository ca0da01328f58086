import type { Instant } from '@cordon/core/instant'
import type { KeyRole } from '../world/api-key.ts'
import type { PasswordVerifier } from './srp/verifier.ts'

/**
 * What has to be shown besides the password: nothing, a six-digit code (`two-factor`, Apple's hsa2), a four-digit code (`two-step`,
 * the older hsa), or a security key, which only a browser can show.
 */
export const SECOND_FACTORS = ['none', 'two-factor', 'two-step', 'security-key'] as const

export type SecondFactor = (typeof SECOND_FACTORS)[number]

/** A phone number that codes can be sent to. */
export interface TrustedPhone {
  readonly id: number
  /** With the country's code, then a blank: `+49 1511 2345685`. */
  readonly number: string
  readonly pushMode: 'sms' | 'voice'
  /** False: Apple answers that a code cannot be sent there now (-28248). */
  readonly canReceive: boolean
}

/** A device that shows codes. */
export interface TrustedDevice {
  readonly id: string
  readonly name: string
  readonly modelName: string
}

/** A person's place in a team. What the team owns is the world's: `world.teams.get(teamId)`. */
export interface Membership {
  readonly teamId: string
  readonly roles: readonly KeyRole[]
}

/** A team's account in App Store Connect. */
export interface Provider {
  readonly providerId: number
  /** A UUID. */
  readonly publicProviderId: string
  readonly name: string
  readonly subType: 'INDIVIDUAL' | 'ORGANIZATION'
  readonly teamId: string
}

/** The last code that was sent to a place. */
export interface SentCode {
  /** `device` for all trusted devices, else the phone's id. */
  readonly to: 'device' | number
  readonly code: string
  readonly at: Instant
}

/** How sign-in answers for one account; every one can be changed at any time. */
export interface AccountSwitches {
  /** True: 403 -20209, until somebody unlocks the account. */
  readonly locked: boolean
  /** Refuses the sign-in: `refused` 403 -36607, `rate-limited` 429 with Retry-After, `unavailable` 503. */
  readonly refusal: 'none' | 'refused' | 'rate-limited' | 'unavailable'
  /** Seconds, told with 429. */
  readonly retryAfterSeconds: number
  /** 412: the person has to do something in a browser. `later` can be put off, `privacy` acknowledged, `password` neither. */
  readonly repair: 'none' | 'later' | 'privacy' | 'password'
  /** When that is asked: after the password, or after a right code. */
  readonly repairAfter: 'password' | 'code'
  /** `conflict`: a right device code is answered 409 with `valid: true` (rclone/rclone#9488, 2026). */
  readonly rightCode: 'accepted' | 'conflict'
  /** False: `2sv/trust` gives no trust cookie. */
  readonly givesTrust: boolean
  /** False: devices show a code only when they are asked to (reported of iOS 26.4). */
  readonly showsCodeUnasked: boolean
  /** The code that is always sent, instead of one from the world's random. */
  readonly fixedCode: string | null
}

/** What an account does unless told otherwise. */
export const DEFAULT_SWITCHES: AccountSwitches = {
  locked: false,
  refusal: 'none',
  retryAfterSeconds: 60,
  repair: 'none',
  repairAfter: 'password',
  rightCode: 'accepted',
  givesTrust: true,
  showsCodeUnasked: true,
  fixedCode: null,
}

/** An Apple ID. */
export interface Account {
  /** As it was given; looked up without regard to case. */
  readonly email: string
  /** Apple's number for the person. */
  readonly personId: string
  readonly firstName: string
  readonly lastName: string
  readonly password: PasswordVerifier
  readonly secondFactor: SecondFactor
  readonly phones: readonly TrustedPhone[]
  readonly devices: readonly TrustedDevice[]
  readonly memberships: readonly Membership[]
  readonly switches: AccountSwitches
  /** Wrong passwords since the last right one. */
  readonly wrongPasswords: number
  /** Codes are not checked before this time; null when they are. */
  readonly codesLockedUntil: Instant | null
  readonly sentCodes: readonly SentCode[]
}

/** A web session: what `myacinfo` stands for. */
export interface WebSession {
  /** The value of the cookie. */
  readonly value: string
  /** The account's e-mail, in lower case. */
  readonly account: string
  /** The application that signed in; App Store Connect takes its own only. */
  readonly widgetKey: string
  readonly startedAt: Instant
  readonly endsAt: Instant
  /** The developer portal may forget a session earlier than App Store Connect does. */
  readonly portalEndsAt: Instant
  /** The provider that was chosen; null for the first. */
  readonly providerId: number | null
}

/** What a trust cookie (`DES…`) stands for: a browser that needs no second factor. */
export interface Trust {
  readonly value: string
  readonly account: string
  readonly givenAt: Instant
  readonly endsAt: Instant
}

/** A password exchange between its two requests. */
export interface SrpExchange {
  /** The handle `c`; used once. */
  readonly handle: string
  readonly account: string
  /** What the client sent and what was answered, hexadecimal. */
  readonly clientPublic: string
  readonly serverPrivate: string
  readonly serverPublic: string
  readonly password: PasswordVerifier
  readonly endsAt: Instant
}

/** A puzzle that a client has to solve before its password is looked at. */
export interface HashcashChallenge {
  readonly challenge: string
  readonly bits: number
  readonly endsAt: Instant
}

/** A sign-in whose password was right and that is not done yet. */
export interface SignInAttempt {
  /** `X-Apple-ID-Session-Id`, and the cookie `aasp`. */
  readonly id: string
  readonly account: string
  readonly widgetKey: string
  /** Every value of `scnt` that was given out for it; each is taken. */
  readonly scnts: readonly string[]
  /** `X-Apple-Session-Token`, or the repair's. */
  readonly tokens: readonly string[]
  readonly endsAt: Instant
  /** Codes that were sent in it, the newest of each place. */
  readonly codes: readonly SentCode[]
  /** How many; the one that was refused counts. */
  readonly codesSent: number
  readonly wrongCodes: number
  /** The code was right, or none was needed. */
  readonly isVerified: boolean
  /** What has to be repaired: not asked, asked for, put off. */
  readonly repair: 'none' | 'asked' | 'put-off'
  /** The web session that the right code gave; replaced by the one that trust gives. */
  readonly sessionValue: string | null
}

/** Everything that Apple's sign-in remembers. Owned by the world; records are replaced, never changed. */
export interface AppleIds {
  /** Mixed into what has to be the same each time and guessable to nobody; null until it is needed. */
  secret: string | null
  /** By e-mail in lower case. */
  readonly accounts: Map<string, Account>
  /** By provider id. */
  readonly providers: Map<number, Provider>
  /** By the value of `myacinfo`. */
  readonly sessions: Map<string, WebSession>
  /** By the value of the trust cookie. */
  readonly trusts: Map<string, Trust>
  readonly exchanges: Map<string, SrpExchange>
  readonly challenges: Map<string, HashcashChallenge>
  readonly attempts: Map<string, SignInAttempt>
}

/** Makes what a new world remembers of sign-in: nothing. */
export function createAppleIds(): AppleIds {
  return {
    secret: null,
    accounts: new Map(),
    providers: new Map(),
    sessions: new Map(),
    trusts: new Map(),
    exchanges: new Map(),
    challenges: new Map(),
    attempts: new Map(),
  }
}

/** The key under which an account is kept. */
export function accountKey(email: string): string {
  return email.trim().toLowerCase()
}

/** Forgets everything. */
export function clearAppleIds(appleIds: AppleIds): void {
  appleIds.secret = null
  const { accounts, providers, sessions, trusts, exchanges, challenges, attempts } = appleIds
  for (const kept of [accounts, providers, sessions, trusts, exchanges, challenges, attempts]) kept.clear()
}
