import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import type { AppleSignIn, CodeWay } from '@cordon/api/apple-sign-ins/schema'
import { auditRoutes } from '@cordon/api/audit/routes'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { DAY_MS, HOUR_MS, MINUTE_MS, plusMs, toIso } from '@cordon/core/instant'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  authoriseAppleId,
  connectAppleId,
  newAppleId,
  passwordsGiven,
  signInAgain,
  startSignIn,
} from '../../../test/apple-world.ts'
import { DATABASES, fragmentToken, type SignedIn } from '../../../test/harness.ts'
import {
  codeOf,
  createApp,
  errorOf,
  fetchPortalData,
  type ServerWorld,
  startBuild,
  startWorld,
} from '../../../test/world.ts'
import { lockName } from './account-lock.ts'

const LIMIT_REACHED = 'apple_sign_in.limit_reached'
const SMS = { kind: 'phone', id: 1, mode: 'sms' } as const

describe.each(DATABASES)('how often Apple is asked for an Apple ID, on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let world: ServerWorld
    let dana: SignedIn
    let robin: SignedIn
    beforeAll(async () => {
      world = await startWorld(database, { env: { CORDON_BUILD_TOKEN_MINUTES: '1440' } })
      dana = await world.server.setUp()
      robin = await world.server.addPerson(dana, { name: 'Robin', email: 'robin@example.com' })
    })
    afterAll(() => world?.close())

    const sendCode = (by: SignedIn, { id }: AppleSignIn, way: CodeWay = SMS) =>
      by.client.call(appleSignInRoutes.sendCode, { params: { signInId: id }, body: { way } })
    const eventsOf = async (action: string) =>
      (await dana.client.call(auditRoutes.ofInstance, { query: { action, limit: 200 } })).items.length

    /** As if a counter had only so many left; the counting itself is tested where it is done. */
    const leave = async (left: number, ofMost: number, key: string) => {
      const { numUpdatedRows } = await world.server.platform.db.queries
        .updateTable('throttles')
        .set({ failures: ofMost - left })
        .where('key', '=', key)
        .executeTakeFirstOrThrow()
      expect(numUpdatedRows).toBe(1n)
    }

    test('sign-ins that stop at the code are bounded for an Apple ID, whoever begins them', async () => {
      const person = newAppleId(world)
      await startSignIn(dana, person)
      await leave(2, 8, `${lockName(person.email)}:sign-ins`)
      await startSignIn(robin, person)
      await startSignIn(dana, person)
      const [given, logged] = [passwordsGiven(world, person), await eventsOf('apple_sign_in.started')]
      for (const by of [dana, robin]) {
        expect(await errorOf(startSignIn(by, person))).toMatchObject({
          code: LIMIT_REACHED,
          status: 429,
          details: { retryAfterSeconds: 3_600 },
        })
      }
      expect([passwordsGiven(world, person), await eventsOf('apple_sign_in.started')]).toEqual([given, logged])
      world.clock.advance(HOUR_MS)
      expect((await startSignIn(dana, person)).state.kind).toBe('awaiting_code')
    })

    test('so are those to a connection that is signed in', async () => {
      const person = newAppleId(world)
      const connectionId = await connectAppleId(world, dana, person)
      await leave(1, 8, `${lockName(person.email)}:sign-ins`)
      await signInAgain(dana, connectionId)
      expect(await codeOf(signInAgain(dana, connectionId))).toBe(LIMIT_REACHED)
    })

    test('sign-ins are bounded for a person, whatever Apple IDs they are to', async () => {
      await startSignIn(robin, newAppleId(world))
      await leave(2, 30, `apple-id:sign-ins:person:${robin.userId}`)
      for (let left = 2; left > 0; left -= 1) await startSignIn(robin, newAppleId(world))
      const last = newAppleId(world)
      expect(await codeOf(startSignIn(robin, last))).toBe(LIMIT_REACHED)
      expect(passwordsGiven(world, last)).toBe(0)
      expect((await startSignIn(dana, last)).state.kind).toBe('awaiting_code')
    })

    test('codes are bounded for an Apple ID over all its sign-ins, also by way of a handed-over link', async () => {
      world.clock.advance(HOUR_MS)
      const phones = [
        { id: 1, number: '+49 1511 2345685' },
        { id: 2, number: '+49 1511 2345699' },
      ]
      const person = newAppleId(world, { devices: [], phones })
      await sendCode(dana, await startSignIn(dana, person))
      await leave(2, 12, `${lockName(person.email)}:codes`)
      const started = await startSignIn(dana, person)
      const { link } = await dana.client.call(appleSignInRoutes.handOff, { params: { signInId: started.id } })
      const token = fragmentToken(link)
      await robin.client.call(appleSignInRoutes.openHandOff, { body: { token } })
      const send = () => robin.client.call(appleSignInRoutes.handOffSendCode, { body: { token, way: SMS } })
      await sendCode(dana, started)
      world.clock.advance(MINUTE_MS)
      await send()
      world.clock.advance(MINUTE_MS)
      expect(await codeOf(send())).toBe(LIMIT_REACHED)
      expect(await codeOf(sendCode(dana, started))).toBe(LIMIT_REACHED)
      const code = world.simulator.codeOf(person.email, 1) ?? ''
      const params = { signInId: started.id }
      const given = await dana.client.call(appleSignInRoutes.code, { params, body: { way: SMS, code } })
      expect(given.state.kind).toBe('connected')
    })

    test('links to hand over are bounded, and with them their lines in the log', async () => {
      world.clock.advance(HOUR_MS)
      const started = await startSignIn(dana, newAppleId(world))
      const make = () => dana.client.call(appleSignInRoutes.handOff, { params: { signInId: started.id } })
      const before = await eventsOf('apple_sign_in.handed_off')
      for (let made = 0; made < 12; made += 1) await make()
      expect(await codeOf(make())).toBe(LIMIT_REACHED)
      expect(await eventsOf('apple_sign_in.handed_off')).toBe(before + 12)
    })

    test('a password that is refused is counted for a day', async () => {
      const person = newAppleId(world)
      const wrong = { ...person, password: 'not this one' }
      for (let tries = 0; tries < 2; tries += 1) await codeOf(startSignIn(robin, wrong))
      expect(await codeOf(startSignIn(robin, wrong))).toBe('apple_sign_in.too_many_attempts')
      // Sign-ins of other people, to Cordon too, clear away what is old.
      world.clock.advance(3 * HOUR_MS)
      await startSignIn(dana, newAppleId(world))
      expect(await codeOf(startSignIn(robin, wrong))).toBe('apple.apple_id_credentials_wrong')
      expect(await codeOf(startSignIn(robin, wrong))).toBe('apple_sign_in.too_many_attempts')
    })

    test('when Apple says when to come again, nobody comes before', async () => {
      const person = newAppleId(world)
      const app = await createApp(dana)
      const connectionId = await connectAppleId(world, dana, person)
      await authoriseAppleId(dana, app.id, connectionId)
      const limited = { refusal: 'rate-limited', retryAfterSeconds: 5 * 3_600 } as const
      world.simulator.changeAccount(person.email, { switches: limited })
      world.clock.advance(9 * HOUR_MS)
      const throttled = { code: 'apple.sign_in_throttled', details: { retryAfterSeconds: 5 * 3_600 } }
      expect(await errorOf(signInAgain(dana, connectionId))).toMatchObject(throttled)
      const given = passwordsGiven(world, person)
      world.simulator.changeAccount(person.email, { switches: { refusal: 'none' } })
      expect(await errorOf(signInAgain(dana, connectionId))).toMatchObject(throttled)
      const started = await startBuild(dana, app.id)
      world.clock.advance(2 * HOUR_MS)
      const withheld = (await fetchPortalData(started)).body
      const until = `${toIso(plusMs(world.clock.now(), 3 * HOUR_MS))
        .slice(0, 16)
        .replace('T', ' ')} UTC`
      const message = expect.stringContaining(`in 180 minutes, from ${until} on`)
      expect(withheld).toMatchObject({ cordon: { reason: 'apple_unreachable', message } })
      const { health } = await dana.client.call(connectionRoutes.read, { params: { connectionId } })
      const explanation = expect.stringContaining(`no sign-in before ${until}`)
      expect(health).toMatchObject({ state: 'unreachable', checks: [{ result: 'unknown', explanation }] })
      expect(passwordsGiven(world, person)).toBe(given)
      world.clock.advance(3 * HOUR_MS)
      expect((await fetchPortalData(started)).body).toHaveProperty('apple_id')
      const after = await dana.client.call(connectionRoutes.read, { params: { connectionId } })
      expect(after.health.state).toBe('healthy')
    })

    test('a renewal that Apple refuses for a day is not tried again before', async () => {
      const person = newAppleId(world)
      const app = await createApp(dana)
      const connectionId = await connectAppleId(world, dana, person)
      await authoriseAppleId(dana, app.id, connectionId)
      world.simulator.changeAccount(person.email, { switches: { refusal: 'refused' } })
      world.clock.advance(9 * HOUR_MS)
      const ask = async () => (await fetchPortalData(await startBuild(dana, app.id))).body
      expect(await ask()).toMatchObject({ cordon: { reason: 'apple_unreachable' } })
      const given = passwordsGiven(world, person)
      world.simulator.changeAccount(person.email, { switches: { refusal: 'none' } })
      world.clock.advance(23 * HOUR_MS)
      expect(await ask()).toMatchObject({ cordon: { reason: 'apple_unreachable' } })
      expect(await codeOf(signInAgain(dana, connectionId))).toBe('apple.sign_in_throttled')
      expect(passwordsGiven(world, person)).toBe(given)
      world.clock.advance(DAY_MS - 23 * HOUR_MS)
      expect(await ask()).toHaveProperty('apple_id')
    })
  })
})
