import type { SqliteFile, SqliteStatement } from './engine.ts'
import { openDurably } from './file.ts'

/** A second connection to a SQLite file, for reads only. */
export interface SqliteReader {
  /** A read of the code's own texts, which are few; each call runs it at once, on what is committed. */
  prepare<R>(sql: string): (parameters: readonly unknown[]) => Promise<readonly R[]>
  /** The same for a read with one text as its parameter; equal calls that see the same state of the database share their rows. */
  prepareShared<R>(sql: string): (parameter: string) => Promise<readonly R[]>
  /** Must be called after each commit of the other connection: the next read then looks anew. */
  refresh(): void
  close(): void
}

/**
 * Opens the second connection, at its first use: the file may not have its tables before.
 *
 * Reads that follow each other within one turn of the event loop share a read transaction, because beginning one costs more
 * than most reads. It ends with the turn, or as soon as something is committed: no read sees less than was committed when
 * it began. That rests on this process being the only one that writes to the file.
 */
export function openReader(path: string): SqliteReader {
  let file: SqliteFile | undefined
  let isOpen = false
  const shared: Array<Map<string, unknown>> = []
  const refresh = () => {
    if (!isOpen) return
    file?.exec('commit')
    isOpen = false
    for (const rows of shared) rows.clear()
  }
  const begin = () => {
    file ??= readOnly(openDurably(path))
    if (!isOpen) {
      file.exec('begin')
      setImmediate(refresh)
    }
    isOpen = true
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
        return rows
      }
    },
    refresh,
    close: () => {
      refresh()
      file?.close()
      file = undefined
    },
  }
}

function readOnly(file: SqliteFile): SqliteFile {
  file.exec('pragma query_only = on')
  return file
}
