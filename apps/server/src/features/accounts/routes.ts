import { accountErrors } from '@cordon/api/accounts/errors'
import { accountRoutes as routes } from '@cordon/api/accounts/routes'
import { toIso } from '@cordon/core/instant'
import type { SessionCookie } from '../../platform/http/cookie.ts'
import type { Person } from '../../platform/http/principal.ts'
import type { Server } from '../../platform/http/serve.ts'
import { requireStill } from '../../platform/http/transaction-by.ts'
import type { Accounts } from './accounts.ts'
import {
  acceptInvitation,
  inviteToInstance,
  openInstanceInvitations,
  readInvitation,
  revokeInvitation,
} from './invitations.ts'
import { livingPersonalTokens, makePersonalToken, revokePersonalToken } from './personal-tokens.ts'
import { changePassword, changePerson, everybody, readUser, renameSelf } from './profile.ts'
import { livingSessions, type NewSession } from './sessions.ts'
import { setUp } from './set-up.ts'
import { checkPassword, requireUnchanged, signIn } from './sign-in.ts'
import { deleteSession } from './store.ts'
import { invitationView, personalTokenView, personView, sessionView } from './views.ts'

/** Serves the routes of people, sessions, tokens and invitations. */
export function serveAccounts(server: Server, { parts }: Accounts, cookie: SessionCookie): void {
  const { db } = parts.platform

  server.serve(routes.setUp, async (call) => {
    const { token, ...account } = call.body
    const { user, session } = await setUp(parts, token, account, call)
    call.setCookie(cookieFor(cookie, session))
    return { person: personView(user) }
  })
  server.serve(routes.signIn, async (call) => {
    const { user, session } = await signIn(parts, call.body, call)
    // A session that the browser had before is not left behind.
    if (call.principal.kind === 'person') await endCredential(call.principal)
    call.setCookie(cookieFor(cookie, session))
    return { person: personView(user) }
  })
  server.serve(routes.signInForToken, async (call) => {
    const user = await checkPassword(parts, call.body, call)
    const { row, token } = await makePersonalToken(parts, user, call.body, call.requestId, (tx) =>
      requireUnchanged(parts, tx, user),
    )
    return { personalToken: personalTokenView(row), token: token.reveal(), person: personView(user) }
  })
  server.serve(routes.signOut, async (call) => {
    const { credential, userId, name } = call.principal
    if (credential.kind === 'personal-token') {
      await revokePersonalToken(parts, { id: userId, name }, credential.personalTokenId, call.requestId)
      return
    }
    await deleteSession(db.queries, userId, credential.sessionId)
    call.setCookie(cookie.clear())
  })

  server.serve(routes.me, async ({ principal }) => personView(await readUser(parts, principal.userId)))
  server.serve(routes.rename, async (call) => personView(await renameSelf(parts, call.body.name, call)))
  server.serve(routes.changePassword, async (call) => {
    const passwords = { current: call.body.currentPassword, next: call.body.newPassword }
    call.setCookie(cookieFor(cookie, await changePassword(parts, passwords, call)))
  })

  server.serve(routes.sessions, async ({ principal, query }) => {
    const { items, nextCursor } = await livingSessions(parts, principal.userId, query)
    return { items: items.map((session) => sessionView(session, currentSession(principal))), nextCursor }
  })
  server.serve(routes.endSession, async ({ principal, params }) => {
    if (!(await deleteSession(db.queries, principal.userId, params.sessionId))) throw accountErrors.not_found()
  })

  server.serve(routes.personalTokens, async ({ principal, query }) => {
    const { items, nextCursor } = await livingPersonalTokens(parts, principal.userId, query)
    return { items: items.map(personalTokenView), nextCursor }
  })
  server.serve(routes.createPersonalToken, async (call) => {
    const { row, token } = await makePersonalToken(parts, named(call.principal), call.body, call.requestId, (tx) =>
      requireStill(parts.platform, tx, call),
    )
    return { personalToken: personalTokenView(row), token: token.reveal() }
  })
  server.serve(routes.revokePersonalToken, ({ principal, params, requestId }) =>
    revokePersonalToken(parts, named(principal), params.personalTokenId, requestId),
  )

  server.serve(routes.people, async ({ query }) => {
    const { items, nextCursor } = await everybody(parts, query)
    return { items: items.map(personView), nextCursor }
  })
  server.serve(routes.changePerson, async (call) =>
    personView(await changePerson(parts, call.params.userId, call.body, call)),
  )

  server.serve(routes.invitations, async ({ query }) => {
    const { items, nextCursor } = await openInstanceInvitations(parts, query)
    return { items: items.map((row) => invitationView(row, { id: row.inviterId, name: row.inviterName })), nextCursor }
  })
  server.serve(routes.invite, async (call) => {
    const { row, url } = await inviteToInstance(parts, call.body, call)
    const by = { id: call.principal.userId, name: call.principal.name }
    return { invitation: invitationView(row, by), url: url.reveal() }
  })
  server.serve(routes.revokeInvitation, (call) => revokeInvitation(parts, call.params.invitationId, call))
  server.serve(routes.previewInvitation, async ({ body }) => {
    const found = await readInvitation(parts, db.queries, body.token)
    return {
      kind: found.kind === 'app' ? ('app' as const) : ('instance' as const),
      role: found.role,
      appName: found.appName,
      invitedBy: found.inviterName,
      expiresAt: toIso(found.expires_at),
    }
  })
  server.serve(routes.acceptInvitation, async (call) => {
    const { token, account } = call.body
    const { user, appId, session } = await acceptInvitation(parts, token, account, call.principal, call)
    if (session !== undefined) call.setCookie(cookieFor(cookie, session))
    return { person: personView(user), appId }
  })

  async function endCredential({ credential, userId }: Person): Promise<void> {
    if (credential.kind === 'session') await deleteSession(db.queries, userId, credential.sessionId)
  }
}

function cookieFor(cookie: SessionCookie, session: NewSession): string {
  return cookie.set(session.token.reveal(), session.maxAgeSeconds)
}

function currentSession({ credential }: Person): string | undefined {
  return credential.kind === 'session' ? credential.sessionId : undefined
}

function named({ userId, name }: Person) {
  return { id: userId, name }
}
