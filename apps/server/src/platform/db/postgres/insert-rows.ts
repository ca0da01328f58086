import { CompiledQuery } from 'kysely'
import type { Database } from '../schema.ts'

// Few lengths, so that the database keeps a prepared statement for each; far below the parameters a statement may have.
const LENGTHS = [64, 16, 4, 1] as const

/**
 * PostgreSQL statements that insert many rows of one shape where it must be fast. `columns` are all columns of the table; their names
 * come from the code, never from outside. Texts of few lengths are made once and prepared once, whatever the number of rows.
 */
export function insertStatements<T extends keyof Database>(
  table: T,
  columns: ReadonlyArray<keyof Database[T] & string>,
  rows: ReadonlyArray<Database[T]>,
): CompiledQuery[] {
  const statements: CompiledQuery[] = []
  let start = 0
  while (start < rows.length) {
    const length = LENGTHS.find((candidate) => candidate <= rows.length - start) ?? 1
    const parameters = rows.slice(start, start + length).flatMap((row) => columns.map((column) => row[column]))
    statements.push(CompiledQuery.raw(textOf(table, columns, length), parameters))
    start += length
  }
  return statements
}

const texts = new Map<string, string>()

function textOf(table: string, columns: readonly string[], length: number): string {
  const key = `${table} ${length}`
  const known = texts.get(key)
  if (known !== undefined) return known
  const text = makeText(table, columns, length)
  texts.set(key, text)
  return text
}

function makeText(table: string, columns: readonly string[], length: number): string {
  const names = columns.map((column) => `"${column}"`).join(', ')
  const row = (index: number) => `(${columns.map((_, place) => `$${index * columns.length + place + 1}`).join(', ')})`
  return `insert into "${table}" (${names}) values ${Array.from({ length }, (_, index) => row(index)).join(', ')}`
}
