import { request } from 'node:http'
import { appRoutes } from '@cordon/api/apps/routes'
import { auditRoutes } from '@cordon/api/audit/routes'
import { buildApiRoutes, buildRoutes } from '@cordon/api/builds/routes'
import type { StartedBuild } from '@cordon/api/builds/schema'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { testDeviceRoutes } from '@cordon/api/test-devices/routes'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, type SignedIn } from '../../../test/harness.ts'
import {
  authorise,
  connect,
  createApp,
  fetchPortalData,
  joinTeam,
  type KeyFile,
  newKey,
  type ServerWorld,
  startBuild,
  startWorld,
} from '../../../test/world.ts'

describe.each(DATABASES)('the build protocol on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let world: ServerWorld
    let dana: SignedIn
    let robin: SignedIn
    beforeAll(async () => {
      world = await startWorld(database)
      dana = await world.server.setUp()
      robin = await world.server.addPerson(dana, { email: 'robin@example.com' })
    })
    afterAll(() => world?.close())

    const appWith = async (kind?: KeyFile['kind']) => {
      const app = await createApp(dana)
      const key = kind && world.newKey(kind)
      const connection = key && (await connect(dana, key, `${kind} key`))
      if (connection) await authorise(dana, app.id, connection.id)
      return { app, key, connection }
    }

    test.each([
      ['team', false],
      ['enterprise', true],
    ] as const)('a %s key is released with its four fields and nothing else', async (kind, isEnterprise) => {
      const { app, key } = await appWith(kind)
      const { status, body } = await fetchPortalData(await startBuild(dana, app.id))
      expect(status).toBe(200)
      expect(body).toEqual({
        key_id: key?.keyId,
        issuer_id: key?.issuerId,
        private_key: key?.privateKey,
        is_enterprise_account: isEnterprise,
      })
    })

    test('with nothing authorised the answer holds no key of either part, only the reason', async () => {
      const { app } = await appWith()
      const { status, body } = await fetchPortalData(await startBuild(dana, app.id))
      expect(status).toBe(200)
      expect(body).toEqual({ cordon: { reason: 'nothing_authorised', message: expect.stringContaining('Team') } })
    })

    test('an individual key is never released', async () => {
      const { app, key } = await appWith('individual')
      const { body, text } = await fetchPortalData(await startBuild(dana, app.id))
      expect(body).toEqual({ cordon: { reason: 'individual_key', message: expect.stringContaining('never released') } })
      expect(text).not.toContain(key?.privateKey.split('\n')[1])
    })

    test('an app in broker mode gives no credentials', async () => {
      const { app } = await appWith('team')
      const { queries } = world.server.platform.db
      await queries.updateTable('apps').set({ delivery_mode: 'broker' }).where('id', '=', app.id).execute()
      const { body } = await fetchPortalData(await startBuild(dana, app.id))
      expect(body).toEqual({ cordon: { reason: 'broker_mode', message: expect.any(String) } })
    })

    test('what is chosen while a build runs acts from the next build on', async () => {
      const { app } = await appWith()
      const running = await startBuild(dana, app.id)
      world.clock.advance(1)
      const connection = await connect(dana, world.newKey(), `chosen late for ${app.id}`)
      await authorise(dana, app.id, connection.id)
      expect((await fetchPortalData(running)).body).toEqual({
        cordon: { reason: 'chosen_later', message: expect.stringContaining('from the next build on') },
      })
      expect((await fetchPortalData(await startBuild(dana, app.id))).body).toHaveProperty('key_id')
    })

    test('a step that needs one type gets nothing of the other, and the log names what left', async () => {
      const { app } = await appWith('team')
      const started = await startBuild(dana, app.id)
      const ask = async (query: string) => {
        const url = `${started.buildUrl}/apple_developer_portal_data.json${query}`
        return (await fetch(url, { headers: { BUILD_API_TOKEN: started.buildToken } })).json()
      }
      expect(await ask('?only=apple_id')).toEqual({
        cordon: { reason: 'nothing_authorised', message: expect.stringContaining('API key only') },
      })
      expect(await ask('?only=app_store_connect_api_key')).toHaveProperty('key_id')
      expect(await ask('?only=something')).toMatchObject({ code: 'request.invalid' })
      const params = { buildId: started.build.id }
      const { items } = await dana.client.call(auditRoutes.ofBuild, { params, query: {} })
      expect(items.filter(({ action }) => action === 'credentials.released')).toHaveLength(1)
    })

    test('devices of the whole team are there whatever the role, each UDID once, with stable positive ids', async () => {
      const { app } = await appWith('team')
      const kim = await world.server.addPerson(dana, { email: 'kim@example.com' })
      await joinTeam(dana, app.id, robin, 'tester')
      const add = (by: SignedIn, title: string, identifier: string) =>
        by.client.call(testDeviceRoutes.add, { body: { title, identifier } })
      const phone = await add(robin, 'QA phone', '00008101-000A1B2C3D4E001E')
      await add(dana, 'the same phone', '00008101-000a1b2c3d4e001e')
      const mac = await add(dana, 'Mac', '6AFE2C32-DB3A-5E8F-A0B4-1C8B1E7B0F7D')
      await add(kim, 'of a stranger', '0123456789abcdef0123456789abcdef01234567')
      const build = await startBuild(dana, app.id)
      const { body, text } = await fetchPortalData(build)
      const at = new Date(world.clock.now()).toISOString()
      const users = await world.server.platform.db.queries.selectFrom('users').select(['id', 'serial']).execute()
      const serialOf = (person: SignedIn) => users.find(({ id }) => id === person.userId)?.serial
      expect(body.test_devices).toEqual([
        {
          id: phone.number,
          user_id: serialOf(robin),
          device_identifier: '00008101-000A1B2C3D4E001E',
          title: 'QA phone',
          created_at: at,
          updated_at: at,
          device_type: 'ios',
        },
        expect.objectContaining({ id: mac.number, user_id: serialOf(dana), title: 'Mac', device_type: 'mac' }),
      ])
      expect(at).toMatch(/\.\d{3}Z$/)
      expect((await fetchPortalData(build)).text).toBe(text)
      await dana.client.call(appRoutes.removeMember, { params: { appId: app.id, userId: robin.userId } })
      expect(JSON.stringify((await fetchPortalData(build)).body.test_devices)).not.toContain('QA phone')
    })

    test('unknown, ended, expired, another build’s, missing and malformed tokens get one identical 401', async () => {
      const { app } = await appWith('team')
      const [running, ended, expired] = [
        await startBuild(dana, app.id),
        await startBuild(dana, app.id),
        await startBuild(dana, app.id, { minutes: 1 }),
      ]
      await dana.client.call(buildRoutes.abort, { params: { buildId: ended.build.id } })
      // Known a moment ago is not known now.
      expect((await fetchPortalData(expired)).status).toBe(200)
      world.clock.advance(60_000)
      const elsewhere = `${world.server.url}/build/bld_${'0'.repeat(24)}`
      const attempts: ReadonlyArray<Pick<StartedBuild, 'buildUrl' | 'buildToken'>> = [
        ended,
        expired,
        { buildUrl: running.buildUrl, buildToken: ended.buildToken },
        { buildUrl: ended.buildUrl, buildToken: running.buildToken },
        { buildUrl: running.buildUrl, buildToken: `cdn_bld_${'A'.repeat(43)}` },
        { buildUrl: running.buildUrl, buildToken: 'nonsense' },
        { buildUrl: running.buildUrl, buildToken: '' },
        { buildUrl: elsewhere, buildToken: running.buildToken },
        { buildUrl: `${world.server.url}/build/nonsense`, buildToken: running.buildToken },
      ]
      const answers = await Promise.all(attempts.map((attempt) => fetchPortalData(attempt)))
      const texts = answers.map(({ text }) => text.replace(/req_[0-9a-z]+/g, 'req_'))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
      expect(new Set(texts).size).toBe(1)
      expect(answers[0]?.body).toMatchObject({
        code: 'access.build_token_refused',
        error_msg: expect.stringContaining('not accepted'),
      })
      expect((await fetchPortalData(running)).status).toBe(200)
    })

    test('a build from a fork gets 401 with the reason, and the log says so', async () => {
      const { app } = await appWith('team')
      const started = await startBuild(dana, app.id, { facts: { fromFork: true } })
      const { status, body } = await fetchPortalData(started)
      expect([status, body.code]).toEqual([401, 'build.fork'])
      expect(body.error_msg).toContain('fork')
      expect(body).not.toHaveProperty('test_devices')
      const { items } = await dana.client.call(auditRoutes.ofBuild, {
        params: { buildId: started.build.id },
        query: {},
      })
      expect(items.at(-1)).toMatchObject({
        action: 'credentials.refused',
        outcome: 'refused',
        details: { reason: 'fork' },
      })
      const client = world.server.client({ BUILD_API_TOKEN: started.buildToken })
      await client.call(buildApiRoutes.end, { params: { buildId: started.build.id }, body: {} })
    })

    test('two slashes, a trailing one, and a header in any case are taken', async () => {
      const { app } = await appWith('team')
      const started = await startBuild(dana, app.id)
      expect((await fetchPortalData(started, '//')).status).toBe(200)
      const path = `/build/${started.build.id}/apple_developer_portal_data.json/`
      expect(await plainGet(world.server.url, path, { build_api_token: started.buildToken })).toBe(200)
    })

    test('a release is in the log with connection, key and version before it is answered, and is counted', async () => {
      const { app, key, connection } = await appWith('team')
      const started = await startBuild(dana, app.id)
      await Promise.all(Array.from({ length: 5 }, () => fetchPortalData(started)))
      const params = { buildId: started.build.id }
      const { items } = await dana.client.call(auditRoutes.ofBuild, { params, query: {} })
      const releases = items.filter(({ action }) => action === 'credentials.released')
      expect(releases).toHaveLength(5)
      expect(releases[0]).toMatchObject({
        actor: { kind: 'build', id: started.build.id },
        object: { kind: 'connection', id: connection?.id, name: 'team key' },
        buildId: started.build.id,
        outcome: 'success',
        details: { identifier: key?.keyId, version: 1, devices: expect.any(Number) },
      })
      expect(JSON.stringify(items)).not.toContain(key?.privateKey.split('\n')[1])
      expect((await dana.client.call(buildRoutes.read, { params })).credentialReleases).toBe(5)
      const used = await dana.client.call(connectionRoutes.read, { params: { connectionId: connection?.id ?? '' } })
      expect(used.lastUsedAt).toBe(new Date(world.clock.now()).toISOString())
      const { intact } = await dana.client.call(auditRoutes.verifyApp, { params: { appId: app.id } })
      expect(intact).toBe(true)
    })

    test.each([
      ['names itself', 'cordon-step/certificate-and-profile (1.4)', 'cordon-step/certificate-and-profile (1.4)'],
      ['is as long as may be', 'x'.repeat(120), 'x'.repeat(120)],
      ['is longer', 'x'.repeat(121), undefined],
      ['is more than printable ASCII', 'step \u00e9', undefined],
      ['says nothing', '', undefined],
    ])('of a program that asks and %s the log keeps that, whole or not at all', async (_, userAgent, kept) => {
      const [{ app }, bare] = [await appWith('team'), await appWith()]
      const loggedOf = async (appId: string, facts: { readonly fromFork?: boolean } = {}) => {
        const started = await startBuild(dana, appId, { facts })
        const path = `/build/${started.build.id}/apple_developer_portal_data.json`
        await plainGet(world.server.url, path, { BUILD_API_TOKEN: started.buildToken, 'user-agent': userAgent })
        const params = { buildId: started.build.id }
        const { items } = await dana.client.call(auditRoutes.ofBuild, { params, query: {} })
        return items.filter(({ action }) => action.startsWith('credentials.'))
      }
      const events = [
        ...(await loggedOf(app.id)),
        ...(await loggedOf(bare.app.id)),
        ...(await loggedOf(app.id, { fromFork: true })),
      ]
      expect(events.map(({ action, details }) => [action, details.userAgent])).toEqual([
        ['credentials.released', kept],
        ['credentials.withheld', kept],
        ['credentials.refused', kept],
      ])
    })

    test('what cannot be written down is not released', async () => {
      const own = await startWorld(database)
      try {
        const owner = await own.server.setUp()
        const key = newKey(own.simulator, 'team')
        const app = await createApp(owner)
        await authorise(owner, app.id, (await connect(owner, key)).id)
        const started = await startBuild(owner, app.id)
        const { db } = own.server.platform
        await sql`alter table audit_events rename to lost`.execute(db.queries)
        const refused = await fetchPortalData(started)
        expect([refused.status, refused.body.code]).toEqual([503, 'build.not_recorded'])
        expect(refused.text).not.toContain('PRIVATE KEY')
        await sql`alter table lost rename to audit_events`.execute(db.queries)
        expect((await fetchPortalData(started)).status).toBe(200)
        const { credentialReleases } = await owner.client.call(buildRoutes.read, {
          params: { buildId: started.build.id },
        })
        expect(credentialReleases).toBe(1)
      } finally {
        await own.close()
      }
    })

    test('a secret row that was moved to another connection is not released', async () => {
      const [victim, own] = [await appWith('team'), await appWith('team')]
      const { queries } = world.server.platform.db
      const foreign = await queries
        .selectFrom('connection_secrets')
        .select(['kek_id', 'wrapped_key', 'ciphertext'])
        .where('connection_id', '=', victim.connection?.id ?? ('' as never))
        .executeTakeFirstOrThrow()
      await queries
        .updateTable('connection_secrets')
        .set(foreign)
        .where('connection_id', '=', own.connection?.id ?? ('' as never))
        .execute()
      const { status, text } = await fetchPortalData(await startBuild(dana, own.app.id))
      expect(status).toBe(500)
      expect(text).not.toContain('PRIVATE KEY')
    })
  })
})

/** A GET with headers exactly as written; `fetch` would change their case. */
function plainGet(url: string, path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(url + path, { headers }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
    })
    call.on('error', reject)
    call.end()
  })
}
