import { accountErrors } from '@cordon/api/accounts/errors'
import { HOUR_MS, plusMs } from '@cordon/core/instant'
import { type Tx, transaction } from '../../platform/db/database.ts'
import type { UsersTable } from '../../platform/db/schema.ts'
import { hashToken, newToken } from '../../platform/tokens.ts'
import { actorOfUser, personEvent } from './events.ts'
import type { AccountParts, Origin } from './parts.ts'
import { beginSession, type NewSession } from './sessions.ts'
import {
  deleteSetUpInvitations,
  findOpenInvitation,
  hasUsers,
  insertInvitation,
  insertUser,
  markAccepted,
} from './store.ts'

/** A person who just got in. */
export interface SignedIn {
  readonly user: UsersTable
  readonly session: NewSession
}

/** Name, address and password of an account to be made. */
export interface NewAccount {
  readonly name: string
  readonly email: string
  readonly password: string
}

/** Makes a new set-up link, which replaces the one before; undefined once there is an account. Works for an hour. */
export async function makeSetUpUrl({ platform }: AccountParts): Promise<string | undefined> {
  const { db, clock, ids, randomBytes, publicUrl } = platform
  const now = clock.now()
  const { token, hash } = newToken('setUp', randomBytes)
  const made = await transaction(db, async (tx) => {
    if (await hasUsers(tx)) return false
    await deleteSetUpInvitations(tx)
    await insertInvitation(tx, {
      id: ids('invitation'),
      token_hash: hash,
      kind: 'set_up',
      app_id: null,
      note: '',
      role: 'administrator',
      created_by: null,
      created_at: now,
      expires_at: plusMs(now, HOUR_MS),
      accepted_at: null,
      accepted_by: null,
      revoked_at: null,
    })
    return true
  })
  return made ? `${publicUrl()}/set-up#token=${token.reveal()}` : undefined
}

/** Makes the first administrator and signs them in. The token is looked at before any work is done for it. */
export async function setUp(
  parts: AccountParts,
  token: string,
  account: NewAccount,
  origin: Origin,
): Promise<SignedIn> {
  const { db, clock } = parts.platform
  if (await hasUsers(db.queries)) throw accountErrors.set_up_done()
  await requireSetUpLink(parts, db.queries, token)
  const passwordHash = await parts.passwords.hash(account.password)
  return transaction(db, async (tx) => {
    const link = await requireSetUpLink(parts, tx, token)
    const user = await addUser(parts, tx, account, passwordHash, 'administrator')
    if (!(await markAccepted(tx, link.id, user.id, clock.now()))) throw accountErrors.set_up_link_invalid()
    await deleteSetUpInvitations(tx)
    const session = await beginSession(parts, tx, user.id, origin)
    await parts.platform.audit.append(tx, setUpEvent(user, origin))
    return { user, session }
  })
}

async function requireSetUpLink(
  { platform }: AccountParts,
  queries: Parameters<typeof findOpenInvitation>[0],
  token: string,
) {
  const link = await findOpenInvitation(queries, hashToken(token), platform.clock.now())
  if (link?.kind !== 'set_up') throw accountErrors.set_up_link_invalid()
  return link
}

/** Adds an account inside the caller's transaction. */
export function addUser(
  { platform }: AccountParts,
  tx: Tx,
  account: NewAccount,
  passwordHash: string,
  role: UsersTable['instance_role'],
): Promise<UsersTable> {
  const now = platform.clock.now()
  return insertUser(tx, {
    id: platform.ids('user'),
    email: account.email,
    name: account.name,
    instance_role: role,
    password_hash: passwordHash,
    disabled_at: null,
    created_at: now,
    updated_at: now,
  })
}

function setUpEvent(user: UsersTable, { requestId }: Origin) {
  return personEvent(user, {
    actor: actorOfUser(user),
    action: 'instance.set_up',
    summary: `${user.name} set this instance up and is its first administrator.`,
    requestId,
  })
}
