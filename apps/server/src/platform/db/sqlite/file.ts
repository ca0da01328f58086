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
  // What a large statement may have to take back is kept in memory: with a file in the system's folder for temporary files, each commit
  // of many releases made one, and wrote every page a second time.
  'pragma temp_store = memory',
]

/** Opens a file with the settings that every connection has. */
export function openDurably(path: string): SqliteFile {
  const file = openSqliteFile(path)
  for (const pragma of PRAGMAS) file.exec(pragma)
  return file
}
