import type { CompiledQuery } from 'kysely'

/** The same query text with other parameters, in the order in which the text uses them. For queries that are compiled once. */
export function withParameters<R>(query: CompiledQuery<R>, parameters: readonly unknown[]): CompiledQuery<R> {
  return { ...query, parameters }
}
