import { auditRoutes } from '@cordon/api/audit/routes'
import { buildApiRoutes, buildRoutes } from '@cordon/api/builds/routes'
import type { StartedBuild } from '@cordon/api/builds/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, jsonPost, type SignedIn } from '../../../test/harness.ts'
import {
  codeOf,
  createApp,
  fetchPortalData,
  joinTeam,
  type ServerWorld,
  startBuild,
  startWorld,
} from '../../../test/world.ts'

const MINUTE_MS = 60_000

describe.each(DATABASES)('builds on $database', ({ database, missing }) => {
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

    const read = (buildId: string, by = dana) => by.client.call(buildRoutes.read, { params: { buildId } })
    const withToken = (started: StartedBuild) => world.server.client({ BUILD_API_TOKEN: started.buildToken })
    const end = (started: StartedBuild, outcome: 'success' | 'failure' = 'success') =>
      withToken(started).call(buildApiRoutes.end, { params: { buildId: started.build.id }, body: { outcome } })
    const trigger = (token: string, body: object = {}) =>
      world.server.client({ authorization: `Bearer ${token}` }).call(buildRoutes.startByTrigger, { body })
    const makeTrigger = (appId: string, expiresInDays: number | null = 365) =>
      dana.client.call(buildRoutes.createTriggerToken, { params: { appId }, body: { name: 'GitHub', expiresInDays } })

    test('a started build gets its URL, its token, and the variables that existing steps read', async () => {
      const app = await createApp(dana)
      const facts = { commit: 'abc123', branch: 'main', workflow: 'release', ciUrl: 'https://ci.example.com/7' }
      const started = await dana.client.call(buildRoutes.start, { params: { appId: app.id }, body: { facts } })
      const { build } = started
      expect(build).toMatchObject({
        number: 1,
        state: 'running',
        outcome: null,
        credentialReleases: 0,
        appleRequests: null,
      })
      expect(build.facts).toMatchObject({ ...facts, fromFork: false })
      expect(build.startedBy).toEqual({ kind: 'person', name: 'Dana' })
      expect(started.buildUrl).toBe(`${world.server.url}/build/${build.id}`)
      expect(started.environment).toEqual({
        BITRISE_BUILD_URL: started.buildUrl,
        BITRISE_BUILD_API_TOKEN: started.buildToken,
        BITRISE_APP_SLUG: app.id,
        BITRISE_BUILD_SLUG: build.id,
        BITRISE_BUILD_NUMBER: '1',
      })
      expect(Buffer.from(started.buildToken.slice('cdn_bld_'.length), 'base64url').byteLength).toBe(32)
      expect(await read(build.id)).toEqual(build)
    })

    test('a fork that is told under another name is no build without fork', async () => {
      const app = await createApp(dana)
      const facts = { fromfork: true } as never
      await expect(startBuild(dana, app.id, { facts })).rejects.toMatchObject({ code: 'request.invalid' })
    })

    test('numbers count up within the app, also when many builds start at once', async () => {
      const app = await createApp(dana)
      const started = await Promise.all(Array.from({ length: 12 }, () => startBuild(dana, app.id)))
      const numbers = started.map(({ build }) => build.number).sort((a, b) => a - b)
      expect(numbers).toEqual(Array.from({ length: 12 }, (_, index) => index + 1))
      const { items, nextCursor } = await dana.client.call(buildRoutes.list, {
        params: { appId: app.id },
        query: { limit: 5 },
      })
      expect(items.map(({ number }) => number)).toEqual([12, 11, 10, 9, 8])
      const query = { limit: 50, cursor: nextCursor ?? '' }
      const rest = await dana.client.call(buildRoutes.list, { params: { appId: app.id }, query })
      expect(rest.items.map(({ number }) => number)).toEqual([7, 6, 5, 4, 3, 2, 1])
    })

    test('a build expires by the clock, after 90 minutes unless told shorter', async () => {
      const app = await createApp(dana)
      const [long, short] = [await startBuild(dana, app.id), await startBuild(dana, app.id, { minutes: 10 })]
      const greedy = await startBuild(dana, app.id, { minutes: 1_440 })
      expect(greedy.build.expiresAt).toBe(long.build.expiresAt)
      world.clock.advance(10 * MINUTE_MS)
      expect((await read(short.build.id)).state).toBe('expired')
      expect((await fetchPortalData(short)).status).toBe(401)
      expect((await fetchPortalData(long)).status).toBe(200)
      world.clock.advance(80 * MINUTE_MS - 1)
      expect((await fetchPortalData(long)).status).toBe(200)
      world.clock.advance(1)
      expect((await fetchPortalData(long)).status).toBe(401)
      expect(await codeOf(end(long))).toBe('access.build_token_refused')
      const abort = dana.client.call(buildRoutes.abort, { params: { buildId: long.build.id } })
      expect(await codeOf(abort)).toBe('build.not_running')
    })

    test('a build ends itself with its outcome, and its token stops at once', async () => {
      const app = await createApp(dana)
      const started = await startBuild(dana, app.id)
      await end(started, 'failure')
      expect(await read(started.build.id)).toMatchObject({
        state: 'ended',
        outcome: 'failure',
        endedAt: new Date(world.clock.now()).toISOString(),
      })
      expect((await fetchPortalData(started)).status).toBe(401)
      expect(await codeOf(end(started))).toBe('access.build_token_refused')
    })

    test('a developer aborts a build and cannot start one', async () => {
      const app = await createApp(dana)
      await joinTeam(dana, app.id, robin, 'developer')
      const started = await startBuild(dana, app.id)
      expect(await codeOf(startBuild(robin, app.id))).toBe('access.forbidden')
      const params = { buildId: started.build.id }
      expect(await robin.client.call(buildRoutes.abort, { params })).toMatchObject({
        state: 'ended',
        outcome: 'aborted',
      })
      expect((await fetchPortalData(started)).status).toBe(401)
      expect(await codeOf(robin.client.call(buildRoutes.abort, { params }))).toBe('build.not_running')
    })

    test('builds of an app one is no member of are not found', async () => {
      const started = await startBuild(dana, (await createApp(dana)).id)
      expect(await codeOf(read(started.build.id, robin))).toBe('build.not_found')
    })

    test('a trigger token starts builds of its app until it is revoked, and shows when it was used', async () => {
      const app = await createApp(dana)
      const { token, triggerToken } = await makeTrigger(app.id)
      expect(triggerToken).toMatchObject({ name: 'GitHub', createdBy: 'Dana', lastUsedAt: null })
      const started = await trigger(token, { facts: { branch: 'main' } })
      expect(started.build).toMatchObject({ appId: app.id, startedBy: { kind: 'trigger_token', name: 'GitHub' } })
      const params = { appId: app.id }
      const listed = await dana.client.call(buildRoutes.triggerTokens, { params, query: {} })
      expect(listed.items).toMatchObject([
        { id: triggerToken.id, lastUsedAt: new Date(world.clock.now()).toISOString() },
      ])
      expect(JSON.stringify(listed)).not.toContain(token)
      const revoke = () =>
        dana.client.call(buildRoutes.revokeTriggerToken, { params: { ...params, triggerTokenId: triggerToken.id } })
      await revoke()
      expect(await codeOf(trigger(token))).toBe('access.trigger_token_refused')
      expect(await codeOf(revoke())).toBe('build.trigger_token_not_found')
      expect((await dana.client.call(buildRoutes.triggerTokens, { params, query: {} })).items).toEqual([])
    })

    test('a trigger token ends by time, and one app cannot revoke that of another', async () => {
      const [app, other] = [await createApp(dana), await createApp(dana)]
      const { token, triggerToken } = await makeTrigger(app.id, 1)
      const params = { appId: other.id, triggerTokenId: triggerToken.id }
      expect(await codeOf(dana.client.call(buildRoutes.revokeTriggerToken, { params }))).toBe(
        'build.trigger_token_not_found',
      )
      world.clock.advance(24 * 60 * MINUTE_MS)
      expect(await codeOf(trigger(token))).toBe('access.trigger_token_refused')
    })

    test('neither token is stored as it is', async () => {
      const app = await createApp(dana)
      const { token } = await makeTrigger(app.id)
      const started = await trigger(token)
      const { queries } = world.server.platform.db
      const rows = [
        await queries.selectFrom('build_tokens').selectAll().execute(),
        await queries.selectFrom('trigger_tokens').selectAll().execute(),
        await queries.selectFrom('audit_events').selectAll().execute(),
      ]
      const text = JSON.stringify(rows)
      for (const secret of [token, started.buildToken]) {
        expect(text).not.toContain(secret)
        expect(text).not.toContain(Buffer.from(secret).toJSON().data.join(','))
      }
    })

    test('a report is kept as told by the build, and its requests are added up', async () => {
      const app = await createApp(dana)
      const started = await startBuild(dana, app.id)
      const params = { buildId: started.build.id }
      const action = { action: 'create profile', subject: 'com.acme.wallet', outcome: 'done', reason: 'none was there' }
      const others = ['reused', 'skipped'].map((outcome) => ({ ...action, outcome }))
      const actions = [action, ...others]
      const report = { step: 'auto-provision', outcome: 'success' as const, appleRequests: 5, actions }
      await withToken(started).call(buildApiRoutes.report, { params, body: report })
      await withToken(started).call(buildApiRoutes.report, {
        params,
        body: { ...report, outcome: 'failure' as const, actions: [] },
      })
      expect((await read(started.build.id)).appleRequests).toBe(10)
      const { items } = await dana.client.call(auditRoutes.ofBuild, { params, query: {} })
      expect(items.map(({ action: name, outcome, actor }) => [name, outcome, actor.kind])).toEqual([
        ['build.started', 'success', 'person'],
        ['step.reported', 'success', 'build'],
        ['step.reported', 'failed', 'build'],
      ])
      expect(items[1]?.details).toMatchObject({ step: 'auto-provision', actions })
      expect(items[1]?.summary, 'what was left as it is, is no change').toMatch(/, 5 requests to Apple, 1 changes\.$/)
    })

    test('a build cannot fill the log with reports', async () => {
      const app = await createApp(dana)
      const started = await startBuild(dana, app.id)
      const params = { buildId: started.build.id }
      const report = { step: 'loop', outcome: 'success', appleRequests: 0 } as const
      const send = () => withToken(started).call(buildApiRoutes.report, { params, body: report })
      for (let sent = 0; sent < 200; sent += 40) await Promise.all(Array.from({ length: 40 }, send))
      expect(await codeOf(send())).toBe('build.too_many_reports')
      const many = {
        ...report,
        actions: Array.from({ length: 501 }, () => ({ action: 'a', subject: '', outcome: '', reason: '' })),
      }
      expect(await codeOf(withToken(started).call(buildApiRoutes.report, { params, body: many }))).toBe(
        'request.invalid',
      )
    })

    test.each([
      ['facts.commit', { facts: { commit: 'x'.repeat(201) } }],
      ['facts.branch', { facts: { branch: 'a\u0000b' } }],
      ['facts.ciUrl', { facts: { ciUrl: 'javascript:alert(1)' } }],
      ['facts.fromFork', { facts: { fromFork: 'yes' } }],
      ['minutes', { minutes: 0 }],
    ])('a wrong %s is named and starts nothing', async (field, body) => {
      const app = await createApp(dana)
      const response = await dana.fetch(`/api/v1/apps/${app.id}/builds`, jsonPost(body))
      const problem = (await response.json()) as { code: string; fields: Array<{ field: string }> }
      expect([response.status, problem.code]).toEqual([400, 'request.invalid'])
      expect(problem.fields.map((one) => one.field)).toEqual([field])
      expect((await dana.client.call(buildRoutes.list, { params: { appId: app.id }, query: {} })).items).toEqual([])
    })
  })
})
