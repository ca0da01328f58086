import { accountRoutes } from '@cordon/api/accounts/routes'
import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import type { AppleSignIn } from '@cordon/api/apple-sign-ins/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectAppleId, DEVICE, newAppleId, signInAgain, startSignIn } from '../../../test/apple-world.ts'
import { DATABASES, fragmentToken, type SignedIn } from '../../../test/harness.ts'
import { codeOf, type ServerWorld, startWorld } from '../../../test/world.ts'

describe.each(DATABASES)(
  'a handed-over link whose asker is disabled while Apple is asked, on $database',
  ({ database, missing }) => {
    describe.skipIf(missing)('over HTTP', () => {
      let world: ServerWorld
      let dana: SignedIn
      let robin: SignedIn
      let meanwhile: (() => Promise<unknown>) | undefined
      let people = 0
      beforeAll(async () => {
        // What happens while Apple looks at the new session, after the code was taken.
        const slowApple: typeof fetch = async (input, init) => {
          const url = input instanceof Request ? input.url : String(input)
          if (url.includes('/olympus/v1/session')) {
            const happen = meanwhile
            meanwhile = undefined
            await happen?.()
          }
          return fetch(input, init)
        }
        world = await startWorld(database, { fetch: slowApple })
        dana = await world.server.setUp()
        robin = await world.server.addPerson(dana, { email: 'robin@example.com' })
      })
      afterAll(() => world?.close())

      const newPerson = () => {
        people += 1
        return world.server.addPerson(dana, { email: `asker${people}@example.com` })
      }
      const handOver = async (asker: SignedIn, { id }: AppleSignIn) => {
        const { link } = await asker.client.call(appleSignInRoutes.handOff, { params: { signInId: id } })
        const token = fragmentToken(link)
        await robin.client.call(appleSignInRoutes.openHandOff, { body: { token } })
        return token
      }
      const disable = ({ userId }: SignedIn) =>
        dana.client.call(accountRoutes.changePerson, { params: { userId }, body: { disabled: true } })
      const stored = async () => {
        const { queries } = world.server.platform.db
        const connections = await queries
          .selectFrom('connections')
          .select(['id', 'secret_version'])
          .orderBy('id')
          .execute()
        const sessions = await queries
          .selectFrom('apple_sessions')
          .select(['connection_id', 'version'])
          .orderBy('connection_id')
          .execute()
        return { connections, sessions }
      }
      const WAYS = [
        ['stores no connection', (asker: SignedIn) => startSignIn(asker, newAppleId(world))],
        [
          'renews none',
          async (asker: SignedIn) => {
            const person = newAppleId(world)
            const connectionId = await connectAppleId(world, asker, person)
            // Without its trust Apple asks for a code again.
            await fetch(`${world.simulator.controlUrl}/accounts/${person.email}/sessions`, { method: 'DELETE' })
            await fetch(`${world.simulator.controlUrl}/accounts/${person.email}/trust`, { method: 'DELETE' })
            return signInAgain(asker, connectionId)
          },
        ],
      ] as const

      test.each(WAYS)('%s', async (_, begin) => {
        const asker = await newPerson()
        const started = await begin(asker)
        const token = await handOver(asker, started)
        const before = await stored()
        let happened = false
        meanwhile = async () => {
          await disable(asker)
          happened = true
        }
        const code = world.simulator.codeOf(started.accountName, 'device') ?? ''
        const given = robin.client.call(appleSignInRoutes.handOffCode, { body: { token, way: DEVICE, code } })
        expect(await codeOf(given)).toBe('apple_sign_in.hand_off_invalid')
        expect(happened).toBe(true)
        expect(await stored()).toEqual(before)
      })
    })
  },
)
