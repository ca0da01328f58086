import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DAY_MS, plusMs, toIso } from '@cordon/core/instant'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { PASSWORD, type SignedIn } from '../../server/test/harness.ts'
import { newKey } from '../../server/test/world.ts'
import { localTime } from '../src/local-time.ts'
import { type AppleIdWorld, startAppleIdWorld } from './apple-id-world.ts'
import { type Desk, openDesk } from './desk.ts'

const APPLE_PASSWORD = 'marker-apple-password'
const APP_SPECIFIC = 'abcd-efgh-ijkl-mnop'
const PHONE = '+49 1511 2345685'

let world: AppleIdWorld
let dana: SignedIn
let desk: Desk
let accounts = 0
let email: string

beforeAll(async () => {
  world = await startAppleIdWorld()
  world.simulator.createTeam({ name: 'Acme', teamId: 'ACMETEAM01' })
  dana = await world.server.setUp()
  desk = openDesk()
  await desk.run(`login --server ${world.server.url}`, { answers: [dana.email, PASSWORD] })
})
afterAll(async () => {
  desk.close()
  await world.close()
})

beforeEach(() => {
  accounts += 1
  email = `ci-${accounts}@acme.example`
  world.simulator.createAccount({ email, password: APPLE_PASSWORD, phones: [{ number: PHONE }] })
})

const codeTo = (to: 'device' | number) => () => world.simulator.codeOf(email, to) ?? ''
const wrongCode = () => (world.simulator.codeOf(email, 'device') === '111111' ? '222222' : '111111')
const add = (answers: Parameters<Desk['run']>[1], name = email, more = '') =>
  desk.run(`connection add apple-id --name '${name}' --email ${email}${more}`, answers)
const connected = () => add({ answers: [APPLE_PASSWORD, codeTo('device')] })
const inThirtyDays = () => localTime(toIso(plusMs(world.clock.now(), 30 * DAY_MS)), 'day')
/** Stores a new key of a team as a connection. */
function connectToKey(name: string) {
  const { keyId, issuerId, privateKey } = newKey(world.simulator, 'team')
  writeFileSync(join(desk.folder, `AuthKey_${keyId}.p8`), privateKey)
  const file = `${desk.folder}/AuthKey_${keyId}.p8`
  return desk.run(`connection add api-key --name '${name}' --key-file ${file} --issuer-id ${issuerId}`)
}
const pause = () => world.advance(31_000)

