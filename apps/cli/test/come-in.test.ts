import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ServerWorld, startWorld } from '../../server/test/world.ts'
import { type Desk, openDesk } from './desk.ts'

const PASSWORD = 'rock-pool-at-low-tide'

let world: ServerWorld
let desk: Desk
let kims: Desk

// The tests follow each other: a server is set up once, and then people join it.
beforeAll(async () => {
  world = await startWorld('sqlite')
  desk = openDesk()
  kims = openDesk()
})
afterAll(async () => {
  desk.close()
  kims.close()
  await world.close()
})

const linkOf = async (command: string) => (await desk.run(command)).stdout.trim()
const sessionsAt = async (at: Desk) => (await at.run('account session list --json')).json<{ items: unknown[] }>().items

test('a server is set up by its link, which is no argument; who did it is signed in with a token of their own', async () => {
  const setUpUrl = world.server.setUpUrl ?? ''
  const named = 'set-up --name Dana --email dana@example.com --stdin'
  const short = await desk.run(named, { stdin: `${setUpUrl}\nshort\n` })
  expect(short).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('password: must have at least 12') })
  expect((await desk.run(named, { stdin: `${setUpUrl}\n` })).stderr).toContain('with the password on its second line')
  expect((await desk.run('set-up')).stderr).toContain('error: an option is missing: --stdin\n')
  const ran = await desk.run(named, { stdin: `${setUpUrl}\n${PASSWORD}\n` })
  expect(ran).toMatchObject({
    exitCode: 0,
    stdout: `set up ${world.server.url}; signed in as Dana (dana@example.com)\n`,
    stderr: '',
  })
  expect((await desk.run('whoami')).stdout).toContain('administrator')
  expect(await sessionsAt(desk)).toEqual([])
  const file = readFileSync(join(desk.folder, 'config/credentials.json'), 'utf8')
  expect(file).not.toContain(PASSWORD)
  expect(await desk.run(named, { stdin: `${setUpUrl}\n${PASSWORD}\n` })).toMatchObject({ exitCode: 6 })
})

test('somebody new joins the instance: asked for what is missing, the password twice', async () => {
  const link = await linkOf('people invite')
  const differing = await kims.run('join', { answers: [link, 'Kim', 'kim@example.com', PASSWORD, 'another-password'] })
  expect(differing).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('cli.passwords_differ') })
  const ran = await kims.run('join', { answers: [link, 'Kim', 'kim@example.com', PASSWORD, PASSWORD] })
  expect(ran).toMatchObject({
    exitCode: 0,
    stdout: `Kim has joined ${world.server.url} as member\n`,
    stderr: `Dana invites you to ${world.server.url} as member\n`,
  })
  expect((await kims.run('whoami')).stdout).toContain('kim@example.com')
  expect(await sessionsAt(kims)).toEqual([])
  const again = await kims.run('join', { answers: [link] })
  expect(again).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('account.invitation_invalid') })
})

test('who is signed in joins the team of an app without a question', async () => {
  await desk.run('app create Acme')
  const link = await linkOf('app invite Acme --role developer')
  const ran = await kims.run('join --stdin --json', { stdin: `${link}\n` })
  expect(ran.exitCode).toBe(0)
  expect(ran.json()).toMatchObject({ server: world.server.url, person: { name: 'Kim' }, appId: expect.any(String) })
  expect((await kims.run('app list')).stdout).toMatch(/^Acme +developer /m)
})

test('a link of another page, and what is no link, is refused without being shown', async () => {
  const link = await linkOf('people invite')
  for (const text of [
    'marker-of-nothing',
    link.replace('/invitation#', '/set-up#'),
    link.replace('token=', 'marker='),
  ]) {
    const ran = await kims.run('join --stdin', { stdin: `${text}\n` })
    expect(ran).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('ends with "/invitation#token=…"') })
    expect(ran.stderr).not.toContain('marker')
  }
  const insecure = await kims.run('join --stdin', { stdin: 'http://cordon.example.com/invitation#token=abcdefgh\n' })
  expect(insecure).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('cli.insecure_server') })
})

test('a new password ends the other sessions, and the tokens stay', async () => {
  const next = 'rock-pool-at-high-tide'
  // Nothing is asked for after the wrong one.
  const wrong = await kims.run('account password', { answers: ['wrong-password-marker'] })
  expect(wrong).toMatchObject({ exitCode: 4, stderr: expect.not.stringContaining('marker') })
  expect(wrong.stderr).toContain(
    `error: the password was not accepted: it is not that of kim@example.com at ${world.server.url}\n` +
      'hint: run the command again with the password of your Cordon account, not that of an Apple ID\n',
  )
  expect((await kims.run('account password --password-stdin', { stdin: PASSWORD })).stderr).toContain('reads two lines')
  const signIn = (password: string) =>
    fetch(`${world.server.url}/api/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'kim@example.com', password }),
    })
  expect((await signIn(PASSWORD)).status).toBe(200)
  expect(await sessionsAt(kims)).toHaveLength(1)
  const short = await kims.run('account password', { answers: [PASSWORD, 'short', 'x'.repeat(257)] })
  expect(short.stderr).toContain(
    'New password, at least 12 characters: The password must have at least 12 characters\n' +
      'New password, at least 12 characters: The password must have at most 256 characters\n',
  )
  const token = await kims.run('account token create robot --password-stdin', { stdin: 'wrong-password-marker\n' })
  expect(token).toMatchObject({ exitCode: 4, stdout: '', stderr: expect.stringContaining('cli.password_refused') })
  const ran = await kims.run('account password', { answers: [PASSWORD, next, next] })
  expect(ran).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining('personal tokens stay') })
  expect(await sessionsAt(kims)).toEqual([])
  expect((await signIn(PASSWORD)).status).toBe(401)
  const back = await kims.run('account password --password-stdin', { stdin: `${next}\n${PASSWORD}\n` })
  expect(back.exitCode).toBe(0)
})
