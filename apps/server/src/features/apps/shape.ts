import type { App, Member } from '@cordon/api/apps/schema'
import { toIso } from '@cordon/core/instant'
import type { InvitationRow } from './invitations.ts'
import type { AppRow, MemberRow } from './store.ts'

/** An app as the API shows it. */
export function shapeApp(app: AppRow): App {
  return { ...app, createdAt: toIso(app.createdAt) }
}

/** A member as the API shows them. */
export function shapeMember(member: MemberRow): Member {
  return { ...member, since: toIso(member.since) }
}

/** An invitation as the API shows it, without its link. */
export function shapeInvitation(invitation: InvitationRow) {
  const times = { createdAt: toIso(invitation.createdAt), expiresAt: toIso(invitation.expiresAt) }
  return { ...invitation, ...times, kind: 'app' as const }
}
