import { createEmptyableMemory, type EmptyableMemory, type Memory } from '../memory.ts'
import { keyOf, type SharedParameter } from '../shared-parameter.ts'
import type { SqliteFile, SqliteStatement } from './engine.ts'
import { openDurably } from './file.ts'
import { isOver } from './over.ts'

/** A second connection to a SQLite file, for reads only. */
export interface SqliteReader {
  /** A read of the code's own texts, which are few; each call runs it at once, on what was committed when the snapshot began. */
  prepare<R>(sql: string): (parameters: readonly unknown[]) => Promise<readonly R[]>
  /** The same for a read with one parameter; equal calls, also of who prepared the same text elsewhere, share their rows until `forget`, or for a moment. */
  prepareShared<R>(sql: string): (parameter: SharedParameter) => Promise<readonly R[]>
  /** The next read looks anew, and shared rows stay. Without it what quiet commits write is seen a moment later. */
  refresh(): void
  /** Makes a memory for what holds until `forget`. */
  createMemory<V>(): Memory<V>
  /**
   * Empties memories, lets go of shared rows, and the next read looks anew. Must be called after each commit that is not quiet, or failed.
   */
  forget(): void
  close(): void
}

/** A read transaction keeps SQLite from bringing its log into the file; so no longer than this. */
const LONGEST_MS = 50

/** Shared rows hold secrets, sealed and by their readers opened; so no longer than this, also when nothing is committed. */
const LONGEST_SHARED_MS = 100

/**
 * Opens the second connection, at its first use: the file may not have its tables before.
 *
 * Reads share a read transaction, because the first ones in it cost several times what those after them do: SQLite then reads all its pages
 * anew. It ends as soon as something is committed that is not quiet: no read sees less of that than was committed when it began. That
 * rests on this process being the only one that writes to the file. What quiet commits write, reads see a moment later.
 */
export function openReader(path: string): SqliteReader {
  let file: SqliteFile | undefined
  let isOpen = false
  let isClosed = false
  const shared = createSharedRows()
  const memories: EmptyableMemory<unknown>[] = []
  const refresh = () => {
    if (!isOpen) return
    isOpen = false
    endTransaction(file)
  }
  const patience = setTimeout(refresh, LONGEST_MS).unref()
  const begin = () => {
    if (isClosed) throw new TypeError('the database is closed')
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
      return shared.of(sql, (parameter) => read([parameter]))
    },
    createMemory<V>() {
      const memory = createEmptyableMemory<V>()
      memories.push(memory)
      return memory
    },
    refresh,
    forget: () => {
      shared.forget()
      for (const memory of memories) memory.clear()
      refresh()
    },
    close: () => {
      isClosed = true
      clearTimeout(patience)
      shared.close()
      refresh()
      file?.close()
      file = undefined
    },
  }
}

/** Rows that equal calls share. */
function createSharedRows() {
  const all = new Map<string, Map<string, unknown>>()
  let isEmpty = true
  const forget = () => {
    if (isEmpty) return
    for (const rows of all.values()) rows.clear()
    isEmpty = true
  }
  const patience = setTimeout(forget, LONGEST_SHARED_MS).unref()
  return {
    of<R>(sql: string, read: (parameter: SharedParameter) => Promise<readonly R[]>) {
      // The text says what comes back.
      const known = (all.get(sql) ?? new Map()) as Map<string, Promise<readonly R[]>>
      all.set(sql, known)
      const ask = (key: string, parameter: SharedParameter) => {
        const rows = read(parameter)
        if (isEmpty) patience.refresh()
        isEmpty = false
        known.set(key, rows)
        // The next caller tries again.
        rows.catch(() => known.delete(key))
        return rows
      }
      return (parameter: SharedParameter) => {
        const key = keyOf(parameter)
        return known.get(key) ?? ask(key, parameter)
      }
    },
    forget,
    close: () => {
      clearTimeout(patience)
      forget()
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
