import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accountRoutes } from '@cordon/api/accounts/routes'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, type SignedIn } from '../../server/test/harness.ts'
import { type ServerWorld, startWorld } from '../../server/test/world.ts'
import { localTime } from '../src/local-time.ts'
import { type Desk, openDesk } from './desk.ts'

let world: ServerWorld
let dana: SignedIn
let desk: Desk

beforeAll(async () => {
  world = await startWorld('sqlite')
  dana = await world.server.setUp()
  desk = openDesk()
})
afterAll(async () => {
  desk.close()
  await world.close()
})

/** A key file on the desk, named as Apple names it. */
function keyOnDesk(kind: 'team' | 'individual' | 'enterprise' = 'team') {
  const key = world.newKey(kind)
  const path = join(desk.folder, `AuthKey_${key.keyId}.p8`)
  writeFileSync(path, key.privateKey)
  return { ...key, path }
}

describe('before signing in', () => {
  test.each(['app list', 'connection list', 'device list', 'audit verify', 'whoami', 'logout'])(
    '%s says how to sign in and exits with 4',
    async (command) => {
      const ran = await desk.run(command)
      expect(ran).toMatchObject({ exitCode: 4, stdout: '' })
      expect(ran.stderr).toBe(
        'error: no Cordon server is signed in to\nhint: run "cordon login --server URL", or set CORDON_SERVER and CORDON_TOKEN\ncode: cli.not_signed_in\n',
      )
    },
  )

  test('an unknown command, option or choice exits with 2', async () => {
    for (const command of [
      'app destroy',
      'app list --fast',
      `connection add api-key --name A --key-file k.p8 --kind other`,
      'build list',
    ]) {
      expect((await desk.run(command)).exitCode, command).toBe(2)
    }
  })

  test.each([
    ['metdata --help', 'metdata', 'metadata'],
    ['metdata -h', 'metdata', 'metadata'],
    ['help metdata', 'metdata', 'metadata'],
    ['connection lst --help', 'lst', 'list'],
    ['connection help lst', 'lst', 'list'],
    ['--json metadata pul --help', 'pul', 'pull'],
  ])('%s names the nearest command and exits with 2, as without --help', async (command, name, nearest) => {
    const ran = await desk.run(command)
    expect(ran.exitCode).toBe(2)
    // As JSON, the mistake is told there too.
    expect(ran.stdout === '').toBe(!command.includes('--json'))
    expect(ran.stderr).toBe(
      `error: unknown command '${name}'\n(Did you mean ${nearest}?)\n(add --help for what is accepted)\n`,
    )
  })

  test.each(['--help', 'help', 'connection --help', 'help connection', 'app authorize --help', 'connection list -h'])(
    '%s shows help and exits with 0',
    async (command) => {
      const ran = await desk.run(command)
      expect(ran).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining('Usage: cordon') })
    },
  )

  test.each([
    ['app list --json --fast', "unknown option '--fast'"],
    ['--json connection add api-key', "required option '--name <text>' not specified"],
    ['--json metdata', "unknown command 'metdata'"],
    ['--json app', 'a command is missing'],
  ])('%s prints the mistake as JSON', async (command, detail) => {
    const ran = await desk.run(command)
    expect(ran.exitCode).toBe(2)
    expect(ran.json()).toMatchObject({
      error: { code: 'cli.usage', detail, remedy: expect.stringContaining('--help') },
    })
  })

  test('a build in CI without its secret names the variable', async () => {
    const ran = await desk.run('build start', { env: { CORDON_SERVER: world.server.url } })
    expect(ran.exitCode).toBe(2)
    expect(ran.stderr).toContain('error: an option is missing: in CI set CORDON_TRIGGER_TOKEN')
  })

  test('a token in CORDON_TOKEN that the server does not take is named', async () => {
    const ran = await desk.run('app list', { env: { CORDON_SERVER: world.server.url, CORDON_TOKEN: 'cdn_pat_marker' } })
    expect(ran.exitCode).toBe(4)
    expect(ran.stderr).toContain('error: the server does not accept the token in CORDON_TOKEN')
    expect(ran.stderr).not.toContain('marker')
  })

  test('a server that is not there exits with 8', async () => {
    const ran = await desk.run('login --server http://127.0.0.1:9 --email a@example.com --password-stdin', {
      stdin: 'x',
    })
    expect(ran.exitCode).toBe(8)
    expect(ran.stderr).toContain('hint: check the server address')
  })

  test.each(['http://cordon.example.com', 'http://10.0.0.7:7420', 'HTTP://cordon.example.com', 'cordon.example.com'])(
    'no password goes to %s, which is not encrypted and not this machine',
    async (server) => {
      const ran = await desk.run(`login --server ${server} --email a@example.com`, { answers: ['never-asked-for'] })
      expect(ran.exitCode).toBe(3)
      expect(ran.stderr).toContain('code: cli.insecure_server')
      const later = await desk.run('app list', { env: { CORDON_SERVER: server, CORDON_TOKEN: 'cdn_pat_marker' } })
      expect(later.stderr).toContain('code: cli.insecure_server')
    },
  )

  test('a build token goes nowhere without encryption either', async () => {
    const env = {
      BITRISE_BUILD_URL: 'http://cordon.example.com/build/bld_000000000000000000000000',
      BITRISE_BUILD_API_TOKEN: 'cdn_bld_marker',
    }
    expect((await desk.run('build end', { env })).stderr).toContain('code: cli.insecure_server')
    const step = await desk.run('auto-provision --project-path nowhere', { env })
    expect(step).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('code: step.insecure_address') })
    expect((await desk.run('session export', { env })).stderr).toContain('code: step.insecure_address')
  })

  test('a wrong password exits with 4 and is not repeated', async () => {
    const ran = await desk.run(`login --server ${world.server.url} --email ${dana.email} --password-stdin`, {
      stdin: 'wrong-marker-password',
    })
    expect(ran.exitCode).toBe(4)
    expect(ran.stderr + ran.stdout).not.toContain('wrong-marker')
  })

  test('without a terminal a missing password is named instead of asked for', async () => {
    const ran = await desk.run(`login --server ${world.server.url} --email ${dana.email}`)
    expect(ran).toMatchObject({ exitCode: 2 })
    expect(ran.stderr).toContain('--password-stdin')
  })
})

