import { type Clock, type Instant, MINUTE_MS, plusMs, SECOND_MS } from '@cordon/core/instant'
import { sql } from 'kysely'
import { type Db, type Tx, transaction } from '../db/database.ts'
import type { ThrottlesTable } from '../db/schema.ts'

/** What is counted: an account, an address. */
export interface ThrottleKey {
  readonly name: string
  /** Tries that cost nothing. */
  readonly free: number
}

/** Slows down who fails too often, alike on all servers of a database. */
export interface Throttle {
  /**
   * Counts a try for each key before it is made, so that tries at the same time cannot slip past. Gives 0 when it may
   * be made, else the milliseconds to wait; then nothing is counted.
   */
  tryNow(keys: readonly ThrottleKey[]): Promise<number>
  /** Forgets a key: the try was good, and all before it are pardoned. */
  forget(key: ThrottleKey): Promise<void>
  /** Takes back one try: it was good, but says nothing of the others. */
  undo(key: ThrottleKey): Promise<void>
}

export interface ThrottleLimits {
  /** Wait after the first try beyond the free ones; doubles with each. */
  readonly firstWaitMs: number
  readonly longestWaitMs: number
  /** Counting starts anew after this time without a try. */
  readonly forgetAfterMs: number
}

const DEFAULT_LIMITS: ThrottleLimits = {
  firstWaitMs: SECOND_MS,
  longestWaitMs: 15 * MINUTE_MS,
  forgetAfterMs: 60 * MINUTE_MS,
}

/** Makes a throttle on a database. */
export function createThrottle(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  limits: ThrottleLimits = DEFAULT_LIMITS,
): Throttle {
  return {
    tryNow: (keys) => tryNow(db, clock.now(), keys, limits),
    forget: async ({ name }) => {
      await db.queries.deleteFrom('throttles').where('key', '=', name).execute()
    },
    undo: async ({ name }) => {
      await db.queries
        .updateTable('throttles')
        .set({ failures: sql`failures - 1`, blocked_until: clock.now() })
        .where('key', '=', name)
        .where('failures', '>', 0)
        .execute()
    },
  }
}

function tryNow(db: Db, now: Instant, keys: readonly ThrottleKey[], limits: ThrottleLimits): Promise<number> {
  return transaction(db, async (tx) => {
    await tx.deleteFrom('throttles').where('last_at', '<', plusMs(now, -limits.forgetAfterMs)).execute()
    // In order of name, so that two servers with the same keys cannot wait for each other.
    const inOrder = [...keys].sort((a, b) => (a.name < b.name ? -1 : 1))
    const rows = []
    for (const { name } of inOrder) rows.push(await takeRow(tx, name, now))
    const waitMs = Math.max(0, ...rows.map((row) => row.blocked_until - now))
    if (waitMs === 0)
      for (const [index, row] of rows.entries()) await count(tx, row, inOrder[index]?.free ?? 0, now, limits)
    return waitMs
  })
}

// An update locks the row on PostgreSQL, so that the next try waits for this one to be counted.
function takeRow(tx: Tx, key: string, now: Instant) {
  return tx
    .insertInto('throttles')
    .values({ key, failures: 0, last_at: now, blocked_until: now })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ key }))
    .returningAll()
    .executeTakeFirstOrThrow()
}

async function count(
  tx: Tx,
  row: Pick<ThrottlesTable, 'key' | 'failures'>,
  free: number,
  now: Instant,
  limits: ThrottleLimits,
): Promise<void> {
  const failures = row.failures + 1
  const blocked_until = plusMs(now, penaltyMs(failures - free, limits))
  await tx.updateTable('throttles').set({ failures, last_at: now, blocked_until }).where('key', '=', row.key).execute()
}

/** How long to wait after so many tries beyond the free ones. */
export function penaltyMs(beyond: number, limits: ThrottleLimits): number {
  return beyond < 0 ? 0 : Math.min(limits.longestWaitMs, limits.firstWaitMs * 2 ** beyond)
}
