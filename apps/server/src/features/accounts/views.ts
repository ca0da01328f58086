import type { accountRoutes } from '@cordon/api/accounts/routes'
import type { Person as PersonView } from '@cordon/api/accounts/schema'
import { toIso } from '@cordon/core/instant'
import type {
  InvitationsTable,
  PersonalTokensTable,
  SignInSessionsTable,
  UsersTable,
} from '../../platform/db/schema.ts'
import type { Answer } from '../../platform/http/serve.ts'

type SessionView = Answer<typeof accountRoutes.sessions>['items'][number]
type TokenView = Answer<typeof accountRoutes.personalTokens>['items'][number]
type InvitationView = Answer<typeof accountRoutes.invitations>['items'][number]

/** A person on the wire. */
export function personView(user: UsersTable): PersonView {
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    role: user.instance_role,
    disabled: user.disabled_at !== null,
    createdAt: toIso(user.created_at),
  }
}

/** A session on the wire. */
export function sessionView(session: SignInSessionsTable, currentId: string | undefined): SessionView {
  return {
    id: session.id,
    createdAt: toIso(session.created_at),
    lastSeenAt: toIso(session.last_seen_at),
    client: session.user_agent,
    address: session.address,
    current: session.id === currentId,
  }
}

/** A personal token on the wire, without the token. */
export function personalTokenView(token: PersonalTokensTable): TokenView {
  return {
    id: token.id,
    name: token.name,
    scopes: JSON.parse(token.scopes),
    createdAt: toIso(token.created_at),
    expiresAt: toIso(token.expires_at),
    lastUsedAt: token.last_used_at === null ? null : toIso(token.last_used_at),
  }
}

/** An invitation on the wire, without its link. */
export function invitationView(
  invitation: Omit<InvitationsTable, 'token_hash'>,
  invitedBy: InvitationView['invitedBy'],
): InvitationView {
  return {
    id: invitation.id,
    kind: invitation.kind === 'app' ? 'app' : 'instance',
    role: invitation.role,
    note: invitation.note,
    invitedBy,
    createdAt: toIso(invitation.created_at),
    expiresAt: toIso(invitation.expires_at),
  }
}
