import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { CommitPart, Run } from '../commit-part.ts'
import { openPool } from './dialect.ts'

/** Commits what parts give, in as few trips to the database as they have reads to wait for. */
export interface PartsCommit {
  commit(parts: readonly CommitPart[]): Promise<void>
  close(): Promise<void>
}

/** Few connections: who commits parts does so for many callers at once. */
const POOL_SIZE = 4

/** Opens connections on which a statement does not wait for the answer to the one before it. */
export function openPartsCommit(url: string): PartsCommit {
  const pool = openPool(url, { max: POOL_SIZE, pipeline: true })
  return { commit: (parts) => commitParts(pool, parts), close: () => pool.end() }
}

async function commitParts(pool: PostgresPool, parts: readonly CommitPart[]): Promise<void> {
  const client = await pool.connect()
  const sent: Promise<unknown>[] = []
  const send = <R>(sql: string, parameters: readonly unknown[] = []) => {
    const answer = client.query<R>(sql, parameters)
    sent.push(answer)
    // Each is heard at the end; until then none may count as nobody's.
    answer.catch(() => {})
    return answer
  }
  const run: Run = async ({ sql, parameters }) => (await send<never>(sql, parameters)).rows
  try {
    send('begin')
    // What a part has locked and written comes before what the next one locks: one order, as in every transaction, keeps them from
    // waiting in a ring.
    for (const part of parts) for (const { sql, parameters } of await part(run)) send(sql, parameters)
    send('commit')
    await Promise.all(sent)
  } catch (error) {
    const outcomes = await Promise.allSettled(sent)
    await rollBack(client)
    // What came after the first that failed has failed because of it.
    const first = outcomes.find((outcome) => outcome.status === 'rejected')
    throw first?.reason ?? error
  }
  client.release()
}

// After a statement that failed the commit has rolled back already; a connection that is broken is thrown away by its pool.
async function rollBack(client: PostgresPoolClient): Promise<void> {
  await client.query('rollback', []).catch(() => {})
  client.release()
}