describe('the way of a person', () => {
  test('login keeps a token that only its owner can read, and never the password', async () => {
    const ran = await desk.run(`login --server ${world.server.url}/`, { answers: [dana.email, PASSWORD] })
    expect(ran).toMatchObject({ exitCode: 0 })
    const file = join(desk.folder, 'config/credentials.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(desk.folder, 'config')).mode & 0o777).toBe(0o700)
    expect(readFileSync(file, 'utf8')).not.toContain(PASSWORD)
    expect((await desk.run('whoami')).stdout).toContain(dana.email)
  })

  test('a connection is added from the file that Apple gave, without showing the key', async () => {
    const key = keyOnDesk()
    const ran = await desk.run(
      `connection add api-key --name 'Acme Ltd' --key-file ${key.path} --issuer-id ${key.issuerId}`,
    )
    expect(ran.exitCode).toBe(0)
    expect(ran.stdout).toContain('Key accepted: ok')
    expect(ran.stdout).not.toContain(key.privateKey.split('\n')[1])
    expect((await desk.run('connection list')).stdout).toMatch(/Acme Ltd +team +[A-Z0-9]{10} +healthy +- +conn_/)
  })

  test('the same key twice exits with 6, a rejected one with 7, an unreadable one with 3; nothing is stored', async () => {
    const before = (await desk.run('connection list --json')).json<{ items: unknown[] }>().items.length
    const known = (await desk.run('connection list --json')).json<{
      items: { summary: { keyId: string; issuerId: string } }[]
    }>().items[0]?.summary
    const again = await desk.run(
      `connection add api-key --name Again --key-file ${desk.folder}/AuthKey_${known?.keyId}.p8 --issuer-id ${known?.issuerId}`,
    )
    expect(again.exitCode).toBe(6)
    const key = keyOnDesk()
    world.simulator.revokeKey(key.keyId)
    const rejected = await desk.run(
      `connection add api-key --name Revoked --key-file ${key.path} --issuer-id ${key.issuerId}`,
    )
    expect(rejected.exitCode).toBe(7)
    expect(rejected.stderr).toContain('Apple does not accept this key')
    const bad = join(desk.folder, 'AuthKey_ABCDEFGH12.p8')
    writeFileSync(bad, 'hello')
    const unreadable = await desk.run(`connection add api-key --name Bad --key-file ${bad} --issuer-id ${key.issuerId}`)
    expect(unreadable.exitCode).toBe(3)
    expect((await desk.run('connection list --json')).json<{ items: unknown[] }>().items).toHaveLength(before)
  })

  test('with --json, a test that fails prints what was checked as one document, and its exit code tells', async () => {
    const key = keyOnDesk()
    await desk.run(`connection add api-key --name Ill --key-file ${key.path} --issuer-id ${key.issuerId}`)
    world.simulator.revokeKey(key.keyId)
    const ran = await desk.run('connection test Ill --json')
    expect(ran.exitCode).toBe(7)
    expect(ran.json()).toMatchObject({ name: 'Ill', health: { state: 'rejected' } })
    expect(ran.stderr).toContain('code: cli.connection_unhealthy')
    expect((await desk.run('connection remove Ill --yes')).exitCode).toBe(0)
  })

  test.each([
    ['--key-file nowhere.p8 --key-id ABCDEFGH12 --issuer-id 57246542-96fe-1a63-e053-0824d011072a', 3, 'nowhere.p8'],
    ['--key-file KEYS/key.p8 --issuer-id 57246542-96fe-1a63-e053-0824d011072a', 2, '--key-id'],
    ['--key-file AuthKey_ABCDEFGH12.p8 --issuer-id not-a-uuid', 3, 'key.issuerId'],
    [
      '--key-file AuthKey_ABCDEFGH12.p8 --key-id short --issuer-id 57246542-96fe-1a63-e053-0824d011072a',
      3,
      'key.keyId',
    ],
  ])('connection add api-key %s exits with %i and names what is wrong', async (options, exitCode, named) => {
    writeFileSync(join(desk.folder, 'key.p8'), 'hello')
    const ran = await desk.run(
      `connection add api-key --name Bad ${options.replace('KEYS', desk.folder).replace('AuthKey', join(desk.folder, 'AuthKey'))}`,
    )
    expect(ran.exitCode).toBe(exitCode)
    expect(ran.stderr).toContain(named)
  })

  test('an app is created, found by name, and authorised', async () => {
    expect((await desk.run(`app create 'Acme Reader'`)).exitCode).toBe(0)
    const connection = (await desk.run('connection list --json')).json<{ items: { id: string }[] }>().items[0]?.id
    const ran = await desk.run(`app authorise 'Acme Reader' ${connection}`)
    expect(ran.stdout).toBe('builds of "Acme Reader" use "Acme Ltd" from the next build on\n')
    expect((await desk.run('app list')).stdout).toMatch(/Acme Reader +owner +active +release +app_/)
    expect((await desk.run(`app members 'Acme Reader'`)).stdout).toContain(dana.email)
  })

  test('an unknown app exits with 5, an ambiguous name with 6', async () => {
    expect((await desk.run('app members Nowhere')).exitCode).toBe(5)
    await desk.run('app create Twin')
    await desk.run('app create Twin')
    const ran = await desk.run('app members Twin')
    expect(ran.exitCode).toBe(6)
    expect(ran.stderr).toContain('hint: use the id of the app instead')
    const ids = [...new Set(ran.stderr.match(/app_[0-9a-z]{24}/g))]
    expect(ids).toHaveLength(2)
    expect((await desk.run(`app members ${ids[1]}`)).exitCode).toBe(0)
  })

  test('a device with a dash that only looks like one is refused with that reason', async () => {
    expect((await desk.run(`device add 'QA phone' 00008101-000A1B2C3D4E001E`)).exitCode).toBe(0)
    const ran = await desk.run(`device add 'Copied' 00008101\u2013000A1B2C3D4E002E`)
    expect(ran.exitCode).toBe(3)
    expect(ran.stderr).toContain('identifier: holds a dash that only looks like "-"')
    expect((await desk.run(`device list --app 'Acme Reader'`)).stdout).toContain('00008101-000A1B2C3D4E001E')
  })

  test('errors are JSON when JSON was asked for', async () => {
    const ran = await desk.run('app members Nowhere --json')
    expect(ran.json()).toMatchObject({ error: { code: 'cli.app_unknown', details: { app: 'Nowhere' } } })
  })
})

describe('builds', () => {
  test('start prints an environment for a shell, end uses it, and the token is refused afterwards', async () => {
    const started = await desk.run(`build start --app 'Acme Reader' --branch main --commit 4f1c0de`)
    expect(started.exitCode).toBe(0)
    const env = Object.fromEntries(
      [...started.stdout.matchAll(/^export (\w+)='([^']*)'$/gm)].map((match) => [match[1] ?? '', match[2] ?? '']),
    )
    expect(Object.keys(env)).toEqual([
      'BITRISE_BUILD_URL',
      'BITRISE_BUILD_API_TOKEN',
      'BITRISE_APP_SLUG',
      'BITRISE_BUILD_SLUG',
      'BITRISE_BUILD_NUMBER',
    ])
    expect(started.stderr).toMatch(/^build \d+ of "Acme Reader" runs until 20\d\d-\d\d-\d\d \d\d:\d\d \(UTC[^)]*\)\n$/)
    expect((await desk.run('build end', { env })).exitCode).toBe(0)
    expect((await desk.run('build end', { env })).exitCode).toBe(4)
    expect((await desk.run('build end')).exitCode).toBe(3)
  })

  test('on GitHub Actions start sets the environment of later steps and masks the token', async () => {
    const file = join(desk.folder, 'github-env')
    const ran = await desk.run(`build start --app 'Acme Reader'`, { env: { GITHUB_ENV: file } })
    const token = /BITRISE_BUILD_API_TOKEN=(.*)/.exec(readFileSync(file, 'utf8'))?.[1]
    expect(token).toMatch(/^cdn_bld_/)
    expect(ran.stderr).toContain(`::add-mask::${token}`)
    expect(ran.stdout).toBe('')
  })

  test('run gives the command its build and not the secrets of who started it, and ends with its exit code', async () => {
    const script = join(desk.folder, 'job.cjs')
    writeFileSync(
      script,
      `const { env } = process
       require('fs').writeFileSync('seen.json', JSON.stringify({ url: env.BITRISE_BUILD_URL, token: env.CORDON_TOKEN ?? null, trigger: env.CORDON_TRIGGER_TOKEN ?? null }))
       process.exit(7)`,
    )
    const body = { name: 'run', scopes: ['read', 'write'] as ('read' | 'write')[] }
    const { token } = await dana.client.call(accountRoutes.createPersonalToken, { body })
    const ran = await desk.run(`run --app 'Acme Reader' -- ${process.execPath} ${script}`, {
      env: { CORDON_SERVER: world.server.url, CORDON_TOKEN: token },
    })
    expect(ran.exitCode).toBe(7)
    const seen = JSON.parse(readFileSync(join(desk.folder, 'seen.json'), 'utf8'))
    expect(seen).toMatchObject({ token: null, trigger: null, url: expect.stringContaining('/build/bld_') })
    expect((await desk.run(`build list --app 'Acme Reader' --limit 1`)).stdout).toContain('failure')
  })

  test('a command that does not exist ends the build as failed', async () => {
    const ran = await desk.run(`run --app 'Acme Reader' -- ./no-such-program`)
    expect(ran.exitCode).toBe(3)
    expect((await desk.run(`build list --app 'Acme Reader' --limit 1`)).stdout).toContain('failure')
  })

  test('the audit log of an app is listed and verified', async () => {
    const log = await desk.run(`audit list --app 'Acme Reader'`)
    expect(log.stdout).toContain('build.started')
    const { items } = (await desk.run(`audit list --app 'Acme Reader' --json`)).json<{ items: { at: string }[] }>()
    const at = items[0]?.at ?? ''
    expect(at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    expect(log.stdout.split('\n')[1]).toContain(`${localTime(at, 'second')}  `)
    expect(await desk.run(`audit verify --app 'Acme Reader'`)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^intact: app_/),
    })
  })
})

