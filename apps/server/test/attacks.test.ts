import { accountRoutes } from '@cordon/api/accounts/routes'
import { appRoutes } from '@cordon/api/apps/routes'
import { auditRoutes } from '@cordon/api/audit/routes'
import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import { buildNumberRoutes } from '@cordon/api/build-numbers/routes'
import { buildApiRoutes, buildRoutes } from '@cordon/api/builds/routes'
import type { StartedBuild } from '@cordon/api/builds/schema'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { noticeRoutes } from '@cordon/api/notices/routes'
import { allRoutes } from '@cordon/api/routes'
import { HOUR_MS } from '@cordon/core/instant'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, fragmentToken, type SignedIn } from './harness.ts'
import {
  authorise,
  codeOf,
  connect,
  createApp,
  fetchPortalData,
  joinTeam,
  type ServerWorld,
  startBuild,
  startWorld,
} from './world.ts'

const WISH = { bundleId: 'com.example.wallet', version: '1.0' }

// As somebody who holds a build token, as a member of another app, and as somebody who led the app once.
describe.each(DATABASES)('attacks, on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let world: ServerWorld
    let dana: SignedIn
    let mallory: SignedIn
    let app: Awaited<ReturnType<typeof createApp>>
    let foreign: Awaited<ReturnType<typeof createApp>>
    let connectionId: string
    let people = 0
    beforeAll(async () => {
      world = await startWorld(database)
      dana = await world.server.setUp()
      mallory = await world.server.addPerson(dana, { email: 'mallory@example.com' })
      app = await createApp(dana, 'Wallet')
      foreign = await createApp(mallory, 'Elsewhere')
      connectionId = (await connect(dana, world.newKey())).id
      await authorise(dana, app.id, connectionId)
    })
    afterAll(() => world?.close())

    const withToken = (token: string) => world.server.client({ BUILD_API_TOKEN: token })
    const admin = async () => {
      people += 1
      const person = await world.server.addPerson(dana, { email: `admin${people}@example.com` })
      await joinTeam(dana, app.id, person, 'admin')
      return person
    }
    const remove = (userId: string) => dana.client.call(appRoutes.removeMember, { params: { appId: app.id, userId } })
    const demote = (userId: string) =>
      dana.client.call(appRoutes.changeMember, { params: { appId: app.id, userId }, body: { role: 'developer' } })
    const disable = (userId: string) =>
      dana.client.call(accountRoutes.changePerson, { params: { userId }, body: { disabled: true } })
    const portalUrl = ({ buildUrl }: StartedBuild, more = '') => `${buildUrl}/apple_developer_portal_data.json${more}`

    test('the token of an ended build does nothing: no fetch, no number, no report, no second end', async () => {
      const { build, buildToken, ...started } = await startBuild(dana, app.id)
      const params = { buildId: build.id }
      const client = withToken(buildToken)
      await client.call(buildApiRoutes.end, { params, body: {} })
      expect((await fetchPortalData({ ...started, buildToken })).status).toBe(401)
      const report = { step: 'x', outcome: 'success' as const, appleRequests: 1 }
      expect(await codeOf(client.call(buildApiRoutes.report, { params, body: report }))).toBe(
        'access.build_token_refused',
      )
      expect(await codeOf(client.call(buildApiRoutes.end, { params, body: {} }))).toBe('access.build_token_refused')
      expect(await codeOf(client.call(buildNumberRoutes.nextForBuild, { params, body: WISH }))).toBe(
        'access.build_token_refused',
      )
    })

    test('the token of a running build opens no other build, nor anything of people', async () => {
      const own = await startBuild(mallory, foreign.id)
      const other = await startBuild(dana, app.id)
      const params = { buildId: other.build.id }
      const client = withToken(own.buildToken)
      expect((await fetchPortalData({ buildUrl: other.buildUrl, buildToken: own.buildToken })).status).toBe(401)
      expect(await codeOf(client.call(buildApiRoutes.end, { params, body: {} }))).toBe('access.build_token_refused')
      const headers = {
        BUILD_API_TOKEN: own.buildToken,
        authorization: `Bearer ${own.buildToken}`,
        cookie: `cordon=${own.buildToken}`,
      }
      for (const { path, access, method } of allRoutes.filter(
        ({ access: { who } }) => who !== 'anyone' && who !== 'build',
      )) {
        const url =
          world.server.url +
          path.replaceAll(':appId', foreign.id).replaceAll(':buildId', own.build.id).replace(/:\w+/g, 'x')
        const { status } = await fetch(url, { method, headers: { ...headers, origin: world.server.url } })
        expect([method, path, access.who, status]).toEqual([method, path, access.who, 401])
      }
    })

    test('a build of a fork gets nothing by any way of asking, and uses no numbers up', async () => {
      const fork = await startBuild(dana, app.id, { facts: { fromFork: true } })
      const headers = { BUILD_API_TOKEN: fork.buildToken }
      for (const more of ['', '?only=app_store_connect_api_key', '/', '?only=']) {
        const text = await (await fetch(portalUrl(fork, more), { headers })).text()
        expect(text).not.toMatch(/private_key|key_id/)
      }
      const params = { buildId: fork.build.id }
      expect(
        await codeOf(withToken(fork.buildToken).call(buildNumberRoutes.nextForBuild, { params, body: WISH })),
      ).toBe('build.fork')
    })

    test('odd requests release nothing: HEAD, another method, two tokens, a path with dots, a parameter twice', async () => {
      const started = await startBuild(dana, app.id)
      const other = await startBuild(mallory, foreign.id)
      const headers = { BUILD_API_TOKEN: started.buildToken }
      const head = await fetch(portalUrl(started), { method: 'HEAD', headers })
      expect(await head.text()).toBe('')
      const asked = async (url: string, init: RequestInit = { headers }) => {
        const response = await fetch(url, init)
        return { status: response.status, hasKey: (await response.text()).includes('private_key') }
      }
      const twoTokens = [other, started].map(({ buildToken }): [string, string] => ['BUILD_API_TOKEN', buildToken])
      expect([
        await asked(portalUrl(started), { method: 'POST', headers }),
        await asked(portalUrl(started), { headers: twoTokens }),
        await asked(portalUrl(started), { headers: twoTokens.reverse() }),
        await asked(portalUrl(started, '?only=apple_id&only=app_store_connect_api_key')),
        await asked(portalUrl(started, `?BUILD_API_TOKEN=${started.buildToken}`), {}),
        await asked(`${other.buildUrl}/..%2f${started.build.id}/apple_developer_portal_data.json`),
      ]).toEqual([404, 401, 401, 400, 401, 404].map((status) => ({ status, hasKey: false })))
    })

    test('a build cannot be made to live longer than the server allows', async () => {
      const started = await startBuild(dana, app.id, { minutes: 1_440 })
      expect(Date.parse(started.build.expiresAt) - world.clock.now()).toBe(1.5 * HOUR_MS)
    })

    test('to a member of another app nothing of this one is there', async () => {
      const { build } = await startBuild(dana, app.id)
      const params = { buildId: build.id }
      const [inApp, asKey] = [{ appId: app.id }, { appId: app.id, type: 'app_store_connect_api_key' as const }]
      const { client } = mallory
      expect(
        await Promise.all([
          codeOf(client.call(buildRoutes.read, { params })),
          codeOf(client.call(buildRoutes.abort, { params })),
          codeOf(client.call(auditRoutes.ofBuild, { params, query: {} })),
          codeOf(client.call(buildRoutes.list, { params: inApp, query: {} })),
          codeOf(client.call(buildRoutes.start, { params: inApp, body: {} })),
          codeOf(client.call(authorisationRoutes.authorise, { params: asKey, body: { connectionId } })),
          codeOf(client.call(authorisationRoutes.test, { params: asKey })),
          codeOf(client.call(connectionRoutes.read, { params: { connectionId } })),
          codeOf(
            client.call(authorisationRoutes.authorise, {
              params: { ...asKey, appId: foreign.id },
              body: { connectionId },
            }),
          ),
        ]),
      ).toEqual([
        'build.not_found',
        'build.not_found',
        'build.not_found',
        'app.not_found',
        'app.not_found',
        'app.not_found',
        'app.not_found',
        'connection.not_found',
        'authorisation.connection_not_offered',
      ])
    })

    test('a cursor of one app shows nothing of another', async () => {
      await startBuild(dana, app.id)
      await startBuild(dana, app.id)
      await startBuild(dana, app.id)
      const mine = await dana.client.call(buildRoutes.list, { params: { appId: app.id }, query: { limit: 1 } })
      const cursor = mine.nextCursor ?? ''
      const { items } = await mallory.client.call(buildRoutes.list, {
        params: { appId: foreign.id },
        query: { cursor },
      })
      expect(items.every(({ appId }) => appId === foreign.id)).toBe(true)
      expect(
        await codeOf(
          mallory.client.call(buildRoutes.list, { params: { appId: foreign.id }, query: { cursor: 'WyJ4Il0' } }),
        ),
      ).toBe('request.invalid_cursor')
    })

    test.each([
      ['removed', remove],
      ['made a developer', demote],
      ['disabled', disable],
    ] as const)('an admin who is %s cannot come back by an invitation that they made', async (_, happen) => {
      const former = await admin()
      const params = { appId: app.id }
      const { url } = await former.client.call(appRoutes.invite, { params, body: { role: 'admin' } })
      const body = { token: fragmentToken(url) }
      expect((await mallory.client.call(accountRoutes.previewInvitation, { body })).appName).toBe('Wallet')
      await happen(former.userId)
      for (const { client } of [mallory, former]) {
        expect(await codeOf(client.call(accountRoutes.acceptInvitation, { body }))).toBe('account.invitation_invalid')
      }
      const account = { name: 'New', email: `new${people}@example.com`, password: 'correct horse battery' }
      expect(
        await codeOf(world.server.client().call(accountRoutes.acceptInvitation, { body: { ...body, account } })),
      ).toBe('account.invitation_invalid')
    })

    test('an administrator who is one no more lets nobody into the instance', async () => {
      const former = await world.server.addPerson(dana, { email: 'boss@example.com', role: 'administrator' })
      const { url } = await former.client.call(accountRoutes.invite, { body: { role: 'administrator' } })
      await dana.client.call(accountRoutes.changePerson, {
        params: { userId: former.userId },
        body: { role: 'member' },
      })
      const account = { name: 'New', email: 'newboss@example.com', password: 'correct horse battery' }
      const body = { token: fragmentToken(url), account }
      expect(await codeOf(world.server.client().call(accountRoutes.acceptInvitation, { body }))).toBe(
        'account.invitation_invalid',
      )
    })

    test.each([
      ['removed', remove],
      ['made a developer', demote],
      ['disabled', disable],
    ] as const)(
      'the builds of an admin who is %s end at once, those of others go on, and the team is told of their tokens',
      async (_, happen) => {
        const former = await admin()
        const [theirs, ours] = [await startBuild(former, app.id), await startBuild(dana, app.id)]
        const own = await createApp(former, 'Their own')
        const elsewhere = await startBuild(former, own.id)
        const params = { appId: app.id }
        const made = await former.client.call(buildRoutes.createTriggerToken, {
          params,
          body: { name: `CI of ${former.email}` },
        })
        expect((await fetchPortalData(theirs)).body).toHaveProperty('private_key')
        await happen(former.userId)
        expect((await fetchPortalData(theirs)).status).toBe(401)
        expect((await fetchPortalData(ours)).status).toBe(200)
        expect((await fetchPortalData(elsewhere)).status).toBe(happen === disable ? 401 : 200)
        const { items } = await dana.client.call(auditRoutes.ofBuild, {
          params: { buildId: theirs.build.id },
          query: {},
        })
        expect(items.at(-1)).toMatchObject({
          action: 'build.ended',
          details: { outcome: 'aborted', reason: 'lead_lost' },
        })
        const told = (await dana.client.call(noticeRoutes.list, { query: {} })).items
        expect(told.filter(({ body }) => body.includes(made.triggerToken.name))).toEqual([
          expect.objectContaining({ kind: 'trigger_token_maker_lost', link: `/apps/${app.id}` }),
        ])
        const { intact } = await dana.client.call(auditRoutes.verifyApp, { params })
        expect(intact).toBe(true)
      },
    )
  })
})
