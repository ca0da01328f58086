import type { WaitingSignIn } from '@cordon/api/apple-sign-ins/schema'
import type { AppleSignInId, ConnectionId, UserId } from '@cordon/core/ids'
import { DAY_MS, type Instant, plusMs, toIso } from '@cordon/core/instant'
import type { Db, Queries, Tx } from '../../platform/db/database.ts'
import { type Page, type PageRequest, pageOf, positionOf } from '../../platform/db/page.ts'
import type { AppleSignInsTable } from '../../platform/db/schema.ts'
import type { SealedColumns } from '../../platform/vault/sealed-columns.ts'

/** A sign-in as the database has it. */
export type SignInRow = Readonly<AppleSignInsTable> & {
  /** Name of the person who opened the link. */
  readonly openedByName: string | null
}

const NO_SECRET = { kek_id: null, wrapped_key: null, ciphertext: null } as const
const KEPT_MS = DAY_MS

/** Keeps a new sign-in, and forgets those of days ago. */
export async function insertSignIn(tx: Tx, row: AppleSignInsTable): Promise<void> {
  await tx.deleteFrom('apple_sign_ins').where('expires_at', '<', plusMs(row.started_at, -KEPT_MS)).execute()
  await tx.insertInto('apple_sign_ins').values(row).execute()
}

function signIns(queries: Queries) {
  return queries
    .selectFrom('apple_sign_ins as s')
    .leftJoin('users as u', 'u.id', 's.hand_off_opened_by')
    .selectAll('s')
    .select('u.name as openedByName')
}

/** One of a person's sign-ins. */
export function findSignIn(queries: Queries, id: AppleSignInId, userId: UserId): Promise<SignInRow | undefined> {
  return signIns(queries).where('s.id', '=', id).where('s.user_id', '=', userId).executeTakeFirst()
}

/** A person's sign-ins that wait for their code, newest first. Opens none of them. */
export async function listWaiting(
  queries: Queries,
  userId: UserId,
  now: Instant,
  request: PageRequest,
): Promise<Page<WaitingSignIn>> {
  const before = positionOf(request, 'string')
  // Ids of a kind sort by when they were made.
  const rows = await queries
    .selectFrom('apple_sign_ins')
    .select(['id', 'account_name', 'name', 'connection_id', 'started_at', 'expires_at'])
    .where('user_id', '=', userId)
    .where('state', '=', 'awaiting_code')
    .where('expires_at', '>', now)
    .$if(before !== undefined, (query) => query.where('id', '<', before?.[0] as AppleSignInId))
    .orderBy('id', 'desc')
    .limit(request.limit + 1)
    .execute()
  return pageOf(
    rows,
    request,
    (row) => [row.id],
    (row) => ({
      id: row.id,
      accountName: row.account_name,
      name: row.name,
      connectionId: row.connection_id,
      startedAt: toIso(row.started_at),
      expiresAt: toIso(row.expires_at),
    }),
  )
}

/** A sign-in by its id alone; for the server's own work. */
export function findAnySignIn(queries: Queries, id: AppleSignInId): Promise<SignInRow | undefined> {
  return signIns(queries).where('s.id', '=', id).executeTakeFirst()
}

/** The sign-in that a link opens for a person, if the link lives and nobody else has it. */
export async function findHandedOff(
  queries: Queries,
  hash: Uint8Array,
  userId: UserId,
  now: Instant,
): Promise<(SignInRow & { readonly askedBy: string }) | undefined> {
  return signIns(queries)
    .innerJoin('users as asker', 'asker.id', 's.user_id')
    .select('asker.name as askedBy')
    .where('asker.disabled_at', 'is', null)
    .where('s.hand_off_hash', '=', hash)
    .where('s.hand_off_expires_at', '>', now)
    .where((or) => or.or([or('s.hand_off_opened_by', 'is', null), or('s.hand_off_opened_by', '=', userId)]))
    .executeTakeFirst()
}

/** Whether a person's account is enabled; on PostgreSQL nobody can disable it until the transaction ends. */
export async function isEnabled(kind: Db['kind'], tx: Tx, userId: UserId): Promise<boolean> {
  const row = await tx
    .selectFrom('users')
    .select('id')
    .where('id', '=', userId)
    .where('disabled_at', 'is', null)
    .$if(kind === 'postgres', (query) => query.forShare())
    .executeTakeFirst()
  return row !== undefined
}

/** Keeps a link; one that was made before stops working. */
export async function setHandOff(tx: Tx, id: AppleSignInId, hash: Uint8Array, expiresAt: Instant): Promise<void> {
  await tx
    .updateTable('apple_sign_ins')
    .set({ hand_off_hash: hash, hand_off_expires_at: expiresAt, hand_off_opened_by: null })
    .where('id', '=', id)
    .execute()
}

/** Binds a link to the first person who opens it. False when somebody else was faster. */
export async function bindHandOff(tx: Tx, id: AppleSignInId, userId: UserId): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('apple_sign_ins')
    .set({ hand_off_opened_by: userId })
    .where('id', '=', id)
    .where((or) => or.or([or('hand_off_opened_by', 'is', null), or('hand_off_opened_by', '=', userId)]))
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** What Apple's answer changes of a sign-in that goes on. */
export interface GoingOn {
  readonly sealed: SealedColumns
  readonly expiresAt: Instant
  readonly resendAt: Instant | null
}

/** Keeps the next version of a sign-in. False when it ended or went on elsewhere. */
export async function goOn(tx: Tx, row: SignInRow, next: GoingOn): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('apple_sign_ins')
    .set({ ...next.sealed, version: row.version + 1, expires_at: next.expiresAt, resend_at: next.resendAt })
    .where('id', '=', row.id)
    .where('version', '=', row.version)
    .where('state', '=', 'awaiting_code')
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** Ends a sign-in that waits for a code, and forgets its secret. False when it had ended. */
export async function endSignIn(
  tx: Tx,
  id: AppleSignInId,
  end:
    | { readonly state: 'connected'; readonly connectionId: ConnectionId; readonly byHandOff: boolean }
    | { readonly state: 'ended'; readonly code: string },
): Promise<boolean> {
  const how =
    end.state === 'connected'
      ? { connection_id: end.connectionId, hand_off_done: end.byHandOff ? (1 as const) : (0 as const) }
      : { end_code: end.code }
  const { numUpdatedRows } = await tx
    .updateTable('apple_sign_ins')
    .set({ state: end.state, ...how, ...NO_SECRET })
    .where('id', '=', id)
    .where('state', '=', 'awaiting_code')
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}
