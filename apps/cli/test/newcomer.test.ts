import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { accountRoutes } from '@cordon/api/accounts/routes'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, type SignedIn } from '../../server/test/harness.ts'
import { type ServerWorld, startWorld } from '../../server/test/world.ts'
import { type Desk, openDesk } from './desk.ts'

let world: ServerWorld
let dana: SignedIn
let desk: Desk
/** Some other program that answers at an address. */
let stranger: Server
let strange: string

/** An error whose words erase what stands above them. */
const STEERING = {
  type: 'about:blank',
  code: 'strange.steering',
  title: 'A\u001b[2J',
  detail: 'B\u009b2J',
  status: 409,
  remedy: 'C\u001b[2J',
  requestId: '\u001b[2J',
  error_msg: '',
}

beforeAll(async () => {
  world = await startWorld('sqlite')
  dana = await world.server.setUp()
  desk = openDesk()
  await desk.run(`login --server ${world.server.url}`, { answers: [dana.email, PASSWORD] })
  await desk.run('app create Acme')
  stranger = createServer((request, response) => {
    if (request.url?.startsWith('/json')) response.end('{"hello":"world"}')
    else if (request.url?.startsWith('/steering')) response.writeHead(409).end(JSON.stringify(STEERING))
    else if (request.url?.startsWith('/gone')) response.writeHead(502).end('<h1>Bad Gateway</h1>')
    else response.end('<h1>It works!</h1>')
  })
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  strange = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
})
afterAll(async () => {
  desk.close()
  stranger.close()
  await world.close()
})

describe('an address that is not that of a Cordon server', () => {
  test.each([
    ['', 'HTTP 200 and no JSON'],
    ['/json', 'HTTP 200 and other fields'],
    ['/gone', 'HTTP 502 and not the reason as Cordon tells it'],
  ])('%s is named with what it answers', async (path, answer) => {
    const env = { CORDON_SERVER: `${strange}${path}`, CORDON_TOKEN: 'cdn_pat_marker' }
    const ran = await desk.run('whoami', { env })
    expect(ran).toMatchObject({ exitCode: 8, stdout: '' })
    expect(ran.stderr).toContain(`: ${strange} answers with ${answer}`)
    expect(ran.stderr).toContain('hint: check that the address is that of a Cordon server of this version\n')
    expect((await desk.run('whoami --json', { env })).json()).toMatchObject({
      error: { code: 'client.unexpected_answer', details: { status: expect.any(Number) } },
    })
  })

  test('whoever answers there does not steer the terminal', async () => {
    const env = { CORDON_SERVER: `${strange}/steering`, CORDON_TOKEN: 'cdn_pat_marker' }
    const ran = await desk.run('whoami', { env })
    expect(ran.stderr).toContain('error: A\\u001b[2J: B\\u009b2J\n')
    const json = await desk.run('whoami --json', { env })
    expect(json.json()).toMatchObject({ error: { title: STEERING.title, detail: STEERING.detail } })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
    expect(ran.stderr + json.stdout).not.toMatch(/[\u001b\u009b]/)
  })

  test('a page of a Cordon server is not its address', async () => {
    const ran = await desk.run(`login --server ${world.server.url}/apps --email ${dana.email} --password-stdin`, {
      stdin: PASSWORD,
    })
    expect(ran.exitCode).toBe(8)
    expect(ran.stderr).toContain('HTTP 404 and says that it has no POST /api/v1/sign-in/token\n')
  })

  test.each([
    ['http://cordon.example.com', 'it is not encrypted'],
    ['cordon.example.com', 'it is no address of a server'],
    ['cordon.example.com:7420', 'it is no address of a server'],
    ['ftp://cordon.example.com', 'it is no address of a server'],
  ])('%s is refused: %s', async (server, why) => {
    const ran = await desk.run(`login --server ${server} --email ${dana.email}`, { answers: [] })
    expect(ran).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(`"${server}": ${why}\n`) })
  })
})

describe('what was mistyped', () => {
  test.each([
    ["app create ''", 'name: must not be empty'],
    [
      'build-number next --bundle-id com.acme.app --for-version abc --app Acme',
      'version: must be one to three numbers with dots, such as "1.4.0" (--for-version)',
    ],
    [`build start --app Acme --commit ${'a'.repeat(201)}`, 'facts.commit: must have at most 200 characters (--commit)'],
  ])('%s names the field, and the option where it is called otherwise, once', async (command, line) => {
    const ran = await desk.run(command)
    expect(ran.exitCode).toBe(3)
    expect(ran.stderr.split('\n').slice(0, 3)).toEqual([
      'error: the request is not valid',
      `  ${line}`,
      'hint: correct the named fields and send it again',
    ])
  })

  test.each([
    ['build start --app Acme --minutes 1441', 'It takes a whole number from 1 to 1440.'],
    ['account token create laptop --days 366', 'It takes a whole number from 1 to 365.'],
    ['audit list --limit 0', 'It takes a whole number from 1.'],
    ['audit list --limit 1e2', 'It takes a whole number from 1.'],
  ])('%s says what is accepted before anybody is asked', async (command, accepted) => {
    expect(await desk.run(command)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(accepted) })
  })

  test('without a build and without --app, both are told', async () => {
    const ran = await desk.run('build-number next --bundle-id com.acme.app --for-version 1.0')
    expect(ran).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('is known: as yourself give --app\n') })
  })

  test('an empty standard input is no password', async () => {
    const ran = await desk.run(`login --server ${world.server.url} --email ${dana.email} --password-stdin`)
    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('and that is empty\n') })
  })

  test('an app that uses nothing is told by its name, and what to do', async () => {
    const ran = await desk.run('app withdraw Acme')
    expect(ran).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('"Acme" uses no connection: cordon app') })
  })
})

