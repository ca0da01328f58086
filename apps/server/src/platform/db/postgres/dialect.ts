import { type Dialect, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'

const POOL_SIZE = 16
const CONNECT_TIMEOUT_MS = 5_000
const STATEMENT_TIMEOUT_MS = 30_000
const NAMED_STATEMENTS = 500

/** Kysely on PostgreSQL: a pool, named statements (two to three times as fast), whole numbers as numbers. */
export function postgresDialect(url: string): Dialect {
  return new PostgresDialect({ pool: openPool(url, { max: POOL_SIZE }) })
}

/** Opens connections with named statements and the settings that every one has. */
export function openPool(url: string, options: Pick<pg.PoolConfig, 'max' | 'pipeline'>): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    types: { getTypeParser },
    ...options,
  })
  // A connection that breaks is replaced, and what is under way on it fails. Without listeners, for those that are idle and for those in
  // use, it would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return withNamedStatements(pool)
}

// Every whole number of Cordon's is below 2^53.
const getTypeParser: typeof pg.types.getTypeParser = (type: number, format?: string) =>
  type === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(type, format as 'text')

function withNamedStatements(pool: pg.Pool): PostgresPool {
  const nameOf = statementNames()
  return {
    connect: async () => withNames(await pool.connect(), nameOf),
    end: () => pool.end(),
  }
}

function withNames(client: pg.PoolClient, nameOf: (sql: string) => string | undefined): PostgresPoolClient {
  const query = async (sql: string, parameters: readonly unknown[]) => {
    const name = nameOf(sql)
    return client.query({ text: sql, values: [...parameters], ...(name === undefined ? {} : { name }) })
  }
  // Kysely's type has a second form of `query`, for cursors, which nothing here uses.
  return { query, release: () => client.release() } as unknown as PostgresPoolClient
}

function statementNames(): (sql: string) => string | undefined {
  const names = new Map<string, string>()
  return (sql) => {
    const known = names.get(sql)
    if (known !== undefined || names.size >= NAMED_STATEMENTS) return known
    const name = `s${names.size}`
    names.set(sql, name)
    return name
  }
}
