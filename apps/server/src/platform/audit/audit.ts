import type { CommitPart, Run, Statements } from '../db/commit-part.ts'
import type { Db, Tx } from '../db/database.ts'
import type { Memory } from '../db/memory.ts'
import { type AppendParts, appendAll, appendStatements, type Head } from './append.ts'
import type { AuditInput } from './event.ts'
import { createGroupCommit } from './group-commit.ts'
import { type ChainCheck, verifyAll, verifyChain } from './verify.ts'

/** What is committed together. */
export interface LoggedChange {
  readonly statements: Statements
  readonly events: readonly AuditInput[]
}

/** The audit log: append-only, one hash chain per app and one for the instance. */
export interface Audit {
  /** Adds events inside the caller's transaction: state and log are kept together or not at all. Give all at once. */
  append(tx: Tx, ...events: readonly AuditInput[]): Promise<void>
  /**
   * Adds an event that stands alone and resolves when it is durable. Nothing secret may leave before. Many callers
   * share a commit. Not inside a transaction.
   */
  appendBeforeRelease(event: AuditInput): Promise<void>
  /**
   * Commits statements and events together, in fewer trips than a transaction. `make` reads rows that nobody writes until the commit (on
   * PostgreSQL: if it locks them) and may run again. The statements change nothing that a shared read tells. `sent` is called
   * when the next such commit may be made, unless this one ends before.
   */
  commitWith(make: (run: Run) => Promise<LoggedChange>, sent?: () => void): Promise<void>
  /** Reads one chain from its first event to its sealed head and says whether it holds. */
  verify(chain: string): Promise<ChainCheck>
  /** Checks every chain. */
  verifyAll(): Promise<ChainCheck[]>
  /** Resolves when nothing waits to be written. */
  drain(): Promise<void>
}

/** Makes the audit log on a database. */
export function createAudit(given: Omit<AppendParts, 'heads'>): Audit {
  const parts: AppendParts = { ...given, heads: headsOf(given.db) }
  const commitWith: Audit['commitWith'] = (make, sent) => {
    let made: LoggedChange = { statements: [], events: [] }
    const change: CommitPart = async (run) => {
      made = await make(run)
      return made.statements
    }
    return parts.db.commitQuietly([change, (run) => appendStatements(parts, run, made.events)], sent)
  }
  const group = createGroupCommit<AuditInput>((events, sent) =>
    commitWith(async () => ({ statements: [], events }), sent),
  )
  return {
    append: (tx, ...events) => appendAll(parts, tx, events),
    appendBeforeRelease: (event) => group.add(event),
    commitWith,
    verify: (chain) => verifyChain(parts, chain),
    verifyAll: () => verifyAll(parts),
    drain: () => group.drain(),
  }
}

const memories = new WeakMap<Db, Memory<Head>>()

// Of a database, not of a log: whoever opens a second log on it must know the same.
function headsOf(db: Db): Memory<Head> {
  const heads = memories.get(db) ?? db.createMemory<Head>()
  memories.set(db, heads)
  return heads
}
