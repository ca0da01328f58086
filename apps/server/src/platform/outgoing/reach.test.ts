import { connectionRoutes } from '@cordon/api/connections/routes'
import { startSimulator } from '@cordon/simulator/simulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSignIn } from '../../../test/apple-world.ts'
import { DATABASES, type SignedIn, startTestServer, type TestServer } from '../../../test/harness.ts'
import { connect, errorOf, type KeyFile, newKey } from '../../../test/world.ts'

const PASSWORD = 'Never-In-The-Log-1'

describe.each(DATABASES)('Apple that cannot be reached, on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let server: TestServer
    let dana: SignedIn
    let key: KeyFile
    /** Code of the system that each request fails with; undefined for none. */
    let failure: string | undefined
    const failing: typeof fetch = async (input, init) => {
      if (failure === undefined) return fetch(input, init)
      // As Node's own fetch fails: the code is in the cause, and some causes quote the request.
      const cause = Object.assign(new Error(`failed for ${String(init?.body)}`), { code: failure })
      throw new TypeError('fetch failed', { cause })
    }
    beforeAll(async () => {
      const simulator = await startSimulator()
      key = newKey(simulator, 'team')
      await simulator.close()
      // Closed by now: what asks there is refused.
      const { url } = simulator
      server = await startTestServer({ database, appleBaseUrl: url, appleIdBaseUrl: url, fetch: failing })
      dana = await server.setUp()
    })
    afterAll(() => server?.close())

    const toldOf = (cause: string) =>
      server.logLines
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((line) => line.message === 'host not reached' && line.cause === cause)

    test.each([
      [undefined, 'ECONNREFUSED', 'connection_refused', 'refused the connection', 'firewall'],
      ['ENOTFOUND', 'ENOTFOUND', 'name_not_found', 'was not found', 'DNS'],
      [
        'SELF_SIGNED_CERT_IN_CHAIN',
        'SELF_SIGNED_CERT_IN_CHAIN',
        'certificate_not_trusted',
        'not trusted',
        'NODE_EXTRA_CA_CERTS',
      ],
      ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'timed_out', 'did not answer in time', 'firewall'],
    ])(
      '%s: the person is told what is wrong and what to do, the log has the cause once',
      async (code, cause, kind, text, remedy) => {
        failure = code
        const { host } = new URL(server.config.appleBaseUrl)
        for (const refused of [
          await errorOf(connect(dana, key)),
          await errorOf(startSignIn(dana, { email: `${kind}@example.com`, password: PASSWORD })),
        ]) {
          expect(refused.status).toBe(503)
          expect(refused.detail).toContain(text)
          expect(refused.detail).toContain(host)
          expect(refused.remedy).toContain(remedy)
        }
        expect(toldOf(cause)).toEqual([expect.objectContaining({ level: 'warn', host, kind })])
        expect(server.logLines.join('\n')).not.toContain(PASSWORD)
      },
    )

    test('what was stored untested shows it as not reached', async () => {
      failure = undefined
      const stored = await connect(dana, key, 'untested', true)
      const params = { connectionId: stored.id }
      expect((await dana.client.call(connectionRoutes.test, { params })).health.state).toBe('unreachable')
    })
  })
})
