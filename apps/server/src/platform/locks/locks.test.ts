import { randomBytes } from 'node:crypto'
import { instant } from '@cordon/core/instant'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, openScratchDatabase } from '../../../test/databases.ts'
import type { Db } from '../db/database.ts'
import { createLocks, type Lease, type Locks } from './locks.ts'

describe.each(DATABASES)('on $database', ({ database, missing }) => {
  describe.skipIf(missing)('locks', () => {
    let db: Db
    let close: () => Promise<void>
    let locks: Locks
    const expire = (name: string) =>
      db.queries
        .updateTable('locks')
        .set({ expires_at: instant(1) })
        .where('name', '=', name)
        .execute()
    const take = async (name: string): Promise<Lease> => {
      const lease = await locks.tryAcquire(name)
      if (lease === undefined) throw new Error(`"${name}" is held`)
      return lease
    }

    beforeAll(async () => {
      ;({ db, close } = await openScratchDatabase(database))
      locks = createLocks({ db, randomBytes })
    })
    afterAll(() => close())

    test('of many who try at once one gets the lock', async () => {
      const tries = await Promise.all(Array.from({ length: 12 }, () => locks.tryAcquire('team')))
      expect(tries.filter((lease) => lease !== undefined)).toHaveLength(1)
      expect(await locks.tryAcquire('other team')).toBeDefined()
    })

    test('each holder has a larger fence than all before', async () => {
      const fences: number[] = []
      for (let round = 0; round < 3; round += 1) {
        const lease = await take('fenced')
        fences.push(lease.fence)
        await locks.release(lease)
      }
      expect(fences).toEqual([1, 2, 3])
    })

    test('a lease that ran out goes to the next, and its holder can neither renew nor release', async () => {
      const first = await take('lost')
      expect(await locks.renew(first)).toBe(true)
      await expire('lost')
      expect(await locks.renew(first)).toBe(false)
      const second = await take('lost')
      await locks.release(first)
      expect(await locks.tryAcquire('lost')).toBeUndefined()
      expect(await locks.renew(second)).toBe(true)
    })
  })
})
