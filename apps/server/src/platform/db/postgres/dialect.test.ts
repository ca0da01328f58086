import { CompiledQuery, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, openScratchDatabase } from '../../../../test/databases.ts'
import { type Db, transaction } from '../database.ts'

const isMissing = DATABASES.some(({ database, missing }) => database === 'postgres' && missing)

// An error that nobody listens to ends the process, and so fails the run of this file.
describe.skipIf(isMissing)('a connection that the database ends while it is in use', () => {
  let db: Db
  let close: () => Promise<void>
  beforeAll(async () => {
    ;({ db, close } = await openScratchDatabase('postgres'))
  })
  afterAll(() => close?.())

  const ownProcess = sql<{ pid: number }>`select pg_backend_pid() as pid`
  const endProcess = (pid: number | undefined) => sql`select pg_terminate_backend(${pid}, 5000)`.execute(db.queries)

  test('fails the transaction on it, and the next one is done', async () => {
    const broken = transaction(db, async (tx) => {
      await endProcess((await ownProcess.execute(tx)).rows[0]?.pid)
      await tx.insertInto('counters').values({ name: 'broken', value: 1 }).execute()
    })
    await expect(broken).rejects.toThrow()
    await transaction(db, (tx) => tx.insertInto('counters').values({ name: 'next', value: 1 }).execute())
    expect(await db.queries.selectFrom('counters').select('name').execute()).toEqual([{ name: 'next' }])
  })

  test('fails what is committed on it, and the next commit is done', async () => {
    const put = (name: string) => CompiledQuery.raw('insert into counters (name, value) values ($1, 2)', [name])
    const broken = db.commitQuietly([
      async (run) => {
        await endProcess((await run(ownProcess.compile(db.queries)))[0]?.pid)
        return [put('broken')]
      },
    ])
    await expect(broken).rejects.toThrow()
    await db.commitQuietly([async () => [put('after')]])
    const ofCommits = db.queries.selectFrom('counters').select('name').where('value', '=', 2)
    expect(await ofCommits.execute()).toEqual([{ name: 'after' }])
  })
})

describe.skipIf(isMissing)('a migration', () => {
  test('has no time limit, and what comes after it has one', async () => {
    const limit = "select current_setting('statement_timeout') as statement_timeout"
    const slow = { id: 1, name: 'slow', statements: () => [`create table limits as ${limit}`] }
    const { db, close } = await openScratchDatabase('postgres', [slow])
    try {
      const during = await sql`select statement_timeout from limits`.execute(db.queries)
      const after = await sql.raw(limit).execute(db.queries)
      expect([during.rows, after.rows]).toEqual([[{ statement_timeout: '0' }], [{ statement_timeout: '30s' }]])
    } finally {
      await close()
    }
  })
})
