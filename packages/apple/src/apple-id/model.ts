import type { Clock, Instant } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { Fetch } from '../transport/exchange.ts'

/**
 * Where Apple's services are reached. Only the operator of an installation sets this, never a user: passwords go there.
 * Cookies are kept under Apple's own host names whatever stands here.
 */
export interface AppleOrigins {
  /** Sign-in, second factor, trust: `https://idmsa.apple.com`. */
  readonly idmsa: string
  /** Web session and providers: `https://appstoreconnect.apple.com`. */
  readonly appStoreConnect: string
  /** The developer portal: `https://developer.apple.com`. */
  readonly developer: string
  /** The portal's second host, asked when the first is down: `https://developer-mdn.apple.com`. Absent: none is asked. */
  readonly developerFallback?: string
}

/** What is told of every exchange: nothing that a person typed or that opens anything. */
export interface AppleIdExchange {
  readonly method: string
  /** Apple's own host name, such as `idmsa.apple.com`. */
  readonly host: string
  /** The path without query. */
  readonly path: string
  /** Undefined when no answer came. */
  readonly status: number | undefined
  /** Apple's error codes, such as `-20101`. */
  readonly codes: readonly string[]
  readonly durationMs: number
  readonly startedAt: Instant
}

/** What a context is made of. Everything that touches the world is an argument. */
export interface AppleIdOptions {
  readonly fetch: Fetch
  readonly clock: Clock
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>
  /** Apple's own if absent. */
  readonly origins?: AppleOrigins
  /** Secure random bytes. `node:crypto` if absent. */
  readonly randomBytes?: (count: number) => Uint8Array
  readonly onExchange?: (exchange: AppleIdExchange) => void
  /** Shortest time between the starts of two requests to one host, in milliseconds. A second if absent; 0 in tests. */
  readonly minimumDistanceMs?: number
  /** Longest time for one try, in milliseconds. 30 seconds if absent. */
  readonly timeoutMs?: number
  /** The widget key, should Apple stop telling it. Asked from Apple if absent. */
  readonly widgetKey?: string
  /** Ends every wait and every request with its reason. */
  readonly signal?: AbortSignal
}

/**
 * The way to Apple for one account: make one per connection with `createAppleIdContext`, and sign in to one account
 * once at a time (the caller holds the lock).
 */
export interface AppleIdContext {
  readonly options: AppleIdOptions
  readonly origins: AppleOrigins
  /** Waits until the next request to this host may start. */
  readonly pace: (host: string) => Promise<void>
}

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

export interface SignedIn {
  readonly outcome: 'signed-in'
  readonly session: Secret<AppleIdSession>
  readonly summary: SessionSummary
}

export interface NeedsCode {
  readonly outcome: 'second-factor'
  readonly attempt: Secret<SignInAttempt>
  readonly secondFactor: SecondFactor
  readonly expiresAt: Instant
}

/** What a person must do in a browser before this account can sign in. */
export type RequiredAction =
  /** Accept changed terms or the privacy notice. */
  | 'accept-terms'
  /** Turn on two-factor authentication. Apple may offer "later" in the browser. */
  | 'set-up-two-factor'
  /** Something about the account that Apple does not name in its answer. */
  | 'repair'

export interface ActionRequired {
  readonly outcome: 'action-required'
  readonly action: RequiredAction
  /** Apple's page for it; holds no token. */
  readonly url: string
}

export interface Throttled {
  readonly outcome: 'throttled'
  /**
   * `too-many-requests`: Apple says so. `refused-for-now`: sign-ins of this account are refused for a day or more.
   * `too-many-codes`: codes are blocked for a while. `unavailable`: maintenance, or a limit that Apple does not name.
   * `not-accepted`: 403 without a reason; Apple dislikes the request or the network it comes from.
   */
  readonly reason: 'too-many-requests' | 'refused-for-now' | 'too-many-codes' | 'unavailable' | 'not-accepted'
  /** Before this another try makes things worse. */
  readonly retryAt: Instant
}

/** Apple answered something that nobody has described. Safe to log and show: no body, no header value, no cookie. */
export interface ProtocolChanged {
  readonly outcome: 'protocol-changed'
  /** Which step, such as `sign-in`. */
  readonly step: string
  readonly status: number
  /** Apple's error codes, `X-Apple-I-Ercd` first. */
  readonly codes: readonly string[]
  /** What was missing or unexpected, in our words. */
  readonly detail: string
}

/** What can end a sign-in at any of its steps. */
export type SignInStop =
  | ActionRequired
  | Throttled
  | ProtocolChanged
  /** The account is locked for security reasons: `url` is Apple's page to unlock it. Do not use it until then. */
  | { readonly outcome: 'locked'; readonly url: string }
  /** Signed in, but App Store Connect and the developer portal do not know the person. */
  | { readonly outcome: 'no-app-store-connect-access' }

/** How a sign-in by password goes on. A refusal is never repeated with the same password. */
export type SignInOutcome =
  | SignedIn
  | NeedsCode
  | SignInStop
  | { readonly outcome: 'bad-credentials' }
  /** The account has security keys: only a browser on Apple's own page can use them. */
  | { readonly outcome: 'security-keys' }

/** How a session is renewed: like a sign-in, but no code is ever asked for. */
export type RefreshOutcome =
  | Exclude<SignInOutcome, NeedsCode>
  /** Apple no longer trusts this browser: a person must sign in again with a code. */
  | { readonly outcome: 'trust-expired' }

