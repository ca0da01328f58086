import type { AppleSession } from '@cordon/api/connections/schema'
import { localTime } from '../local-time.ts'

type StateOf<S extends AppleSession['state']> = Extract<AppleSession, { state: S }>

const WORDS = {
  valid: (session: StateOf<'valid'>) => `signed in until ${day(session.until)}, ${daysOf(session)} left`,
  expiring: (session: StateOf<'expiring'>) => `signed in until ${day(session.until)}, only ${daysOf(session)} left`,
  valid_without_expiry: () => 'signed in, without an end date',
  expired: ({ since, early }: StateOf<'expired'>) =>
    `expired since ${day(since)}${early ? ', ended early by Apple' : ''}`,
  password_refused: ({ since }: StateOf<'password_refused'>) => `password refused since ${day(since)}`,
  locked: ({ since }: StateOf<'locked'>) => `locked by Apple since ${day(since)}`,
  action_needed: ({ what }: StateOf<'action_needed'>) => `waits for a person at Apple: ${what}`,
} satisfies { [S in AppleSession['state']]: (session: StateOf<S>) => string }

/** How the sign-in of an Apple ID stands, in a few words. */
export function sessionWords(session: AppleSession): string {
  // The table pairs each state with a function of that state, which the compiler cannot see through an index.
  return (WORDS[session.state] as (session: AppleSession) => string)(session)
}

/** What to do about it, as a line of its own; undefined when there is nothing to do. `connection`: name or id. */
export function nextStep(session: AppleSession, connection: string): string | undefined {
  const again = `cordon connection sign-in ${connection}`
  switch (session.state) {
    case 'valid':
    case 'valid_without_expiry':
      return undefined
    case 'expiring':
      return `renew it before that day: ${again}`
    case 'expired':
    case 'password_refused':
      return `sign in again: ${again}`
    case 'locked':
    case 'action_needed':
      return `open ${session.url}, then: ${again}`
  }
}

/** Tells how long a session that was just made will last, and what happens then. */
export function expectation(session: AppleSession | null, connection: string): string {
  if (session === null) return ''
  if (session.state === 'valid' || session.state === 'expiring')
    return (
      `Apple is expected to trust this server until ${day(session.until)} (${daysOf(session)})\n` +
      `you are reminded 7, 3 and 1 days before; renew it at any time: cordon connection sign-in ${connection}\n`
    )
  if (session.state === 'valid_without_expiry')
    return 'the account has no two-factor authentication, so the session has no end date\n'
  return `${sessionWords(session)}\n${nextStep(session, connection) ?? ''}\n`
}

function daysOf({ daysLeft }: { readonly daysLeft: number }): string {
  return daysLeft === 1 ? '1 day' : `${daysLeft} days`
}

function day(timestamp: string): string {
  return localTime(timestamp, 'day')
}
