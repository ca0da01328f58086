import { auditRoutes } from '@cordon/api/audit/routes'
import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import { buildRoutes } from '@cordon/api/builds/routes'
import { testDeviceRoutes } from '@cordon/api/test-devices/routes'
import { DAY_MS } from '@cordon/core/instant'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, type SignedIn } from '../../../test/harness.ts'
import { authorise, connect, createApp, type ServerWorld, startBuild, startWorld } from '../../../test/world.ts'
import { hashToken } from '../../platform/tokens.ts'
import { createBuildApi } from './service.ts'

describe.each(DATABASES)('what is taken back while a secret is being opened, on $database', ({ database, missing }) => {
  describe.skipIf(missing)('is not released', () => {
    let world: ServerWorld
    let dana: SignedIn
    beforeAll(async () => {
      world = await startWorld(database)
      dana = await world.server.setUp()
    })
    afterAll(() => world?.close())

    /** A running build, and its fetch: opening the secret takes as long as `meanwhile` does. */
    async function fetchingBuild() {
      const app = await createApp(dana)
      const connection = await connect(dana, world.newKey('team'), 'key')
      await authorise(dana, app.id, connection.id)
      const { build, buildToken } = await startBuild(dana, app.id)
      const fetch = (meanwhile: () => Promise<unknown>) => {
        const { platform } = world.server
        const buildApi = createBuildApi({
          ...platform,
          suspensionText: () => 'suspended',
          endBuild: async () => {},
          release: async () => {
            await meanwhile()
            return { kind: 'released', keys: { key_id: 'KEY' } }
          },
        })
        const principal = {
          ...({ kind: 'build', buildId: build.id, appId: app.id, number: build.number, fromFork: false } as const),
          startedAt: platform.clock.now(),
          tokenHash: hashToken(buildToken),
        }
        return buildApi.portalData({ principal, requestId: 'req_1', userAgent: 'test' })
      }
      const log = async () => {
        const { items } = await dana.client.call(auditRoutes.ofApp, { params: { appId: app.id }, query: {} })
        return items
          .filter(({ action }) => action.startsWith('credentials.'))
          .map(({ action, details }) => [action, details.reason, details.devices])
      }
      return { app, build, connection, fetch, log }
    }

    test('with nothing taken back it is', async () => {
      const { fetch, log } = await fetchingBuild()
      expect(await fetch(async () => {})).toEqual({ key_id: 'KEY' })
      expect(await log()).toEqual([['credentials.released', undefined, 0]])
    })

    test('an authorisation that was withdrawn', async () => {
      const { app, connection, fetch, log } = await fetchingBuild()
      const answer = await fetch(() =>
        dana.client.call(authorisationRoutes.withdraw, { params: { appId: app.id, type: connection.type } }),
      )
      expect(answer).toEqual({
        cordon: { reason: 'authorisation_changed', message: expect.stringContaining('taken back') },
      })
      expect(await log()).toEqual([['credentials.withheld', 'authorisation_changed', 0]])
    })

    test('the devices that go out all the same are in the log', async () => {
      const { app, connection, fetch, log } = await fetchingBuild()
      const device = { title: 'Phone', identifier: '00008101-000A1B2C3D4E001E' }
      await dana.client.call(testDeviceRoutes.add, { body: device })
      const answer = await fetch(() =>
        dana.client.call(authorisationRoutes.withdraw, { params: { appId: app.id, type: connection.type } }),
      )
      expect(answer).toMatchObject({ test_devices: [{ device_identifier: device.identifier }] })
      expect(await log()).toEqual([['credentials.withheld', 'authorisation_changed', 1]])
    })

    test('a build whose token has ended', async () => {
      const { fetch, log } = await fetchingBuild()
      const answer = fetch(async () => world.clock.advance(DAY_MS))
      await expect(answer).rejects.toMatchObject({ code: 'access.build_token_refused' })
      world.clock.advance(-DAY_MS)
      expect(await log()).toEqual([['credentials.withheld', 'build_ended', 0]])
    })

    test('a build that was aborted', async () => {
      const { build, fetch, log } = await fetchingBuild()
      const answer = fetch(() => dana.client.call(buildRoutes.abort, { params: { buildId: build.id } }))
      await expect(answer).rejects.toMatchObject({ code: 'access.build_token_refused' })
      expect(await log()).toEqual([['credentials.withheld', 'build_ended', 0]])
    })
  })
})