describe('leaving', () => {
  test('removing a connection asks first, and tells which apps lose it', async () => {
    const id = (await desk.run('connection list --json')).json<{ items: { id: string }[] }>().items[0]?.id
    const unasked = await desk.run(`connection remove ${id}`)
    expect(unasked).toMatchObject({ exitCode: 6, stdout: '' })
    expect(unasked.stderr).toMatch(
      /^error: nothing was done: ".+" stays, for Acme Reader; nobody is there to be asked, so give --yes\n/,
    )
    const refused = await desk.run(`connection remove ${id}`, { answers: [false] })
    expect(refused.exitCode).toBe(6)
    expect(refused.stderr).toMatch(/^error: nothing was done: ".+" stays, for Acme Reader\nhint: /)
    const ran = await desk.run(`connection remove ${id} --yes`)
    expect(ran.stdout).toContain('these apps do not use it any more: Acme Reader')
  })

  test('logout without an answer forgets the token here, and says that it is still valid there and where to revoke it', async () => {
    const other = openDesk()
    try {
      await other.run(`login --server ${world.server.url}`, { answers: [dana.email, PASSWORD] })
      const file = join(other.folder, 'config/credentials.json')
      // Nothing listens on this port: the server is away.
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll(world.server.url, 'http://127.0.0.1:9'))
      const ran = await other.run('logout')
      expect(ran).toMatchObject({ exitCode: 8, stdout: '' })
      expect(ran.stderr).toContain('forgotten on this machine and still valid there')
      expect(ran.stderr).toContain('http://127.0.0.1:9/account/personal-tokens')
      expect(readFileSync(file, 'utf8')).not.toContain('cdn_pat_')
    } finally {
      other.close()
    }
  })

  test('logout revokes the token at the server', async () => {
    const file = join(desk.folder, 'config/credentials.json')
    const token = /cdn_pat_[\w-]+/.exec(readFileSync(file, 'utf8'))?.[0] ?? ''
    expect((await desk.run('logout')).exitCode).toBe(0)
    expect(readFileSync(file, 'utf8')).not.toContain(token)
    const answer = await fetch(`${world.server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(401)
  })
})
