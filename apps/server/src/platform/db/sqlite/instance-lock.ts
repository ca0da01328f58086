import { databaseErrors } from '../errors.ts'
import { openSqliteFile, type SqliteFile } from './engine.ts'

/** Proof that this process is the only one that uses a data folder. */
export interface InstanceLock {
  release(): void
}

/**
 * Takes the lock file beside the database. The operating system lets go of it when the process ends, however it ends.
 * Throws `database.in_use` when another process has it.
 */
export function takeInstanceLock(path: string): InstanceLock {
  const file = openSqliteFile(path)
  try {
    // A lock of SQLite's own: Node has no other lock that ends with the process.
    file.exec('pragma busy_timeout = 0')
    file.exec('pragma journal_mode = memory')
    file.exec('begin exclusive')
  } catch (cause) {
    file.close()
    throw databaseErrors.in_use({ file: path }, { cause })
  }
  return { release: () => release(file) }
}

function release(file: SqliteFile): void {
  file.exec('rollback')
  file.close()
}
