import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { accountRoutes } from '@cordon/api/accounts/routes'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { PASSWORD, type SignedIn } from '../../server/test/harness.ts'
import { type ServerWorld, startWorld } from '../../server/test/world.ts'
import { type Desk, openDesk } from './desk.ts'

const CORDON = fileURLToPath(new URL('../bin/cordon.mjs', import.meta.url))
const LIMIT_MS = 120_000

let world: ServerWorld
let dana: SignedIn
let robin: SignedIn
let desk: Desk
/** What stands between a command and the server, as a load balancer does: it sets a cookie of its own with every answer. */
let between: Server
let address: string
/** Does something when this path is asked for, before the server is; an answer that it gives is the server's. */
let onTheWay: { readonly path: string; readonly act: () => Promise<number | undefined> } | undefined
let people = 0

beforeAll(async () => {
  world = await startWorld('sqlite')
  dana = await world.server.setUp()
  between = createServer(async (request, response) => {
    const status = request.url === onTheWay?.path ? await onTheWay?.act() : undefined
    if (status !== undefined) return void response.writeHead(status).end()
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers
    const answer = await fetch(`${world.server.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(request.method === 'GET' ? {} : { body: await bodyOf(request) }),
    })
    response.setHeader('set-cookie', ['balancer=7; Path=/', ...answer.headers.getSetCookie()])
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
    response.end(await answer.text())
  })
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(between.address() as AddressInfo).port}`
  desk = openDesk()
  await desk.run(`login --server ${address}`, { answers: [dana.email, PASSWORD] })
})
afterAll(async () => {
  desk.close()
  between.close()
  await world.close()
})
beforeEach(async () => {
  onTheWay = undefined
  people += 1
  robin = await world.server.addPerson(dana, { email: `robin${people}@example.com` })
})

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

const sessionsOf = async (person: SignedIn) => (await person.client.call(accountRoutes.sessions, { query: {} })).items

test('behind a load balancer that sets a cookie of its own, the session is that of the sign-in', async () => {
  const ran = await desk.run(`people disable ${robin.email}`, { answers: [PASSWORD] })
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
})

test('a call that fails leaves no session', async () => {
  const before = await sessionsOf(dana)
  onTheWay = { path: `/api/v1/people/${robin.userId}`, act: async () => 503 }
  const ran = await desk.run(`people disable ${robin.email}`, { answers: [PASSWORD] })
  expect(ran.exitCode).toBe(8)
  expect(await sessionsOf(dana)).toEqual(before)
})

test('who leaves with Ctrl-C leaves no session', { timeout: LIMIT_MS }, async () => {
  const before = await sessionsOf(dana)
  const child = spawn(process.execPath, [CORDON, 'people', 'disable', robin.email, '--password-stdin'], {
    env: { PATH: process.env.PATH, HOME: desk.folder, CORDON_CONFIG_DIR: `${desk.folder}/config` },
  })
  let heard = ''
  const isTold = new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk) => {
      heard += chunk
      if (heard.includes('the session is ended first')) resolve()
    })
  })
  const hasEnded = new Promise<string | null>((resolve) => child.on('close', (_code, signal) => resolve(signal)))
  let during = 0
  onTheWay = {
    path: `/api/v1/people/${robin.userId}`,
    act: async () => {
      during = (await sessionsOf(dana)).length
      child.kill('SIGINT')
      await Promise.race([isTold, hasEnded])
      return undefined
    },
  }
  child.stdin.end(`${PASSWORD}\n`)
  expect(await hasEnded, heard).toBe('SIGINT')
  expect(during).toBe(before.length + 1)
  expect(await sessionsOf(dana)).toEqual(before)
})

test('a session that has ended meanwhile keeps nobody from ending the others', async () => {
  const own = openDesk()
  try {
    await own.run(`login --server ${address}`, { answers: [robin.email, PASSWORD] })
    const [session] = await sessionsOf(robin)
    onTheWay = {
      path: `/api/v1/me/sessions/${session?.id}`,
      act: async () => {
        await robin.client.call(accountRoutes.signOut)
        return undefined
      },
    }
    expect(await own.run('account session end --all')).toMatchObject({ exitCode: 0, stderr: '' })
    expect((await own.run('account session list --json')).json()).toEqual({ items: [] })
  } finally {
    own.close()
  }
})

test('an account whose sign-in is not kept leaves no session either, and is told to be there', async () => {
  const link = (await desk.run('people invite')).stdout.trim()
  const token = new URL(link).hash
  onTheWay = { path: '/api/v1/sign-in/token', act: async () => 503 }
  const own = openDesk()
  try {
    const email = `kim${people}@example.com`
    const ran = await own.run(`join --name Kim --email ${email} --stdin`, {
      stdin: `${address}/invitation${token}\n${PASSWORD}\n`,
    })
    expect(ran).toMatchObject({
      exitCode: 8,
      stderr: expect.stringContaining(`the account of ${email} is made; only the sign-in is missing: cordon login`),
    })
    onTheWay = undefined
    expect((await own.run(`login --server ${address}`, { answers: [email, PASSWORD] })).exitCode).toBe(0)
    expect((await own.run('account session list --json')).json()).toEqual({ items: [] })
  } finally {
    own.close()
  }
})

