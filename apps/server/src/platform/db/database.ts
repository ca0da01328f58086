import { type CompiledQuery, Kysely, type Transaction } from 'kysely'
import { withParameters } from './compiled.ts'
import { postgresDialect } from './postgres/dialect.ts'
import type { Database } from './schema.ts'
import { sqliteDialect } from './sqlite/dialect.ts'
import { openReader } from './sqlite/reader.ts'

export type DatabaseKind = 'sqlite' | 'postgres'

/** Where queries are run: the database itself or a transaction on it. Stores take this. */
export type Queries = Kysely<Database>

/** A transaction: everything in it is kept or nothing. */
export type Tx = Transaction<Database>

/** Runs one prepared read with the given parameters. */
export type Read<R> = (parameters: readonly unknown[]) => Promise<readonly R[]>

/** The database of one server. */
export interface Db {
  readonly kind: DatabaseKind
  /**
   * For statements that stand alone. Inside `transaction` use the transaction: the database would wait for itself, until
   * it gives up after half a minute.
   */
  readonly queries: Queries
  /**
   * Prepares a read of the hot path: its text is made once, and on SQLite it runs on a connection of its own, so that it
   * does not wait for a transaction that is under way. Sees what is committed.
   */
  prepareRead<R>(query: CompiledQuery<R>): Read<R>
  close(): Promise<void>
}

const RETRIES = 5

/** Opens SQLite at a path, or PostgreSQL at a `postgres://` URL. Runs no migration. */
export function openDatabase(where: { readonly sqlite: string } | { readonly postgres: string }): Db {
  return 'sqlite' in where ? openSqlite(where.sqlite) : openPostgres(where.postgres)
}

function openSqlite(path: string): Db {
  const reader = openReader(path)
  const queries = new Kysely<Database>({ dialect: sqliteDialect(path, reader.refresh) })
  const close = async () => {
    reader.close()
    await queries.destroy()
  }
  return { kind: 'sqlite', queries, prepareRead: ({ sql }) => reader.prepare(sql), close }
}

function openPostgres(url: string): Db {
  const queries = new Kysely<Database>({ dialect: postgresDialect(url) })
  return {
    kind: 'postgres',
    queries,
    prepareRead: (query) => async (parameters) => (await queries.executeQuery(withParameters(query, parameters))).rows,
    close: () => queries.destroy(),
  }
}

/**
 * Runs `work` in a transaction (on SQLite the only one at that time) and commits. Anything thrown rolls back. Deadlocks
 * and serialisation failures of PostgreSQL are tried again, so `work` must touch nothing but the transaction, and it
 * never waits for anything but the database.
 */
export async function transaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(db, work)
    } catch (error) {
      if (attempt >= RETRIES || !isTransient(error)) throw error
    }
  }
}

function once<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.queries.transaction().execute(work)
}

const TRANSIENT_CODES = new Set(['40001', '40P01'])

function isTransient(error: unknown): boolean {
  return error instanceof Error && 'code' in error && TRANSIENT_CODES.has(String(error.code))
}
