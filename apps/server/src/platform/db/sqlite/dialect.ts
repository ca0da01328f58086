import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { SqliteFile, SqliteStatement } from './engine.ts'
import { openDurably } from './file.ts'
import { createMutex } from './mutex.ts'

const CACHED_STATEMENTS = 500

/**
 * Kysely on one SQLite file through one connection: whoever has it is the only one, so a transaction is never shared.
 * `afterCommit` is called when something may have been committed, before anybody hears of it.
 */
export function sqliteDialect(path: string, afterCommit: () => void = () => {}): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => createDriver(path, afterCommit),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function createDriver(path: string, afterCommit: () => void): Driver {
  const file = openDurably(path)
  const turn = createMutex()
  const connection = createConnection(file)
  const run = async (sql: string) => {
    await connection.executeQuery(CompiledQuery.raw(sql))
  }
  return {
    init: async () => {},
    async acquireConnection() {
      await turn.acquire()
      return connection
    },
    beginTransaction: () => run('begin immediate'),
    async commitTransaction() {
      await run('commit')
      afterCommit()
    },
    rollbackTransaction: () => run('rollback'),
    async releaseConnection() {
      afterCommit()
      turn.release()
    },
    async destroy() {
      file.close()
    },
  }
}

function createConnection(file: SqliteFile): DatabaseConnection {
  const prepared = statementCache(file)
  return {
    async executeQuery<R>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<R>> {
      const statement = prepared(sql)
      if (!onlyChanges(query)) return { rows: statement.all(...parameters) as R[] }
      return { rows: [], numAffectedRows: BigInt(statement.run(...parameters).changes) }
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

function statementCache(file: SqliteFile): (sql: string) => SqliteStatement {
  const cache = new Map<string, SqliteStatement>()
  return (sql) => {
    const known = cache.get(sql)
    if (known !== undefined) return known
    if (cache.size >= CACHED_STATEMENTS) cache.clear()
    const statement = file.prepare(sql)
    cache.set(sql, statement)
    return statement
  }
}
