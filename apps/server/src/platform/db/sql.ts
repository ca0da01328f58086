import { type RawBuilder, sql } from 'kysely'
import type { DatabaseKind, Db, Queries, Tx } from './database.ts'
import { databaseErrors } from './errors.ts'

/** The database's own clock in epoch milliseconds: the one clock that all replicas share. */
export function databaseNow(kind: DatabaseKind): RawBuilder<number> {
  return kind === 'sqlite'
    ? sql<number>`cast(unixepoch('subsec') * 1000 as integer)`
    : sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`
}

/** The next of a row of stable positive numbers, such as those of test devices. */
export async function nextNumber(tx: Tx, name: string): Promise<number> {
  const row = await tx
    .insertInto('counters')
    .values({ name, value: 1 })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: sql`counters.value + 1` }))
    .returning('value')
    .executeTakeFirstOrThrow()
  return row.value
}

/** Says whether an insert or update failed because the row exists already. `index`: part of the index's or column's name. */
export function isDuplicate(error: unknown, index = ''): boolean {
  if (!(error instanceof Error)) return false
  const place = `${error.message} ${'constraint' in error ? String(error.constraint) : ''}`
  const duplicate = /UNIQUE constraint failed/.test(error.message) || ('code' in error && error.code === '23505')
  return duplicate && place.includes(index)
}

/** Fails with `database.not_durable` when PostgreSQL would acknowledge what it has not written. */
export async function requireDurability(db: Db): Promise<void> {
  if (db.kind !== 'postgres') return
  for (const setting of ['fsync', 'synchronous_commit']) {
    const value = await settingOf(db.queries, setting)
    if (value === 'off') throw databaseErrors.not_durable({ setting, value })
  }
}

async function settingOf(queries: Queries, name: string): Promise<string> {
  const { rows } = await sql<{ value: string }>`select current_setting(${name}) as value`.execute(queries)
  return rows[0]?.value ?? ''
}
