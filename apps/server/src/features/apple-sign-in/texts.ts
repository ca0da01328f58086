import type { UserId } from '@cordon/core/ids'
import type { NewNotice } from '../../platform/notice.ts'
import type { AppleIdConnection } from './parts.ts'
import type { SessionEnd } from './session-store.ts'

/** Where a person signs in again; opens the dialog at once. */
export function signInLink({ id }: Pick<AppleIdConnection, 'id'>): string {
  return `/account/apple-developer-account?signIn=${id}`
}

const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })

/** What the owner is told some days before the end. */
export function expiringNotice(connection: AppleIdConnection, days: number, until: number): NewNotice {
  const inDays = days <= 1 ? 'within a day' : `in ${days} days`
  return {
    userId: connection.ownerId,
    kind: 'apple_session_expiring',
    title: `The Apple ID "${connection.name}" is signed out ${inDays}`,
    body: `Apple trusts this server until ${DATE.format(until)}. Sign in again before, and builds go on without a break.`,
    link: signInLink(connection),
  }
}

const ENDS = {
  expired: ({ early }: SessionEnd) =>
    early ? 'Apple ended the session before its time.' : 'The 30 days for which Apple trusts this server are over.',
  password_refused: () => 'Apple does not take the stored password any more.',
  locked: () => 'Apple has locked the Apple ID. Unlock it on Apple’s page first.',
  action_needed: ({ what }: SessionEnd) => `${what} Do that on Apple’s page first.`,
} as const satisfies Record<SessionEnd['state'], (end: SessionEnd) => string>

/** Why a session is over, one sentence or two. */
export function endText(end: SessionEnd): string {
  return ENDS[end.state](end)
}

/** What the owner, and those who lead the apps that use it, are told when it is over. */
export function endedNotices(connection: AppleIdConnection, end: SessionEnd, leads: readonly UserId[]): NewNotice[] {
  const title = `Builds get no session of the Apple ID "${connection.name}" any more`
  const kind = end.state === 'expired' ? 'apple_session_expired' : 'apple_session_action_needed'
  const why = endText(end)
  const others = leads.filter((userId) => userId !== connection.ownerId)
  return [
    {
      userId: connection.ownerId,
      kind,
      title,
      body: `${why} Then sign in again.`.replace('. Then sign', '. Sign'),
      link: signInLink(connection),
    },
    ...others.map((userId) => ({
      userId,
      kind,
      title,
      body: `${why} Its owner must sign in again; they have been told.`,
      link: '/apps',
    })),
  ]
}

/** What those who were told of the end are told when it works again. */
export function renewedNotices(connection: AppleIdConnection, leads: readonly UserId[]): NewNotice[] {
  return leads
    .filter((userId) => userId !== connection.ownerId)
    .map((userId) => ({
      userId,
      kind: 'apple_session_renewed',
      title: `The Apple ID "${connection.name}" is signed in again`,
      body: 'Builds get its session from now on.',
      link: '/apps',
    }))
}
