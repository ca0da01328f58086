import { MINUTE_MS } from '@cordon/core/instant'
import { sql } from 'kysely'
import { type Db, transaction } from '../db/database.ts'
import { databaseNow } from '../db/sql.ts'
import type { RandomBytes } from '../ids.ts'

/** A lock held for a while. `fence` is larger than that of every holder before: what it guards can refuse older ones. */
export interface Lease {
  readonly name: string
  readonly holder: string
  readonly fence: number
}

/** Locks that all servers on one database share; they expire by the database's clock. */
export interface Locks {
  /** Takes a lock that nobody holds; undefined when somebody does. */
  tryAcquire(name: string, leaseMs?: number): Promise<Lease | undefined>
  /** Holds on for another while. False when the lease was lost meanwhile: stop what it guards. */
  renew(lease: Lease, leaseMs?: number): Promise<boolean>
  /** Lets go. Does nothing when the lease was lost. */
  release(lease: Lease): Promise<void>
}

const DEFAULT_LEASE_MS = MINUTE_MS
const HOLDER_BYTES = 12

/** Makes the locks of a database. */
export function createLocks({ db, randomBytes }: { readonly db: Db; readonly randomBytes: RandomBytes }): Locks {
  return {
    tryAcquire: (name, leaseMs = DEFAULT_LEASE_MS) => {
      const holder = Buffer.from(randomBytes(HOLDER_BYTES)).toString('hex')
      return acquire(db, name, holder, leaseMs)
    },
    renew: (lease, leaseMs = DEFAULT_LEASE_MS) => renew(db, lease, leaseMs),
    release: (lease) => release(db, lease),
  }
}

function until(db: Db, leaseMs: number) {
  return sql<never>`${databaseNow(db.kind)} + ${sql.lit(Math.trunc(leaseMs))}`
}

// One statement: the row is made, or taken over where its lease has run out.
function acquire(db: Db, name: string, holder: string, leaseMs: number): Promise<Lease | undefined> {
  return transaction(db, (tx) =>
    tx
      .insertInto('locks')
      .values({ name, holder, fence: 1, expires_at: until(db, leaseMs) })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet({ holder, fence: sql`locks.fence + 1`, expires_at: until(db, leaseMs) })
          .where(sql<boolean>`locks.expires_at <= ${databaseNow(db.kind)}`),
      )
      .returning(['name', 'holder', 'fence'])
      .executeTakeFirst(),
  )
}

async function renew(db: Db, lease: Lease, leaseMs: number): Promise<boolean> {
  const { numUpdatedRows } = await db.queries
    .updateTable('locks')
    .set({ expires_at: until(db, leaseMs) })
    .where('name', '=', lease.name)
    .where('holder', '=', lease.holder)
    .where(sql<boolean>`expires_at > ${databaseNow(db.kind)}`)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

// The row stays, expired, so that the fence keeps growing.
async function release(db: Db, lease: Lease): Promise<void> {
  await db.queries
    .updateTable('locks')
    .set({ expires_at: sql<never>`0` })
    .where('name', '=', lease.name)
    .where('holder', '=', lease.holder)
    .execute()
}
