import { randomBytes } from 'node:crypto'
import { instant, MINUTE_MS, plusMs } from '@cordon/core/instant'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DATABASES, openScratchDatabase } from '../../../test/databases.ts'
import { systemClock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { createIds } from '../ids.ts'
import { createJobs, type Jobs } from './jobs.ts'

describe.each(DATABASES)('on $database', ({ database, missing }) => {
  describe.skipIf(missing)('jobs', () => {
    let db: Db
    let close: () => Promise<void>
    let jobs: Jobs
    const past = () => plusMs(systemClock.now(), -MINUTE_MS)
    const add = (kind: string, more: { key?: string; dueAt?: ReturnType<typeof instant> } = {}) =>
      jobs.add(db.queries, { kind, payload: { kind }, dueAt: past(), ...more })
    const expireLeases = () =>
      db.queries
        .updateTable('jobs')
        .set({ lease_until: instant(1) })
        .execute()

    beforeAll(async () => {
      ;({ db, close } = await openScratchDatabase(database))
      jobs = createJobs({ db, ids: createIds(systemClock, randomBytes) })
    })
    beforeEach(async () => {
      await db.queries.deleteFrom('jobs').execute()
    })
    afterAll(() => close())

    test('every job is claimed once, however many claim at once', async () => {
      for (let index = 0; index < 40; index += 1) await add(`job ${index}`)
      const claims = await Promise.all(Array.from({ length: 10 }, () => jobs.claim({ limit: 5 })))
      const kinds = claims.flat().map(({ kind }) => kind)
      expect(new Set(kinds).size).toBe(kinds.length)
      // PostgreSQL passes over rows that another claim looks at; what was passed over comes with the next.
      const rest = await jobs.claim({ limit: 40 })
      expect(kinds.length + rest.length).toBe(40)
      expect(await jobs.claim({ limit: 10 })).toEqual([])
    })

    test('a job that is not due yet is left', async () => {
      await add('later', { dueAt: plusMs(systemClock.now(), MINUTE_MS) })
      expect(await jobs.claim({ limit: 10 })).toEqual([])
    })

    test('a job with a key waits once', async () => {
      await add('expiry', { key: 'expiry:conn_1' })
      await add('expiry', { key: 'expiry:conn_1' })
      expect(await jobs.claim({ limit: 10 })).toHaveLength(1)
    })

    test('a job whose worker died is claimed again, and the dead one can finish nothing', async () => {
      await add('work')
      const [first] = await jobs.claim({ limit: 1 })
      await expireLeases()
      const [second] = await jobs.claim({ limit: 1 })
      expect(second).toMatchObject({ kind: 'work', attempts: 2, payload: { kind: 'work' } })
      if (first === undefined || second === undefined) throw new Error('not claimed')
      await jobs.complete(first)
      expect(await db.queries.selectFrom('jobs').select('id').execute()).toHaveLength(1)
      await jobs.complete(second)
      expect(await db.queries.selectFrom('jobs').select('id').execute()).toEqual([])
    })

    test('a job that failed comes back at its time, with the reason beside it', async () => {
      await add('work')
      const [job] = await jobs.claim({ limit: 1 })
      if (job === undefined) throw new Error('not claimed')
      await jobs.retry(job, past(), 'Apple did not answer')
      const row = await db.queries.selectFrom('jobs').selectAll().executeTakeFirstOrThrow()
      expect(row).toMatchObject({ last_error: 'Apple did not answer', attempts: 1, lease_until: null })
      expect(await jobs.claim({ limit: 1 })).toHaveLength(1)
    })
  })
})
