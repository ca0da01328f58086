import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { createMutex, type Mutex } from './mutex.ts'
import { isOver } from './over.ts'
import { openReader, type SqliteReader } from './reader.ts'
import { openWriter, type SqliteWriter } from './writer.ts'

/** One SQLite file: the connection that writes, the one that reads, and whose turn it is. */
export interface SqliteEngine {
  readonly writer: SqliteWriter
  readonly reader: SqliteReader
  readonly turn: Mutex
  /**
   * Waits for its turn, calls `make`, and commits its statements in one trip; if one fails nothing is kept. `isQuiet`: they change
   * nothing that a shared read could tell, and what memories hold still holds.
   */
  commit(make: () => Promise<readonly CompiledQuery[]>, isQuiet: boolean): Promise<void>
}

/** Opens a file; what is wrong with it shows in the first statement. */
export function openSqliteEngine(path: string): SqliteEngine {
  const engine = { writer: openWriter(path), reader: openReader(path), turn: createMutex() }
  return { ...engine, commit: (make, isQuiet) => commitAtOnce(engine, make, isQuiet) }
}

async function commitAtOnce(
  { writer, reader, turn }: Omit<SqliteEngine, 'commit'>,
  make: () => Promise<readonly CompiledQuery[]>,
  isQuiet: boolean,
): Promise<void> {
  await turn.acquire()
  let holds = false
  try {
    const statements = (await make()).map(({ sql, parameters }) => ({ sql, parameters, onlyChanges: true }))
    // An open read transaction would keep SQLite from beginning its log anew with this commit.
    reader.refresh()
    writer.defer(BEGIN)
    const results = await Promise.allSettled([...statements, COMMIT].map((statement) => writer.run(statement)))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined) await rollBack(writer, failed.reason)
    holds = isQuiet
  } finally {
    letGo(reader, turn, holds)
  }
}

// Before anybody hears of what was written.
function letGo(reader: SqliteReader, turn: Mutex, holds: boolean): void {
  try {
    if (!holds) reader.forget()
    reader.refresh()
  } finally {
    turn.release()
  }
}

async function rollBack(writer: SqliteWriter, reason: unknown): Promise<never> {
  await writer.run(ROLLBACK).catch(unlessOver)
  throw reason
}

const BEGIN = 'begin immediate'
const COMMIT = { sql: 'commit', parameters: [], onlyChanges: true }
const ROLLBACK = { sql: 'rollback', parameters: [], onlyChanges: true }

/** Kysely on one SQLite file through the connection that writes: whoever has it is the only one, so a transaction is never shared. */
export function sqliteDialect(engine: SqliteEngine): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => createDriver(engine),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function createDriver({ writer, reader, turn }: SqliteEngine): Driver {
  const connection = createConnection(writer)
  return {
    init: async () => {},
    async acquireConnection() {
      await turn.acquire()
      return connection
    },
    beginTransaction: async () => writer.defer(BEGIN),
    async commitTransaction() {
      await writer.run(COMMIT)
      reader.forget()
      reader.refresh()
    },
    async rollbackTransaction() {
      await writer.run(ROLLBACK).catch(unlessOver)
    },
    releaseConnection: async () => letGo(reader, turn, false),
    async destroy() {
      reader.close()
      await writer.close()
    },
  }
}

// A transaction may also have failed to begin.
function unlessOver(error: unknown): void {
  if (!isOver(error)) throw error
}

function createConnection(writer: SqliteWriter): DatabaseConnection {
  return {
    async executeQuery<R>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<R>> {
      const result = await writer.run({ sql, parameters, onlyChanges: onlyChanges(query) })
      return 'rows' in result ? { rows: result.rows as R[] } : { rows: [], numAffectedRows: BigInt(result.changes) }
    },
    // biome-ignore lint/correctness/useYield: SQLite has no cursors here; Kysely's interface asks for the method
    async *streamQuery() {
      throw new TypeError('streaming is not available; page the list')
    },
  }
}

// The API does not tell whether a statement returns rows, but the query's syntax tree does.
function onlyChanges(query: CompiledQuery['query']): boolean {
  const changes =
    query.kind === 'InsertQueryNode' || query.kind === 'UpdateQueryNode' || query.kind === 'DeleteQueryNode'
  return changes && query.returning === undefined
}
