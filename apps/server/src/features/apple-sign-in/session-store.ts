import type { ConnectionId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import { z } from 'zod'
import type { Queries, Tx } from '../../platform/db/database.ts'
import type { AppleSessionsTable, Flag } from '../../platform/db/schema.ts'
import type { SealedColumns } from '../../platform/vault/sealed-columns.ts'

/** A developer team of an Apple ID. */
export interface Team {
  readonly teamId: string
  readonly name: string
}

/** A stored session, its cookies sealed. */
export type SessionRow = Readonly<AppleSessionsTable>

const teamList = z.array(z.object({ teamId: z.string(), name: z.string() }))

/** Teams of a row. */
export function teamsOf(row: SessionRow): Team[] {
  return teamList.parse(JSON.parse(row.teams))
}

/** The session of a connection. */
export function findSession(queries: Queries, id: ConnectionId): Promise<SessionRow | undefined> {
  return queries.selectFrom('apple_sessions').selectAll().where('connection_id', '=', id).executeTakeFirst()
}

/** Cookies, sealed as version `version`. */
export interface SealedSession {
  readonly version: number
  readonly mac: Uint8Array
  readonly sealed: SealedColumns
}

/** A session that begins: by the first sign-in, or by a new one. */
export interface BegunSession extends SealedSession {
  readonly twoFactor: boolean
  readonly trustedUntil: Instant | null
  readonly teams: readonly Team[]
}

/** Puts a begun session in the place of whatever there was. */
export async function beginSession(tx: Tx, id: ConnectionId, begun: BegunSession, at: Instant): Promise<void> {
  const columns = {
    ...sealedColumns(begun),
    ...VALID,
    state_at: at,
    two_factor: flag(begun.twoFactor),
    teams: JSON.stringify(begun.teams),
    signed_in_at: at,
    trusted_until: begun.trustedUntil,
    valid_at: at,
    refreshed_at: at,
    warned_days: null,
  }
  await tx
    .insertInto('apple_sessions')
    .values({ connection_id: id, ...columns })
    .onConflict((conflict) => conflict.column('connection_id').doUpdateSet(columns))
    .execute()
}

const VALID = { state: 'valid', ended_early: 0, action_what: '', action_url: '' } as const

function sealedColumns({ version, mac, sealed }: SealedSession) {
  return { version, mac, ...sealed }
}

/** Keeps the cookies of a session that was found or made valid. False when another change came in between. */
export async function keepSession(
  tx: Tx,
  id: ConnectionId,
  kept: SealedSession & {
    readonly teams: readonly Team[]
    readonly trustedUntil: Instant | null
    readonly refreshedAt: Instant
  },
  at: Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('apple_sessions')
    .set({
      ...sealedColumns(kept),
      teams: JSON.stringify(kept.teams),
      trusted_until: kept.trustedUntil,
      refreshed_at: kept.refreshedAt,
      valid_at: at,
    })
    .where('connection_id', '=', id)
    .where('version', '=', kept.version - 1)
    .where('state', '=', 'valid')
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** Why a session is over. */
export interface SessionEnd {
  readonly state: Exclude<AppleSessionsTable['state'], 'valid'>
  readonly early: boolean
  readonly what: string
  readonly url: string
}

/** Ends a session. False when it was over already, or is another one by now. */
export async function endSession(tx: Tx, row: SessionRow, end: SessionEnd, at: Instant): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('apple_sessions')
    .set({
      state: end.state,
      state_at: at,
      ended_early: flag(end.early),
      action_what: end.what,
      action_url: end.url,
    })
    .where('connection_id', '=', row.connection_id)
    .where('signed_in_at', '=', row.signed_in_at)
    .where('state', '=', 'valid')
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** Notes a warning. False when somebody gave it, or one for fewer days, before. */
export async function markWarned(tx: Tx, row: SessionRow, days: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('apple_sessions')
    .set({ warned_days: days })
    .where('connection_id', '=', row.connection_id)
    .where('signed_in_at', '=', row.signed_in_at)
    .where((or) => or.or([or('warned_days', 'is', null), or('warned_days', '>', days)]))
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

function flag(value: boolean): Flag {
  return value ? 1 : 0
}
