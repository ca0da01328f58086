import type { AppleSession } from '@cordon/api/connections/schema'
import type { Tone } from '../ui/badge.tsx'
import type { Sentence } from '../ui/time.tsx'

/** Days that Apple trusts a server for after a code, as it has said so far. */
export const TRUST_DAYS = 30

/** How a sign-in to Apple looks to a person. */
export interface SessionView {
  readonly tone: Tone
  /** Two or three words. */
  readonly badge: string
  /** How it stands, as a sentence. */
  readonly sentence: Sentence
  /** What will happen, or what to do. */
  readonly advice: Sentence
  /** How much of the trust is left. */
  readonly left?: { readonly days: number }
  /** Apple's page on which something must be done. */
  readonly page?: { readonly url: string; readonly label: string }
  /** Builds get no session until somebody signs in again. */
  readonly isBroken: boolean
}

/** Words for each state of a sign-in. */
export function viewSession(session: AppleSession): SessionView {
  switch (session.state) {
    case 'valid':
      return {
        tone: 'success',
        badge: 'Signed in',
        sentence: ['Valid until ', { at: session.until }, ` · ${daysText(session.daysLeft)} left.`],
        advice: [
          'Then Apple asks for a code again. You are told 7, 3 and 1 days before. Apple can end it earlier, such as when the password changes.',
        ],
        left: { days: session.daysLeft },
        isBroken: false,
      }
    case 'expiring':
      return {
        tone: 'warning',
        badge: session.daysLeft < 1 ? 'Expires today' : `Expires in ${daysText(session.daysLeft)}`,
        sentence: ['Valid until ', { at: session.until }, ` · ${daysText(session.daysLeft)} left.`],
        advice: ['Sign in again before that, and builds notice nothing.'],
        left: { days: session.daysLeft },
        isBroken: false,
      }
    case 'valid_without_expiry':
      return {
        tone: 'success',
        badge: 'Signed in',
        sentence: ['It does not expire by date: this Apple ID has no two-factor authentication.'],
        advice: ['Apple can still end it, such as when the password changes.'],
        isBroken: false,
      }
    case 'expired':
      return {
        tone: 'danger',
        badge: 'Sign-in expired',
        sentence: session.early
          ? ['Apple ended the sign-in on ', { at: session.since }, ', before its time.']
          : ['The sign-in expired on ', { at: session.since }, '.'],
        advice: [
          session.early
            ? 'A new password does that, or removing this server from the trusted browsers. Builds get no session until you sign in again.'
            : 'Builds get no session until you sign in again.',
        ],
        isBroken: true,
      }
    case 'password_refused':
      return {
        tone: 'danger',
        badge: 'Password refused',
        sentence: ['Apple has not taken the stored password since ', { at: session.since }, '.'],
        advice: ['Sign in again with the new one. Cordon does not try until then, because Apple locks accounts.'],
        isBroken: true,
      }
    case 'locked':
      return {
        tone: 'danger',
        badge: 'Locked by Apple',
        sentence: ['Apple has locked this Apple ID since ', { at: session.since }, '.'],
        advice: ['Unlock it on Apple’s page, then sign in again. Cordon does not try until then.'],
        page: { url: session.url, label: 'Unlock at Apple' },
        isBroken: true,
      }
    case 'action_needed':
      return {
        tone: 'warning',
        badge: 'Action needed at Apple',
        sentence: [session.what],
        advice: [
          'Apple has been waiting since ',
          { at: session.since },
          '. Do it on Apple’s page, then sign in again.',
        ],
        page: { url: session.url, label: 'Open Apple’s page' },
        isBroken: true,
      }
  }
}

function daysText(days: number): string {
  if (days < 1) return 'less than a day'
  return days === 1 ? '1 day' : `${days} days`
}
