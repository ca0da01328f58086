import { openSqliteFile, type SqliteFile } from './engine.ts'

/** The settings of every connection. */
// FULL: a commit is on the disk when it is acknowledged; NORMAL loses the last ones at a power cut.
export const PRAGMAS: readonly string[] = [
  'pragma journal_mode = wal',
  'pragma synchronous = full',
  'pragma foreign_keys = on',
  'pragma busy_timeout = 5000',
  'pragma trusted_schema = off',
  'pragma secure_delete = on',
]

/** Opens a file with the settings that every connection has. */
export function openDurably(path: string): SqliteFile {
  const file = openSqliteFile(path)
  for (const pragma of PRAGMAS) file.exec(pragma)
  return file
}
