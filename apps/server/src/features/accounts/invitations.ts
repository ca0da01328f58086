import { accountErrors } from '@cordon/api/accounts/errors'
import type { AppRole, InstanceRole } from '@cordon/api/route'
import type { AppId, InvitationId, UserId } from '@cordon/core/ids'
import { DAY_MS, plusMs } from '@cordon/core/instant'
import { type Secret, secret } from '@cordon/core/secret'
import type { AuditInput } from '../../platform/audit/event.ts'
import { type Queries, type Tx, transaction } from '../../platform/db/database.ts'
import type { PageRequest } from '../../platform/db/page.ts'
import { pageOf } from '../../platform/db/page.ts'
import type { InvitationsTable, UsersTable } from '../../platform/db/schema.ts'
import { isDuplicate } from '../../platform/db/sql.ts'
import type { By } from '../../platform/http/by.ts'
import { type Administrator, type Anonymous, actorOf, type Person } from '../../platform/http/principal.ts'
import { transactionBy } from '../../platform/http/transaction-by.ts'
import { hashToken, newToken } from '../../platform/tokens.ts'
import { actorOfUser, personEvent } from './events.ts'
import type { AccountParts, Origin } from './parts.ts'
import { beginSession, type NewSession } from './sessions.ts'
import { addUser, type NewAccount } from './set-up.ts'
import {
  findOpenInvitation,
  findUser,
  insertInvitation,
  listInstanceInvitations,
  markAccepted,
  type OpenInvitation,
  revokeInstanceInvitation,
} from './store.ts'

/** What somebody is invited to. */
export type InvitationTarget =
  | { readonly kind: 'instance'; readonly role: InstanceRole; readonly note: string }
  | { readonly kind: 'app'; readonly appId: AppId; readonly role: Exclude<AppRole, 'owner'>; readonly note: string }

/** An invitation that was just made: the link is shown once. */
export interface MadeInvitation {
  readonly row: InvitationsTable
  readonly url: Secret<string>
}

const LIFE_MS = 7 * DAY_MS

/** Makes an invitation link inside the caller's transaction; works once, for seven days. The caller logs it. */
export async function makeInvitation(
  { platform }: AccountParts,
  tx: Tx,
  target: InvitationTarget,
  by: By,
): Promise<MadeInvitation> {
  const { clock, ids, randomBytes, publicUrl } = platform
  const now = clock.now()
  const { token, hash } = newToken('invitation', randomBytes)
  const row: InvitationsTable = {
    id: ids('invitation'),
    token_hash: hash,
    kind: target.kind,
    app_id: target.kind === 'app' ? target.appId : null,
    note: target.note,
    role: target.role,
    created_by: by.principal.userId,
    created_at: now,
    expires_at: plusMs(now, LIFE_MS),
    accepted_at: null,
    accepted_by: null,
    revoked_at: null,
  }
  await insertInvitation(tx, row)
  return { row, url: secret(`${publicUrl()}/invitation#token=${token.reveal()}`) }
}

/** Invites somebody to the instance. */
export function inviteToInstance(
  parts: AccountParts,
  choice: { readonly role: InstanceRole; readonly note: string },
  by: By<Administrator>,
): Promise<MadeInvitation> {
  return transactionBy(parts.platform, by, async (tx) => {
    const made = await makeInvitation(parts, tx, { kind: 'instance', ...choice }, by)
    const summary = `${by.principal.name} made an invitation link to the instance, as ${choice.role}.`
    await parts.platform.audit.append(tx, invitationEvent(made.row.id, 'created', summary, by))
    return made
  })
}

/** Open invitations to the instance, newest first. */
export async function openInstanceInvitations({ platform }: AccountParts, request: PageRequest) {
  const rows = await listInstanceInvitations(platform.db.queries, platform.clock.now(), request)
  return pageOf(
    rows,
    request,
    (row) => [row.created_at, row.id],
    (row) => row,
  )
}

/** Takes an invitation to the instance back. Throws `account.not_found`. */
export async function revokeInvitation(
  { platform }: AccountParts,
  id: InvitationId,
  by: By<Administrator>,
): Promise<void> {
  await transactionBy(platform, by, async (tx) => {
    if (!(await revokeInstanceInvitation(tx, id, platform.clock.now()))) throw accountErrors.not_found()
    const summary = `${by.principal.name} took an invitation to the instance back.`
    await platform.audit.append(tx, invitationEvent(id, 'revoked', summary, by))
  })
}

/** What a link is for. Throws `account.invitation_invalid`. */
export async function readInvitation(
  { platform }: AccountParts,
  queries: Queries,
  token: string,
): Promise<OpenInvitation & { readonly inviterName: string }> {
  const found = await findOpenInvitation(queries, hashToken(token), platform.clock.now())
  const inviterName = found?.inviterName
  const usable = found !== undefined && mayInvite(found)
  if (!usable || inviterName === null || inviterName === undefined) throw accountErrors.invitation_invalid()
  return { ...found, inviterName }
}

