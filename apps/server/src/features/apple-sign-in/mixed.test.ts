import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { instanceRoutes } from '@cordon/api/instance/routes'
import { HOUR_MS } from '@cordon/core/instant'
import { startSimulator } from '@cordon/simulator/simulator'
import { describe, expect, test } from 'vitest'
import { authoriseAppleId, connectAppleId, DEVICE, newAppleId, startSignIn } from '../../../test/apple-world.ts'
import { DATABASES, fragmentToken, makeScratch, startTestServer } from '../../../test/harness.ts'
import { codeOf, createApp, errorOf, fetchPortalData, startBuild, startWorld } from '../../../test/world.ts'

const ASKED = /idmsa|appleid\.apple|developer/

test.each(['CORDON_APPLE_BASE_URL', 'CORDON_APPLE_ID_BASE_URL'])(
  'with %s alone no password leaves, and the instance tells what goes to Apple itself',
  async (name) => {
    const simulator = await startSimulator()
    const asked: string[] = []
    const server = await startTestServer({
      database: 'sqlite',
      env: { [name]: simulator.url },
      fetch: async (input, init) => {
        const url = input instanceof Request ? input.url : String(input)
        asked.push(url)
        throw Object.assign(new Error(`not in this test: ${init?.method ?? 'GET'}`), { code: 'ECONNREFUSED' })
      },
    })
    try {
      const dana = await server.setUp()
      const body = { name: 'CI', accountName: 'ci@acme.example', password: 'marker-password' }
      const refused = await errorOf(dana.client.call(appleSignInRoutes.start, { body }))
      expect(refused).toMatchObject({
        code: 'apple_sign_in.stand_in_mixed',
        remedy: expect.stringMatching(/administrator/),
      })
      expect(asked.filter((url) => ASKED.test(url))).toEqual([])
      const { appleReached } = await server.client().call(instanceRoutes.read)
      expect(appleReached).toContain(name === 'CORDON_APPLE_BASE_URL' ? 'apple_ids' : 'api_keys')
    } finally {
      await server.close()
      await simulator.close()
    }
  },
)

const WAY = { kind: 'phone', id: 1, mode: 'sms' } as const

describe.each(DATABASES)('data of a server that asked one Apple, on $database', ({ database, missing }) => {
  test.skipIf(missing)('gives a stand-in for one half no password and no cookie, and takes no harm', async () => {
    const scratch = await makeScratch(database)
    const world = await startWorld(database, { scratch })
    const first = world.server
    const dana = await first.setUp()
    const robin = await first.addPerson(dana, { email: 'robin@example.com' })
    const [app, connectionId] = [await createApp(dana), await connectAppleId(world, dana, newAppleId(world))]
    await authoriseAppleId(dana, app.id, connectionId)
    const begun = await startSignIn(dana, newAppleId(world))
    const code = world.simulator.codeOf(begun.accountName, 'device') ?? ''
    const params = { signInId: begun.id }
    const { link } = await dana.client.call(appleSignInRoutes.handOff, { params })
    const token = fragmentToken(link)
    await robin.client.call(appleSignInRoutes.openHandOff, { body: { token } })
    await first.close()

    const env = { CORDON_APPLE_ID_BASE_URL: world.simulator.url }
    const server = await startTestServer({ database, scratch, env, clock: world.clock })
    try {
      const by = ({ cookie }: { readonly cookie: string }) => ({
        client: server.client({ cookie, origin: server.url }),
      })
      const { client } = by(dana)
      const { queries } = server.platform.db
      const kept = async () => ({
        connection: await queries.selectFrom('connections').selectAll().executeTakeFirstOrThrow(),
        session: await queries.selectFrom('apple_sessions').selectAll().executeTakeFirstOrThrow(),
        signIn: await queries.selectFrom('apple_sign_ins').selectAll().where('id', '=', begun.id).executeTakeFirst(),
      })
      const [asked, before] = [world.simulator.world.journal.exchanges().length, await kept()]
      const answer = { way: DEVICE, code }
      const toHandOff = by(robin).client
      const calls = [
        client.call(appleSignInRoutes.sendCode, { params, body: { way: WAY } }),
        client.call(appleSignInRoutes.code, { params, body: answer }),
        toHandOff.call(appleSignInRoutes.handOffSendCode, { body: { token, way: WAY } }),
        toHandOff.call(appleSignInRoutes.handOffCode, { body: { token, ...answer } }),
        client.call(appleSignInRoutes.again, { params: { connectionId }, body: {} }),
        client.call(connectionRoutes.test, { params: { connectionId } }),
        client.call(authorisationRoutes.test, { params: { appId: app.id, type: 'apple_id' } }),
      ]
      expect(await Promise.all(calls.map(codeOf))).toEqual(Array(7).fill('apple_sign_in.stand_in_mixed'))
      expect(await kept()).toEqual(before)
      world.clock.advance(9 * HOUR_MS)
      const { body } = await fetchPortalData(await startBuild({ client }, app.id))
      const message = expect.stringMatching(/stand-in.*administrator/)
      expect(body).toEqual({ cordon: { reason: 'apple_id_stand_in_mixed', message } })
      world.clock.advance(4 * HOUR_MS)
      await server.worker.runDue()
      const { connection, session } = await kept()
      expect({ connection, session }).toEqual({ connection: before.connection, session: before.session })
      expect(world.simulator.world.journal.exchanges()).toHaveLength(asked)
    } finally {
      await server.close()
      await world.simulator.close()
      await scratch.remove()
    }
  })
})
