import { accountRoutes } from '@cordon/api/accounts/routes'
import { appRoutes } from '@cordon/api/apps/routes'
import { auditRoutes } from '@cordon/api/audit/routes'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, type SignedIn } from '../../../test/harness.ts'
import { createApp, joinTeam, type ServerWorld, startBuild, startWorld } from '../../../test/world.ts'
import { openDatabase, type Queries, transaction } from '../../platform/db/database.ts'
import { updateEnded } from './store.ts'

// SQLite has one writer: nothing happens between the look and the end.
const concurrent = DATABASES.filter(({ database }) => database === 'postgres')

describe.each(concurrent)('whoever leads no more, on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let world: ServerWorld
    let dana: SignedIn
    beforeAll(async () => {
      world = await startWorld(database)
      dana = await world.server.setUp()
    })
    afterAll(() => world?.close())

    const untilSomebodyWaits = async (queries: Queries) => {
      const waiting = sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
      while ((await waiting.execute(queries)).rows[0]?.n === 0);
    }

    test('is not said to end a build that ended itself meanwhile', async () => {
      const app = await createApp(dana)
      const former = await world.server.addPerson(dana, { email: 'former@example.com' })
      await joinTeam(dana, app.id, former, 'admin')
      const [itself, other] = [await startBuild(former, app.id), await startBuild(former, app.id)]
      const db = openDatabase({ postgres: world.server.scratch.env.CORDON_DATABASE_URL ?? '' })
      const params = { appId: app.id, userId: former.userId }
      const removal = await transaction(db, async (tx) => {
        await updateEnded(tx, itself.build.id, 'success', world.clock.now())
        const removed = dana.client.call(appRoutes.removeMember, { params })
        await untilSomebodyWaits(db.queries)
        return { removed }
      })
      await removal.removed
      await db.close()
      const actionsOf = async (buildId: typeof itself.build.id) => {
        const { items } = await dana.client.call(auditRoutes.ofBuild, { params: { buildId }, query: {} })
        return items.map(({ action }) => action)
      }
      expect(await actionsOf(itself.build.id)).toEqual(['build.started'])
      expect(await actionsOf(other.build.id)).toEqual(['build.started', 'build.ended'])
    })

    test('locks builds of several apps in the order of those who fetch', async () => {
      const former = await world.server.addPerson(dana, { email: 'former.owner@example.com' })
      const ofFormer = async <T>(make: () => Promise<T>) => {
        world.clock.advance(1_000)
        return make()
      }
      const older = await ofFormer(() => createApp(former))
      const newer = await ofFormer(() => createApp(former))
      const first = await ofFormer(() => startBuild(former, newer.id))
      const second = await ofFormer(() => startBuild(former, older.id))
      expect([older.id < newer.id, first.build.id < second.build.id]).toEqual([true, true])
      const db = openDatabase({ postgres: world.server.scratch.env.CORDON_DATABASE_URL ?? '' })
      const { disabled } = await transaction(db, async (tx) => {
        await updateEnded(tx, first.build.id, 'success', world.clock.now())
        const params = { userId: former.userId }
        const disabled = dana.client.call(accountRoutes.changePerson, { params, body: { disabled: true } })
        await untilSomebodyWaits(db.queries)
        // Fails when whoever waits for the first has the second.
        await sql`select id from builds where id = ${second.build.id} for no key update nowait`.execute(tx)
        return { disabled }
      })
      await disabled
      await db.close()
    })
  })
})
