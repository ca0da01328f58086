import { type CompiledQuery, Kysely, type Transaction } from 'kysely'
import type { CommitPart, Run, Statements } from './commit-part.ts'
import { withParameters } from './compiled.ts'
import { type Memory, NO_MEMORY } from './memory.ts'
import { openPartsCommit } from './postgres/commit.ts'
import { postgresDialect } from './postgres/dialect.ts'
import { joined } from './postgres/joined-read.ts'
import type { Database } from './schema.ts'
import type { SharedParameter } from './shared-parameter.ts'
import { openSqliteEngine, sqliteDialect } from './sqlite/dialect.ts'
import type { SqliteReader } from './sqlite/reader.ts'

export type DatabaseKind = 'sqlite' | 'postgres'

/** Where queries are run: the database itself or a transaction on it. Stores take this. */
export type Queries = Kysely<Database>

/** A transaction: everything in it is kept or nothing. */
export type Tx = Transaction<Database>

/** The database of one server. */
export interface Db {
  readonly kind: DatabaseKind
  /**
   * For statements that stand alone. Inside `transaction` use the transaction: the database would wait for itself, until
   * it gives up after half a minute.
   */
  readonly queries: Queries
  /**
   * Prepares a read of the hot path, with one parameter: its text is made once, and on SQLite it runs on a connection of its own, so that it
   * does not wait for a transaction that is under way. Calls with an equal parameter may be one read and get the same rows, which nobody may change, but never
   * rows older than what was committed, not quietly, when they asked. On SQLite rows are shared for up to a tenth of a second; on PostgreSQL, where
   * other servers write as well, by those who wait for the same read to begin.
   */
  prepareSharedRead<R>(query: CompiledQuery<R>): (parameter: SharedParameter) => Promise<readonly R[]>
  /**
   * Makes a memory for what parts of quiet commits know of rows that nobody else writes. It is empty after each commit that is not quiet, or
   * failed; so a part may put into it what it is about to write. On PostgreSQL, where other servers write as well, it keeps nothing.
   */
  createMemory<V>(): Memory<V>
  /**
   * Commits the statements that the parts give, all or nothing. They change nothing that a shared read tells: only logs, and columns that count
   * and note times. Parts run in their order, may run again, and read rows that, from then until the commit, nobody else writes (on
   * PostgreSQL: if they lock them). What the parts before them write they do not see, nor, on SQLite, what quiet commits on their way
   * write: that is for a memory. There `sent` is called when the next quiet commit may come, which is written right after this one
   * or, if this one fails, made again.
   */
  commitQuietly(parts: readonly CommitPart[], sent?: () => void): Promise<void>
  /** Carries out what was given before. What is asked after it fails. */
  close(): Promise<void>
}

const RETRIES = 5

/** Opens SQLite at a path, or PostgreSQL at a `postgres://` URL. Runs no migration. */
export function openDatabase(where: { readonly sqlite: string } | { readonly postgres: string }): Db {
  return 'sqlite' in where ? openSqlite(where.sqlite) : openPostgres(where.postgres)
}

function openSqlite(path: string): Db {
  const engine = openSqliteEngine(path)
  const queries = new Kysely<Database>({ dialect: sqliteDialect(engine) })
  return {
    kind: 'sqlite',
    queries,
    prepareSharedRead: ({ sql }) => engine.reader.prepareShared(sql),
    createMemory: () => engine.reader.createMemory(),
    commitQuietly: (parts, sent = () => {}) =>
      engine.commitQuietly(() => statementsOf(parts, readingAnew(engine.reader)), sent),
    async close() {
      await queries.destroy()
      await engine.close()
    },
  }
}

// What parts read fills their memory. A memory that a failure emptied must not be filled from before the commits that were on their way then.
function readingAnew(reader: SqliteReader): Run {
  let isAnew = false
  return <R>({ sql, parameters }: CompiledQuery<R>) => {
    if (!isAnew) reader.refresh()
    isAnew = true
    return reader.prepare<R>(sql)(parameters)
  }
}

function openPostgres(url: string): Db {
  const queries = new Kysely<Database>({ dialect: postgresDialect(url) })
  const batches = openPartsCommit(url)
  return {
    kind: 'postgres',
    queries,
    prepareSharedRead: (query) =>
      joined(async (parameter) => (await queries.executeQuery(withParameters(query, [parameter]))).rows),
    createMemory: () => NO_MEMORY,
    commitQuietly: (parts) => retrying(() => batches.commit(parts)),
    close: async () => {
      await Promise.all([queries.destroy(), batches.close()])
    },
  }
}

async function statementsOf(parts: readonly CommitPart[], run: Run): Promise<Statements> {
  const statements: CompiledQuery[] = []
  for (const part of parts) statements.push(...(await part(run)))
  return statements
}

/**
 * Runs `work` in a transaction (on SQLite the only one at that time) and commits. Anything thrown rolls back. Deadlocks
 * and serialisation failures of PostgreSQL are tried again, so `work` must touch nothing but the transaction, and it
 * never waits for anything but the database.
 */
export function transaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return retrying(() => db.queries.transaction().execute(work))
}

async function retrying<T>(attemptOnce: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce()
    } catch (error) {
      if (attempt >= RETRIES || !isTransient(error)) throw error
    }
  }
}

const TRANSIENT_CODES = new Set(['40001', '40P01'])

function isTransient(error: unknown): boolean {
  return error instanceof Error && 'code' in error && TRANSIENT_CODES.has(String(error.code))
}
