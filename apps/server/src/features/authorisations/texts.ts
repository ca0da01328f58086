import type { SuspensionReason } from '@cordon/api/authorisations/schema'
import type { AppId, UserId } from '@cordon/core/ids'
import type { NewNotice } from '../../platform/notice.ts'
import type { AuthorisationRow, ConnectionRow } from './store.ts'

interface AppRef {
  readonly appId: AppId
  readonly appName: string
}

interface Who {
  readonly name: string
}

const SUSPENSION_TEXTS = {
  role_lost: (owner: string) => `${owner} is neither owner nor admin of the app any more`,
  left_team: (owner: string) => `${owner} left the team of the app`,
  account_disabled: (owner: string) => `the account of ${owner} is disabled`,
  connection_transferred: (owner: string) =>
    `the connection now belongs to ${owner}, who is neither owner nor admin of the app`,
  connection_restricted: (owner: string) => `${owner} now allows only themselves to choose it`,
} as const satisfies Record<SuspensionReason, (owner: string) => string>

/** Why an authorisation is suspended, as a part of a sentence. `ownerName`: who owns the connection. */
export function suspensionText(reason: SuspensionReason, ownerName: string): string {
  return SUSPENSION_TEXTS[reason](ownerName)
}

const teamPage = (appId: AppId) => `/apps/${appId}/team`
const CONNECTIONS_PAGE = '/account/apple-developer-account'

/** Notices of this feature: whom each goes to, and its words. Whoever did it reads none of it. */
export const noticeTexts = {
  /** The connection's owner hears of every authorisation. */
  authorised: ({ appName }: AppRef, connection: ConnectionRow, by: Who): NewNotice[] => [
    {
      userId: connection.owner.id,
      kind: 'connection_authorised',
      title: `The app "${appName}" may now use your connection "${connection.name}"`,
      body: `${by.name} chose it. You can take that back on the page of your connections.`,
      link: CONNECTIONS_PAGE,
    },
  ],

  /** The connection's owner and those who lead the app hear that builds get nothing any more. */
  suspended: (authorisation: AuthorisationRow, reason: SuspensionReason, leads: readonly UserId[]): NewNotice[] => {
    const { appId, appName, connection } = authorisation
    return unique([...leads, connection.owner.id]).map((userId) => ({
      userId,
      kind: 'authorisation_suspended',
      title: `Builds of the app "${appName}" get no Apple connection any more`,
      body: `The connection "${connection.name}" is suspended: ${suspensionText(reason, connection.owner.name)}. Any admin of the app can choose another.`,
      link: leads.includes(userId) ? teamPage(appId) : CONNECTIONS_PAGE,
    }))
  },

  /** The app uses something else, or nothing. */
  withdrawn: ({ appName, connection }: AuthorisationRow, by: Who): NewNotice[] => [
    {
      userId: connection.owner.id,
      kind: 'authorisation_withdrawn',
      title: `The app "${appName}" does not use your connection "${connection.name}" any more`,
      body: `${by.name} changed what the app uses.`,
      link: CONNECTIONS_PAGE,
    },
  ],

  /** The connection's owner took it back: who leads the app must act. */
  revoked: (authorisation: AuthorisationRow, by: Who, leads: readonly UserId[]): NewNotice[] =>
    gone(authorisation, by, leads, 'authorisation_revoked', 'took the authorisation back'),

  /** The connection is gone: who leads the app must act. */
  removed: (authorisation: AuthorisationRow, by: Who, leads: readonly UserId[]): NewNotice[] =>
    gone(authorisation, by, leads, 'connection_removed', 'removed the connection'),

  /** The app is gone. */
  app_deleted: ({ appName, connection }: AuthorisationRow, by: Who): NewNotice[] => [
    {
      userId: connection.owner.id,
      kind: 'authorisation_withdrawn',
      title: `The app "${appName}" does not use your connection "${connection.name}" any more`,
      body: `${by.name} deleted the app.`,
      link: CONNECTIONS_PAGE,
    },
  ],
}

function gone(
  { appId, appName, connection }: AuthorisationRow,
  by: Who,
  leads: readonly UserId[],
  kind: string,
  what: string,
): NewNotice[] {
  return leads.map((userId) => ({
    userId,
    kind,
    title: `Builds of the app "${appName}" get no Apple connection any more`,
    body: `${by.name} ${what} ("${connection.name}"). Choose another on the Team page of the app.`,
    link: teamPage(appId),
  }))
}

function unique(ids: readonly UserId[]): UserId[] {
  return [...new Set(ids)]
}
