import { DAY_MS, HOUR_MS, MINUTE_MS, plusMs } from '@cordon/core/instant'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, openScratchDatabase } from '../../../test/databases.ts'
import { testClock } from '../../../test/harness.ts'
import type { Db } from '../db/database.ts'
import { createQuota } from './quota.ts'
import { createThrottle } from './throttle.ts'

const SLOW = { firstWaitMs: HOUR_MS, longestWaitMs: HOUR_MS, forgetAfterMs: DAY_MS }

describe.each(DATABASES)('on $database', ({ database, missing }) => {
  describe.skipIf(missing)('counters', () => {
    const clock = testClock()
    let db: Db
    let close: () => Promise<void>
    beforeAll(async () => {
      ;({ db, close } = await openScratchDatabase(database))
    })
    afterAll(() => close())

    test('what one counter keeps for a day another that forgets after an hour does not throw away', async () => {
      const [slow, quick] = [createThrottle({ db, clock }, SLOW), createThrottle({ db, clock })]
      const key = { name: 'kept', free: 2 }
      expect([await slow.tryNow([key]), await slow.tryNow([key])]).toEqual([0, 0])
      clock.advance(2 * HOUR_MS)
      expect(await quick.tryNow([{ name: 'other', free: 2 }])).toBe(0)
      expect(await slow.tryNow([key])).toBe(0)
      // The third try within a day: an hour's pause again.
      expect(await slow.tryNow([key])).toBe(HOUR_MS)
      clock.advance(DAY_MS + HOUR_MS)
      expect([await slow.tryNow([key]), await slow.tryNow([key])]).toEqual([0, 0])
      expect(await slow.tryNow([key])).toBe(HOUR_MS)
    })

    test('a block lasts until its end, for three days too, and a shorter one does not shorten it', async () => {
      const throttle = createThrottle({ db, clock }, SLOW)
      const key = { name: 'blocked', free: 2 }
      expect(await throttle.blockedMs(key)).toBe(0)
      await throttle.block(key, plusMs(clock.now(), 3 * DAY_MS))
      await throttle.block(key, plusMs(clock.now(), MINUTE_MS))
      clock.advance(3 * DAY_MS - MINUTE_MS)
      await throttle.tryNow([{ name: 'somebody else', free: 2 }])
      expect(await throttle.blockedMs(key)).toBe(MINUTE_MS)
      expect(await throttle.tryNow([key])).toBe(MINUTE_MS)
      clock.advance(MINUTE_MS)
      expect(await throttle.blockedMs(key)).toBe(0)
      expect(await throttle.tryNow([key])).toBe(0)
    })

    const kept = async (prefix: string) => {
      const rows = await db.queries.selectFrom('throttles').select('key').execute()
      return rows.filter(({ key }) => key.startsWith(prefix)).length
    }
    test('what is refused leaves nothing, whatever names are made up, also when all come at once', async () => {
      const quota = createQuota({ db, clock }, { windowMs: HOUR_MS })
      const throttle = createThrottle({ db, clock }, SLOW)
      const [person, address] = [
        { name: 'person', most: 3 },
        { name: 'z-address', free: 2 },
      ]
      const eight = Array.from({ length: 8 }, (_, n) => n)
      const asked = await Promise.all(eight.map((n) => quota.take([person, { name: `asked ${n}`, most: 9 }])))
      expect([asked.filter((wait) => wait === 0).length, await kept('asked')]).toEqual([3, 3])
      const tried = await Promise.all(eight.map((n) => throttle.tryNow([address, { name: `tried ${n}`, free: 9 }])))
      expect([tried.filter((wait) => wait === 0).length, await kept('tried')]).toEqual([2, 2])
      for (const n of eight) {
        expect(await quota.take([person, { name: `later ${n}`, most: 9 }])).toBe(HOUR_MS)
        expect(await throttle.tryNow([address, { name: `later ${n}`, free: 9 }])).toBe(HOUR_MS)
      }
      expect(await kept('later')).toBe(0)
    })

    test('a quota lets so many through in a window, also when they come at once, and a full key spends no other', async () => {
      const quota = createQuota({ db, clock }, { windowMs: HOUR_MS })
      const [narrow, wide] = [
        { name: 'narrow', most: 3 },
        { name: 'wide', most: 4 },
      ]
      const waits = await Promise.all(Array.from({ length: 8 }, () => quota.take([wide, narrow])))
      expect(waits.filter((wait) => wait === 0)).toHaveLength(3)
      clock.advance(20 * MINUTE_MS)
      expect(await quota.take([narrow])).toBe(40 * MINUTE_MS)
      expect([await quota.take([wide]), await quota.take([wide])]).toEqual([0, 40 * MINUTE_MS])
      clock.advance(40 * MINUTE_MS)
      expect(await quota.take([narrow, wide])).toBe(0)
    })
  })
})