describe('connection add apple-id', () => {
  test('takes the code of a device after a wrong one, tells the tries left, and until when it is expected to last', async () => {
    const ran = await add({ answers: [APPLE_PASSWORD, wrongCode, codeTo('device')] })
    expect(ran.exitCode).toBe(0)
    expect(ran.stderr).toContain('Apple sent a code to the trusted devices of this Apple ID')
    expect(ran.stderr).toContain('6 digits (3 tries left')
    expect(ran.stderr).toContain('error: Apple does not take this code')
    expect(ran.stderr).toContain('6 digits (2 tries left')
    expect(ran.stdout).toContain(`Apple is expected to trust this server until ${inThirtyDays()} (30 days)`)
    const { items } = (await desk.run('connection list --json')).json<{ items: { name: string; summary: object }[] }>()
    expect(items.find(({ name }) => name === email)?.summary).toMatchObject({ kind: 'apple_id', accountName: email })
    expect((await desk.run('connection list')).stdout).toMatch(
      new RegExp(`${email} +apple_id +${email} +healthy: signed in until ${inThirtyDays()}, 30 days left +- +conn_`),
    )
  })

  test('understands resend, sms and call, says when it is too soon, and what is no word at all', async () => {
    pause()
    const later = (word: string) => () => {
      pause()
      return word
    }
    const words = ['resend', 'sms 9', 'hello', '12 34', later('sms 1'), later('call'), codeTo(1)]
    const ran = await add({ answers: [APPLE_PASSWORD, ...words] })
    expect(ran.exitCode).toBe(0)
    for (const said of [
      'error: a code was sent just now',
      'that the details name (in 30 s)',
      'there is no number 9',
      'type the 6 digits, or resend, device, sms 1, call 1, cancel',
      'the code has 6 digits; this had 4 and was not sent to Apple',
      '85, by text message',
      '85, by a call',
    ])
      expect(ran.stderr).toContain(said)
  })

  test('an account with a choice of ways and none taken yet is asked for one; Enter takes the first', async () => {
    const phones = [{ number: PHONE }, { number: '+49 1511 2345691' }]
    world.simulator.changeAccount(email, { devices: [], phones })
    const ran = await add({ answers: [APPLE_PASSWORD, '', codeTo(1)] })
    expect(ran.exitCode).toBe(0)
    expect(ran.stderr).toContain('way [sms 1]: ')
    world.simulator.createAccount({ email: `two-${email}`, password: APPLE_PASSWORD, devices: [], phones })
    const second = await desk.run(`connection add apple-id --name Two --email two-${email}`, {
      answers: [APPLE_PASSWORD, 'call 2', () => world.simulator.codeOf(`two-${email}`, 2) ?? ''],
    })
    expect(second).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('91, by a call') })
  })

  test('a number to which Apple cannot send is not asked for again and again', async () => {
    world.simulator.changeAccount(email, { devices: [], phones: [{ number: PHONE, canReceive: false }] })
    const ran = await add({ answers: [APPLE_PASSWORD, 'cancel'] })
    expect(ran.exitCode).toBe(6)
    expect(ran.stderr.match(/^error: /gm)?.length).toBeLessThanOrEqual(2)
  })

  test('three wrong codes end it with a reason; a wrong password and a locked account too; nothing is stored', async () => {
    const before = (await desk.run('connection list --json')).stdout
    const codes = await add({ answers: [APPLE_PASSWORD, wrongCode, wrongCode, wrongCode] })
    expect(codes.exitCode).toBe(7)
    expect(codes.stderr).toMatch(/code: apple\./)
    const wrong = await add({ answers: ['marker-wrong-password'] })
    expect(wrong.exitCode).toBe(7)
    world.simulator.changeAccount(email, { switches: { locked: true } })
    const locked = await add({ answers: [APPLE_PASSWORD] })
    expect(locked.exitCode).toBe(7)
    expect(locked.stderr).toContain('iforgot.apple.com')
    expect((await desk.run('connection list --json')).stdout).toBe(before)
  })

  test('leaving at the code prompt makes the server forget the password', async () => {
    const ran = await add({ answers: [APPLE_PASSWORD, 'cancel'] })
    expect(ran.exitCode).toBe(6)
    const { items } = (await desk.run('audit list --json')).json<{ items: { action: string }[] }>()
    expect(items.map(({ action }) => action)).toContain('apple_sign_in.cancelled')
  })

  test('without a terminal says what is missing; standard input gives passwords, and a code then needs a hand-off', async () => {
    const nobody = await add({})
    expect(nobody).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--password-stdin') })
    const code = await add({ stdin: `${APPLE_PASSWORD}\n` }, email, ' --password-stdin')
    expect(code).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('code: cli.nobody_to_ask') })
    const short = await add({ stdin: APPLE_PASSWORD }, email, ' --password-stdin --app-specific-password')
    expect(short).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('line 2 of standard input') })
  })

  test('an account without two-factor authentication has a session without an end', async () => {
    world.simulator.createAccount({ email: `plain-${email}`, password: APPLE_PASSWORD, secondFactor: 'none' })
    const ran = await desk.run(
      `connection add apple-id --name Plain --email plain-${email} --password-stdin --app-specific-password --json`,
      { stdin: `${APPLE_PASSWORD}\n${APP_SPECIFIC}\n` },
    )
    expect(ran.json()).toMatchObject({
      summary: { kind: 'apple_id', hasAppSpecificPassword: true },
      session: { state: 'valid_without_expiry' },
    })
    expect(ran.stdout + ran.stderr).not.toMatch(/marker-|abcd-efgh/)
    const removed = await desk.run('connection app-specific-password Plain --remove --json')
    expect(removed.json()).toMatchObject({ summary: { hasAppSpecificPassword: false } })
    const stored = await desk.run('connection app-specific-password Plain --json', { answers: [APP_SPECIFIC] })
    expect(stored.json()).toMatchObject({ summary: { hasAppSpecificPassword: true } })
  })
})

