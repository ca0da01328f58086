import { createRequire, isBuiltin } from 'node:module'

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
  return isBuiltin('node:sqlite') ? 'node:sqlite' : require.resolve('@photostructure/sqlite')
}

/** Opens a database file. */
export function openSqliteFile(path: string): SqliteFile {
  const { DatabaseSync } = loadQuietly(() => require(sqliteModulePath()) as SqliteModule)
  return new DatabaseSync(path, OPEN_OPTIONS)
}

/** Keeps a thread that loads the same from warning, as `loadQuietly` does here. */
export const QUIET_THREAD = ['--disable-warning=ExperimentalWarning']

// Node 22 warns that its SQLite is an experiment, Node 24 does not; what is used of it here is alike in both.
function loadQuietly<T>(load: () => T): T {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return load()
  } finally {
    process.emitWarning = emitWarning
  }
}
