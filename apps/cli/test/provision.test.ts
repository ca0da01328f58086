import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openReportServer } from '../../../packages/steps/test/report-server.ts'
import { type Desk, openDesk } from './desk.ts'

const EXAMPLE = fileURLToPath(new URL('../../../examples/tidepool', import.meta.url))
const PHONE = '00008101-000A1B2C3D4E001E'

let simulator: Simulator
let desk: Desk
let teamId: string
let env: Record<string, string>

beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

beforeEach(async () => {
  await fetch(`${simulator.controlUrl}/reset`, { method: 'POST' })
  teamId = simulator.createTeam({ name: 'Acme' }).teamId
  await simulator.seedTeam(teamId, { devices: [{ name: 'Phone', platform: 'IOS', udid: PHONE }] })
  const key = simulator.createKey(teamId)
  desk = openDesk()
  cpSync(EXAMPLE, join(desk.folder, 'tidepool'), { recursive: true })
  writeFileSync(join(desk.folder, `AuthKey_${key.keyId}.p8`), key.privateKey ?? '')
  writeFileSync(join(desk.folder, 'desired.json'), JSON.stringify(DESIRED))
  env = {
    CORDON_APPLE_BASE_URL: simulator.url,
    connection: 'off',
    api_key_path: `AuthKey_${key.keyId}.p8`,
    api_issuer: key.issuerId ?? '',
    create_certificate: 'yes',
    p12_passphrase: 'test-passphrase',
  }
})
afterEach(() => desk.close())

const DESIRED = {
  version: 1,
  distributions: ['development'],
  bundleIds: [{ identifier: 'com.acme.app', entitlements: { 'aps-environment': 'development' } }],
  createMissingCertificates: ['development'],
}
const writes = () =>
  simulator.world.journal
    .exchanges()
    .filter(({ method }) => method !== 'GET')
    .map(({ operation }) => operation)

describe('provision plan', () => {
  test('for a project shows what would change and why, and changes nothing', async () => {
    const { exitCode, stdout } = await desk.run('provision plan --project-path tidepool', { env })
    expect(exitCode).toBe(0)
    expect(stdout).toContain(
      '+ register bundle ID "com.example.tidepool.widgets" because the team has no such bundle ID',
    )
    expect(stdout).toMatch(/requests to Apple\n$/)
    expect(writes()).toEqual([])
  })

  test('for a wish from a file does the same, and keeps the plan in a file that its owner alone reads', async () => {
    const { stdout } = await desk.run('provision plan --desired-state desired.json --out plan.json --json', { env })
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(join(desk.folder, 'plan.json'), 'utf8')))
    expect(statSync(join(desk.folder, 'plan.json')).mode & 0o777).toBe(0o600)
    expect(JSON.parse(stdout).plan.actions.map(({ kind }: { kind: string }) => kind)).toEqual([
      'create-certificate',
      'create-bundle-id',
      'enable-capability',
      'create-profile',
    ])
  })

  test('what a person has to do first ends it as it would end "apply", with the whole plan before it', async () => {
    const { createMissingCertificates: _, ...wish } = DESIRED
    writeFileSync(join(desk.folder, 'desired.json'), JSON.stringify(wish))
    const without = { ...env, create_certificate: 'no' }
    const applied = await desk.run('provision apply --desired-state desired.json --yes', { env: without })
    const planned = await desk.run('provision plan --desired-state desired.json --out plan.json', { env: without })
    expect(planned.stdout).toContain('+ register bundle ID "com.acme.app" because')
    expect(planned.stdout).toMatch(/^x .*development.* certificate/m)
    expect(planned.stdout).toContain('kept in plan.json\n')
    expect(planned.exitCode).toBe(3)
    const errorOf = ({ stderr }: { stderr: string }) => stderr.slice(stderr.indexOf('error: '))
    expect(errorOf(planned)).toBe(errorOf(applied))
    expect(applied.exitCode).toBe(3)
    const { exitCode, json } = await desk.run('provision plan --desired-state desired.json --json', { env: without })
    expect(exitCode).toBe(3)
    expect(json()).toMatchObject({ plan: { blockers: [{ code: 'provisioning.certificate_missing' }] } })
    expect(writes()).toEqual([])
  })

  test.each([
    ['{"version":1}', 'distributions'],
    ['{"version":2}', 'version'],
    ['nonsense', 'JSON'],
    [JSON.stringify({ ...DESIRED, bundelIds: [] }), 'bundelIds'],
    [JSON.stringify({ ...DESIRED, distributions: ['adhoc'] }), 'distributions.0'],
  ])('a wish that is wrong names the field: %s', async (text, field) => {
    writeFileSync(join(desk.folder, 'desired.json'), text)
    const { exitCode, stderr } = await desk.run('provision plan --desired-state desired.json', { env })
    expect(exitCode).toBe(3)
    expect(stderr).toContain(field)
  })

  test('without a project and without a wish says what is missing', async () => {
    const { exitCode, stderr } = await desk.run('provision plan', { env })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('"project_path" or "desired_state"')
    expect(stderr).toMatch(/^hint: .* \(here: --project-path, --desired-state\)$/m)
  })
})

