import type { SqliteFile, SqliteStatement } from './engine.ts'
import { openDurably } from './file.ts'
import { isOver } from './over.ts'

/** A second connection to a SQLite file, for reads only. */
export interface SqliteReader {
  /** A read of the code's own texts, which are few; each call runs it at once, on what is committed. */
  prepare<R>(sql: string): (parameters: readonly unknown[]) => Promise<readonly R[]>
  /** The same for a read with one text as its parameter; equal calls within one read transaction share their rows. */
  prepareShared<R>(sql: string): (parameter: string) => Promise<readonly R[]>
  /** Must be called after each commit of the other connection: the next read then looks anew. */
  refresh(): void
  close(): void
}

/** A read transaction keeps SQLite from beginning its log anew; so no longer than this, also when nothing is committed. */
const LONGEST_MS = 5

/**
 * Opens the second connection, at its first use: the file may not have its tables before.
 *
 * Reads share a read transaction, because beginning one costs several times a read. It ends as soon as something is committed, or after
 * a few milliseconds: no read sees less than was committed when it began. That rests on this process being the only one that writes
 * to the file.
 */
export function openReader(path: string): SqliteReader {
  let file: SqliteFile | undefined
  let isOpen = false
  const shared: Array<Map<string, unknown>> = []
  const refresh = () => {
    for (const rows of shared) rows.clear()
    if (!isOpen) return
    isOpen = false
    endTransaction(file)
  }
  const patience = setTimeout(refresh, LONGEST_MS).unref()
  const begin = () => {
    file ??= readOnly(openDurably(path))
    if (isOpen) return file
    file.exec('begin')
    isOpen = true
    patience.refresh()
    return file
  }
  const prepared = new Map<string, SqliteStatement>()
  const statementOf = (sql: string): SqliteStatement => {
    const open = begin()
    const statement = prepared.get(sql) ?? open.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
  const prepare = <R>(sql: string) => {
    return async (parameters: readonly unknown[]) => statementOf(sql).all(...parameters) as R[]
  }
  return {
    prepare,
    prepareShared<R>(sql: string) {
      const read = prepare<R>(sql)
      const known = new Map<string, Promise<readonly R[]>>()
      shared.push(known)
      return (parameter: string) => {
        const rows = known.get(parameter) ?? read([parameter])
        known.set(parameter, rows)
        // The next caller tries again.
        rows.catch(() => known.delete(parameter))
        return rows
      }
    },
    refresh,
    close: () => {
      clearTimeout(patience)
      refresh()
      file?.close()
      file = undefined
    },
  }
}

// After some failures SQLite has ended it by itself.
function endTransaction(file: SqliteFile | undefined): void {
  try {
    file?.exec('commit')
  } catch (error) {
    if (!isOver(error)) throw error
  }
}

function readOnly(file: SqliteFile): SqliteFile {
  file.exec('pragma query_only = on')
  return file
}
