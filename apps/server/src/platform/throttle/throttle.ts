import { type Clock, type Instant, MINUTE_MS, plusMs, SECOND_MS } from '@cordon/core/instant'
import { sql } from 'kysely'
import { type Db, type Tx, transaction } from '../db/database.ts'
import type { ThrottlesTable } from '../db/schema.ts'
import { countRows, takeRows } from './rows.ts'

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
  /** Lets nothing through for a key until then, whatever was counted. An earlier end than a known one changes nothing. */
  block(key: Pick<ThrottleKey, 'name'>, until: Instant): Promise<void>
  /** Milliseconds to wait for a key, 0 for none; counts nothing. */
  blockedMs(key: Pick<ThrottleKey, 'name'>): Promise<number>
}

export interface ThrottleLimits {
  /** Wait after the first try beyond the free ones; doubles with each. */
  readonly firstWaitMs: number
  readonly longestWaitMs: number
  /** Counting starts anew after this time without a try; at most two days. */
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
    block: ({ name }, until) => block(db, name, clock.now(), until),
    blockedMs: ({ name }) => blockedMs(db, name, clock.now()),
  }
}

function tryNow(db: Db, now: Instant, keys: readonly ThrottleKey[], limits: ThrottleLimits): Promise<number> {
  const free = new Map(keys.map(({ name, free }) => [name, free]))
  return countRows(db, now, [...free.keys()], {
    waitMs: ({ blocked_until }) => blocked_until - now,
    count: (tx, row) => count(tx, row, free.get(row.key) ?? 0, now, limits),
  })
}

async function count(tx: Tx, row: ThrottlesTable, free: number, now: Instant, limits: ThrottleLimits): Promise<void> {
  const isForgotten = row.last_at < plusMs(now, -limits.forgetAfterMs)
  const failures = isForgotten ? 1 : row.failures + 1
  const blocked_until = plusMs(now, penaltyMs(failures - free, limits))
  await tx.updateTable('throttles').set({ failures, last_at: now, blocked_until }).where('key', '=', row.key).execute()
}

function block(db: Db, name: string, now: Instant, until: Instant): Promise<void> {
  return transaction(db, async (tx) => {
    const row = (await takeRows(tx, [name], now)).get(name)
    if (row === undefined || row.blocked_until >= until) return
    await tx.updateTable('throttles').set({ blocked_until: until }).where('key', '=', name).execute()
  })
}

async function blockedMs({ queries }: Db, name: string, now: Instant): Promise<number> {
  const row = await queries.selectFrom('throttles').select('blocked_until').where('key', '=', name).executeTakeFirst()
  return Math.max(0, (row?.blocked_until ?? now) - now)
}

/** How long to wait after so many tries beyond the free ones. */
export function penaltyMs(beyond: number, limits: ThrottleLimits): number {
  return beyond < 0 ? 0 : Math.min(limits.longestWaitMs, limits.firstWaitMs * 2 ** beyond)
}
