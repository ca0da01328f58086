import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { auditRoutes } from '@cordon/api/audit/routes'
import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { noticeRoutes } from '@cordon/api/notices/routes'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@cordon/core/instant'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  authoriseAppleId,
  connectAppleId,
  giveCode,
  newAppleId,
  type Person,
  passwordsGiven as passwordsGivenAt,
  signInAgain,
  startSignIn,
} from '../../../test/apple-world.ts'
import { DATABASES, type SignedIn } from '../../../test/harness.ts'
import {
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

// Operation in the simulator's log.
const READ_SESSION = 'olympus_readSession'

const WEBHOOK_SECRET = 'whsec_c2lnbnMtdGhlLXJlcG9ydHMtb2YtdGhlLWluc3RhbmNl'

interface Report {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

describe.each(DATABASES)('sessions of Apple IDs on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let world: ServerWorld
    let dana: SignedIn
    let robin: SignedIn
    const reports: Report[] = []
    const receiver = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks).toString()
      const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = request.headers
      const expected = createHmac('sha256', Buffer.from(WEBHOOK_SECRET.slice('whsec_'.length), 'base64'))
        .update(`${id}.${at}.${body}`)
        .digest('base64')
      if (signature !== `v1,${expected}`) return void response.writeHead(401).end()
      reports.push(JSON.parse(body))
      response.writeHead(204).end()
    })

    beforeAll(async () => {
      await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
      const { port } = receiver.address() as AddressInfo
      const env = {
        CORDON_WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
        CORDON_WEBHOOK_SECRET: WEBHOOK_SECRET,
        CORDON_SESSION_DAYS: '365',
        CORDON_SESSION_IDLE_HOURS: String(24 * 90),
        CORDON_BUILD_TOKEN_MINUTES: '1440',
      }
      world = await startWorld(database, { env })
      dana = await world.server.setUp()
      robin = await world.server.addPerson(dana, { name: 'Robin', email: 'robin@example.com' })
    })
    afterAll(async () => {
      await world?.close()
      receiver.close()
    })

    const read = (id: string, by = dana) => by.client.call(connectionRoutes.read, { params: { connectionId: id } })
    const again = (connectionId: string, password?: string, by = dana) => signInAgain(by, connectionId, password)
    const control = (method: string, path: string) => fetch(`${world.simulator.controlUrl}${path}`, { method })
    const passwordsGiven = (person: Person) => passwordsGivenAt(world, person)
    const timesAsked = () => world.simulator.world.journal.counts()[READ_SESSION] ?? 0
    const noticesOf = async (person: SignedIn) => (await person.client.call(noticeRoutes.list, { query: {} })).items
    // The first: the regular looks of a month go through every connection of the world.
    test('warned at 7, 3 and 1 days, once each, told when it is over, signed in again', async () => {
      const person = newAppleId(world)
      const connectionId = await connectAppleId(world, dana, person)
      const app = await createApp(dana, 'Calendar')
      await joinTeam(dana, app.id, robin, 'admin')
      await authoriseAppleId(dana, app.id, connectionId)
      const about = ({ link, kind }: { link: string; kind: string }) =>
        link.endsWith(connectionId) && kind.startsWith('apple_session')
      const kinds = async () => (await noticesOf(dana)).filter(about).map(({ kind }) => kind)
      const mine = () => reports.filter(({ data }) => data.connectionId === connectionId)
      reports.length = 0
      const seen: Record<number, number> = {}
      let day = 0
      for (const next of [0, 22, 23, 24, 26, 27, 28, 29, 30.5]) {
        world.clock.advance((next - day) * DAY_MS)
        day = next
        await world.server.worker.runDue()
        seen[day] = (await kinds()).length
        if (day === 22) expect((await read(connectionId)).session).toMatchObject({ state: 'valid', daysLeft: 8 })
        if (day === 23) expect((await read(connectionId)).session).toMatchObject({ state: 'expiring', daysLeft: 7 })
      }
      expect(seen).toEqual({ 0: 0, 22: 0, 23: 1, 24: 1, 26: 1, 27: 2, 28: 2, 29: 3, 30.5: 4 })
      await world.server.worker.runDue()
      await world.server.worker.runDue()
      expect(await kinds()).toEqual(['apple_session_expired', ...Array(3).fill('apple_session_expiring')])
      expect(mine().map(({ type, data }) => [type, data.daysLeft ?? data.state])).toEqual([
        ['apple_session.expiring', 7],
        ['apple_session.expiring', 3],
        ['apple_session.expiring', 1],
        ['apple_session.ended', 'expired'],
      ])
      expect((await noticesOf(robin))[0]).toMatchObject({ kind: 'apple_session_expired' })
      expect(await read(connectionId)).toMatchObject({
        session: { state: 'expired', early: false },
        health: { state: 'expired' },
      })
      const { body } = await fetchPortalData(await startBuild(dana, app.id))
      expect(body).toMatchObject({ apple_id: person.email, cordon: { reason: 'session_expired' } })
      expect(Date.parse(String(body.connection_expiry_date))).toBeLessThan(world.clock.now())
      const renewed = await giveCode(world, dana, await again(connectionId))
      expect(renewed).toMatchObject({ state: { kind: 'connected' }, connectionId })
      expect((await read(connectionId)).session).toMatchObject({ state: 'valid', daysLeft: 30 })
      expect((await fetchPortalData(await startBuild(dana, app.id))).body).not.toHaveProperty('cordon')
      await world.server.worker.runDue()
      expect(mine().at(-1)?.type).toBe('apple_session.renewed')
      expect((await noticesOf(robin)).map(({ kind }) => kind)).toContain('apple_session_renewed')
    })

    test('a build gets both types, each in the form of the protocol', async () => {
      const connectionId = await connectAppleId(world, dana, newAppleId(world))
      const app = await createApp(dana)
      const key = await connect(dana, world.newKey(), `key of ${app.id}`)
      await authorise(dana, app.id, key.id)
      await authoriseAppleId(dana, app.id, connectionId)
      const started = await startBuild(dana, app.id)
      const { body } = await fetchPortalData(started)
      expect(Object.keys(body).sort()).toEqual([
        'apple_id',
        'connection_expiry_date',
        'is_enterprise_account',
        'issuer_id',
        'key_id',
        'password',
        'private_key',
        'session_cookies',
      ])
      const cookies = (body.session_cookies as Record<string, Array<Record<string, unknown>>>)[
        'https://idmsa.apple.com'
      ]
      expect(cookies?.map(({ name }) => String(name).slice(0, 3))).toEqual(['DES', 'mya'])
      expect(cookies?.every((cookie) => !('for_domain' in cookie) || cookie.for_domain === false)).toBe(true)
      const { items } = await dana.client.call(auditRoutes.ofBuild, {
        params: { buildId: started.build.id },
        query: {},
      })
      const released = items.filter(({ action }) => action === 'credentials.released')
      expect(released.map(({ details }) => details.type).sort()).toEqual(
        ['apple_id', 'app_store_connect_api_key'].sort(),
      )
    })

    test('twenty builds at once with a stale web session: one renewal at Apple, twenty good answers', async () => {
      const person = newAppleId(world)
      const app = await createApp(dana)
      await authoriseAppleId(dana, app.id, await connectAppleId(world, dana, person))
      const builds = await Promise.all(Array.from({ length: 20 }, () => startBuild(dana, app.id)))
      world.clock.advance(9 * HOUR_MS)
      const before = passwordsGiven(person)
      const answers = await Promise.all(builds.map((build) => fetchPortalData(build)))
      expect(passwordsGiven(person) - before).toBe(1)
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
      expect(answers[0]?.body).toMatchObject({ apple_id: person.email })
      expect(answers[0]?.body).not.toHaveProperty('cordon')
      // Moments later nobody is asked again.
      const asked = timesAsked()
      expect(asked).toBeGreaterThan(0)
      await fetchPortalData(builds[0] as never)
      expect(timesAsked()).toBe(asked)
    })

    test.each([
      ['ends its trust', endEverything, 'expired', 'session_expired'],
      ['locks the account', lock, 'locked', 'apple_id_locked'],
      ['wants terms accepted', wantTerms, 'action_needed', 'apple_id_action_needed'],
      ['has another password', changePassword, 'password_refused', 'apple_id_password_refused'],
    ] as const)('when Apple %s early, the next build says so, once', async (_, happen, state, reason) => {
      const person = newAppleId(world)
      const connectionId = await connectAppleId(world, dana, person)
      const app = await createApp(dana)
      await authoriseAppleId(dana, app.id, connectionId)
      await happen(person)
      world.clock.advance(9 * HOUR_MS)
      const before = passwordsGiven(person)
      const { body } = await fetchPortalData(await startBuild(dana, app.id))
      expect(body).toMatchObject({ cordon: { reason } })
      expect('password' in body).toBe(state === 'expired')
      expect((await read(connectionId)).session).toMatchObject({ state })
      // What Apple has refused is not asked again.
      await fetchPortalData(await startBuild(dana, app.id))
      expect(passwordsGiven(person) - before).toBeLessThanOrEqual(1)
      const told = (await noticesOf(dana)).filter(({ link }) => link.endsWith(connectionId))
      expect(told).toHaveLength(1)
    })

    async function endEverything({ email }: Person): Promise<void> {
      await control('DELETE', `/accounts/${email}/sessions`)
      await control('DELETE', `/accounts/${email}/trust`)
    }
    async function lock({ email }: Person): Promise<void> {
      world.simulator.changeAccount(email, { switches: { locked: true } })
    }
    async function wantTerms({ email }: Person): Promise<void> {
      world.simulator.changeAccount(email, { switches: { repair: 'privacy' } })
    }
    async function changePassword({ email }: Person): Promise<void> {
      world.simulator.changeAccount(email, { password: 'Another-Horse-2' })
    }

    test('a renewal that Apple leaves open is not tried again for an hour, however many builds ask', async () => {
      const person = newAppleId(world)
      const app = await createApp(dana)
      await authoriseAppleId(dana, app.id, await connectAppleId(world, dana, person))
      world.simulator.changeAccount(person.email, { switches: { refusal: 'unavailable' } })
      world.clock.advance(9 * HOUR_MS)
      const started = await startBuild(dana, app.id)
      const before = passwordsGiven(person)
      for (let asked = 0; asked < 3; asked += 1) {
        expect((await fetchPortalData(started)).body).toMatchObject({ cordon: { reason: 'apple_unreachable' } })
      }
      expect(passwordsGiven(person) - before).toBe(1)
      world.simulator.changeAccount(person.email, { switches: { refusal: 'none' } })
      world.clock.advance(61 * MINUTE_MS)
      expect((await fetchPortalData(started)).body).toHaveProperty('apple_id')
    })

    test('a refused password is asked again only with a new one, and not more than twice an hour', async () => {
      const person = newAppleId(world)
      const connectionId = await connectAppleId(world, dana, person)
      await changePassword(person)
      await endEverything(person)
      expect(await codeOf(again(connectionId))).toBe('apple.apple_id_credentials_wrong')
      world.clock.advance(2 * HOUR_MS)
      await dana.client.call(connectionRoutes.test, { params: { connectionId } })
      expect((await read(connectionId)).session).toMatchObject({ state: 'password_refused' })
      expect(await errorOf(again(connectionId))).toMatchObject({ code: 'apple_sign_in.password_needed' })
      expect((await giveCode(world, dana, await again(connectionId, 'Another-Horse-2'))).state.kind).toBe('connected')
      const other = newAppleId(world)
      const wrong: Person = { ...other, password: 'not this one' }
      expect(await codeOf(startSignIn(robin, wrong))).toBe('apple.apple_id_credentials_wrong')
      expect(await codeOf(startSignIn(robin, wrong))).toBe('apple.apple_id_credentials_wrong')
      const asked = passwordsGiven(other)
      const stopped = await errorOf(startSignIn(robin, wrong))
      expect(stopped).toMatchObject({ code: 'apple_sign_in.too_many_attempts', status: 429 })
      expect(passwordsGiven(other)).toBe(asked)
      world.clock.advance(61 * MINUTE_MS)
      expect((await startSignIn(robin, other)).state.kind).toBe('awaiting_code')
    })

    test('the Test button asks Apple and shows what was checked, to those who lead the app', async () => {
      const person = newAppleId(world)
      const app = await createApp(dana)
      await joinTeam(dana, app.id, robin, 'admin')
      await authoriseAppleId(dana, app.id, await connectAppleId(world, dana, person))
      const params = { appId: app.id, type: 'apple_id' } as const
      const tested = await robin.client.call(authorisationRoutes.test, { params })
      expect(tested).toMatchObject({ state: 'healthy', session: { state: 'valid' } })
      expect(tested.checks.map(({ name }) => name)).toContain('developer_portal')
      await control('DELETE', `/accounts/${person.email}/trust`)
      await control('DELETE', `/accounts/${person.email}/portal-sessions`)
      expect(await robin.client.call(authorisationRoutes.test, { params })).toMatchObject({
        state: 'expired',
        session: { state: 'expired', early: true },
      })
    })
  })
})
