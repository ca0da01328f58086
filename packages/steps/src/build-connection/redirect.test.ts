import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { newId } from '@cordon/core/ids'
import { instant } from '@cordon/core/instant'
import { Secret } from '@cordon/core/secret'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { StepContext } from '../step.ts'
import { type BuildAccess, fetchPortalData } from './fetch-portal-data.ts'
import { reported } from './report.ts'

const TOKEN = 'marker-of-the-build'
let buildServer: Server
let elsewhere: Server
/** What the build server was asked, and what reached the host that it leads to. */
let asked: IncomingHttpHeaders[]
let arrived: string[]
let warnings: string[]
let waits: number
let status: number
let location: string

beforeAll(async () => {
  // Another name for this machine is another host.
  elsewhere = await listen((request, response) => {
    arrived.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  buildServer = await listen((request, response) => {
    asked.push(request.headers)
    request.resume()
    response.writeHead(status, { location }).end()
  })
})
afterAll(() => {
  elsewhere.close()
  buildServer.close()
})
beforeEach(() => {
  asked = []
  arrived = []
  warnings = []
  waits = 0
  location = `http://localhost:${portOf(elsewhere)}/page?state=marker-of-a-sign-in`
})

async function listen(handle: Parameters<typeof createServer>[1]): Promise<Server> {
  const made = createServer(handle)
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  return made
}

const portOf = (server: Server) => (server.address() as AddressInfo).port

function access(): BuildAccess {
  const id = newId('build', instant(0), (size) => new Uint8Array(size))
  return { buildUrl: `http://127.0.0.1:${portOf(buildServer)}/build/${id}`, buildToken: new Secret(TOKEN) }
}

const context = () =>
  ({
    fetch,
    sleep: async () => {
      waits += 1
    },
    warn: (line: string) => warnings.push(line),
  }) as unknown as StepContext

describe.each([301, 302, 303, 307, 308])('a build server that answers %i and leads to another host', (one) => {
  beforeEach(() => {
    status = one
  })

  test('gives no connection, is asked once, and the token stays with it; the host it leads to is told, and no more', async () => {
    const from = `127.0.0.1:${portOf(buildServer)}`
    const host = `localhost:${portOf(elsewhere)}`
    await expect(fetchPortalData(access(), context())).rejects.toMatchObject({
      code: 'step.build_redirected',
      details: { status: one, host },
      detail: `the build URL answers with a redirect (HTTP ${one}) to ${host}; it is not followed, because the build token is for ${from} alone`,
    })
    expect(asked).toMatchObject([{ build_api_token: TOKEN }])
    expect(arrived).toEqual([])
    expect({ waits, warnings }).toEqual({ waits: 0, warnings: [] })
  })

  test('is told nothing that is passed on: neither the token nor the report', async () => {
    const run = {
      ...{ step: 'deploy', access: access(), meter: { requests: () => 1 } },
      ...{ actions: () => [], summary: () => 'done' },
    }
    expect(await reported(run, context(), async () => 'shipped')).toBe('shipped')
    expect(asked).toMatchObject([{ build_api_token: TOKEN }])
    expect(arrived).toEqual([])
    expect(warnings).toEqual(['the server could not be told what this step did; its audit log will not show it'])
  })
})

test.each([
  ['/sign-in?next=1', (here: string) => ({ host: here, told: `${here} again` })],
  ['http://[', () => ({ host: null, told: 'an address that cannot be read' })],
])('a redirect to "%s" is told too', async (given, expected) => {
  status = 302
  location = given
  const { host, told } = expected(`127.0.0.1:${portOf(buildServer)}`)
  const error: unknown = await fetchPortalData(access(), context()).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'step.build_redirected', details: { host } })
  expect(error).toHaveProperty('detail', expect.stringContaining(`(HTTP 302) to ${told};`))
})
