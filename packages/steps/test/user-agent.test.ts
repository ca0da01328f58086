import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { secret } from '@cordon/core/secret'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { fetchPortalData } from '../src/build-connection/fetch-portal-data.ts'
import { userAgentOf } from '../src/run-step.ts'
import { STEPS } from '../src/steps.ts'
import { type LaneBench, openLaneBench } from './fastlane/lane-bench.ts'

/** A build server that keeps what it was asked with. */
let server: Server
let buildUrl: string
const asked: IncomingHttpHeaders[] = []
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.headers)
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  buildUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/build/1`
})
afterAll(() => void server.close())

let bench: LaneBench
beforeEach(() => {
  asked.length = 0
  bench = openLaneBench()
})
afterEach(() => bench.close())

test('a build server is told which step asks, in which version', async () => {
  await bench.run({ build_url: buildUrl })
  expect(asked.map((headers) => headers['user-agent'])).toEqual(['cordon-step/fastlane 0.1.0'])
})

test('what no step asks for is asked in the name of who asks, else of Cordon', async () => {
  const access = { buildUrl, buildToken: secret('token') }
  const context = { fetch, sleep: async () => {}, warn: () => {} } as unknown as Parameters<typeof fetchPortalData>[1]
  await fetchPortalData(access, { ...context, userAgent: 'cordon/0.1.0' })
  await fetchPortalData(access, context)
  expect(asked.map((headers) => headers['user-agent'])).toEqual(['cordon/0.1.0', 'cordon'])
})

test('whatever the step, it is short and plain: a server’s log takes up to 120 printable characters', () => {
  for (const step of STEPS) expect(userAgentOf(step)).toMatch(/^cordon-step\/[a-z]+(-[a-z]+)* \d+\.\d+\.\d+$/)
  expect(Math.max(...STEPS.map((step) => userAgentOf(step).length))).toBeLessThanOrEqual(120)
})
