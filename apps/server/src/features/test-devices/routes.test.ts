import { auditRoutes } from '@cordon/api/audit/routes'
import { instanceRoutes } from '@cordon/api/instance/routes'
import { testDeviceRoutes } from '@cordon/api/test-devices/routes'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, type SignedIn } from '../../../test/harness.ts'
import { codeOf, createApp, errorOf, joinTeam, type ServerWorld, startWorld } from '../../../test/world.ts'

const UDID = '00008101-000A1B2C3D4E001E'

describe.each(DATABASES)('test devices on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let world: ServerWorld
    let dana: SignedIn
    let robin: SignedIn
    beforeAll(async () => {
      world = await startWorld(database)
      expect(await world.server.client().call(instanceRoutes.read)).toMatchObject({ setUp: 'needed' })
      dana = await world.server.setUp()
      robin = await world.server.addPerson(dana, { email: 'robin@example.com' })
    })
    afterAll(() => world?.close())

    const add = (by: SignedIn, title: string, identifier: string) =>
      by.client.call(testDeviceRoutes.add, { body: { title, identifier } })
    const list = async (by: SignedIn) => (await by.client.call(testDeviceRoutes.list, { query: {} })).items

    test('what anybody may know of the instance tells a stand-in of Apple', async () => {
      const known = await world.server.client().call(instanceRoutes.read)
      expect(known).toEqual({
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        setUp: 'done',
        publicUrl: world.server.url,
        appleStandIn: world.simulator.url,
        appleReached: [],
        buildTokenMinutes: 90,
      })
    })

    test('a device is kept as typed, once per person, whatever its case and hyphens', async () => {
      const device = await add(dana, 'Phone', `  ${UDID} `)
      expect(device).toMatchObject({ title: 'Phone', identifier: UDID, owner: { email: 'dana@example.com' } })
      expect(device.number).toBeGreaterThan(0)
      const twice = await errorOf(add(dana, 'Again', UDID.toLowerCase()))
      expect(twice).toMatchObject({
        code: 'test_device.already_added',
        details: { testDeviceId: device.id, title: 'Phone' },
      })
      const robins = await add(robin, 'Shared phone', UDID)
      expect(robins.number).not.toBe(device.number)
    })

    test.each([
      ['00008101\u2013000A1B2C3D4E001E', 'plain hyphen'],
      ['00008101-000A1B2C3D4E001', '40 hexadecimal digits'],
      ['00008101-000A1B2C3D4E001E\u0000', 'UDID'],
      ['0'.repeat(1_000_000), '200'],
    ])('an identifier that is no UDID is refused with what is accepted (%#)', async (identifier, accepted) => {
      const before = await list(dana)
      const error = await errorOf(add(dana, 'Phone', identifier))
      expect(error).toMatchObject({ code: 'request.invalid', detail: expect.stringContaining(accepted) })
      expect(error.details.fields).toEqual(expect.arrayContaining([expect.objectContaining({ field: 'identifier' })]))
      expect(await list(dana)).toEqual(before)
    })

    test('an app sees the devices of its whole team, and of nobody else', async () => {
      const kim = await world.server.addPerson(dana, { email: 'kim@example.com' })
      await add(kim, 'of Kim', 'a'.repeat(40))
      const app = await createApp(robin)
      const titles = async () => {
        const { items } = await robin.client.call(testDeviceRoutes.ofApp, { params: { appId: app.id }, query: {} })
        return items.map(({ title }) => title)
      }
      expect(await titles()).toEqual(['Shared phone'])
      await joinTeam(robin, app.id, kim, 'tester')
      expect(await titles()).toEqual(['Shared phone', 'of Kim'])
    })

    test('only its owner removes a device, and numbers are not given again', async () => {
      const device = await add(dana, 'Old phone', 'b'.repeat(40))
      const remove = (by: SignedIn) => by.client.call(testDeviceRoutes.remove, { params: { testDeviceId: device.id } })
      expect(await codeOf(remove(robin))).toBe('test_device.not_found')
      await remove(dana)
      expect(await codeOf(remove(dana))).toBe('test_device.not_found')
      expect((await add(dana, 'New phone', 'b'.repeat(40))).number).toBeGreaterThan(device.number)
      const { items } = await dana.client.call(auditRoutes.ofInstance, { query: { limit: 200 } })
      const actions = items.filter(({ object }) => object.id === device.id).map(({ action }) => action)
      expect(actions.sort()).toEqual(['test_device.added', 'test_device.removed'])
    })
  })
})
