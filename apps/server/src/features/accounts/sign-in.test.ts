import { afterAll, beforeAll, expect, test } from 'vitest'
import { jsonPost, startTestServer, type TestServer, testClock } from '../../../test/harness.ts'

const FREE = 30

let server: TestServer
beforeAll(async () => {
  const env = { CORDON_TRUSTED_PROXY: '127.0.0.1' }
  server = await startTestServer({ database: 'sqlite', clock: testClock(), env })
})
afterAll(() => server?.close())

test('whoever has an IPv6 network tries no more passwords than whoever has one address of it', async () => {
  const tryFrom = async (address: string, email: string) => {
    const { headers, ...post } = jsonPost({ email, password: 'wrong horse battery' })
    const from = { ...(headers as Record<string, string>), 'x-forwarded-for': address }
    return (await fetch(`${server.url}/api/v1/sign-in`, { ...post, headers: from })).status
  }
  const statuses: number[] = []
  for (let n = 0; n <= FREE; n += 1) {
    statuses.push(await tryFrom(`2001:db8::${n.toString(16)}:1`, `nobody${n}@example.com`))
  }
  expect(statuses).toEqual([...Array(FREE).fill(401), 429])
  expect(await tryFrom('2001:db8:1::1', 'nobody@example.com')).toBe(401)
})
