import { accountRoutes } from '@cordon/api/accounts/routes'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, startTestServer, type TestServer } from './harness.ts'

describe.each(DATABASES)('on $database', ({ database, missing }) => {
  describe.skipIf(missing)('a started server', () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startTestServer({ database })
    })
    afterAll(() => server.close())

    test('is set up by its link once, and the first person is administrator', async () => {
      const dana = await server.setUp()
      expect(await dana.client.call(accountRoutes.me)).toMatchObject({
        email: 'dana@example.com',
        role: 'administrator',
      })
      await expect(server.setUp()).rejects.toThrow('account.set_up_done')
      const robin = await server.addPerson(dana, { email: 'robin@example.com' })
      expect(await robin.client.call(accountRoutes.me)).toMatchObject({ role: 'member' })
    })
  })
})
