import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { accountRoutes } from '@cordon/api/accounts/routes'
import { appRoutes } from '@cordon/api/apps/routes'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hasTerminal, type Reaction, runInTerminal } from '../../../packages/simulator/test/terminal.ts'
import type { SignedIn } from '../../server/test/harness.ts'
import { type AppleIdWorld, startAppleIdWorld } from './apple-id-world.ts'
import { type Desk, openDesk } from './desk.ts'

const CORDON = fileURLToPath(new URL('../bin/cordon.mjs', import.meta.url))
/** A terminal of the usual size; `script` makes one without any. */
const WIDE = ['/bin/sh', '-c', 'stty cols 120 rows 40 && exec "$0" "$@"']
const LIMIT_MS = 120_000
/** Planted: each is secret, and none may be seen anywhere but at Apple's. */
const MARKERS = {
  password: 'marker-apple-password-71',
  appSpecificPassword: 'qzjx-wvkq-jxzq-vkwq',
  code: '482913',
  wrongCode: '736451',
}

let world: AppleIdWorld
let dana: SignedIn
let desk: Desk
let token: string
let accounts = 0
let email: string

beforeAll(async () => {
  world = await startAppleIdWorld()
  world.simulator.createTeam({ name: 'Acme', teamId: 'ACMETEAM01' })
  dana = await world.server.setUp()
  desk = openDesk()
  const body = { name: 'terminal', scopes: ['read', 'write'] as ('read' | 'write')[] }
  token = (await dana.client.call(accountRoutes.createPersonalToken, { body })).token
})
afterAll(async () => {
  desk.close()
  await world.close()
})
beforeEach(() => {
  accounts += 1
  email = `terminal-${accounts}@acme.example`
  const switches = { fixedCode: MARKERS.code }
  world.simulator.createAccount({
    email,
    password: MARKERS.password,
    phones: [{ number: '+49 1511 2345685' }],
    switches,
  })
})

const PASSWORD: Reaction = { on: 'Password of the Apple ID', type: `${MARKERS.password}\r` }
const add = ['connection', 'add', 'apple-id', '--name', 'Acme CI', '--email']

/** Runs the command in a terminal, and looks at every process of the machine meanwhile. Gives the screen and all arguments seen. */
async function inTerminal(args: readonly string[], reactions: readonly Reaction[]) {
  const seen = new Set<string>()
  const watch = setInterval(() => {
    for (const line of commandLines()) seen.add(line)
  }, 50)
  const variables = {
    CORDON_SERVER: world.server.url,
    CORDON_TOKEN: token,
    CORDON_CONFIG_DIR: join(desk.folder, 'config'),
  }
  try {
    const command = [...WIDE, process.execPath, CORDON, ...args]
    const screen = await runInTerminal(command, { HOME: desk.folder, ...variables }, reactions)
    return { screen, commandLines: [...seen].join('\n') }
  } finally {
    clearInterval(watch)
  }
}

function commandLines(): readonly string[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return ids.flatMap((id) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ')
    } catch {
      return []
    }
  })
}

/** Every byte of the files of the person's machine and of the server. */
function filesIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n')
}

function cookieValues(): readonly string[] {
  const { sessions, trusts } = world.simulator.world.appleIds
  return [...sessions.keys(), ...trusts.keys()]
}

