import type { Instant } from '@cordon/core/instant'

/** A cookie as it is kept. Its value opens the account. Plain JSON. */
export interface StoredCookie {
  readonly name: string
  /** Raw, without the quotes in which Apple may have sent it. */
  readonly value: string
  /** Apple sent the value in quotes, and so it goes back. */
  readonly isQuoted?: true
  /** Apple's host name, without leading dot. */
  readonly domain: string
  /** Sent to this host only, not to those below it. */
  readonly isHostOnly: boolean
  readonly path: string
  readonly isSecure: boolean
  readonly isHttpOnly: boolean
  /** Absent: as long as Apple's server likes. */
  readonly expiresAt?: Instant
  readonly createdAt: Instant
}

/** A way to get a code. Masked numbers are as Apple masks them; show them, never log them. */
export type CodeWay =
  | { readonly kind: 'trusted-device' }
  /** Text message or call to a trusted phone number. `id` is Apple's number of the phone. */
  | { readonly kind: 'phone'; readonly id: number; readonly mode: 'sms' | 'voice' }

/** A trusted phone number. */
export interface TrustedPhone {
  readonly id: number
  /** For example `+49 •••• •••••85`. */
  readonly maskedNumber: string
}

/** The ways that an account offers. */
export interface SecondFactor {
  /** A code can be shown on the account's devices. */
  readonly hasTrustedDevice: boolean
  /** Numbers for text messages and calls. */
  readonly phones: readonly TrustedPhone[]
  /** Digits of a code: 6, or 4 with the old two-step verification. */
  readonly codeLength: number
  /** The way by which Apple has sent a code already; absent when none has been sent. */
  readonly sent?: CodeWay
}

/**
 * A sign-in that waits for a code. Plain JSON: everything needed to go on in another process. It holds what opens the
 * account, so it is kept encrypted and only for minutes.
 */
export interface SignInAttempt {
  readonly version: 1
  readonly accountName: string
  readonly widgetKey: string
  readonly sessionId: string
  /** The newest one: Apple changes it with every answer. */
  readonly scnt: string
  readonly cookies: readonly StoredCookie[]
  readonly secondFactor: SecondFactor
  /** Wrong codes so far. */
  readonly wrongCodes: number
  /** Codes asked for so far. */
  readonly codesSent: number
  readonly startedAt: Instant
  /** After this Apple has most likely forgotten the attempt. */
  readonly expiresAt: Instant
}

/** An account of App Store Connect to which the Apple ID belongs. */
export interface Provider {
  readonly providerId: number
  /** UUID. */
  readonly publicProviderId: string
  readonly name: string
  /** Apple's word, for example `ORGANIZATION`. */
  readonly subType?: string
}

/** A developer team to which the Apple ID belongs. */
export interface DeveloperTeam {
  /** Ten capital letters and digits. */
  readonly teamId: string
  readonly name: string
  readonly kind: 'organization' | 'individual' | 'enterprise' | 'other'
  readonly isActive: boolean
  /** The roles of this Apple ID in Apple's spelling, for example `ADMIN`. */
  readonly roles: readonly string[]
  /** What keeps the portal from serving the team, until its Account Holder acts. Only `checkSession` looks for it. */
  readonly blockedBy?: 'agreement' | 'membership'
}

/**
 * A signed-in Apple ID. Plain JSON, but its cookies open the account: it is passed about as `Secret` and kept encrypted.
 * `summaryOf` gives what may be shown.
 */
export interface AppleIdSession {
  readonly version: 1
  readonly accountName: string
  /** All cookies that Apple has set, also those of unknown use. */
  readonly cookies: readonly StoredCookie[]
  /** The account has two-factor authentication; without it there is no trust to expire. */
  readonly twoFactor: boolean
  readonly signedInAt: Instant
  readonly person: Person | null
  /** The chosen provider; null when Apple names none, or could not be asked; `checkSession` asks again. */
  readonly provider: Provider | null
  readonly providers: readonly Provider[]
}

/** Whose session it is, as App Store Connect tells it. */
export interface Person {
  readonly fullName: string
  readonly emailAddress: string
  /** Apple's number of the person. */
  readonly prsId: string
}

/** What may be shown of a session. */
export interface SessionSummary {
  readonly accountName: string
  readonly twoFactor: boolean
  /** Until when a password alone renews the session, by the trust cookie; null without two-factor or trust. */
  readonly trustedUntil: Instant | null
  readonly signedInAt: Instant
  readonly person: Person | null
  readonly provider: Provider | null
  readonly providers: readonly Provider[]
}

/** One cookie as a build receives it in `session_cookies`. */
export interface WireCookie {
  readonly name: string
  readonly value: string
  readonly domain: string
  readonly path: string
  readonly secure: boolean
  readonly httponly: boolean
  /** RFC 3339. */
  readonly expires?: string
  /** Seconds, whole. */
  readonly max_age?: number
  /** Absent means true: one old client fails on an explicit `true`. */
  readonly for_domain?: false
}

/** `session_cookies` of a build's answer: site to cookies. */
export type WireCookies = Readonly<Record<string, readonly WireCookie[]>>
