import { appErrors } from '@cordon/api/apps/errors'
import { accessErrors } from '@cordon/api/errors'
import type { Clock, Instant } from '@cordon/core/instant'
import { type Db, type Tx, transaction } from '../db/database.ts'
import { forbidden, requireRole } from './access.ts'
import type { By } from './by.ts'
import type { Administrator, BuildPrincipal, Member, Person, TriggerPrincipal } from './principal.ts'

type Caller = Person | Member | Administrator | TriggerPrincipal | BuildPrincipal

/** Where it is looked. */
export interface StillParts {
  readonly db: Pick<Db, 'kind'>
  readonly clock: Clock
}

/**
 * A transaction of somebody who called: what let the request in is read again in it, because the body may have come half a
 * minute after the headers, and Apple may have been asked meanwhile. Throws what the request would get now. Whoever takes
 * the right away waits for the transaction, or it for them.
 */
export function transactionBy<T>(
  parts: { readonly db: Db; readonly clock: Clock },
  by: By<Caller>,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return transaction(parts.db, async (tx) => {
    await requireStill(parts, tx, by)
    return work(tx)
  })
}

/**
 * Refuses what the caller may do no more. On PostgreSQL the rows that say so are locked until the transaction ends, the app
 * before all others as everywhere; SQLite has one writer and needs nothing.
 */
export async function requireStill({ db, clock }: StillParts, tx: Tx, { principal }: By<Caller>): Promise<void> {
  const looking = { tx, locks: db.kind === 'postgres', now: clock.now() }
  if (principal.kind === 'build') return requireRunning(looking, principal)
  if ('appId' in principal) await lockApp(looking, principal)
  if (principal.kind === 'trigger') return requireTriggerToken(looking, principal)
  await requireSignedIn(looking, principal)
  if ('appId' in principal) await requireMembership(looking, principal)
}

interface Looking {
  readonly tx: Tx
  readonly locks: boolean
  readonly now: Instant
}

async function lockApp({ tx, locks }: Looking, { appId }: Member | TriggerPrincipal): Promise<void> {
  if (locks) await tx.selectFrom('apps').select('id').where('id', '=', appId).forNoKeyUpdate().execute()
}

async function requireSignedIn(looking: Looking, person: Person | Administrator): Promise<void> {
  const row = await findUser(looking, person)
  if (row === undefined) throw accessErrors.unauthenticated()
  const isAdministrator = row.instanceRole === 'administrator'
  if ('administers' in person && !isAdministrator) throw forbidden(['administrator'], row.instanceRole)
}

function findUser({ tx, locks, now }: Looking, { userId, credential }: Person) {
  const users = tx
    .selectFrom('users')
    .select('users.instance_role as instanceRole')
    .where('users.id', '=', userId)
    .where('users.disabled_at', 'is', null)
  const living =
    credential.kind === 'session'
      ? users
          .innerJoin('sign_in_sessions as s', 's.user_id', 'users.id')
          .where('s.id', '=', credential.sessionId)
          .where('s.expires_at', '>', now)
      : users
          .innerJoin('personal_tokens as t', 't.user_id', 'users.id')
          .where('t.id', '=', credential.personalTokenId)
          .where('t.expires_at', '>', now)
  return living.$if(locks, (query) => query.forShare()).executeTakeFirst()
}

async function requireMembership({ tx }: Looking, { appId, userId, roles }: Member): Promise<void> {
  const row = await tx
    .selectFrom('memberships')
    .select('role')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (row === undefined) throw appErrors.not_found()
  requireRole(roles, row.role)
}

async function requireTriggerToken({ tx, locks, now }: Looking, trigger: TriggerPrincipal): Promise<void> {
  const row = await tx
    .selectFrom('trigger_tokens')
    .select('id')
    .where('id', '=', trigger.triggerTokenId)
    .where('revoked_at', 'is', null)
    .where((or) => or.or([or('expires_at', 'is', null), or('expires_at', '>', now)]))
    .$if(locks, (query) => query.forShare())
    .executeTakeFirst()
  if (row === undefined) throw accessErrors.trigger_token_refused()
}

// Not shared: a build that ends twice at once would wait for itself.
async function requireRunning({ tx, locks, now }: Looking, { buildId }: BuildPrincipal): Promise<void> {
  const row = await tx
    .selectFrom('builds')
    .select('id')
    .where('id', '=', buildId)
    .where('state', '=', 'running')
    .where('expires_at', '>', now)
    .$if(locks, (query) => query.forNoKeyUpdate())
    .executeTakeFirst()
  if (row === undefined) throw accessErrors.build_token_refused()
}
