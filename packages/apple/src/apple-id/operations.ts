import type { Secret } from '@cordon/core/secret'
import type { AppleIdContext } from './context.ts'
import type { AppleIdSession, CodeWay, DeveloperTeam, Provider, SessionSummary, SignInAttempt } from './model.ts'
import type { RefreshOutcome, SendCodeOutcome, SessionCheck, SignInOutcome, VerifyCodeOutcome } from './outcomes.ts'

export interface Credentials {
  /** E-mail address. Spaces around it and its case do not matter. */
  readonly accountName: string
  readonly password: Secret<string>
  /** An earlier session of the same account; its trust may make a code unnecessary. */
  readonly previous?: Secret<AppleIdSession>
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