describe('hand-off', () => {
  test('prints a link, tells when it is opened, and ends when another person has typed the code', async () => {
    const kim = await world.server.addPerson(dana, { email: `kim-${accounts}@acme.example` })
    const running = add({ stdin: APPLE_PASSWORD }, email, ' --password-stdin --hand-off --json')
    const token = await linkOf(running)
    expect(token).not.toBe('')
    const open = await kim.fetch('/api/v1/apple-sign-in-hand-offs/open', post({ token }))
    expect(open.status).toBe(200)
    const answer = { token, way: { kind: 'trusted-device' }, code: world.simulator.codeOf(email, 'device') }
    expect((await kim.fetch('/api/v1/apple-sign-in-hand-offs/code', post(answer))).status).toBe(200)
    const ran = await running
    expect(ran.exitCode).toBe(0)
    expect(ran.json()).toMatchObject({ summary: { accountName: email } })
  })

  const post = (body: unknown) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  /** The link is on the desk's standard error while the command still runs. */
  async function linkOf(running: Promise<unknown>): Promise<string> {
    let isOver = false
    void running.finally(() => {
      isOver = true
    })
    while (!isOver) {
      const found = /#token=([\w-]+)/.exec(desk.heard())?.[1]
      if (found !== undefined) return found
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return ''
  }
})

describe('connection sign-in', () => {
  test('needs no password while the stored one serves, and no code while Apple trusts the server', async () => {
    await connected()
    const ran = await desk.run(`connection sign-in ${email}`, { answers: [] })
    expect(ran).toMatchObject({ exitCode: 0 })
    expect(ran.stdout).toContain(`signed in again to "${email}"`)
  })

  test('after the trust is over asks for a code, and for the password when Apple refuses the stored one', async () => {
    await connected()
    world.advance(31 * DAY_MS)
    expect((await desk.run('connection list')).stdout).toMatch(new RegExp(`${email}.*(expired|refused)`))
    world.simulator.changeAccount(email, { password: 'marker-new-password' })
    const ran = await desk.run(`connection sign-in ${email}`, { answers: ['marker-new-password', codeTo('device')] })
    expect(ran.exitCode).toBe(0)
    expect(ran.stdout).toMatch(/30 days/)
  })

  test('a key has none, and an unknown name is not found', async () => {
    expect((await desk.run(`connection sign-in nowhere`)).exitCode).toBe(5)
  })
})

describe('an app', () => {
  test('uses a key and an Apple ID side by side; both are shown with their states and tried', async () => {
    await connected()
    await desk.run(`app create 'App ${accounts}'`)
    const ran = await desk.run(`app authorise 'App ${accounts}' ${email} --type apple-id`)
    expect(ran.stdout).toContain(`use "${email}" from the next build on`)
    const before = (await desk.run(`app authorisations 'App ${accounts}'`)).stdout
    expect(before).toContain('App Store Connect API: uses no connection')
    expect((await desk.run(`app test-connection 'App ${accounts}' --type api-key`)).exitCode).toBe(5)
    await connectToKey('Acme key')
    expect((await desk.run(`app authorise 'App ${accounts}' 'Acme key'`)).exitCode).toBe(0)
    const shown = (await desk.run(`app authorisations 'App ${accounts}'`)).stdout
    expect(shown).toContain('App Store Connect API: uses "Acme key" of Dana: active\n')
    expect(shown).toMatch(/Session based authentication \(deprecated\): uses ".*" of Dana: active, signed in until 20/)
    const tested = await desk.run(`app test-connection 'App ${accounts}'`)
    expect(tested.exitCode).toBe(0)
    expect(tested.stdout).toMatch(
      /^App Store Connect API: healthy\n[\s\S]*\nSession based .*: healthy\n[\s\S]*Session: signed in until/,
    )
  })
})

test('provision plan shows what the session of the build can attach, and attaches nothing', async () => {
  await connected()
  const app = `Plan ${accounts}`
  await desk.run(`app create '${app}'`)
  await desk.run(`app authorise '${app}' ${email}`)
  const { environment } = (await desk.run(`build start --app '${app}' --json`)).json<{
    environment: Record<string, string>
  }>()
  const wish = {
    version: 1,
    distributions: ['app-store'],
    bundleIds: [
      {
        identifier: 'com.acme.planned',
        entitlements: { 'com.apple.security.application-groups': ['group.com.acme.planned'] },
      },
    ],
    createMissingCertificates: ['distribution'],
  }
  writeFileSync(join(desk.folder, 'wish.json'), JSON.stringify(wish))
  const env = {
    ...environment,
    CORDON_APPLE_ID_BASE_URL: world.simulator.url,
    connection: 'apple_id',
    apple_id_team_id: 'ACMETEAM01',
  }
  const ran = await desk.run('provision plan --desired-state wish.json', { env })
  expect(ran, ran.stderr).toMatchObject({ exitCode: 0 })
  expect(ran.stdout).toContain('group.com.acme.planned')
  expect(ran.stdout).not.toContain('by a person')
})

describe('session export', () => {
  const build = async (app: string) => {
    const { stdout } = await desk.run(`build start --app '${app}' --json`)
    return (JSON.parse(stdout) as { environment: Record<string, string> }).environment
  }

  test('while Apple throttles it tells until when, and the list of connections does too', async () => {
    await connected()
    const app = `Throttled ${accounts}`
    await desk.run(`app create '${app}'`)
    await desk.run(`app authorise '${app}' ${email}`)
    world.simulator.changeAccount(email, { switches: { refusal: 'rate-limited', retryAfterSeconds: 3_600 } })
    world.advance(9 * 3_600_000)
    const ran = await desk.run('session export', { env: await build(app) })
    expect(ran.exitCode).toBe(7)
    expect(ran.stderr).toMatch(/in \d+ minutes, from 20\d\d-\d\d-\d\d \d\d:\d\d UTC on/)
    expect(ran.stderr).toContain('cli.session_not_asked')
    expect(ran.stderr).not.toContain('authorise')
    expect((await desk.run('connection list')).stdout).toMatch(
      new RegExp(`${email} .*unreachable: The session must be renewed, and Apple wants no sign-in before 20.* UTC`),
    )
  })

  test('prints what fastlane reads, in three forms, and the server keeps the release in its audit log', async () => {
    await connected()
    const app = `Export ${accounts}`
    await desk.run(`app create '${app}'`)
    const none = await desk.run('session export', { env: await build(app) })
    expect(none).toMatchObject({ exitCode: 6, stdout: '', stderr: expect.stringContaining('cli.session_missing') })
    await desk.run(`app authorise '${app}' ${email}`)
    const env = await build(app)
    const yaml = await desk.run('session export --format yaml', { env })
    expect(yaml.exitCode).toBe(0)
    expect(yaml.stdout).toMatch(/^---\n- !ruby\/object:HTTP::Cookie\n {2}name: "DES/)
    expect(yaml.stdout).toContain('name: "myacinfo"')
    const line = await desk.run('session export', { env })
    expect(line.stdout).toMatch(/^FASTLANE_SESSION=---\\n- !ruby[^\n]*\n$/)
    const shell = await desk.run('session export --format export', { env })
    expect(shell.stdout).toMatch(/^export FASTLANE_SESSION='---\\n[^']*'\n$/)
    expect(shell.stderr).toMatch(/, until 20\d\d-\d\d-\d\d \d\d:\d\d \(UTC[^)]*\); set FASTLANE_USER/)
    expect(shell.stderr).toContain(`session of ${email}, until 20`)
    const { stdout } = await desk.run(`audit list --app '${app}'`)
    expect(stdout).toMatch(/credentials\.released .*\(asked by cordon\/\d/)
    expect(stdout.match(/credentials\.released/g)?.length).toBeGreaterThanOrEqual(3)
    expect(yaml.stderr + line.stderr + shell.stderr).not.toMatch(/myacinfo|DES[0-9a-f]{5}|add-mask/)
    const masked = await desk.run('session export', { env: { ...env, GITHUB_ACTIONS: 'true' } })
    expect(masked.stderr).toContain(`::add-mask::${masked.stdout.replace('FASTLANE_SESSION=', '')}`)
  })

  test('a session that is over is refused with whose move it is, and outside of a build there is none', async () => {
    await connected()
    const app = `Over ${accounts}`
    await desk.run(`app create '${app}'`)
    await desk.run(`app authorise '${app}' ${email}`)
    world.advance(31 * DAY_MS)
    const env = await build(app)
    const ran = await desk.run('session export', { env })
    expect(ran).toMatchObject({ exitCode: 6, stdout: '' })
    expect(ran.stderr).toContain('code: step.session_expired')
    expect(ran.stderr).toContain('sign in again')
    expect((await desk.run('session export')).exitCode).toBe(3)
  })
})
