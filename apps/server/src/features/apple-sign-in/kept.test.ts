import { accountRoutes } from '@cordon/api/accounts/routes'
import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { HOUR_MS } from '@cordon/core/instant'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authoriseAppleId, connectAppleId, newAppleId, passwordsGiven, startSignIn } from '../../../test/apple-world.ts'
import { DATABASES, type SignedIn } from '../../../test/harness.ts'
import {
  codeOf,
  createApp,
  fetchPortalData,
  joinTeam,
  type ServerWorld,
  startBuild,
  startWorld,
} from '../../../test/world.ts'

// Operation in the simulator's log: which teams the portal knows of a session.
const LIST_TEAMS = 'legacy_listTeams'
// The one that carries the password.
const COMPLETE_SIGN_IN = 'idmsa_completeSignIn'

describe.each(DATABASES)('what is kept of a session, on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let world: ServerWorld
    let dana: SignedIn
    beforeAll(async () => {
      world = await startWorld(database, { env: { CORDON_BUILD_TOKEN_MINUTES: '1440', CORDON_SESSION_DAYS: '365' } })
      dana = await world.server.setUp()
    })
    afterAll(() => world?.close())

    const control = (method: string, path: string, body?: unknown) =>
      fetch(`${world.simulator.controlUrl}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
    const appWithAppleId = async (by: SignedIn = dana) => {
      const person = newAppleId(world)
      const connectionId = await connectAppleId(world, by, person)
      const app = await createApp(dana)
      if (by !== dana) await joinTeam(dana, app.id, by, 'admin')
      await authoriseAppleId(dana, app.id, connectionId)
      return { person, connectionId, app }
    }
    const ask = async (appId: string) => (await fetchPortalData(await startBuild(dana, appId))).body
    const sessionOf = (id: string) =>
      world.server.platform.db.queries
        .selectFrom('apple_sessions')
        .select(['version', 'valid_at', 'refreshed_at'])
        .where('connection_id', '=', id as never)
        .executeTakeFirstOrThrow()

    // The first, because the regular look goes through every connection of the world.
    test('nothing of a disabled person is used: no renewal, no look, no try, no build; and it goes on when they are back', async () => {
      const robin = await world.server.addPerson(dana, { email: 'robin@example.com' })
      const { person, connectionId, app } = await appWithAppleId(robin)
      const disable = (disabled: boolean) =>
        dana.client.call(accountRoutes.changePerson, { params: { userId: robin.userId }, body: { disabled } })
      const half = await startSignIn(robin, newAppleId(world))
      await disable(true)
      const exchanges = () => world.simulator.world.journal.exchanges().length
      const before = { exchanges: exchanges(), session: await sessionOf(connectionId) }
      for (let looks = 0; looks < 3; looks += 1) {
        world.clock.advance(13 * HOUR_MS)
        await world.server.worker.runDue()
      }
      const params = { appId: app.id, type: 'apple_id' } as const
      expect(await codeOf(dana.client.call(authorisationRoutes.test, { params }))).toBe('authorisation.suspended')
      expect(await ask(app.id)).toEqual({ cordon: expect.objectContaining({ reason: 'authorisation_suspended' }) })
      expect(exchanges()).toBe(before.exchanges)
      expect(await sessionOf(connectionId)).toEqual(before.session)
      // The password of the sign-in that waited for a code is forgotten.
      const { ciphertext } = await world.server.platform.db.queries
        .selectFrom('apple_sign_ins')
        .select('ciphertext')
        .where('id', '=', half.id)
        .executeTakeFirstOrThrow()
      expect(ciphertext).toBeNull()
      await disable(false)
      const given = passwordsGiven(world, person)
      world.clock.advance(13 * HOUR_MS)
      await world.server.worker.runDue()
      expect(passwordsGiven(world, person)).toBe(given + 1)
      expect((await sessionOf(connectionId)).version).toBeGreaterThan(before.session.version)
    })

    test('a session that was renewed is kept while its other half still reads expired, and the password is not given again', async () => {
      const { person, connectionId, app } = await appWithAppleId()
      world.clock.advance(9 * HOUR_MS)
      const before = { given: passwordsGiven(world, person), ...(await sessionOf(connectionId)) }
      await control('POST', '/faults', { operation: LIST_TEAMS, kind: 'status', status: 401, times: 2 })
      expect(await ask(app.id)).toMatchObject({ cordon: { reason: 'apple_unreachable' } })
      expect(passwordsGiven(world, person)).toBe(before.given + 1)
      const kept = await sessionOf(connectionId)
      expect(kept.version).toBeGreaterThan(before.version)
      // Not handed out, though kept: it was not valid as a whole.
      expect(kept.valid_at).toBe(before.valid_at)
      const params = { connectionId }
      expect((await dana.client.call(connectionRoutes.read, { params })).health.state).toBe('unreachable')
      expect(await ask(app.id)).toMatchObject({ apple_id: person.email })
      expect(passwordsGiven(world, person)).toBe(before.given + 1)
      expect((await dana.client.call(connectionRoutes.read, { params })).health.state).toBe('healthy')
    })

    test('nor is it lost when Apple cannot be asked after the renewal', async () => {
      const { person, app } = await appWithAppleId()
      world.clock.advance(9 * HOUR_MS)
      const given = passwordsGiven(world, person)
      // The portal answers before the renewal, then no more for once: whoever asks tries a failed connection twice.
      await control('POST', '/faults', { operation: LIST_TEAMS, kind: 'drop', skip: 1, times: 2 })
      expect(await ask(app.id)).toMatchObject({ cordon: { reason: 'apple_unreachable' } })
      await control('DELETE', '/faults')
      expect(await ask(app.id)).toMatchObject({ apple_id: person.email })
      expect(passwordsGiven(world, person)).toBe(given + 1)
    })

    test('a pause after a renewal that did not reach Apple is told as Cordon’s own', async () => {
      const { connectionId, app } = await appWithAppleId()
      world.clock.advance(9 * HOUR_MS)
      await control('POST', '/faults', { operation: COMPLETE_SIGN_IN, kind: 'drop', times: 2 })
      expect(await ask(app.id)).toMatchObject({ cordon: { reason: 'apple_unreachable' } })
      await control('DELETE', '/faults')
      const message = expect.stringMatching(/Cordon waits .* in 60 minutes/)
      expect(await ask(app.id)).toEqual({ cordon: { reason: 'apple_unreachable', message } })
      const params = { connectionId }
      const tried = dana.client.call(connectionRoutes.test, { params })
      expect(await codeOf(tried)).toBe('apple_sign_in.renewal_paused')
      const explanation = expect.stringMatching(/Cordon does not try again before .* UTC\.$/)
      const { health } = await dana.client.call(connectionRoutes.read, { params })
      expect(health).toMatchObject({ state: 'unreachable', checks: [{ result: 'unknown', explanation }] })
      world.clock.advance(HOUR_MS)
      expect(await ask(app.id)).toHaveProperty('apple_id')
    })
  })
})