test.each([
  ['help app delete', 'Usage: cordon app delete [options] <app>'],
  ['help app trigger-token create', 'Usage: cordon app trigger-token create [options] <app> <name>'],
  ['help connection', 'Usage: cordon connection [options] [command]'],
  ['app help delete', 'Usage: cordon app delete [options] <app>'],
])('%s shows the help of the command that is named', async (command, usage) => {
  const ran = await desk.run(command)
  expect(ran).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/^Usage/) })
  expect(ran.stdout.split('\n')[0]).toBe(usage)
})

test('help of a command that is not there names the nearest', async () => {
  const ran = await desk.run('help app delte')
  expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('(Did you mean delete?)') })
})

test('an address with a slash at its end is the same server, and a sign-in lasts as long as was said', async () => {
  const own = openDesk()
  try {
    const login = `login --server ${world.server.url.replace('http:', 'HTTP:')}// --name short --days 3`
    expect((await own.run(login, { answers: [dana.email, PASSWORD] })).exitCode).toBe(0)
    expect((await own.run('whoami', { env: { CORDON_SERVER: `${world.server.url}/` } })).exitCode).toBe(0)
    const { items } = (await own.run('account token list --json')).json<{
      items: { name: string; createdAt: string; expiresAt: string }[]
    }>()
    const short = items.find(({ name }) => name === 'short')
    expect(Date.parse(short?.expiresAt ?? '') - Date.parse(short?.createdAt ?? '')).toBe(3 * 86_400_000)
  } finally {
    own.close()
  }
})

test('where no sign-in can be kept, none is made', async () => {
  const own = openDesk()
  try {
    const config = join(own.folder, 'config')
    writeFileSync(config, '')
    const login = `login --server ${world.server.url} --email ${dana.email} --name unkept --password-stdin`
    const ran = await own.run(login, { stdin: PASSWORD })
    expect(ran.stderr).toBe(
      `error: no sign-in can be kept on this machine: "${config}": EEXIST\nhint: give yourself the right to write there, or set CORDON_CONFIG_DIR to another folder\ncode: cli.sign_in_unkeepable\n`,
    )
    expect(ran.exitCode).toBe(3)
    expect((await desk.run('account token list')).stdout).not.toContain('unkept')
    const setUp = await own.run('set-up --name Dana --email d@example.com --stdin', {
      stdin: `${world.server.url}/set-up#token=cdn_setup_marker-marker\n${PASSWORD}`,
    })
    expect(setUp.stderr).toContain('cli.sign_in_unkeepable')
  } finally {
    own.close()
  }
})

test('logout with a token in CORDON_TOKEN revokes that one, and the sign-in of the machine stays', async () => {
  const made = await desk.run('account token create ci --password-stdin', { stdin: PASSWORD })
  const env = { CORDON_TOKEN: made.stdout.trim() }
  expect((await desk.run('logout', { env })).stdout).toContain('; the token in CORDON_TOKEN is revoked\n')
  expect((await desk.run('whoami', { env })).stderr).toContain('cli.token_refused')
  expect((await desk.run('whoami')).exitCode).toBe(0)
  // A secret that a CI system does not have is set and empty there.
  expect((await desk.run('whoami', { env: { CORDON_TOKEN: '', CORDON_SERVER: '' } })).exitCode).toBe(0)
})

test('who signs in while CORDON_TOKEN is set is told that commands go on with that', async () => {
  const own = openDesk()
  try {
    const env = { CORDON_TOKEN: 'cdn_pat_marker' }
    const ran = await own.run(`login --server ${world.server.url}`, { env, answers: [dana.email, PASSWORD] })
    expect(ran.exitCode).toBe(0)
    expect(ran.stderr).toMatch(/^CORDON_TOKEN is set: .* until it is unset\n$/)
  } finally {
    own.close()
  }
})

test('a sign-in that is over is told as such, and how to begin another', async () => {
  const own = openDesk()
  try {
    await own.run(`login --server ${world.server.url} --name over`, { answers: [dana.email, PASSWORD] })
    const { items } = await dana.client.call(accountRoutes.personalTokens, { query: {} })
    const personalTokenId = items.find(({ name }) => name === 'over')?.id
    if (personalTokenId === undefined) throw new Error('no token')
    await dana.client.call(accountRoutes.revokePersonalToken, { params: { personalTokenId } })
    const ran = await own.run('app list')
    expect(ran).toMatchObject({ exitCode: 4, stdout: '' })
    expect(ran.stderr).toBe(
      `error: the sign-in that this machine keeps is over: ${world.server.url}\nhint: run "cordon login" with the address of the server again\ncode: cli.sign_in_over\n`,
    )
  } finally {
    own.close()
  }
})
