import type { JobId } from '@cordon/core/ids'
import { type Instant, MINUTE_MS, plusMs } from '@cordon/core/instant'
import { sql } from 'kysely'
import { type Db, type Queries, type Tx, transaction } from '../db/database.ts'
import type { JobsTable } from '../db/schema.ts'
import { databaseNow } from '../db/sql.ts'
import type { Ids } from '../ids.ts'

/** Work to be done later, by whichever server comes first. */
export interface NewJob {
  readonly kind: string
  /** At most one waiting job has a key: adding it again does nothing. */
  readonly key?: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly dueAt: Instant
}

/** A job in hand. It is somebody else's again when its lease has run out, so a handler must bear running twice. */
export interface ClaimedJob {
  readonly id: JobId
  readonly kind: string
  readonly payload: Readonly<Record<string, unknown>>
  /** This try included, from 1. */
  readonly attempts: number
  readonly leaseUntil: Instant
}

/** Which jobs to take. */
export interface Claim {
  readonly limit: number
  /** By the server's clock; the database's, which leases go by, if absent. */
  readonly now?: Instant
  /** All kinds if absent. */
  readonly kinds?: readonly string[]
  readonly leaseMs?: number
}

/** One table of jobs, claimed by lease, alike on both databases. */
export interface Jobs {
  /** Adds a job, inside the transaction of what it belongs to. */
  add(queries: Tx | Queries, job: NewJob): Promise<void>
  /** Takes jobs that are due. */
  claim(what: Claim): Promise<ClaimedJob[]>
  /** Removes a job that is done. */
  complete(job: ClaimedJob): Promise<void>
  /** Puts a job that went well off until it is due again. */
  postpone(job: ClaimedJob, dueAt: Instant): Promise<void>
  /** Puts a job back for a later try, with what went wrong for people to read. */
  retry(job: ClaimedJob, dueAt: Instant, error: string): Promise<void>
}

const DEFAULT_LEASE_MS = MINUTE_MS

/** Makes the jobs of a database. */
export function createJobs({ db, ids }: { readonly db: Db; readonly ids: Ids }): Jobs {
  return {
    add: (queries, job) => add(queries, ids, job),
    claim: (what) => transaction(db, (tx) => claim(db, tx, what)),
    complete: async (job) => {
      await db.queries.deleteFrom('jobs').where('id', '=', job.id).where('lease_until', '=', job.leaseUntil).execute()
    },
    postpone: async (job, dueAt) => {
      await db.queries
        .updateTable('jobs')
        .set({ due_at: dueAt, lease_until: null, last_error: null, attempts: 0 })
        .where('id', '=', job.id)
        .where('lease_until', '=', job.leaseUntil)
        .execute()
    },
    retry: async (job, dueAt, error) => {
      await db.queries
        .updateTable('jobs')
        .set({ due_at: dueAt, lease_until: null, last_error: error })
        .where('id', '=', job.id)
        .where('lease_until', '=', job.leaseUntil)
        .execute()
    },
  }
}

async function add(queries: Tx | Queries, ids: Ids, job: NewJob): Promise<void> {
  await queries
    .insertInto('jobs')
    .values({
      id: ids('job'),
      kind: job.kind,
      key: job.key ?? null,
      payload: JSON.stringify(job.payload),
      due_at: job.dueAt,
      lease_until: null,
      attempts: 0,
      last_error: null,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute()
}

async function claim(db: Db, tx: Tx, what: Claim): Promise<ClaimedJob[]> {
  const now = await readNow(db, tx)
  const { limit, kinds, leaseMs = DEFAULT_LEASE_MS } = what
  const leaseUntil = plusMs(now, leaseMs)
  let due = tx
    .selectFrom('jobs')
    .select('id')
    .where('due_at', '<=', what.now ?? now)
    .where((or) => or.or([or('lease_until', 'is', null), or('lease_until', '<=', now)]))
    .orderBy('due_at')
    .limit(limit)
  if (kinds !== undefined) due = due.where('kind', 'in', [...kinds])
  // Other servers pass over what this one holds, instead of waiting for it.
  const rows = await (db.kind === 'postgres' ? due.forUpdate().skipLocked() : due).execute()
  if (rows.length === 0) return []
  const taken = await tx
    .updateTable('jobs')
    .set({ lease_until: leaseUntil, attempts: sql<number>`attempts + 1` })
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .returningAll()
    .execute()
  return taken.map((row) => toClaimed(row, leaseUntil))
}

async function readNow(db: Db, tx: Tx): Promise<Instant> {
  const { rows } = await sql<{ now: Instant }>`select ${databaseNow(db.kind)} as now`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new TypeError('the database tells no time')
  return row.now
}

function toClaimed(row: JobsTable, leaseUntil: Instant): ClaimedJob {
  return { id: row.id, kind: row.kind, payload: JSON.parse(row.payload), attempts: row.attempts, leaseUntil }
}