describe.runIf(hasTerminal)('in a real terminal', { timeout: LIMIT_MS }, () => {
  test('an Apple ID is connected with the code of a device, after a wrong one, and nothing that is secret is seen', async () => {
    const { screen, commandLines } = await inTerminal(
      [...add, email, '--app-specific-password'],
      [
        PASSWORD,
        { on: 'App-specific password', type: `${MARKERS.appSpecificPassword}\r` },
        { on: '3 tries left', type: `${MARKERS.wrongCode}\r` },
        { on: '2 tries left', type: `${MARKERS.code}\r` },
      ],
    )
    expect(screen).toContain('Apple sent a code to the trusted devices')
    expect(screen).toContain('error: Apple does not take this code')
    expect(screen).toMatch(/another code in \d+ s\): ••••••/)
    expect(screen).toMatch(/expected to trust this server until \d{4}-\d{2}-\d{2} \(30 days\)/)
    const { items } = await dana.client.call(connectionRoutes.list, { query: { limit: 50 } })
    const stored = items.find(({ summary }) => summary.kind === 'apple_id' && summary.accountName === email)
    expect(stored).toMatchObject({
      session: { state: 'valid', daysLeft: 30 },
      summary: { hasAppSpecificPassword: true },
    })

    expect(commandLines).toContain(email)
    expect(cookieValues().length).toBeGreaterThanOrEqual(2)
    const places = {
      screen,
      commandLines,
      files: filesIn(desk.folder) + filesIn(world.server.config.dataDir),
      log: world.server.logLines.join('\n'),
      answers: JSON.stringify(items),
    }
    for (const [place, text] of Object.entries(places))
      for (const marker of [...Object.values(MARKERS), ...cookieValues()])
        expect(text.includes(marker), `${marker} in ${place}`).toBe(false)
  })

  test('and with a text message, after a wrong code', async () => {
    const { screen } = await inTerminal(
      [...add, email],
      [
        PASSWORD,
        {
          on: '3 tries left',
          type: () => {
            world.advance(31_000)
            return 'sms 1\r'
          },
        },
        { on: '3 tries left', type: `${MARKERS.wrongCode}\r` },
        { on: '2 tries left', type: `${MARKERS.code}\r` },
      ],
    )
    expect(screen).toContain('Apple sent a code to +49 •••• •••••85, by text message')
    expect(screen).toContain('connected "Acme CI"')
    expect(screen).not.toContain(MARKERS.code)
  })

  test('the password may come through a pipe, and the code from the terminal all the same', async () => {
    const piped = ['/bin/sh', '-c', 'printf %s "$PASSWORD" | "$0" "$@"', process.execPath, CORDON, ...add, email]
    const variables = { CORDON_SERVER: world.server.url, CORDON_TOKEN: token, PASSWORD: MARKERS.password }
    const screen = await runInTerminal([...piped, '--password-stdin'], { HOME: desk.folder, ...variables }, [
      { on: '3 tries left', type: `${MARKERS.code}\r` },
    ])
    expect(screen).toContain('connected "Acme CI"')
    expect(screen).not.toContain(MARKERS.code)
  })

  test('Ctrl-C at the code leaves, and the server forgets the password', async () => {
    const given = inTerminal([...add, email], [PASSWORD, { on: '3 tries left', type: '\u0003' }])
    await expect(given).rejects.toThrow('ended with 6')
    const log = await desk.run('audit list --json', { env: { CORDON_SERVER: world.server.url, CORDON_TOKEN: token } })
    expect(log.stdout).toContain('apple_sign_in.cancelled')
  })

  test('somebody is disabled with the password of the account at a hidden prompt', async () => {
    const robin = await world.server.addPerson(dana, { email: 'robin@example.com' })
    const { screen, commandLines } = await inTerminal(
      ['people', 'disable', robin.email],
      [{ on: `Password of ${dana.email}`, type: `${dana.password}\r` }],
    )
    expect(screen).toContain(`robin (${robin.email}): member, disabled`)
    expect(screen + commandLines).not.toContain(dana.password)
    expect((await robin.fetch('/api/v1/me')).status).toBe(401)
  })

  test('a wrong present password is told before a new one is asked for', async () => {
    const given = inTerminal(['account', 'password'], [{ on: 'Present password', type: 'marker-wrong-password\r' }])
    const told = await given.then(({ screen }) => screen, String)
    expect(told).toMatch(/ended with 4, 0 reactions left[\s\S]*error: the password was not accepted/)
    expect(told).not.toMatch(/New password|marker/)
  })

  test('a new password that is too short is asked for again before it is typed a second time', async () => {
    const given = inTerminal(
      ['account', 'password'],
      [
        { on: 'Present password', type: `${dana.password}\r` },
        { on: 'New password', type: 'short\r' },
        { on: 'The password must have at least 12 characters', type: 'rock-pool-at-low-tide\r' },
        { on: 'The same again', type: 'rock-pool-at-high-tide\r' },
      ],
    )
    await expect(given).rejects.toThrow('ended with 3')
  })

  test('an app is deleted when its name is typed, and Ctrl-C keeps it', async () => {
    const { id } = await dana.client.call(appRoutes.create, { body: { name: 'Acme Reader' } })
    const question = 'Type "Acme Reader" to delete it'
    const given = inTerminal(['app', 'delete', id], [{ on: question, type: '\u0003' }])
    await expect(given).rejects.toThrow('ended with 6')
    const { screen } = await inTerminal(['app', 'delete', id], [{ on: question, type: 'Acme Reader\r' }])
    expect(screen).toContain(`deleted "Acme Reader" (${id})`)
  })
})
