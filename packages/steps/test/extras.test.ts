import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { autoProvisionStep } from '../src/auto-provision/step.ts'
import { parseDeviceList } from '../src/project-provisioning/device-list.ts'
import { projectRecordPath, restoreKeptProject } from '../src/project-provisioning/restore-project.ts'
import { summaryLines } from '../src/project-provisioning/summary.ts'
import { runStep } from '../src/run-step.ts'
import { type Bench, openBench, projectRoot } from './harness.ts'
import { withUiTests } from './ui-test-project.ts'

const EXAMPLE = join(projectRoot, 'examples/tidepool')

let bench: Bench
let project: string
beforeEach(async () => {
  bench = await openBench()
  project = bench.copy(EXAMPLE)
})
afterEach(() => bench.close())

const creating = { create_certificate: 'yes', p12_passphrase: 'test-passphrase' }
const run = (inputs: Record<string, string> = {}) =>
  runStep(autoProvisionStep, { ...bench.keyInputs, ...creating, project_path: project, ...inputs }, bench.context)
const pbxproj = () => readFileSync(join(project, 'Tidepool.xcodeproj/project.pbxproj'))
const signingFolder = () => join(bench.folder, 'cordon-signing')
const codeOf = (work: Promise<unknown>) => work.then(String, (error: { code?: string }) => error.code)

describe('the way back', () => {
  test('two runs and a restore leave the project byte for byte as people left it', async () => {
    const before = pbxproj()
    await run()
    await run({ configuration: 'Debug' })
    expect(pbxproj().equals(before)).toBe(false)
    expect(statSync(projectRecordPath(signingFolder())).mode & 0o777).toBe(0o600)
    await restoreKeptProject(signingFolder())
    expect(pbxproj().equals(before)).toBe(true)
    expect(await codeOf(restoreKeptProject(signingFolder()))).toBe('step.nothing_to_restore')
  })

  test('a project that somebody else has changed since is not touched', async () => {
    await run()
    const changed = Buffer.concat([pbxproj(), Buffer.from('// mine\n')])
    writeFileSync(join(project, 'Tidepool.xcodeproj/project.pbxproj'), changed)
    expect(await codeOf(restoreKeptProject(signingFolder()))).toBe('step.project_changed_since')
    expect(pbxproj().equals(changed)).toBe(true)
  })
})

describe('installed profiles first', () => {
  test('a profile on this machine that holds everything is taken before Apple’s', async () => {
    project = withUiTests(bench.folder)
    const { result: first } = await run({ distribution_type: 'ad-hoc' })
    const before = new Set(first.provisioned.profiles.map(({ uuid }) => uuid))
    const portalProfiles = bench.simulator.world.journal.counts().profiles_createInstance
    const installed = join(bench.folder, 'home/Library/MobileDevice/Provisioning Profiles')
    mkdirSync(installed, { recursive: true })
    for (const name of readdirSync(signingFolder()).filter((one) => one.endsWith('.mobileprovision')))
      writeFileSync(join(installed, name), readFileSync(join(signingFolder(), name)))
    for (const name of readdirSync(signingFolder()).filter((one) => one.endsWith('.mobileprovision')))
      rmSync(join(signingFolder(), name))
    const { result } = await run({ distribution_type: 'ad-hoc' })
    expect(result.provisioned.changes).toEqual([])
    expect(result.provisioned.profiles.every(({ uuid, why }) => before.has(uuid) && why.includes('installed'))).toBe(
      true,
    )
    expect(bench.simulator.world.journal.counts().profiles_createInstance).toBe(portalProfiles)
  })
})

