import { AsyncLocalStorage } from 'node:async_hooks'
import { Kysely, type Transaction } from 'kysely'
import { postgresDialect } from './postgres/dialect.ts'
import type { Database } from './schema.ts'
import { sqliteDialect } from './sqlite/dialect.ts'

export type DatabaseKind = 'sqlite' | 'postgres'

/** Where queries are run: the database itself or a transaction on it. Stores take this. */
export type Queries = Kysely<Database>

/** A transaction: everything in it is kept or nothing. */
export type Tx = Transaction<Database>

/** The database of one server. */
export interface Db {
  readonly kind: DatabaseKind
  /** For statements that stand alone. Inside `transaction` use the transaction instead: this throws there. */
  readonly queries: Queries
  close(): Promise<void>
}

interface OpenTransaction {
  open: boolean
}

const current = new AsyncLocalStorage<OpenTransaction>()
const RETRIES = 5

/** Opens SQLite at a path, or PostgreSQL at a `postgres://` URL. Runs no migration. */
export function openDatabase(where: { readonly sqlite: string } | { readonly postgres: string }): Db {
  const kind = 'sqlite' in where ? 'sqlite' : 'postgres'
  const dialect = 'sqlite' in where ? sqliteDialect(where.sqlite) : postgresDialect(where.postgres)
  const queries = new Kysely<Database>({ dialect: { ...guarded(dialect) } })
  return { kind, queries, close: () => queries.destroy() }
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

async function once<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.queries.transaction().execute(async (tx) => {
    const state: OpenTransaction = { open: true }
    try {
      return await current.run(state, () => work(tx))
    } finally {
      state.open = false
    }
  })
}

const TRANSIENT_CODES = new Set(['40001', '40P01'])

function isTransient(error: unknown): boolean {
  return error instanceof Error && 'code' in error && TRANSIENT_CODES.has(String(error.code))
}

// Asking for a second connection inside a transaction waits for itself on SQLite and drains the pool on PostgreSQL.
function guarded(dialect: ReturnType<typeof sqliteDialect>): ReturnType<typeof sqliteDialect> {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => {
      const driver = dialect.createDriver()
      const acquire = driver.acquireConnection.bind(driver)
      driver.acquireConnection = async () => {
        if (current.getStore()?.open) throw new TypeError('inside a transaction use the transaction, not the database')
        return acquire()
      }
      return driver
    },
  }
}
