import { accountRoutes } from '@cordon/api/accounts/routes'
import { appRoutes } from '@cordon/api/apps/routes'
import { auditRoutes } from '@cordon/api/audit/routes'
import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import { connectionRoutes } from '@cordon/api/connections/routes'
import type { Connection } from '@cordon/api/connections/schema'
import { noticeRoutes } from '@cordon/api/notices/routes'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DATABASES, type SignedIn } from '../../../test/harness.ts'
import {
  authorisationOf,
  authorise,
  codeOf,
  connect,
  createApp,
  errorOf,
  fetchPortalData,
  joinTeam,
  type ServerWorld,
  startBuild,
  startWorld,
} from '../../../test/world.ts'

const TYPE = 'app_store_connect_api_key'

describe.each(DATABASES)('authorisations on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let world: ServerWorld
    let dana: SignedIn
    let robin: SignedIn
    let kim: SignedIn
    let stranger: SignedIn
    const keys: Record<string, Connection> = {}
    beforeAll(async () => {
      world = await startWorld(database)
      dana = await world.server.setUp()
      robin = await world.server.addPerson(dana, { email: 'robin@example.com' })
      kim = await world.server.addPerson(dana, { email: 'kim@example.com' })
      stranger = await world.server.addPerson(dana, { email: 'stranger@example.com' })
      for (const [name, person] of Object.entries({ dana, robin, kim, stranger })) {
        keys[name] = await connect(person, world.newKey(), `${name}'s key`)
      }
    })
    beforeEach(() => world.clock.advance(1_000))
    afterAll(() => world?.close())

    const keyOf = (name: string) => keys[name]?.id ?? ''
    /** An app of Dana's with Robin as admin and Kim as developer. */
    const newApp = async () => {
      const app = await createApp(dana)
      await joinTeam(dana, app.id, robin, 'admin')
      await joinTeam(dana, app.id, kim, 'developer')
      return app
    }
    const namesOffered = async (by: SignedIn, appId: string) =>
      (await authorisationOf(by, appId)).options.map(({ connection }) => connection.name).sort()
    const changeRole = (appId: string, userId: string, role: 'admin' | 'developer') =>
      dana.client.call(appRoutes.changeMember, { params: { appId, userId }, body: { role } })
    const wire = async (appId: string) => (await fetchPortalData(await startBuild(dana, appId))).body
    const restrict = (restricted: boolean) =>
      robin.client.call(connectionRoutes.change, { params: { connectionId: keyOf('robin') }, body: { restricted } })
    const kindsTold = async (person: SignedIn) =>
      (await person.client.call(noticeRoutes.list, { query: { limit: 200 } })).items.map(({ kind }) => kind)

    test("only connections of the app's owner and admins are offered", async () => {
      const app = await newApp()
      expect(await namesOffered(dana, app.id)).toEqual(["dana's key", "robin's key"])
      expect(await namesOffered(robin, app.id)).toEqual(["dana's key", "robin's key"])
      for (const name of ['kim', 'stranger']) {
        expect(await codeOf(authorise(dana, app.id, keyOf(name)))).toBe('authorisation.connection_not_offered')
      }
      await changeRole(app.id, kim.userId, 'admin')
      expect(await namesOffered(dana, app.id)).toContain("kim's key")
    })

    test('a connection that does not exist is refused like one of a stranger', async () => {
      const app = await newApp()
      const unknown = `conn_${'0'.repeat(24)}`
      const [a, b] = [
        await errorOf(authorise(dana, app.id, unknown)),
        await errorOf(authorise(dana, app.id, keyOf('stranger'))),
      ]
      expect([a.code, a.detail]).toEqual([b.code, b.detail])
    })

    test('only the owner and admins may change it; others see what is chosen and nothing else', async () => {
      const app = await newApp()
      await authorise(dana, app.id, keyOf('robin'))
      expect(await codeOf(authorise(kim, app.id, keyOf('dana')))).toBe('access.forbidden')
      const seen = await authorisationOf(kim, app.id)
      expect(seen).toMatchObject({ changeable: false, options: [], current: { state: 'active' } })
      expect(seen.current?.connection).toMatchObject({ name: "robin's key", owner: { email: 'robin@example.com' } })
      expect(await codeOf(authorise(stranger, app.id, keyOf('stranger')))).toBe('app.not_found')
    })

    test('an app uses nothing until it is authorised, and what is chosen reaches the next fetch', async () => {
      const app = await newApp()
      const build = await startBuild(dana, app.id)
      expect((await fetchPortalData(build)).body).toMatchObject({ cordon: { reason: 'nothing_authorised' } })
      expect((await authorisationOf(dana, app.id)).current).toBeNull()
      const chosen = await authorise(dana, app.id, keyOf('dana'))
      expect(chosen.current).toMatchObject({ state: 'active', authorisedBy: { email: 'dana@example.com' } })
      expect((await fetchPortalData(build)).body).toMatchObject({ key_id: chosen.current?.connection.identifier })
    })

    test('there is at most one of a type, also when two are chosen at once', async () => {
      const app = await newApp()
      await Promise.all([authorise(dana, app.id, keyOf('dana')), authorise(robin, app.id, keyOf('robin'))])
      const rows = await world.server.platform.db.queries
        .selectFrom('authorisations')
        .select('state')
        .where('app_id', '=', app.id)
        .execute()
      expect(rows.map(({ state }) => state).sort()).toEqual(['active', 'ended'])
      await expect(authorisationOf(dana, app.id)).resolves.toMatchObject({ current: { state: 'active' } })
    })

    test('choosing the same again changes nothing', async () => {
      const app = await newApp()
      const first = await authorise(dana, app.id, keyOf('dana'))
      expect(await authorise(robin, app.id, keyOf('dana'))).toMatchObject({ current: { id: first.current?.id } })
    })

    test('withdrawing acts at once, and there is nothing to withdraw twice', async () => {
      const app = await newApp()
      await authorise(dana, app.id, keyOf('dana'))
      const build = await startBuild(dana, app.id)
      const withdraw = () => robin.client.call(authorisationRoutes.withdraw, { params: { appId: app.id, type: TYPE } })
      await withdraw()
      expect((await fetchPortalData(build)).body).toMatchObject({ cordon: { reason: 'nothing_authorised' } })
      expect(await codeOf(withdraw())).toBe('authorisation.not_found')
      expect(await kindsTold(dana)).toContain('authorisation_withdrawn')
    })

    test('the owner of the connection is told of each authorisation and may revoke it', async () => {
      const app = await newApp()
      await authorise(dana, app.id, keyOf('robin'))
      const { items, unread } = await robin.client.call(noticeRoutes.list, { query: {} })
      expect(items[0]).toMatchObject({ kind: 'connection_authorised', readAt: null })
      expect(items[0]?.title).toContain("robin's key")
      expect(unread).toBeGreaterThan(0)
      const params = { connectionId: keyOf('robin'), appId: app.id }
      expect(await codeOf(dana.client.call(connectionRoutes.revokeUse, { params }))).toBe('connection.not_found')
      world.clock.advance(1_000)
      await robin.client.call(connectionRoutes.revokeUse, { params })
      expect(await wire(app.id)).toEqual({ cordon: expect.objectContaining({ reason: 'nothing_authorised' }) })
      expect((await dana.client.call(noticeRoutes.list, { query: {} })).items[0]?.kind).toBe('authorisation_revoked')
      expect(await codeOf(robin.client.call(connectionRoutes.revokeUse, { params }))).toBe('authorisation.not_found')
    })

    test('nobody is told what they did themselves', async () => {
      const app = await newApp()
      const counts = async () => [(await kindsTold(dana)).length, (await kindsTold(robin)).length]
      const before = await counts()
      await authorise(dana, app.id, keyOf('dana'))
      await dana.client.call(authorisationRoutes.withdraw, { params: { appId: app.id, type: TYPE } })
      await authorise(dana, app.id, keyOf('dana'))
      await dana.client.call(connectionRoutes.revokeUse, { params: { connectionId: keyOf('dana'), appId: app.id } })
      await authorise(dana, app.id, keyOf('dana'))
      await dana.client.call(appRoutes.remove, { params: { appId: app.id } })
      // Robin leads the app too: the revoked authorisation is the one thing that an admin must act on.
      expect(await counts()).toEqual([before[0], (before[1] ?? 0) + 1])
    })

    test('a suspended connection is not tried at Apple either', async () => {
      const app = await newApp()
      await authorise(dana, app.id, keyOf('robin'))
      const asked = () => world.simulator.world.journal.exchanges().length
      const test = () => dana.client.call(authorisationRoutes.test, { params: { appId: app.id, type: TYPE } })
      expect((await test()).state).toBe('healthy')
      await changeRole(app.id, robin.userId, 'developer')
      const before = asked()
      expect(await codeOf(test())).toBe('authorisation.suspended')
      expect(asked()).toBe(before)
    })

    test('demoting the admin suspends: the next fetch carries no key and says why; all who lead are told', async () => {
      const app = await newApp()
      await authorise(dana, app.id, keyOf('robin'))
      const build = await startBuild(dana, app.id)
      expect((await fetchPortalData(build)).body.private_key).toContain('PRIVATE KEY')
      await changeRole(app.id, robin.userId, 'developer')
      const { status, body } = await fetchPortalData(build)
      expect(status).toBe(200)
      expect(body).toEqual({ cordon: { reason: 'authorisation_suspended', message: expect.stringContaining('robin') } })
      expect((await authorisationOf(dana, app.id)).current).toMatchObject({
        state: 'suspended',
        suspendedReason: 'role_lost',
        suspendedAt: new Date(world.clock.now()).toISOString(),
      })
      expect((await dana.client.call(appRoutes.read, { params: { appId: app.id } })).connectionState).toBe('suspended')
      expect(await kindsTold(dana)).toContain('authorisation_suspended')
      expect(await kindsTold(robin)).toContain('authorisation_suspended')
    })

    test('regaining the role does not bring it back; an admin chooses again', async () => {
      const app = await newApp()
      await authorise(dana, app.id, keyOf('robin'))
      await changeRole(app.id, robin.userId, 'developer')
      await changeRole(app.id, robin.userId, 'admin')
      expect((await authorisationOf(dana, app.id)).current?.state).toBe('suspended')
      expect(await wire(app.id)).not.toHaveProperty('private_key')
      await authorise(dana, app.id, keyOf('robin'))
      expect(await wire(app.id)).toHaveProperty('private_key')
    })

    test.each([
      [
        'left_team',
        (appId: string) => robin.client.call(appRoutes.removeMember, { params: { appId, userId: robin.userId } }),
      ],
      [
        'left_team',
        (appId: string) => dana.client.call(appRoutes.removeMember, { params: { appId, userId: robin.userId } }),
      ],
    ] as const)('who leaves or is removed takes the connection along (%#)', async (reason, leave) => {
      const app = await newApp()
      await authorise(dana, app.id, keyOf('robin'))
      await leave(app.id)
      expect((await authorisationOf(dana, app.id)).current).toMatchObject({
        state: 'suspended',
        suspendedReason: reason,
      })
      expect(await wire(app.id)).not.toHaveProperty('private_key')
    })

    test('a transferred app keeps what it uses, because the former owner is an admin', async () => {
      const app = await newApp()
      await authorise(dana, app.id, keyOf('dana'))
      await dana.client.call(appRoutes.transfer, { params: { appId: app.id }, body: { userId: kim.userId } })
      expect(await namesOffered(kim, app.id)).toEqual(["dana's key", "kim's key", "robin's key"])
      expect((await authorisationOf(kim, app.id)).current?.state).toBe('active')
    })

    test('a disabled account suspends everywhere and is offered nowhere', async () => {
      const lee = await world.server.addPerson(dana, { email: 'lee@example.com' })
      const connection = await connect(lee, world.newKey(), "lee's key")
      const apps = [await newApp(), await newApp()]
      for (const app of apps) {
        await joinTeam(dana, app.id, lee, 'admin')
        await authorise(dana, app.id, connection.id)
      }
      await dana.client.call(accountRoutes.changePerson, { params: { userId: lee.userId }, body: { disabled: true } })
      for (const app of apps) {
        expect((await authorisationOf(dana, app.id)).current?.suspendedReason).toBe('account_disabled')
        expect(await namesOffered(dana, app.id)).not.toContain("lee's key")
        expect(await wire(app.id)).not.toHaveProperty('private_key')
      }
      await dana.client.call(accountRoutes.changePerson, { params: { userId: lee.userId }, body: { disabled: false } })
      for (const app of apps) expect((await authorisationOf(dana, app.id)).current?.state).toBe('suspended')
    })

    test('a restricted connection is shown to co-admins, greyed with the reason, and only its owner chooses it', async () => {
      const app = await newApp()
      await restrict(true)
      try {
        const offered = (await authorisationOf(dana, app.id)).options.find(
          ({ connection }) => connection.id === keyOf('robin'),
        )
        expect(offered).toMatchObject({ selectable: false, note: 'Only robin may choose it.' })
        const refused = await errorOf(authorise(dana, app.id, keyOf('robin')))
        expect(refused).toMatchObject({ code: 'authorisation.connection_restricted', details: { owner: 'robin' } })
        expect((await authorise(robin, app.id, keyOf('robin'))).current?.state).toBe('active')
        expect(await wire(app.id)).toHaveProperty('private_key')
      } finally {
        await restrict(false)
      }
    })

    test('restricting suspends what others chose and keeps what the owner chose', async () => {
      const [byDana, byRobin] = [await newApp(), await newApp()]
      await authorise(dana, byDana.id, keyOf('robin'))
      await authorise(robin, byRobin.id, keyOf('robin'))
      const changed = await restrict(true)
      expect(changed.usedBy.find(({ appId }) => appId === byDana.id)?.state).toBe('suspended')
      expect(changed.usedBy.find(({ appId }) => appId === byRobin.id)?.state).toBe('active')
      expect((await authorisationOf(dana, byDana.id)).current?.suspendedReason).toBe('connection_restricted')
      await restrict(false)
      expect((await authorisationOf(dana, byDana.id)).current?.state).toBe('suspended')
    })

    test('an individual key can be chosen, with a note that builds never get it', async () => {
      const app = await newApp()
      const connection = await connect(dana, world.newKey('individual'), 'Mine')
      const option = (await authorisationOf(dana, app.id)).options.find(
        ({ connection: { id } }) => id === connection.id,
      )
      expect(option).toMatchObject({ selectable: true, note: expect.stringContaining('never released to builds') })
      await authorise(dana, app.id, connection.id)
      expect(await wire(app.id)).toEqual({ cordon: expect.objectContaining({ reason: 'individual_key' }) })
    })

    test('an active authorisation of somebody who does not lead the app releases nothing', async () => {
      const app = await newApp()
      await authorise(dana, app.id, keyOf('robin'))
      const { queries } = world.server.platform.db
      // Past every rule, as if the suspension had been lost.
      await queries
        .updateTable('memberships')
        .set({ role: 'developer' })
        .where('app_id', '=', app.id)
        .where('role', '=', 'admin')
        .execute()
      expect(await wire(app.id)).toEqual({ cordon: expect.objectContaining({ reason: 'authorisation_suspended' }) })
    })

    test('choices and their ends are in the log of the app', async () => {
      const app = await newApp()
      await authorise(dana, app.id, keyOf('robin'))
      await changeRole(app.id, robin.userId, 'developer')
      await dana.client.call(authorisationRoutes.withdraw, { params: { appId: app.id, type: TYPE } })
      const { items } = await dana.client.call(auditRoutes.ofApp, { params: { appId: app.id }, query: {} })
      const told = items.filter(({ object }) => object.kind === 'connection').map(({ action }) => action)
      expect(told).toEqual(['connection.withdrawn', 'connection.suspended', 'connection.authorised'])
      const { intact } = await dana.client.call(auditRoutes.verifyApp, { params: { appId: app.id } })
      expect(intact).toBe(true)
    })

    test('notices are read all at once', async () => {
      await dana.client.call(noticeRoutes.markAllRead)
      const { items, unread } = await dana.client.call(noticeRoutes.list, { query: { limit: 3 } })
      expect(unread).toBe(0)
      expect(items.every(({ readAt }) => readAt !== null)).toBe(true)
    })
  })
})