describe('fallback profiles', () => {
  const fallback = async () => {
    await run()
    const folder = join(bench.folder, 'fallback')
    mkdirSync(folder)
    for (const name of readdirSync(signingFolder()))
      writeFileSync(join(folder, name), readFileSync(join(signingFolder(), name)))
    rmSync(signingFolder(), { recursive: true })
    await restore()
    return {
      create_certificate: 'no',
      certificate_urls: join(folder, 'cordon-development.p12'),
      passphrases: creating.p12_passphrase,
      fallback_provisioning_profile_url_list: folder,
    }
  }
  const restore = async () => {
    rmSync(project, { recursive: true })
    project = bench.copy(EXAMPLE)
  }

  test('when Apple fails, they sign, the project names them, and the reason is told', async () => {
    const inputs = await fallback()
    bench.simulator.world.faults.add({ operation: 'profiles_getCollection', kind: 'status', status: 503, times: 99 })
    const { result, outputs } = await run(inputs)
    expect(result.provisioned.profiles).toHaveLength(4)
    for (const { uuid } of result.provisioned.profiles) expect(pbxproj().toString()).toContain(uuid)
    expect(outputs.BITRISE_DEVELOPMENT_PROFILE).toBe(result.provisioned.profiles[0]?.uuid)
    expect(summaryLines(result, bench.folder).join('\n')).toContain('provisioning failed (apple.service_failed')
  })

  test('when they do not fit either, the first error is the one that is thrown', async () => {
    const inputs = await fallback()
    bench.simulator.world.faults.add({ operation: 'profiles_getCollection', kind: 'status', status: 503, times: 99 })
    rmSync(join(bench.folder, 'fallback'), { recursive: true })
    mkdirSync(join(bench.folder, 'fallback'))
    writeFileSync(join(bench.folder, 'fallback/broken.mobileprovision'), 'nonsense')
    expect(await codeOf(run({ ...inputs, certificate_urls: '', passphrases: '' }))).toBe('apple.service_failed')
    expect(bench.said.join('\n')).toContain('the fallback profiles do not help')
  })

  test('they are not even read while Apple does its work', async () => {
    const { result } = await run({ fallback_provisioning_profile_url_list: join(bench.folder, 'nowhere') })
    expect(result.provisioned.profiles).toHaveLength(4)
  })
})

describe('UI tests', () => {
  test('get a wildcard profile for development, in all configurations, also when the app is archived for distribution', async () => {
    project = withUiTests(bench.folder)
    const { result } = await run({ sign_uitest_targets: 'yes', distribution_type: 'app-store' })
    const wildcard = result.provisioned.profiles.find(({ identifier }) => identifier === 'com.acme.*')
    expect(wildcard).toMatchObject({ distribution: 'development', outcome: 'created' })
    expect(result.projectEdit?.changes.filter(({ target }) => target === 'AppUITests')).toEqual(
      expect.arrayContaining(
        ['Debug', 'Release'].map((configuration) =>
          expect.objectContaining({ configuration, setting: 'PROVISIONING_PROFILE', after: wildcard?.uuid }),
        ),
      ),
    )
    const app = result.projectEdit?.changes.filter(({ target, configuration }) => target === 'App' && configuration)
    expect(new Set(app?.map(({ configuration }) => configuration))).toEqual(new Set(['Release']))
    expect(result.provisioned.profiles.map(({ identifier, distribution }) => `${identifier} ${distribution}`)).toEqual([
      'com.acme.app app-store',
      'com.acme.app development',
      'com.acme.* development',
    ])
    const again = await run({ sign_uitest_targets: 'yes', distribution_type: 'app-store' })
    expect(again.result.provisioned.changes).toEqual([])
  })

  test('are left alone unless asked for', async () => {
    project = withUiTests(bench.folder)
    const { result } = await run()
    expect(result.uiTests).toEqual([])
    expect(result.projectEdit?.changes.some(({ target }) => target === 'AppUITests')).toBe(false)
  })
})

describe('the list of test devices', () => {
  // Complaints: "devices not added", and the en dash of the documentation's example.
  test('takes commas, line breaks, an en dash, names after a tab, and Apple’s heading', () => {
    const text =
      '\uFEFFDevice ID\tDevice Name\tDevice Platform\r\n00008101\u2013000A1B2C3D4E001F\tPhone of Ann\tios\n# later\n00008101-000A1B2C3D4E0020, 00008101-000A1B2C3D4E0021\n'
    expect(parseDeviceList(text)).toEqual([
      { udid: '00008101\u2013000A1B2C3D4E001F', name: 'Phone of Ann' },
      { udid: '00008101-000A1B2C3D4E0020', name: 'Device 2' },
      { udid: '00008101-000A1B2C3D4E0021', name: 'Device 3' },
    ])
  })

  // Complaint: "invalid UDID fails all".
  test('is registered; what is no UDID is a warning with its text, and stops nobody else', async () => {
    writeFileSync(join(bench.folder, 'devices.txt'), '00008101–000A1B2C3D4E001F\nnonsense\n00008101-000a1b2c3d4e0020')
    const { result } = await run({ register_test_devices: 'yes', test_device_list_path: 'devices.txt' })
    expect(result.provisioned.profiles[0]?.udids).toEqual(
      expect.arrayContaining(['00008101-000A1B2C3D4E001F', '00008101-000A1B2C3D4E0020']),
    )
    expect(result.provisioned.warnings.map(({ text }) => text).join('\n')).toContain('"nonsense" was left out')
  })

  test('that is not there is refused before anything is changed', async () => {
    const inputs = { register_test_devices: 'yes', test_device_list_path: 'nowhere.txt' }
    expect(await codeOf(run(inputs))).toBe('step.input_invalid')
  })
})