// Asked at each use: a link dies with the right to make it, or somebody who was removed could let themselves in again.
function mayInvite({ kind, inviterDisabledAt, inviterInstanceRole, inviterAppRole }: OpenInvitation): boolean {
  if (kind === 'set_up' || inviterDisabledAt !== null) return false
  if (kind === 'instance') return inviterInstanceRole === 'administrator'
  return inviterAppRole === 'owner' || inviterAppRole === 'admin'
}

/** Somebody who accepted; `session` for a new account. */
export interface Accepted {
  readonly user: UsersTable
  readonly appId: AppId | null
  readonly session: NewSession | undefined
}

/**
 * Accepts an invitation as the person signed in, or with a new account. Throws `account.invitation_invalid`,
 * `account.account_needed`, `account.already_signed_in`, `account.email_taken`, `app.already_member`.
 */
export async function acceptInvitation(
  parts: AccountParts,
  token: string,
  account: NewAccount | undefined,
  principal: Person | Anonymous,
  origin: Origin,
): Promise<Accepted> {
  const invitation = await readInvitation(parts, parts.platform.db.queries, token)
  if (principal.kind === 'person') {
    if (account !== undefined || invitation.kind === 'instance') throw accountErrors.already_signed_in()
    return acceptAsPerson(parts, token, principal, origin)
  }
  if (account === undefined) throw accountErrors.account_needed()
  return acceptAsNewcomer(parts, token, account, origin)
}

function acceptAsPerson(parts: AccountParts, token: string, principal: Person, origin: Origin): Promise<Accepted> {
  const by = { principal, requestId: origin.requestId }
  return transactionBy(parts.platform, by, async (tx) => {
    const invitation = await readInvitation(parts, tx, token)
    await take(parts, tx, invitation.id, principal.userId)
    const events = await join(parts, tx, invitation, by)
    await parts.platform.audit.append(tx, ...events)
    const user = await findUser(tx, principal.userId)
    if (user === undefined) throw accountErrors.not_found()
    return { user, appId: invitation.app_id, session: undefined }
  })
}

async function acceptAsNewcomer(
  parts: AccountParts,
  token: string,
  account: NewAccount,
  origin: Origin,
): Promise<Accepted> {
  const passwordHash = await parts.passwords.hash(account.password)
  try {
    return await transaction(parts.platform.db, (tx) => addNewcomer(parts, tx, token, account, passwordHash, origin))
  } catch (error) {
    throw isDuplicate(error, 'email_key') ? accountErrors.email_taken({}, { cause: error }) : error
  }
}

async function addNewcomer(
  parts: AccountParts,
  tx: Tx,
  token: string,
  account: NewAccount,
  passwordHash: string,
  origin: Origin,
): Promise<Accepted> {
  const invitation = await readInvitation(parts, tx, token)
  const role = invitation.kind === 'instance' ? (invitation.role as InstanceRole) : 'member'
  const user = await addUser(parts, tx, account, passwordHash, role)
  await take(parts, tx, invitation.id, user.id)
  const session = await beginSession(parts, tx, user.id, origin)
  const by = { principal: asPerson(user, session), requestId: origin.requestId }
  const summary = `${user.name} came in by an invitation of ${invitation.inviterName}, as ${role}.`
  const joined = personEvent(user, {
    actor: actorOfUser(user),
    action: 'person.joined',
    summary,
    requestId: origin.requestId,
  })
  await parts.platform.audit.append(tx, joined, ...(await join(parts, tx, invitation, by)))
  return { user, appId: invitation.app_id, session }
}

async function take({ platform }: AccountParts, tx: Tx, id: InvitationId, userId: UserId): Promise<void> {
  if (!(await markAccepted(tx, id, userId, platform.clock.now()))) throw accountErrors.invitation_invalid()
}

async function join(parts: AccountParts, tx: Tx, invitation: OpenInvitation, by: By): Promise<readonly AuditInput[]> {
  if (invitation.app_id === null) return []
  return parts.hooks.joinApp(tx, invitation.app_id, invitation.role as Exclude<AppRole, 'owner'>, by)
}

function asPerson(user: UsersTable, session: NewSession): Person {
  return {
    kind: 'person',
    userId: user.id,
    name: user.name,
    email: user.email,
    instanceRole: user.instance_role,
    credential: { kind: 'session', sessionId: session.id },
  }
}

function invitationEvent(id: InvitationId, verb: string, summary: string, by: By): AuditInput {
  return {
    actor: actorOf(by.principal),
    action: `invitation.${verb}`,
    object: { kind: 'invitation', id, name: 'invitation to the instance' },
    summary,
    requestId: by.requestId,
  }
}
