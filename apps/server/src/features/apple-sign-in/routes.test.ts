import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import type { AppleSignIn, CodeWay } from '@cordon/api/apple-sign-ins/schema'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '@cordon/core/instant'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  APPLE_PASSWORD,
  authoriseAppleId,
  connectAppleId,
  DEVICE,
  giveCode,
  newAppleId,
  type Person,
  signInAgain,
  startSignIn,
} from '../../../test/apple-world.ts'
import { DATABASES, fragmentToken, makeScratch, type SignedIn, startTestServer } from '../../../test/harness.ts'
import {
  codeOf,
  createApp,
  errorOf,
  fetchPortalData,
  type ServerWorld,
  startBuild,
  startWorld,
} from '../../../test/world.ts'

describe.each(DATABASES)('Apple IDs on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let world: ServerWorld
    let dana: SignedIn
    let robin: SignedIn
    beforeAll(async () => {
      world = await startWorld(database)
      dana = await world.server.setUp()
      robin = await world.server.addPerson(dana, { name: 'Robin', email: 'robin@example.com' })
    })
    afterAll(() => world?.close())

    const read = (id: string, by = dana) => by.client.call(connectionRoutes.read, { params: { connectionId: id } })
    const readSignIn = ({ id }: AppleSignIn, by = dana) =>
      by.client.call(appleSignInRoutes.read, { params: { signInId: id } })
    const sendCode = ({ id }: AppleSignIn, way: CodeWay) =>
      dana.client.call(appleSignInRoutes.sendCode, { params: { signInId: id }, body: { way } })
    const giveText = ({ id }: AppleSignIn, code: string, way: CodeWay = DEVICE) =>
      dana.client.call(appleSignInRoutes.code, { params: { signInId: id }, body: { way, code } })
    const again = (connectionId: string, password?: string, by = dana) => signInAgain(by, connectionId, password)
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

    test('those that wait for their code are listed to who began them, newest first, and hold nothing secret', async () => {
      const sam = await world.server.addPerson(dana, { name: 'Sam', email: 'sam@example.com' })
      const list = async (by: SignedIn, query = {}) => (await by.client.call(appleSignInRoutes.list, { query })).items
      const [first, second, third] = [newAppleId(world), newAppleId(world), newAppleId(world)]
      const cancelled = await startSignIn(sam, first)
      const started = await startSignIn(sam, second, { name: 'Release account' })
      world.clock.advance(SECOND_MS)
      const newest = await startSignIn(sam, third)
      await sam.client.call(appleSignInRoutes.cancel, { params: { signInId: cancelled.id } })
      const { id, startedAt, expiresAt } = started
      const shown = { id, accountName: second.email, name: 'Release account', connectionId: null, startedAt, expiresAt }
      const { state: _, handOff: __, ...newestShown } = newest
      expect(await list(sam)).toEqual([newestShown, shown])
      const page = await sam.client.call(appleSignInRoutes.list, { query: { limit: 1 } })
      expect(page.items.map((item) => item.id)).toEqual([newest.id])
      expect((await list(sam, { cursor: page.nextCursor })).map((item) => item.id)).toEqual([id])
      expect((await list(robin)).map((item) => item.id)).not.toContain(id)
      await giveCode(world, sam, newest)
      expect((await list(sam)).map((item) => item.id)).toEqual([id])
      world.clock.advance(20 * MINUTE_MS)
      expect(await list(sam)).toEqual([])
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
    const apple = { appleBaseUrl: world.simulator.url, appleIdBaseUrl: world.simulator.url }
    const options = { database, clock: world.clock, ...apple, scratch }
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