describe('platforms', () => {
  // Complaint: "Mac Catalyst unsupported".
  test('an app that supports Mac Catalyst gets profiles for it when asked', async () => {
    project = withUiTests(
      bench.folder,
      'SUPPORTS_MACCATALYST = YES; DERIVE_MACCATALYST_PRODUCT_BUNDLE_IDENTIFIER = YES;',
    )
    const udid = '11111111-2222-3333-4444-555555555555'
    await bench.simulator.seedTeam(bench.teamId, { devices: [{ name: 'Mac', platform: 'MAC_OS', udid }] })
    const { result } = await run({ platform: 'mac-catalyst' })
    expect(result.provisioned.profiles).toMatchObject([
      { identifier: 'maccatalyst.com.acme.app', platform: 'mac-catalyst', udids: [udid] },
    ])
    expect(result.assets.files.some((path) => path.endsWith('.provisionprofile'))).toBe(true)
  })

  test.each(['mac-catalyst', 'tvos', 'visionos', 'macos'])(
    'an app that is not made for %s is refused',
    async (platform) => {
      expect(await codeOf(run({ platform }))).toBe('step.input_invalid')
      expect(bench.simulator.world.journal.total()).toBe(0)
    },
  )
})

describe('names of other steps', () => {
  test('are taken for the same inputs', async () => {
    const { connection: _, api_key_path, api_issuer } = bench.keyInputs
    const variables = {
      apple_service_connection: 'off',
      api_key_path: api_key_path ?? '',
      api_key_issuer_id: api_issuer ?? '',
      api_issuer: '',
      distribution_method: 'ad-hoc',
      min_profile_validity: '30',
      project_path: project,
      certificate_url_list: '',
      ...creating,
    }
    const { result } = await runStep(autoProvisionStep, {}, { ...bench.context, variables })
    expect(result.inputs).toMatchObject({ connection: 'off', distribution: 'ad-hoc', minProfileDaysValid: 30 })
  })

  // Complaint: "connected but not authorised / wrong kind".
  test.each(['apple_id', 'enterprise-with-apple-id'])(
    'connection %s without an Apple ID is told',
    async (connection) => {
      const stored = join(bench.folder, 'portal-data.json')
      writeFileSync(stored, JSON.stringify({ key_id: 'ABCDE12345', issuer_id: 'issuer', private_key: 'marker' }))
      const error = await run({ connection, build_url: `file://${stored}`, build_api_token: 'x' }).catch(
        (thrown) => thrown,
      )
      expect(error).toMatchObject({ code: 'step.no_credentials', detail: expect.stringContaining('API key only') })
    },
  )

  test('"api-key" is the connection api_key', async () => {
    expect(await codeOf(run({ connection: 'api-key' }))).toBe('step.no_credentials')
  })
})

describe('what is left on disk without macOS', () => {
  test('the certificate that signs is a .p12 that openssl opens with the passphrase, and an output names it', async () => {
    const { outputs } = await run()
    const path = outputs.CORDON_DEVELOPMENT_P12 ?? ''
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const command = ['pkcs12', '-in', path, '-nodes', '-legacy', '-passin', 'env:P12']
    const env = { ...process.env, P12: creating.p12_passphrase }
    const text = execFileSync('openssl', command, { env, stdio: ['ignore', 'pipe', 'pipe'] }).toString()
    expect(text).toContain('BEGIN PRIVATE KEY')
  })
})

test('with verbose_log each request to Apple is told, and without it none', async () => {
  await run()
  expect(bench.said.filter((line) => line.startsWith('Apple: '))).toEqual([])
  await run({ verbose_log: 'yes' })
  const told = bench.said.filter((line) => line.startsWith('Apple: '))
  expect(told.length).toBeGreaterThanOrEqual(4)
  expect(told[0]).toMatch(/^Apple: GET \/v1\/\w+ 200 in \d+ ms, request [\w.-]+$/)
})

test('the summary is a table: certificate, each profile with outcome and reason, requests used and left', async () => {
  const { result } = await run()
  const lines = summaryLines(result, bench.folder)
  const head = lines.findIndex((line) => line.startsWith('BUNDLE ID'))
  const column = lines[head]?.indexOf('OUTCOME') ?? -1
  const rows = lines.slice(head + 1, head + 5)
  expect(rows.map((row) => row.slice(column, column + 7))).toEqual(Array(4).fill('created'))
  expect(lines.join('\n')).toMatch(
    /CERTIFICATE +KIND +SERIAL +UNTIL\nApple Development: .+ +development +[0-9A-F]+ +20/,
  )
  expect(lines.join('\n')).toMatch(/Requests to Apple: \d+ used, left: \d+ in this hour/)
})
