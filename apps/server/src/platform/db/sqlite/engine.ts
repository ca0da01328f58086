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
  readonly DatabaseSync: new (path: string, options: typeof OPEN_OPTIONS) => SqliteFile
}

/** How every connection is opened. */
export const OPEN_OPTIONS = { timeout: 5_000 } as const

const require = createRequire(import.meta.url)

/** Where Node's own SQLite, or where the running Node has none its stand-in, is loaded from. */
export function sqliteModulePath(): string {
  return process.getBuiltinModule?.('node:sqlite') === undefined
    ? require.resolve('@photostructure/sqlite')
    : 'node:sqlite'
}

/** Opens a database file. */
export function openSqliteFile(path: string): SqliteFile {
  const { DatabaseSync } = require(sqliteModulePath()) as SqliteModule
  return new DatabaseSync(path, OPEN_OPTIONS)
}