export type SendCodeOutcome =
  | {
      readonly outcome: 'sent'
      readonly attempt: Secret<SignInAttempt>
      readonly secondFactor: SecondFactor
      readonly expiresAt: Instant
    }
  /** Apple cannot send to this number now, or does not know the way; another way may work. */
  | { readonly outcome: 'cannot-send'; readonly attempt: Secret<SignInAttempt> }
  /** Enough codes for now; a code that was sent already still counts. */
  | { readonly outcome: 'too-many-sent'; readonly attempt: Secret<SignInAttempt> }
  /** Start again with e-mail and password. */
  | { readonly outcome: 'attempt-expired' }
  | SignInStop

export type VerifyCodeOutcome =
  | SignedIn
  | {
      readonly outcome: 'wrong-code'
      readonly attempt: Secret<SignInAttempt>
      /** Tries that are left before a new sign-in is needed; at least 1. */
      readonly triesLeft: number
    }
  /** Too many wrong codes: start again with e-mail and password, after a while. */
  | { readonly outcome: 'too-many-codes' }
  /** Start again with e-mail and password. */
  | { readonly outcome: 'attempt-expired' }
  | SignInStop

export interface Credentials {
  /** E-mail address. Spaces around it and its case do not matter. */
  readonly accountName: string
  readonly password: Secret<string>
  /** An earlier session of the same account; its trust may make a code unnecessary. */
  readonly previous?: Secret<AppleIdSession>
}

/** What was found when both halves of a session were tried. */
export interface SessionCheck {
  readonly webSession: 'valid' | 'expired' | 'unavailable'
  /** `no-membership` and `agreement-pending`: that keeps every team from being served; `teams` tells of each. */
  readonly portal: 'valid' | 'expired' | 'unavailable' | 'no-membership' | 'agreement-pending'
  /** The session with the cookies that Apple has renewed: keep this one. */
  readonly session: Secret<AppleIdSession>
  readonly summary: SessionSummary
  readonly teams: readonly DeveloperTeam[]
}

/** Starts a sign-in. Throws `apple.unreachable` and `apple.timed_out`. */
export type StartSignIn = (context: AppleIdContext, credentials: Credentials) => Promise<SignInOutcome>

/** Asks Apple to send a code, or another one. At most `MAX_CODES_SENT` per attempt. Throws as `StartSignIn` does. */
export type SendCode = (
  context: AppleIdContext,
  attempt: Secret<SignInAttempt>,
  way: CodeWay,
) => Promise<SendCodeOutcome>

/** Checks a code. `way` is how the person got it. At most `MAX_CODE_TRIES` per attempt. Throws as `StartSignIn` does. */
export type VerifyCode = (
  context: AppleIdContext,
  attempt: Secret<SignInAttempt>,
  answer: { readonly code: Secret<string>; readonly way: CodeWay },
) => Promise<VerifyCodeOutcome>

/** Tries a session against App Store Connect and the developer portal. Throws as `StartSignIn` does. */
export type CheckSession = (context: AppleIdContext, session: Secret<AppleIdSession>) => Promise<SessionCheck>

/** Renews a session with the password and Apple's trust in this browser. Throws as `StartSignIn` does. */
export type RefreshSession = (
  context: AppleIdContext,
  session: Secret<AppleIdSession>,
  password: Secret<string>,
) => Promise<RefreshOutcome>

/**
 * Chooses the account of App Store Connect that the session acts for. Throws `apple.session_expired`,
 * `apple.provider_unknown` and as `StartSignIn` does.
 */
export type ChooseProvider = (
  context: AppleIdContext,
  session: Secret<AppleIdSession>,
  provider: Provider,
) => Promise<{ readonly session: Secret<AppleIdSession>; readonly summary: SessionSummary }>

/** The teams of a session. Throws `apple.portal_session_expired` and the other errors of the portal. */
export type ListTeams = (
  context: AppleIdContext,
  session: Secret<AppleIdSession>,
) => Promise<{ readonly teams: readonly DeveloperTeam[]; readonly session: Secret<AppleIdSession> }>

/** How many codes one attempt may ask for. */
export const MAX_CODES_SENT = 3
/** How many codes one attempt may try. */
export const MAX_CODE_TRIES = 3
/** How long a person should be made to wait before another code is asked for, in milliseconds. The caller sees to it. */
export const RESEND_AFTER_MS = 30_000

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

/*
 * Where the functions are:
 *   context.ts   createAppleIdContext(options: AppleIdOptions): AppleIdContext
 *   sign-in.ts   startSignIn: StartSignIn, refreshSession: RefreshSession
 *   code.ts      sendCode: SendCode, verifyCode: VerifyCode
 *   session.ts   checkSession: CheckSession, chooseProvider: ChooseProvider, listTeams: ListTeams,
 *                summaryOf(session: Secret<AppleIdSession>): SessionSummary,
 *                parseSession(text: Secret<string>): Secret<AppleIdSession>, parseAttempt(text: Secret<string>): Secret<SignInAttempt>,
 *                sealable(value: Secret<AppleIdSession | SignInAttempt>): Secret<string>
 *   outcome-error.ts  outcomeError(outcome): CordonError with title and remedy, for every outcome that is no success
 *   export.ts    wireCookies(session: Secret<AppleIdSession>, now: Instant): Secret<WireCookies>,
 *                fastlaneSession(cookies: readonly WireCookie[]): string (one line; `fastlaneYaml` for the document)
 *   import.ts    sessionFromCookies(text: Secret<string>, …): Secret<AppleIdSession> from JSON or YAML of other tools
 */
