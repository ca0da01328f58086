import { accountRoutes } from '@cordon/api/accounts/routes'
import { auditRoutes } from '@cordon/api/audit/routes'
import { buildRoutes } from '@cordon/api/builds/routes'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, type SignedIn } from '../../../test/harness.ts'
import { createApp, fetchPortalData, type ServerWorld, startBuild, startWorld } from '../../../test/world.ts'
import { createRateLimit } from './rate-limit.ts'

const MOST = 30

describe.each(DATABASES)('the limit of requests, on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let world: ServerWorld
    let dana: SignedIn
    let robin: SignedIn
    let ms = 0
    const wait = (seconds: number) => {
      ms += seconds * 1_000
    }
    beforeAll(async () => {
      const env = {
        CORDON_ADDRESS_REQUESTS_PER_MINUTE: String(MOST),
        CORDON_CREDENTIAL_REQUESTS_PER_MINUTE: String(MOST),
      }
      world = await startWorld(database, { env, monotonic: () => ms })
      dana = await world.server.setUp()
      robin = await world.server.addPerson(dana, { email: 'robin@example.com' })
    })
    afterAll(() => world?.close())

    const spend = async (ask: () => Promise<number>) => {
      const statuses: number[] = []
      for (let asked = 0; asked <= MOST; asked += 1) statuses.push(await ask())
      return statuses
    }

    test('a session is stopped when it asks too often, and let in again as time passes; others are not', async () => {
      wait(60)
      const statuses = await spend(async () => (await dana.fetch('/api/v1/me')).status)
      expect(statuses).toEqual([...Array(MOST).fill(200), 429])
      const refused = await dana.fetch('/api/v1/me')
      expect(refused.headers.get('retry-after')).toBe('2')
      expect(await refused.json()).toMatchObject({ code: 'request.too_many', details: { retryAfterSeconds: 2 } })
      expect((await robin.fetch('/api/v1/me')).status).toBe(200)
      wait(2)
      expect((await dana.fetch('/api/v1/me')).status).toBe(200)
    })

    test('an address that nobody is known by is stopped, whatever tokens it makes up; those who are known are not', async () => {
      wait(60)
      const statuses = await spend(async () => {
        const token = `cdn_pat_${String(ms + Math.random())
          .padEnd(43, 'x')
          .slice(0, 43)}`
        const headers = { authorization: `Bearer ${token}` }
        return (await fetch(`${world.server.url}/api/v1/me`, { headers })).status
      })
      expect(statuses).toEqual([...Array(MOST).fill(401), 429])
      expect((await fetch(`${world.server.url}/api/openapi.json`)).status).toBe(429)
      const health = `${world.server.url}/healthz`
      expect((await fetch(health)).status).toBe(200)
      for (const others of [{ cookie: 'balancer=node-2; theme=dark' }, { authorization: 'Basic bW9uaXRvcjo=' }]) {
        expect((await fetch(health, { headers: others })).status).toBe(200)
      }
      const madeUp = dana.cookie.replace(/=.*/, `=cdn_ses_${'z'.repeat(43)}`)
      expect((await fetch(health, { headers: { cookie: madeUp } })).status).toBe(429)
      expect((await fetch(health, { headers: { authorization: `Bearer cdn_pat_${'y'.repeat(43)}` } })).status).toBe(429)
      expect((await dana.fetch('/api/v1/me')).status).toBe(200)
    })

    test('who is known and may not is stopped too, whether by role, team, scope or build', async () => {
      const app = await createApp(dana, 'Closed')
      const [own, other] = [await startBuild(dana, app.id), await startBuild(dana, app.id)]
      const made = await robin.client.call(accountRoutes.createPersonalToken, {
        body: { name: 'reads', scopes: ['read'], expiresInDays: 1 },
      })
      const asStatus = async (path: string, init: RequestInit) => (await fetch(world.server.url + path, init)).status
      const asRobin = { headers: { cookie: robin.cookie } }
      const toOther = () => fetchPortalData({ buildUrl: other.buildUrl, buildToken: own.buildToken })
      const scoped = { method: 'POST', headers: { authorization: `Bearer ${made.token}` } }
      for (const [status, ask] of [
        [403, () => asStatus('/api/v1/invitations', asRobin)],
        [404, () => asStatus(`/api/v1/apps/${app.id}`, asRobin)],
        [403, () => asStatus('/api/v1/apps', scoped)],
        [401, async () => (await toOther()).status],
      ] as const) {
        wait(60)
        expect(await spend(ask)).toEqual([...Array(MOST).fill(status), 429])
      }
      // Of the build itself, whoever has its token: not of the address alone.
      expect((await fetchPortalData(own)).status).toBe(429)
      wait(60)
    })

    test('a build that asks without end is stopped before anything is released or logged; another build goes on', async () => {
      wait(60)
      const app = await createApp(dana)
      const [busy, calm] = [await startBuild(dana, app.id), await startBuild(dana, app.id)]
      const statuses = await spend(async () => (await fetchPortalData(busy)).status)
      expect(statuses).toEqual([...Array(MOST).fill(200), 429])
      const { body } = await fetchPortalData(busy)
      expect(body).toMatchObject({ code: 'request.too_many', error_msg: expect.stringContaining('Too many requests') })
      const params = { buildId: busy.build.id }
      const { items } = await dana.client.call(auditRoutes.ofBuild, { params, query: { limit: 200 } })
      expect(items.filter(({ action }) => action === 'credentials.withheld')).toHaveLength(MOST)
      expect((await fetchPortalData(calm)).status).toBe(200)
      expect((await dana.client.call(buildRoutes.read, { params })).state).toBe('running')
    })
  })
})

describe('buckets', () => {
  const ANONYMOUS = { kind: 'anonymous' } as const

  test('neighbours in one IPv6 network share one, and 0 is no limit', () => {
    const limit = createRateLimit({ addressPerMinute: 2, credentialPerMinute: 0, now: () => 0 })
    limit.count(ANONYMOUS, '2001:db8:1::1')
    limit.count(ANONYMOUS, '2001:db8:1:0:ffff::9')
    expect(() => limit.count(ANONYMOUS, '2001:db8:1:0::77')).toThrow('Too many requests')
    expect(() => limit.count(ANONYMOUS, '2001:db8:1:3::77')).not.toThrow()
    const none = createRateLimit({ addressPerMinute: 0, credentialPerMinute: 0, now: () => 0 })
    for (let asked = 0; asked < 10_000; asked += 1) none.countRefused('192.0.2.1')
  })

  test('many addresses do not fill the memory', () => {
    const limit = createRateLimit({ addressPerMinute: 1, credentialPerMinute: 1, now: () => 0 })
    limit.countRefused('192.0.2.1')
    expect(() => limit.countRefused('192.0.2.1')).toThrow('Too many requests')
    for (let other = 0; other < 20_000; other += 1) limit.countRefused(`10.0.${other >> 8}.${other & 255}`)
    // The first is forgotten by now, as is every one of so long ago.
    expect(() => limit.countRefused('192.0.2.1')).not.toThrow()
  })
})
