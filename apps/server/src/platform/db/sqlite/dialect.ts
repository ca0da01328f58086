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
import { isOver } from './over.ts'
import { openReader, type SqliteReader } from './reader.ts'
import { createTurns, type Turns } from './turns.ts'
import { LeftOut, openWriter, type SqliteWriter, type Statement } from './writer.ts'

/** One SQLite file: the connection that writes, the one that reads, and whose turn it is. */
export interface SqliteEngine {
  readonly writer: SqliteWriter
  readonly reader: SqliteReader
  readonly turns: Turns
  /**
   * Waits for its turn, calls `make`, and commits its statements in one trip; if one fails nothing is kept. They change nothing that a shared
   * read could tell; what memories hold still holds. Calls `sent` when another such commit may come after it, before this one is on
   * the disk. `make` may be called again.
   */
  commitQuietly(make: MakeStatements, sent: () => void): Promise<void>
  close(): Promise<void>
}

type MakeStatements = () => Promise<readonly CompiledQuery[]>
type Connections = Pick<SqliteEngine, 'writer' | 'reader' | 'turns'>

/** Opens a file; what is wrong with it shows in the first statement. */
export function openSqliteEngine(path: string): SqliteEngine {
  const engine = { writer: openWriter(path), reader: openReader(path), turns: createTurns() }
  let commits = 0
  return {
    ...engine,
    commitQuietly: async (make, sent) => {
      while (!(await commitInRow(engine, make, sent)));
      commits += 1
      if (commits % COMMITS_PER_CHECKPOINT === 0) checkpoint(engine).catch(ignore)
    },
    async close() {
      engine.reader.close()
      await engine.writer.close()
    },
  }
}

/** Quiet commits after which the log is brought into the file: about 20 MB of them. */
const COMMITS_PER_CHECKPOINT = 256

// When nothing is on its way and no read looks at an earlier state, all of the log can go into the file and it begins anew. Under load
// SQLite, which tries after a commit, meets no such moment.
async function checkpoint({ writer, reader, turns }: Connections): Promise<void> {
  await turns.acquire('alone')
  try {
    reader.refresh()
    await writer.run(CHECKPOINT)
    reader.refresh()
  } finally {
    turns.release()
  }
}

// What stands in its way is over at the next one, or shows in the next commit.
function ignore(): void {}

const CHECKPOINT = { sql: 'pragma wal_checkpoint(passive)', parameters: [], onlyChanges: false }

/** Gives false when a commit that this one came after has failed: nothing was written, and what was made of it does not hold. */
async function commitInRow(engine: Connections, make: MakeStatements, sent: () => void): Promise<boolean> {
  const { writer, reader, turns } = engine
  await turns.acquire('quiet')
  const statements = await makeToSend(engine, make)
  const place = turns.send()
  if (place === undefined) {
    reader.forget()
    return false
  }
  const committed = writer.commit(statements.map(toStatement), place.follows)
  sent()
  let hasFailed = true
  try {
    await committed
    hasFailed = false
  } catch (error) {
    if (!(error instanceof LeftOut)) throw error
  } finally {
    if (hasFailed) lookAnew(reader, () => place.arrived(true))
    else place.arrived(false)
  }
  return !hasFailed
}

async function makeToSend({ reader, turns }: Connections, make: MakeStatements): Promise<readonly CompiledQuery[]> {
  try {
    return await make()
  } catch (error) {
    lookAnew(reader, () => turns.release(true))
    throw error
  }
}

function toStatement({ sql, parameters }: CompiledQuery): Statement {
  return { sql, parameters, onlyChanges: true }
}

function letGo(reader: SqliteReader, turns: Turns): void {
  lookAnew(reader, () => turns.release())
}

// Before anybody hears of what was written, and before the next one is made.
function lookAnew(reader: SqliteReader, then: () => void): void {
  try {
    reader.forget()
  } finally {
    then()
  }
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

function createDriver({ writer, reader, turns }: SqliteEngine): Driver {
  const connection = createConnection(writer)
  return {
    init: async () => {},
    async acquireConnection() {
      await turns.acquire('alone')
      return connection
    },
    beginTransaction: async () => writer.defer(BEGIN),
    async commitTransaction() {
      await writer.run(COMMIT)
      reader.forget()
    },
    async rollbackTransaction() {
      await writer.run(ROLLBACK).catch(unlessOver)
    },
    releaseConnection: async () => letGo(reader, turns),
    // Whoever opened the engine closes it, also when nothing was asked here.
    destroy: async () => {},
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
