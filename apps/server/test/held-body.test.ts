import { accountRoutes } from '@cordon/api/accounts/routes'
import { appRoutes } from '@cordon/api/apps/routes'
import { buildRoutes } from '@cordon/api/builds/routes'
import { MINUTE_MS, toIso } from '@cordon/core/instant'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, jsonPost, type SignedIn } from './harness.ts'
import { type Held, hold } from './held-body.ts'
import {
  authorisationOf,
  connect,
  createApp,
  fetchPortalData,
  joinTeam,
  type ServerWorld,
  startBuild,
  startWorld,
} from './world.ts'

const TYPE = 'app_store_connect_api_key'

// Whoever is let in by the headers may hold the body back for half a minute, and lose the right meanwhile.
describe.each(DATABASES)('a request whose body is held back, on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let world: ServerWorld
    let dana: SignedIn
    let app: Awaited<ReturnType<typeof createApp>>
    let connectionId: string
    let people = 0
    beforeAll(async () => {
      world = await startWorld(database, { env: { CORDON_CREDENTIAL_REQUESTS_PER_MINUTE: '0' } })
      dana = await world.server.setUp()
      app = await createApp(dana)
      connectionId = (await connect(dana, world.newKey())).id
    })
    afterAll(() => world?.close())

    const newPerson = (role: 'administrator' | 'member' = 'member') => {
      people += 1
      return world.server.addPerson(dana, { email: `person${people}@example.com`, role })
    }
    const newAdmin = async () => {
      const person = await newPerson()
      await joinTeam(dana, app.id, person, 'admin')
      return person
    }
    const signInAgain = async ({ email, password }: SignedIn) => {
      const response = await fetch(`${world.server.url}/api/v1/sign-in`, jsonPost({ email, password }))
      const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
      return world.server.client({ cookie, origin: world.server.url })
    }
    /** Holds a request of a person's session and waits until the server has looked at the session. */
    const holdAs = async (person: SignedIn, method: string, path: string, body: object): Promise<Held> => {
      world.clock.advance(2 * MINUTE_MS)
      const watcher = await signInAgain(person)
      const seenAt = async () => {
        const { items } = await watcher.call(accountRoutes.sessions, { query: {} })
        return items.filter(({ current }) => !current).map(({ lastSeenAt }) => lastSeenAt)
      }
      const headers = { cookie: person.cookie, origin: world.server.url }
      const held = hold(world.server.url, method, path, headers, body)
      const now = toIso(world.clock.now())
      await held.until(async () => (await seenAt()).includes(now))
      return held
    }
    const state = async () => {
      const params = { appId: app.id }
      const [builds, tokens, invitations, { current }] = await Promise.all([
        dana.client.call(buildRoutes.list, { params, query: {} }),
        dana.client.call(buildRoutes.triggerTokens, { params, query: {} }),
        dana.client.call(appRoutes.invitations, { params, query: {} }),
        authorisationOf(dana, app.id),
      ])
      return [builds.items.length, tokens.items.length, invitations.items.length, current]
    }

    const disable = ({ userId }: SignedIn) =>
      dana.client.call(accountRoutes.changePerson, { params: { userId }, body: { disabled: true } })
    const LOSSES = [
      [
        'removed',
        'app.not_found',
        ({ userId }: SignedIn) =>
          dana.client.call(appRoutes.removeMember, { params: { appId: app.id, userId } }) as Promise<unknown>,
      ],
      [
        'made a developer',
        'access.forbidden',
        ({ userId }: SignedIn) =>
          dana.client.call(appRoutes.changeMember, { params: { appId: app.id, userId }, body: { role: 'developer' } }),
      ],
      ['disabled', 'access.unauthenticated', disable],
    ] as const
    const REQUESTS = [
      ['a build', 'POST', 'builds', () => ({})],
      ['a trigger token', 'POST', 'trigger-tokens', () => ({ name: 'CI' })],
      ['a connection to use', 'PUT', `authorisations/${TYPE}`, () => ({ connectionId })],
      ['an invitation', 'POST', 'invitations', () => ({ role: 'admin' })],
    ] as const

    for (const [what, method, path, body] of REQUESTS) {
      test.each(LOSSES)(`gives ${what} to no admin who was %s meanwhile`, async (_, code, lose) => {
        const [former, before] = [await newAdmin(), await state()]
        const held = await holdAs(former, method, `/api/v1/apps/${app.id}/${path}`, body())
        await lose(former)
        expect((await held.finish()).code).toBe(code)
        expect(await state()).toEqual(before)
      })
    }

    test('whoever is disabled at the same moment has no running build left', async () => {
      const begun: Awaited<ReturnType<typeof startBuild>>[] = []
      for (let round = 0; round < 4; round += 1) {
        const former = await newAdmin()
        // One that runs for certain, beside those that may or may not be in time.
        const running = await startBuild(former, app.id)
        expect((await fetchPortalData(running)).status).toBe(200)
        const starts = Array.from({ length: 4 }, () => startBuild(former, app.id))
        const [outcomes] = await Promise.all([Promise.allSettled(starts), disable(former)])
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason.code).toBe('access.unauthenticated')
          else begun.push(outcome.value)
        }
        begun.push(running)
      }
      for (const build of begun) expect((await fetchPortalData(build)).status).toBe(401)
    })

    test('starts no build with a trigger token that was revoked meanwhile', async () => {
      const params = { appId: app.id }
      const made = await dana.client.call(buildRoutes.createTriggerToken, { params, body: { name: 'CI' } })
      const headers = { authorization: `Bearer ${made.token}` }
      const held = hold(world.server.url, 'POST', buildRoutes.startByTrigger.path, headers, {})
      const { id: triggerTokenId } = made.triggerToken
      const isUsed = async () => {
        const { items } = await dana.client.call(buildRoutes.triggerTokens, { params, query: {} })
        return items.some(({ id, lastUsedAt }) => id === triggerTokenId && lastUsedAt !== null)
      }
      await held.until(isUsed)
      await dana.client.call(buildRoutes.revokeTriggerToken, { params: { ...params, triggerTokenId } })
      expect((await held.finish()).code).toBe('access.trigger_token_refused')
    })

    test('gives no personal token, connection or app to a session that ended meanwhile', async () => {
      const key = world.newKey()
      for (const [path, body] of [
        ['/api/v1/me/personal-tokens', { name: 'laptop', scopes: ['read'], expiresInDays: 30 }],
        ['/api/v1/connections', { type: TYPE, name: 'Acme', key }],
        ['/api/v1/apps', { name: 'Another' }],
      ] as const) {
        const person = await newPerson()
        const held = await holdAs(person, 'POST', path, body)
        const other = await signInAgain(person)
        const passwords = { currentPassword: person.password, newPassword: 'another horse battery' }
        await other.call(accountRoutes.changePassword, { body: passwords })
        expect([path, (await held.finish()).code]).toEqual([path, 'access.unauthenticated'])
      }
    })

    test('makes nobody an administrator, and invites nobody, for one who is none any more', async () => {
      const asked = [
        ['PATCH', (id: string) => `/api/v1/people/${id}`, { role: 'administrator' }],
        ['POST', () => '/api/v1/invitations', { role: 'administrator' }],
      ] as const
      for (const [method, path, body] of asked) {
        const former = await newPerson('administrator')
        const held = await holdAs(former, method, path(former.userId), body)
        const params = { userId: former.userId }
        await dana.client.call(accountRoutes.changePerson, { params, body: { role: 'member' } })
        expect((await held.finish()).code).toBe('access.forbidden')
      }
    })
  })
})
