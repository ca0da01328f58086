/** The words in which the two databases differ. */
export interface Words {
  /** Text that sorts byte by byte. */
  readonly text: string
  /** Whole numbers up to 2^53. */
  readonly int: string
  readonly bytes: string
  /** Ends a `create table`. */
  readonly strict: string
}

/** A forward-only change of the schema. Never edited once released. */
export interface Migration {
  readonly id: number
  readonly name: string
  readonly statements: (words: Words) => readonly string[]
}

export const SQLITE_WORDS: Words = { text: 'text', int: 'integer', bytes: 'blob', strict: 'strict' }
export const POSTGRES_WORDS: Words = { text: 'text collate "C"', int: 'bigint', bytes: 'bytea', strict: '' }
