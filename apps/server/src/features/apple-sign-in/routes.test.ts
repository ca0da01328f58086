import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import type { AppleSignIn, CodeWay } from '@cordon/api/apple-sign-ins/schema'
import { auditRoutes } from '@cordon/api/audit/routes'
import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { noticeRoutes } from '@cordon/api/notices/routes'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@cordon/core/instant'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  APPLE_PASSWORD,
  authoriseAppleId,
  connectAppleId,
  DEVICE,
  giveCode,
  newAppleId,
  type Person,
  passwordsGiven as passwordsGivenAt,
  signInAgain,
  startSignIn,
} from '../../../test/apple-world.ts'
import { DATABASES, fragmentToken, makeScratch, type SignedIn, startTestServer } from '../../../test/harness.ts'
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

describe.each(DATABASES)('Apple IDs on $database', ({ database, missing }) => {
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
    const readSignIn = ({ id }: AppleSignIn, by = dana) =>
      by.client.call(appleSignInRoutes.read, { params: { signInId: id } })
    const sendCode = ({ id }: AppleSignIn, way: CodeWay) =>
      dana.client.call(appleSignInRoutes.sendCode, { params: { signInId: id }, body: { way } })
    const giveText = ({ id }: AppleSignIn, code: string, way: CodeWay = DEVICE) =>
      dana.client.call(appleSignInRoutes.code, { params: { signInId: id }, body: { way, code } })
    const again = (connectionId: string, password?: string, by = dana) => signInAgain(by, connectionId, password)
    const control = (method: string, path: string) => fetch(`${world.simulator.controlUrl}${path}`, { method })
    const passwordsGiven = (person: Person) => passwordsGivenAt(world, person)
    const timesAsked = () => world.simulator.world.journal.counts()[READ_SESSION] ?? 0
    const noticesOf = async (person: SignedIn) => (await person.client.call(noticeRoutes.list, { query: {} })).items
    const questionOf = (signIn: AppleSignIn) => {
      if (signIn.state.kind !== 'awaiting_code') throw new Error(`not waiting for a code: ${signIn.state.kind}`)
      return signIn.state.question
    }
    const wrongCode = ({ email }: Person) =>
      world.simulator.codeOf(email, 'device') === '000000' ? '111111' : '000000'

    test('with two-factor: a wrong code, then the right one, and thirty days', async () => {
      const person = newAppleId(world)
      const started = await startSignIn(dana, person)
      expect(started).toMatchObject({ accountName: person.email, connectionId: null, handOff: null })
      expect(questionOf(started)).toMatchObject({ codeLength: 6, hasTrustedDevice: true, triesLeft: 3 })
      const wrong = await errorOf(giveText(started, wrongCode(person)))
      expect(wrong).toMatchObject({ code: 'apple_sign_in.code_wrong', details: { field: 'code', triesLeft: 2 } })
      expect(questionOf(await readSignIn(started)).triesLeft).toBe(2)
      const done = await giveCode(world, dana, started)
      expect(done.state).toEqual({ kind: 'connected' })
      const connection = await read(done.connectionId ?? '')
      expect(connection).toMatchObject({
        type: 'apple_id',
        summary: { kind: 'apple_id', accountName: person.email, hasAppSpecificPassword: false },
        session: { state: 'valid', until: new Date(world.clock.now() + 30 * DAY_MS).toISOString(), daysLeft: 30 },
        health: { state: 'healthy' },
      })
      expect(connection.health.checks.map(({ name, result }) => [name, result])).toEqual([
        ['web_session', 'passed'],
        ['developer_portal', 'passed'],
        ['agreements', 'passed'],
        ['device_trust', 'passed'],
        ['teams', 'passed'],
      ])
      expect(await codeOf(giveText(started, '123456'))).toBe('apple_sign_in.ended')
    })

    test('by text message: another code only after a pause, and the right number is named', async () => {
      const phones = [
        { id: 1, number: '+49 1511 2345685' },
        { id: 2, number: '+49 1511 2345699' },
      ]
      const person = newAppleId(world, { devices: [], phones })
      const started = await startSignIn(dana, person)
      const { hasTrustedDevice, phones: shown, sent } = questionOf(started)
      expect({ hasTrustedDevice, sent, ids: shown.map(({ id }) => id) }).toEqual({
        hasTrustedDevice: false,
        sent: null,
        ids: [1, 2],
      })
      expect(shown[1]?.maskedNumber).toMatch(/99$/)
      expect(shown[1]?.maskedNumber).not.toContain('23456')
      const way = { kind: 'phone', id: 2, mode: 'sms' } as const
      const sentTo = questionOf(await sendCode(started, way))
      expect(sentTo.sent).toEqual(way)
      const soon = await errorOf(sendCode(started, way))
      expect(soon).toMatchObject({ code: 'apple_sign_in.resend_too_soon', details: { retryAfterSeconds: 30 } })
      world.clock.advance(31 * SECOND_MS)
      await sendCode(started, way)
      const code = world.simulator.codeOf(person.email, 2) ?? ''
      expect((await giveText(started, code, way)).state.kind).toBe('connected')
    })

    test('without two-factor it is connected at once, and nothing expires by date', async () => {
      const person = newAppleId(world, { secondFactor: 'none' })
      const connectionId = await connectAppleId(world, dana, person, { appSpecificPassword: 'abcd-efgh-ijkl-mnop' })
      expect(await read(connectionId)).toMatchObject({
        session: { state: 'valid_without_expiry' },
        summary: { hasAppSpecificPassword: true },
      })
      const app = await createApp(dana)
      await authoriseAppleId(dana, app.id, connectionId)
      const { body } = await fetchPortalData(await startBuild(dana, app.id))
      expect(body).toMatchObject({
        apple_id: person.email,
        password: APPLE_PASSWORD,
        app_specific_password: 'abcd-efgh-ijkl-mnop',
      })
      expect(Object.keys(body)).not.toContain('connection_expiry_date')
      expect(Object.keys(body)).not.toContain('key_id')
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

    test.each([
      ['locked', { locked: true }, 'apple.apple_id_locked'],
      ['with terms not accepted', { repair: 'privacy' }, 'apple.apple_id_terms_pending'],
      ['refused for now', { refusal: 'refused' }, 'apple.sign_in_throttled'],
    ] as const)('an account that is %s: words and a next step, nothing stored', async (_, switches, code) => {
      const person = newAppleId(world, { switches })
      const error = await errorOf(startSignIn(dana, person))
      expect(error.code).toBe(code)
      expect(error.remedy).not.toBe('')
      const { items } = await dana.client.call(connectionRoutes.list, { query: { limit: 200 } })
      expect(items.some(({ summary }) => summary.kind === 'apple_id' && summary.accountName === person.email)).toBe(
        false,
      )
    })

    test('three wrong codes end it; so does time; then the password is forgotten', async () => {
      const person = newAppleId(world)
      const first = await startSignIn(dana, person)
      for (let tries = 0; tries < 2; tries += 1) await errorOf(giveText(first, wrongCode(person)))
      expect(await codeOf(giveText(first, wrongCode(person)))).toBe('apple.codes_exhausted')
      expect((await readSignIn(first)).state).toMatchObject({ kind: 'ended', code: 'apple.codes_exhausted' })
      const second = await startSignIn(dana, newAppleId(world))
      world.clock.advance(20 * MINUTE_MS)
      expect((await readSignIn(second)).state).toMatchObject({ kind: 'ended', code: 'apple.sign_in_attempt_expired' })
      expect(await codeOf(giveText(second, '123456'))).toBe('apple_sign_in.ended')
      await world.server.worker.runDue()
      const third = await startSignIn(dana, newAppleId(world))
      await dana.client.call(appleSignInRoutes.cancel, { params: { signInId: third.id } })
      const kept = await world.server.platform.db.queries
        .selectFrom('apple_sign_ins')
        .select(['id', 'ciphertext'])
        .where('id', 'in', [first.id, second.id, third.id])
        .execute()
      expect(kept.map(({ ciphertext }) => ciphertext)).toEqual([null, null, null])
    })

    test('an Apple ID is connected once: the same person is led to it, another is told whom to ask', async () => {
      const person = newAppleId(world)
      const connectionId = await connectAppleId(world, dana, person)
      const shouting = { ...person, email: person.email.toUpperCase() }
      expect(await errorOf(startSignIn(dana, shouting))).toMatchObject({
        code: 'connection.apple_id_stored',
        details: { connectionId },
      })
      expect(await codeOf(startSignIn(robin, person))).toBe('connection.apple_id_taken')
      expect(await codeOf(again(connectionId, undefined, robin))).toBe('connection.not_found')
      const race = newAppleId(world, { secondFactor: 'none' })
      const outcomes = await Promise.allSettled([startSignIn(dana, race), startSignIn(robin, race)])
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    })

    test('two answers at once: one counts, the other is told to wait', async () => {
      const started = await startSignIn(dana, newAppleId(world))
      const answers = await Promise.allSettled([giveCode(world, dana, started), giveCode(world, dana, started)])
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const [refused] = answers.filter((answer) => answer.status === 'rejected')
      expect(['apple_sign_in.busy', 'apple_sign_in.ended']).toContain(refused?.reason.code)
    })

    test('handed over: one other person types the code, and the asker sees it', async () => {
      const person = newAppleId(world)
      const started = await startSignIn(dana, person)
      const params = { signInId: started.id }
      const { link } = await dana.client.call(appleSignInRoutes.handOff, { params })
      const token = fragmentToken(link)
      expect((await readSignIn(started)).handOff).toMatchObject({ state: 'waiting', openedBy: null })
      const open = (by: SignedIn) => by.client.call(appleSignInRoutes.openHandOff, { body: { token } })
      expect(await open(robin)).toMatchObject({ accountName: person.email, state: { kind: 'awaiting_code' } })
      expect(await codeOf(open(dana))).toBe('apple_sign_in.hand_off_invalid')
      expect((await readSignIn(started)).handOff).toMatchObject({ state: 'opened', openedBy: 'Robin' })
      const give = (code: string) =>
        robin.client.call(appleSignInRoutes.handOffCode, { body: { token, way: DEVICE, code } })
      expect(await codeOf(give(wrongCode(person)))).toBe('apple_sign_in.code_wrong')
      expect((await give(world.simulator.codeOf(person.email, 'device') ?? '')).state).toEqual({ kind: 'connected' })
      const done = await readSignIn(started)
      expect(done).toMatchObject({ state: { kind: 'connected' }, handOff: { state: 'done', openedBy: 'Robin' } })
      expect((await read(done.connectionId ?? '')).owner.email).toBe(dana.email)
      expect(await codeOf(read(done.connectionId ?? '', robin))).toBe('connection.not_found')
      world.clock.advance(11 * MINUTE_MS)
      expect(await codeOf(open(robin))).toBe('apple_sign_in.hand_off_invalid')
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

    test('an app-specific password is stored, replaced and removed, and never shown', async () => {
      const connectionId = await connectAppleId(world, dana, newAppleId(world))
      const set = (appSpecificPassword: string | null) =>
        dana.client.call(connectionRoutes.setAppSpecificPassword, {
          params: { connectionId },
          body: { appSpecificPassword },
        })
      const stored = await set('aaaa-bbbb-cccc-dddd')
      expect(stored.summary).toMatchObject({ hasAppSpecificPassword: true })
      expect(JSON.stringify(stored)).not.toContain('aaaa-bbbb')
      expect((await set(null)).summary).toMatchObject({ hasAppSpecificPassword: false })
      expect(await codeOf(set('nonsense'))).toBe('request.invalid')
    })
  })

  test.skipIf(missing)('a restart in the middle of the dialog loses nothing', async () => {
    const scratch = await makeScratch(database)
    const world = await startWorld(database, { scratch })
    const dana = await world.server.setUp()
    const person = newAppleId(world)
    const started = await startSignIn(dana, person)
    await world.server.close()
    const options = { database, clock: world.clock, appleIdBaseUrl: world.simulator.url, scratch }
    const second = await startTestServer(options)
    const client = second.client({ cookie: dana.cookie, origin: second.url })
    const read = await client.call(appleSignInRoutes.read, { params: { signInId: started.id } })
    expect(read.state.kind).toBe('awaiting_code')
    const code = world.simulator.codeOf(person.email, 'device') ?? ''
    const done = await client.call(appleSignInRoutes.code, {
      params: { signInId: started.id },
      body: { way: DEVICE, code },
    })
    expect(done.state.kind).toBe('connected')
    await second.close()
    await world.simulator.close()
    await scratch.remove()
  })
})