const personalTokensOf = async (person: SignedIn) =>
  (await person.client.call(accountRoutes.personalTokens, { query: {} })).items

test('who signs in again leaves no earlier token: it is revoked, whosever it was, and told', async () => {
  const own = openDesk()
  try {
    const first = await own.run(`login --server ${address} --name first`, { answers: [robin.email, PASSWORD] })
    expect(first).toMatchObject({ exitCode: 0, stderr: '' })
    const again = await own.run(`login --server ${address}/ --name again`, { answers: [robin.email, PASSWORD] })
    expect(again).toMatchObject({ exitCode: 0, stderr: 'the token that this machine kept before is revoked\n' })
    expect((await personalTokensOf(robin)).map(({ name }) => name)).toEqual(['again'])
    await own.run(`login --server ${address}`, { answers: [dana.email, PASSWORD] })
    expect(await personalTokensOf(robin)).toEqual([])
    expect((await own.run('whoami')).stdout).toContain(dana.email)
  } finally {
    own.close()
  }
})

test('a token of another server stays', async () => {
  const own = openDesk()
  try {
    await own.run(`login --server ${address} --name one`, { answers: [robin.email, PASSWORD] })
    const other = await own.run(`login --server ${world.server.url} --name two`, { answers: [robin.email, PASSWORD] })
    expect(other).toMatchObject({ exitCode: 0, stderr: '' })
    expect((await personalTokensOf(robin)).map(({ name }) => name).sort()).toEqual(['one', 'two'])
  } finally {
    own.close()
  }
})

test('an earlier token that cannot be revoked, or is gone, keeps nobody from signing in', async () => {
  const own = openDesk()
  try {
    await own.run(`login --server ${address} --name first`, { answers: [robin.email, PASSWORD] })
    onTheWay = { path: '/api/v1/sign-out', act: async () => 503 }
    const away = await own.run(`login --server ${address} --name second`, { answers: [robin.email, PASSWORD] })
    expect(away).toMatchObject({
      exitCode: 0,
      stderr: `the token that this machine kept before could not be revoked and is still valid; revoke it at ${address}/account/personal-tokens\n`,
    })
    expect((await own.run('whoami')).stdout).toContain(robin.email)
    expect((await personalTokensOf(robin)).map(({ name }) => name).sort()).toEqual(['first', 'second'])
    onTheWay = undefined
    for (const { id } of await personalTokensOf(robin))
      await robin.client.call(accountRoutes.revokePersonalToken, { params: { personalTokenId: id } })
    const gone = await own.run(`login --server ${address}`, { answers: [robin.email, PASSWORD] })
    expect(gone).toMatchObject({ exitCode: 0, stderr: 'the token that this machine kept before was no longer valid\n' })
    expect((await own.run('whoami')).stdout).toContain(robin.email)
  } finally {
    own.close()
  }
})

const lockOf = (own: Desk) => join(own.folder, 'config/credentials.json.lock')

test('a lock that a killed command has left keeps nobody from signing in', async () => {
  const own = openDesk()
  try {
    mkdirSync(join(own.folder, 'config'))
    writeFileSync(lockOf(own), 'killed')
    const ran = await own.run(`login --server ${address}`, { answers: [robin.email, PASSWORD] })
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
    expect(existsSync(lockOf(own))).toBe(false)
    expect((await own.run('whoami')).stdout).toContain(robin.email)
  } finally {
    own.close()
  }
})

test('who signs out while another command signs in forgets the token that is revoked, and not the new one', async () => {
  const own = openDesk()
  try {
    await own.run(`login --server ${address} --name first`, { answers: [robin.email, PASSWORD] })
    onTheWay = {
      path: '/api/v1/sign-out',
      act: async () => {
        onTheWay = undefined
        await own.run(`login --server ${address} --name second`, { answers: [robin.email, PASSWORD] })
        return undefined
      },
    }
    expect((await own.run('logout')).exitCode).toBe(0)
    expect((await personalTokensOf(robin)).map(({ name }) => name)).toEqual(['second'])
    expect((await own.run('whoami')).stdout).toContain(robin.email)
  } finally {
    own.close()
  }
})

test('a token that cannot be kept is revoked, and that is told', async () => {
  const own = openDesk()
  try {
    onTheWay = {
      path: '/api/v1/sign-in/token',
      act: async () => {
        mkdirSync(join(own.folder, 'config/credentials.json'))
        return undefined
      },
    }
    const ran = await own.run(`login --server ${address}`, { answers: [robin.email, PASSWORD] })
    expect(ran).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/^the token that was made for it is revoked\nerror: a file cannot be read: /),
    })
    expect(await personalTokensOf(robin)).toEqual([])
  } finally {
    own.close()
  }
})
