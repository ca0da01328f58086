import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import { instanceRoutes } from '@cordon/api/instance/routes'
import { startSimulator } from '@cordon/simulator/simulator'
import { expect, test } from 'vitest'
import { startTestServer } from '../../../test/harness.ts'
import { errorOf } from '../../../test/world.ts'

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
