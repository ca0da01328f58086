import { auditRoutes } from '@cordon/api/audit/routes'
import type { StartedBuild } from '@cordon/api/builds/schema'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { MINUTE_MS } from '@cordon/core/instant'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authoriseAppleId, connectAppleId, newAppleId, passwordsGiven } from '../../../test/apple-world.ts'
import { DATABASES, type SignedIn } from '../../../test/harness.ts'
import {
  authorise,
  connect,
  createApp,
  fetchPortalData,
  type ServerWorld,
  startBuild,
  startWorld,
} from '../../../test/world.ts'

// Operation in the simulator's log.
const READ_SESSION = 'olympus_readSession'
const MOST_AN_HOUR = 4

describe.each(DATABASES)('a build that says Apple refused the session, on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let world: ServerWorld
    let dana: SignedIn
    beforeAll(async () => {
      world = await startWorld(database, { env: { CORDON_BUILD_TOKEN_MINUTES: '1440' } })
      dana = await world.server.setUp()
    })
    afterAll(() => world?.close())

    const control = (method: string, path: string) => fetch(`${world.simulator.controlUrl}${path}`, { method })
    const timesAsked = () => world.simulator.world.journal.counts()[READ_SESSION] ?? 0

    /** An app that may use an Apple ID, which has just been connected. */
    async function appWithAppleId() {
      const person = newAppleId(world)
      const app = await createApp(dana)
      const connectionId = await connectAppleId(world, dana, person)
      await authoriseAppleId(dana, app.id, connectionId)
      const connection = () => dana.client.call(connectionRoutes.read, { params: { connectionId } })
      return { person, app, connectionId, connection, started: await startBuild(dana, app.id) }
    }

    async function sayRefused({ buildUrl, buildToken }: StartedBuild, more = '') {
      const url = `${buildUrl}/apple_developer_portal_data.json?refused=session${more}`
      const response = await fetch(url, { headers: { BUILD_API_TOKEN: buildToken } })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }

    async function loggedOf({ build }: StartedBuild) {
      const { items } = await dana.client.call(auditRoutes.ofBuild, { params: { buildId: build.id }, query: {} })
      return items.filter(({ action }) => action !== 'build.started')
    }

    function webSessionOf(body: Record<string, unknown>): string | undefined {
      const sites = body.session_cookies as Record<string, Array<{ name: string; value: string }>> | undefined
      return sites?.['https://idmsa.apple.com']?.find(({ name }) => name === 'myacinfo')?.value
    }

    test('gets one that Apple takes, and so does every other build from then on', async () => {
      const { person, app, connectionId, started } = await appWithAppleId()
      const dead = webSessionOf((await fetchPortalData(started)).body)
      await control('DELETE', `/accounts/${person.email}/sessions`)
      expect(webSessionOf((await fetchPortalData(started)).body)).toBe(dead)
      const given = passwordsGiven(world, person)
      const { body } = await sayRefused(started, '&only=apple_id')
      expect(passwordsGiven(world, person) - given).toBe(1)
      expect(body).toMatchObject({
        cordon: { reason: 'session_accepted', message: expect.stringContaining('from this server') },
      })
      expect(webSessionOf(body)).toEqual(expect.any(String))
      expect(webSessionOf(body)).not.toBe(dead)
      const asked = timesAsked()
      const other = await fetchPortalData(await startBuild(dana, app.id))
      expect(webSessionOf(other.body)).toBe(webSessionOf(body))
      expect(other.body).not.toHaveProperty('cordon')
      expect(timesAsked()).toBe(asked)
      expect((await loggedOf(started)).at(-1)).toMatchObject({
        action: 'apple_session.refused',
        actor: { kind: 'build', id: started.build.id },
        object: { kind: 'connection', id: connectionId },
        details: { found: 'session_accepted' },
      })
    })

    test('learns that it is over, and other builds learn it at once', async () => {
      const { person, app, connection, started } = await appWithAppleId()
      await control('DELETE', `/accounts/${person.email}/sessions`)
      await control('DELETE', `/accounts/${person.email}/trust`)
      expect((await fetchPortalData(started)).body).not.toHaveProperty('cordon')
      expect((await sayRefused(started)).body).toMatchObject({ cordon: { reason: 'session_expired' } })
      expect((await connection()).session).toMatchObject({ state: 'expired', early: true })
      const other = await fetchPortalData(await startBuild(dana, app.id))
      expect(other.body).toMatchObject({ cordon: { reason: 'session_expired' } })
      expect((await loggedOf(started)).at(-1)).toMatchObject({ details: { found: 'session_expired' } })
    })

    test('is not believed: the connection stays as Apple says, and Apple is asked four times an hour at most', async () => {
      const { person, app, connection, started } = await appWithAppleId()
      const before = {
        session: (await connection()).session,
        asked: timesAsked(),
        given: passwordsGiven(world, person),
      }
      const others = [await startBuild(dana, app.id), await startBuild(dana, app.id)]
      for (let round = 0; round < 6; round += 1) {
        const answers = await Promise.all([started, ...others].map((build) => sayRefused(build)))
        for (const { status, body } of answers) {
          expect(status).toBe(200)
          expect(body).toMatchObject({ apple_id: person.email, cordon: { reason: 'session_accepted' } })
        }
      }
      // Each look reads the session once.
      expect(timesAsked() - before.asked).toBe(MOST_AN_HOUR)
      expect(passwordsGiven(world, person)).toBe(before.given)
      expect((await connection()).session).toEqual(before.session)
      expect((await connection()).health).toMatchObject({ state: 'healthy' })
      expect((await fetchPortalData(started)).body).not.toHaveProperty('cordon')
      world.clock.advance(61 * MINUTE_MS)
      await fetchPortalData(started)
      const after = timesAsked()
      await sayRefused(started)
      expect(timesAsked() - after).toBe(1)
    })

    test('makes nobody ask Apple when its app may not use the Apple ID, or when it wants a key', async () => {
      const { app, started } = await appWithAppleId()
      const bare = await createApp(dana)
      await authorise(dana, bare.id, (await connect(dana, world.newKey(), `key of ${bare.id}`)).id)
      const fork = await startBuild(dana, app.id, { facts: { fromFork: true } })
      const asked = timesAsked()
      const withKey = await startBuild(dana, bare.id)
      expect((await sayRefused(withKey)).body).toHaveProperty('key_id')
      expect((await sayRefused(started, '&only=app_store_connect_api_key')).body).not.toHaveProperty('apple_id')
      expect((await sayRefused(fork)).status).toBe(401)
      expect(timesAsked()).toBe(asked)
      for (const build of [withKey, started, fork])
        expect((await loggedOf(build)).map(({ action }) => action)).not.toContain('apple_session.refused')
    })
  })
})
