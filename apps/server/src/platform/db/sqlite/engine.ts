import { createRequire } from 'node:module'

/** A prepared statement of the `node:sqlite` API. */
export interface SqliteStatement {
  all(...parameters: readonly unknown[]): unknown[]
  run(...parameters: readonly unknown[]): { readonly changes: number | bigint }
}

/** One open connection of the `node:sqlite` API. */
export interface SqliteFile {
  exec(sql: string): void
  prepare(sql: string): SqliteStatement
  close(): void
}

interface SqliteModule {
  readonly DatabaseSync: new (path: string, options: { readonly timeout: number }) => SqliteFile
}

const BUSY_TIMEOUT_MS = 5_000

/** Opens a database file with Node's own SQLite where the running Node has it, else with its stand-in. */
export function openSqliteFile(path: string): SqliteFile {
  return new (sqliteModule().DatabaseSync)(path, { timeout: BUSY_TIMEOUT_MS })
}

function sqliteModule(): SqliteModule {
  const builtin: unknown = process.getBuiltinModule?.('node:sqlite')
  const found = builtin ?? createRequire(import.meta.url)('@photostructure/sqlite')
  return found as SqliteModule
}
