import type { CompiledQuery } from 'kysely'

/** Statements in the order in which they run. */
export type Statements = readonly CompiledQuery[]

/** Runs one statement where the transaction is and gives its rows. */
export type Run = <R>(query: CompiledQuery<R>) => Promise<readonly R[]>

/** A part of a commit: reads, and gives statements to run after those of the parts before it. */
export type CommitPart = (run: Run) => Promise<Statements>
