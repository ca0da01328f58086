import { DAY_MS, type Instant, plusMs } from '@cordon/core/instant'
import type { Tx } from '../db/database.ts'
import type { ThrottlesTable } from '../db/schema.ts'

// Longer than anything counts, so that no counter throws away rows of another.
const KEPT_MS = 2 * DAY_MS

/** Forgets what counts for nothing any more. */
export async function forgetOld(tx: Tx, now: Instant): Promise<void> {
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
