import { randomBytes } from 'node:crypto'
import { instant, MINUTE_MS } from '@cordon/core/instant'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { DATABASES, openScratchDatabase } from '../../../test/databases.ts'
import { type TestClock, testClock } from '../../../test/harness.ts'
import { systemClock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { createIds } from '../ids.ts'
import { createLog } from '../log.ts'
import { createJobs, type Jobs } from './jobs.ts'
import { createWorker, type Worker } from './worker.ts'

describe.each(DATABASES)('on $database', ({ database, missing }) => {
  describe.skipIf(missing)('the worker', () => {
    let db: Db
    let close: () => Promise<void>
    let jobs: Jobs
    let clock: TestClock
    let done: string[]
    // What the worker is given when it looks for jobs, held back until a test lets go of it.
    let looked: () => void
    let held: Promise<void>
    let worker: Worker
    const addDueIn = (kind: string, ms: number) =>
      jobs.add(db.queries, { kind, payload: { kind }, dueAt: instant(clock.now() + ms) })

    beforeAll(async () => {
      ;({ db, close } = await openScratchDatabase(database))
      jobs = createJobs({ db, ids: createIds(systemClock, randomBytes) })
    })
    beforeEach(async () => {
      await db.queries.deleteFrom('jobs').execute()
      clock = testClock()
      done = []
      looked = () => {}
      held = Promise.resolve()
      const handler = async ({ kind }: Readonly<Record<string, unknown>>) => {
        done.push(String(kind))
        if (kind === 'broken') throw new Error('not today')
      }
      worker = createWorker({
        jobs: { ...jobs, claim: (what) => claimHeld(what) },
        clock,
        log: createLog('silent'),
        handlers: { now: handler, later: handler, broken: handler },
      })
    })
    afterAll(() => close())

    async function claimHeld(what: Parameters<Jobs['claim']>[0]) {
      const claimed = await jobs.claim(what)
      looked()
      await held
      return claimed
    }

    /** Holds a look for jobs when it knows what is due. Gives what began it, and what lets it go on. */
    async function begun<R>(begin: () => R): Promise<{ readonly run: R; readonly letGo: () => void }> {
      let letGo = () => {}
      held = new Promise((resolve) => {
        letGo = resolve
      })
      const isThere = new Promise<void>((resolve) => {
        looked = resolve
      })
      const run = begin()
      await isThere
      return { run, letGo }
    }

    test('what has become due while it looked is done before the answer', async () => {
      await addDueIn('now', 0)
      await addDueIn('later', MINUTE_MS)
      await worker.runDue()
      expect(done).toEqual(['now'])
      const { run, letGo } = await begun(() => worker.runDue())
      clock.advance(MINUTE_MS)
      const again = worker.runDue()
      letGo()
      expect(await run).toBe(0)
      expect(await again).toBe(1)
      expect(done).toEqual(['now', 'later'])
    })

    test('who asks meanwhile shares one more look, and stopping waits for it', async () => {
      await addDueIn('later', MINUTE_MS)
      const { letGo } = await begun(() => worker.runDue())
      clock.advance(MINUTE_MS)
      expect(worker.runDue()).toBe(worker.runDue())
      letGo()
      await worker.stop()
      expect(done).toEqual(['later'])
    })

    test('by itself it looks every five seconds, but not while it looks already', async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
      onTestFinished(() => void vi.useRealTimers())
      worker.start()
      const { letGo } = await begun(() => vi.advanceTimersByTime(5_000))
      let looks = 0
      looked = () => {
        looks += 1
      }
      vi.advanceTimersByTime(15_000)
      letGo()
      await worker.runDue()
      expect(looks).toBe(1)
      await worker.stop()
      vi.advanceTimersByTime(60_000)
      await worker.runDue()
      expect(looks).toBe(2)
    })

    test('a job that fails is tried again a minute later', async () => {
      await addDueIn('broken', 0)
      expect(await worker.runDue()).toBe(1)
      expect(await worker.runDue()).toBe(0)
      clock.advance(MINUTE_MS)
      expect(await worker.runDue()).toBe(1)
      expect(done).toEqual(['broken', 'broken'])
    })
  })
})
