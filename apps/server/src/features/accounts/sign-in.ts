import { accountErrors } from '@cordon/api/accounts/errors'
import { SECOND_MS } from '@cordon/core/instant'
import { type Tx, transaction } from '../../platform/db/database.ts'
import type { UsersTable } from '../../platform/db/schema.ts'
import { networkOf } from '../../platform/http/network.ts'
import type { ThrottleKey } from '../../platform/throttle/throttle.ts'
import { actorOfUser, personEvent } from './events.ts'
import type { AccountParts, Origin } from './parts.ts'
import { beginSession } from './sessions.ts'
import type { SignedIn } from './set-up.ts'
import { emailKey, findUserByEmail, lockUser } from './store.ts'

/** What a person types to get in. */
export interface Credentials {
  readonly email: string
  readonly password: string
}

const FREE_TRIES_PER_ACCOUNT = 5
// Many people may sit behind one address.
const FREE_TRIES_PER_ADDRESS = 30

/** Signs a person in with a new session. Throws `account.sign_in_failed` or `account.too_many_attempts`. */
export async function signIn(parts: AccountParts, credentials: Credentials, origin: Origin): Promise<SignedIn> {
  const user = await checkPassword(parts, credentials, origin)
  return transaction(parts.platform.db, async (tx) => {
    await requireUnchanged(parts, tx, user)
    const session = await beginSession(parts, tx, user.id, origin)
    await parts.platform.audit.append(
      tx,
      personEvent(user, {
        actor: actorOfUser(user),
        action: 'person.signed_in',
        summary: `${user.name} signed in.`,
        requestId: origin.requestId,
        details: { address: origin.address },
      }),
    )
    return { user, session }
  })
}

/**
 * Refuses, inside the transaction that lets somebody in, when their password was changed or they were disabled while it was
 * checked. Throws `account.sign_in_failed`.
 */
export async function requireUnchanged({ platform }: AccountParts, tx: Tx, checked: UsersTable): Promise<void> {
  const user = await lockUser(tx, platform.db.kind, checked.id)
  const isSame = user !== undefined && user.disabled_at === null && user.password_hash === checked.password_hash
  if (!isSame) throw accountErrors.sign_in_failed()
}

/**
 * Gives the person whose e-mail and password these are. Unknown, disabled and wrong are one answer after the same work;
 * tries are counted before they are made, per account and per address.
 */
export async function checkPassword(
  parts: AccountParts,
  credentials: Credentials,
  origin: Origin,
): Promise<UsersTable> {
  const { throttle, db } = parts.platform
  const account = { name: `sign-in:account:${emailKey(credentials.email)}`, free: FREE_TRIES_PER_ACCOUNT }
  const address = { name: `sign-in:address:${networkOf(origin.address)}`, free: FREE_TRIES_PER_ADDRESS }
  await requireTurn(parts, [account, address])
  const user = await findUserByEmail(db.queries, credentials.email)
  const fits = await parts.passwords.fits(user?.password_hash, credentials.password)
  if (user === undefined || !fits || user.disabled_at !== null) {
    await recordFailure(parts, user, origin)
    throw accountErrors.sign_in_failed()
  }
  await throttle.forget(account)
  await throttle.undo(address)
  return user
}

/** Counts a try before it is made. Throws `account.too_many_attempts`. */
export async function requireTurn({ platform }: AccountParts, keys: readonly ThrottleKey[]): Promise<void> {
  const waitMs = await platform.throttle.tryNow(keys)
  if (waitMs > 0) throw accountErrors.too_many_attempts({ retryAfterSeconds: Math.ceil(waitMs / SECOND_MS) })
}

// What was typed for an unknown address is not kept: people type passwords into the wrong field.
async function recordFailure({ platform }: AccountParts, user: UsersTable | undefined, origin: Origin): Promise<void> {
  const about = { kind: 'person', id: user?.id ?? '', name: user?.name ?? 'unknown e-mail' }
  await platform.audit.appendBeforeRelease({
    actor: { kind: 'anonymous', id: '', name: '' },
    action: 'person.sign_in_failed',
    object: about,
    outcome: 'refused',
    summary: `Somebody failed to sign in as ${about.name}.`,
    requestId: origin.requestId,
    details: { address: origin.address },
  })
}
