import { DAY_MS, type Instant, plusMs } from '@cordon/core/instant'
import { type Db, type Tx, transaction } from '../db/database.ts'
import type { ThrottlesTable } from '../db/schema.ts'

// Longer than anything counts, so that no counter throws away rows of another.
const KEPT_MS = 2 * DAY_MS

/** How rows are counted. */
export interface Counting {
  /** Milliseconds until what a row counts may be done again; 0 when it may be now. */
  readonly waitMs: (row: ThrottlesTable) => number
  readonly count: (tx: Tx, row: ThrottlesTable) => Promise<void>
}

/**
 * Counts once for each key and gives 0; or counts nothing, keeps no row of a key that had none, and gives the longest wait.
 * Whoever has to wait costs one read: that is what somebody gets who asks without end.
 */
export async function countRows(db: Db, now: Instant, keys: readonly string[], counting: Counting): Promise<number> {
  const known = await db.queries.selectFrom('throttles').selectAll().where('key', 'in', keys).execute()
  const waitMs = longestWait(known, counting)
  return waitMs > 0 ? waitMs : transaction(db, (tx) => countInside(tx, now, keys, counting))
}

async function countInside(tx: Tx, now: Instant, keys: readonly string[], counting: Counting): Promise<number> {
  await forgetOld(tx, now)
  const rows = [...(await takeRows(tx, keys, now)).values()]
  const waitMs = longestWait(rows, counting)
  // Others were counted since the look.
  if (waitMs > 0) await forgetUncounted(tx, keys, now)
  else for (const row of rows) await counting.count(tx, row)
  return waitMs
}

function longestWait(rows: readonly ThrottlesTable[], { waitMs }: Counting): number {
  return Math.max(0, ...rows.map(waitMs))
}

async function forgetUncounted(tx: Tx, keys: readonly string[], now: Instant): Promise<void> {
  await tx
    .deleteFrom('throttles')
    .where('key', 'in', keys)
    .where('failures', '=', 0)
    .where('blocked_until', '<=', now)
    .execute()
}

// Forgets what counts for nothing any more.
async function forgetOld(tx: Tx, now: Instant): Promise<void> {
  await tx
    .deleteFrom('throttles')
    .where('last_at', '<', plusMs(now, -KEPT_MS))
    .where('blocked_until', '<=', now)
    .execute()
}

/** The rows of some keys, each made when there is none, locked until the transaction ends. */
export async function takeRows(tx: Tx, keys: readonly string[], now: Instant): Promise<Map<string, ThrottlesTable>> {
  const rows = new Map<string, ThrottlesTable>()
  // In order of name, so that two servers with the same keys cannot wait for each other.
  for (const key of [...keys].sort()) rows.set(key, await takeRow(tx, key, now))
  return rows
}

// An update locks the row on PostgreSQL, so that the next try waits for this one to be counted.
function takeRow(tx: Tx, key: string, now: Instant): Promise<ThrottlesTable> {
  return tx
    .insertInto('throttles')
    .values({ key, failures: 0, last_at: now, blocked_until: now })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ key }))
    .returningAll()
    .executeTakeFirstOrThrow()
}
