import { type Clock, type Instant, plusMs } from '@cordon/core/instant'
import type { Db } from '../db/database.ts'
import type { ThrottlesTable } from '../db/schema.ts'
import { countRows } from './rows.ts'

/** What may be done so many times. */
export interface QuotaKey {
  readonly name: string
  /** Times in a window. */
  readonly most: number
}

/** Bounds how often something is done, whether it succeeds or not, alike on all servers of a database. */
export interface Quota {
  /** Counts once for each key and gives 0; or counts nothing and gives the milliseconds until it may be done again. */
  take(keys: readonly QuotaKey[]): Promise<number>
}

/** Makes a quota. A window, at most two days, begins with the first time. */
export function createQuota(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  { windowMs }: { readonly windowMs: number },
): Quota {
  return { take: (keys) => take(db, clock.now(), keys, windowMs) }
}

function take(db: Db, now: Instant, keys: readonly QuotaKey[], windowMs: number): Promise<number> {
  const most = new Map(keys.map(({ name, most }) => [name, most]))
  return countRows(db, now, [...most.keys()], {
    waitMs: (row) => {
      const { key, times, since } = windowOf(row, now, windowMs)
      return times < (most.get(key) ?? 0) ? 0 : plusMs(since, windowMs) - now
    },
    count: async (tx, row) => {
      const { key, times, since } = windowOf(row, now, windowMs)
      const counted = { failures: times + 1, last_at: since }
      await tx.updateTable('throttles').set(counted).where('key', '=', key).execute()
    },
  })
}

function windowOf({ key, failures, last_at }: ThrottlesTable, now: Instant, windowMs: number) {
  const isOver = plusMs(last_at, windowMs) <= now
  return isOver ? { key, times: 0, since: now } : { key, times: failures, since: last_at }
}
