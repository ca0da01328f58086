import type { Instant } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { AppleIdSession, DeveloperTeam, SecondFactor, SessionSummary, SignInAttempt } from './model.ts'

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