describe('provision apply', () => {
  test('carries out a kept plan, writes the profile with 0600, and a second plan is empty', async () => {
    await desk.run('provision plan --desired-state desired.json --out plan.json', { env })
    const { exitCode, stdout, stderr } = await desk.run('provision apply --plan plan.json', { env })
    expect(exitCode).toBe(0)
    // Whoever keeps the result alone has the changes, too.
    const told = toldIn(stderr)
    expect(told.length).toBeGreaterThan(2)
    expect(stdout).toMatch(new RegExp(`^At Apple ${told.length} changes:\n`))
    for (const line of told) expect(stdout).toContain(`\n  ${line}\n`)
    expect(stdout).toMatch(/com\.acme\.app +development +Cordon iOS development .* +created/)
    const [file = ''] = /wrote (\S+\.mobileprovision)/.exec(stdout)?.slice(1) ?? []
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const again = await desk.run('provision plan --desired-state desired.json', {
      env: { ...env, certificate_urls: 'cordon-signing/cordon-development.p12', passphrases: 'test-passphrase' },
    })
    expect(again.stdout).toContain('nothing to change at Apple')
  })

  test('refuses a kept plan when Apple has moved, names what, and changes nothing', async () => {
    await desk.run('provision plan --desired-state desired.json --out plan.json', { env })
    const udid = '00008101-000A1B2C3D4E0020'
    await simulator.seedTeam(teamId, { devices: [{ name: 'Other', platform: 'IOS', udid }] })
    const { exitCode, stderr } = await desk.run('provision apply --plan plan.json', { env })
    expect(exitCode).toBe(6)
    expect(stderr).toContain('this has changed: devices')
    expect(stderr).toContain('code: provisioning.plan_outdated')
    expect(writes()).toEqual([])
  })

  test('shows a plan that nobody has seen and does it only when somebody says so', async () => {
    const refused = await desk.run('provision apply --desired-state desired.json', { env })
    expect(refused.stderr).toContain('+ register bundle ID "com.acme.app"')
    expect(refused.stderr).toContain(
      'error: nothing was done: the plan was not carried out; nobody is there to be asked, so give --yes\n',
    )
    expect(refused.stderr).toContain('code: cli.not_confirmed')
    expect(writes()).toEqual([])
    expect((await desk.run('provision apply --desired-state desired.json', { env, answers: [false] })).exitCode).toBe(6)
    expect(writes()).toEqual([])
    expect((await desk.run('provision apply --desired-state desired.json', { env, answers: [true] })).exitCode).toBe(0)
    expect(writes()).toContain('profiles_createInstance')
  })

  test('makes no certificate that it could not keep', async () => {
    await desk.run('provision plan --desired-state desired.json --out plan.json', { env })
    const without = { ...env, create_certificate: 'no', p12_passphrase: '' }
    const { stderr } = await desk.run('provision apply --plan plan.json', { env: without })
    expect(stderr).toContain('create_certificate must be "yes"')
    expect(writes()).toEqual([])
  })

  test('a build tells the server what was done, also when it then fails, and nothing of what a person declines', async () => {
    const server = await openReportServer()
    const build = { ...env, ...server.build }
    const apply = 'provision apply --desired-state desired.json'
    try {
      await desk.run(apply, { env: build, answers: [false] })
      expect(server.reports).toEqual([])
      simulator.world.faults.add({ operation: 'profiles_createInstance', kind: 'status', status: 409, times: 99 })
      expect((await desk.run(`${apply} --yes`, { env: build })).exitCode).not.toBe(0)
      simulator.world.faults.clear()
      await desk.run(`${apply} --yes`, { env: build })
    } finally {
      server.close()
    }
    const told = server.reports.map(({ actions }) => actions.map(({ action }) => action).sort())
    expect(told).toEqual([['create-bundle-id', 'create-certificate', 'enable-capability'], ['create-profile']])
    expect(server.reports).toMatchObject([
      { step: 'provision apply', outcome: 'failure', summary: 'provisioning.profile_refused' },
      { step: 'provision apply', outcome: 'success', summary: '1 changes at Apple, 1 profiles' },
    ])
  })

  test('a file that is no plan is refused by its field', async () => {
    const { exitCode, stderr } = await desk.run('provision apply --plan desired.json', { env })
    expect(exitCode).toBe(3)
    expect(stderr).toContain('kind')
  })
})

/** The changes at Apple that were told as they were made. */
function toldIn(stderr: string): readonly string[] {
  return [...stderr.matchAll(/^· ((?:register|switch on|create) .*)$/gm)].map(([, line = '']) => line)
}

test('the result of auto-provision lists the changes at Apple where the progress is read elsewhere', async () => {
  const { stdout, stderr, exitCode } = await desk.run('auto-provision --project-path tidepool', { env })
  expect(exitCode).toBe(0)
  const told = toldIn(stderr)
  expect(told.length).toBeGreaterThan(2)
  expect(stdout).toContain(`At Apple ${told.length} changes:\n`)
  for (const line of told) expect(stdout).toContain(`\n  ${line}\n`)
})

test('auto-provision --restore puts the project back byte for byte', async () => {
  const path = join(desk.folder, 'tidepool/Tidepool.xcodeproj/project.pbxproj')
  const before = readFileSync(path)
  const ran = await desk.run('auto-provision --project-path tidepool', { env, isOneLog: true })
  expect(ran.exitCode).toBe(0)
  // Each change stands there once: as it happened; the summary counts them.
  expect(`${ran.stdout}${ran.stderr}`.match(/register bundle ID "com\.example\.tidepool" /g)).toHaveLength(1)
  expect(ran.stderr).toContain('register bundle ID "com.example.tidepool" ')
  const told = toldIn(ran.stderr)
  expect(ran.stdout).toContain(`At Apple ${told.length} changes, told as they were made\n`)
  expect(ran.stdout).toContain('To be done by a person at Apple:\n')
  expect(readFileSync(path).equals(before)).toBe(false)
  const { exitCode, stdout } = await desk.run('auto-provision --restore')
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `put back ${path}\n` })
  expect(readFileSync(path).equals(before)).toBe(true)
  expect((await desk.run('auto-provision --restore')).exitCode).toBe(5)
  expect((await desk.run('auto-provision --clean-up')).stdout).toBe('nothing to undo\n')
})
