import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { autoProvisionStep } from '../src/auto-provision/step.ts'
import { summaryLines } from '../src/project-provisioning/summary.ts'
import { runStep } from '../src/run-step.ts'
import { type Bench, openBench, projectRoot } from './harness.ts'

const EXAMPLE = join(projectRoot, 'examples/tidepool')
const PASSPHRASE = 'test-passphrase'

let bench: Bench
let project: string

beforeEach(async () => {
  bench = await openBench()
  project = bench.copy(EXAMPLE)
})
afterEach(() => bench.close())

const run = (inputs: Record<string, string> = {}) =>
  runStep(autoProvisionStep, { ...bench.keyInputs, ...creating, project_path: project, ...inputs }, bench.context)
const creating = { create_certificate: 'yes', p12_passphrase: PASSPHRASE }
const pbxproj = () => readFileSync(join(project, 'Tidepool.xcodeproj/project.pbxproj'), 'utf8')
const code = (error: unknown) => (error as { code?: string }).code

describe('the whole step on the example', () => {
  test('every signed target gets a bundle ID, its capabilities and a profile, and the project names them', async () => {
    const { result, outputs } = await run({ distribution_type: 'ad-hoc' })
    expect(result.targets.map(({ bundleId }) => bundleId)).toEqual([
      'com.example.tidepool',
      'com.example.tidepool.widgets',
      'com.example.tidepool.notifications',
      'com.example.tidepool.watchkitapp',
    ])
    for (const profile of result.provisioned.profiles)
      expect(pbxproj()).toContain(`PROVISIONING_PROFILE = "${profile.uuid}"`)
    expect(outputs).toMatchObject({ BITRISE_EXPORT_METHOD: 'ad-hoc', BITRISE_DEVELOPER_TEAM: bench.teamId })
    expect(outputs.BITRISE_PRODUCTION_PROFILE).toBe(result.provisioned.profiles[0]?.uuid)
    expect(outputs).not.toHaveProperty('BITRISE_DEVELOPMENT_PROFILE')
    expect(summaryLines(result, bench.folder).join('\n')).toContain(
      'register bundle ID "com.example.tidepool.widgets" because',
    )
  })

  test('a second run changes nothing at Apple or on disk and asks Apple no more than five times', async () => {
    await run()
    const before = pbxproj()
    const { result } = await run()
    expect(result.provisioned.changes).toEqual([])
    expect(result.projectEdit?.changes).toEqual([])
    expect(result.provisioned.profiles.every(({ outcome }) => outcome === 'reused')).toBe(true)
    expect(result.appleRequests).toBeLessThanOrEqual(5)
    expect(pbxproj()).toBe(before)
  })

  test('files with keys and profiles are readable by their owner alone, and openssl opens the .p12 that was made', async () => {
    const { result } = await run()
    const folder = result.inputs.signingFolder
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600)
    const info = execFileSync(
      'openssl',
      ['pkcs12', '-in', join(folder, 'cordon-development.p12'), '-info', '-nodes', '-passin', `env:P12`, '-legacy'],
      {
        env: { ...process.env, P12: PASSPHRASE },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    ).toString()
    expect(info).toContain('BEGIN PRIVATE KEY')
    expect(info.match(/BEGIN CERTIFICATE/g)).toHaveLength(1)
  })

  test('every profile written verifies against the authority that signed it', async () => {
    const { result } = await run()
    const root = join(bench.folder, 'root.pem')
    writeFileSync(root, await bench.simulator.rootPem())
    const profiles = result.assets.files.filter((path) => path.endsWith('.mobileprovision'))
    expect(profiles).toHaveLength(4)
    for (const path of profiles) {
      const content = execFileSync(
        'openssl',
        ['cms', '-verify', '-inform', 'DER', '-in', path, '-CAfile', root, '-purpose', 'any'],
        { stdio: ['ignore', 'pipe', 'ignore'] },
      )
      expect(content.toString()).toContain('<key>Entitlements</key>')
    }
  })

  test('outputs reach a dotenv file and the files of GitHub Actions', async () => {
    const [env, output] = ['env', 'output'].map((name) => join(bench.folder, name))
    const context = { ...bench.context, variables: { GITHUB_ENV: env, GITHUB_OUTPUT: output } }
    const given = { ...bench.keyInputs, ...creating, project_path: project, output_file: 'signing.env' }
    await runStep(autoProvisionStep, given, context)
    for (const file of [env, output, join(bench.folder, 'signing.env')])
      expect(readFileSync(file ?? '', 'utf8')).toContain(`BITRISE_DEVELOPER_TEAM=${bench.teamId}\n`)
  })
})

describe('what is refused, and that nothing happens then', () => {
  const untouched = () => expect(bench.simulator.world.journal.total()).toBe(0)

  test.each([
    ['distribution_type', 'adhoc', 'step.input_invalid'],
    ['register_test_devices', 'true', 'step.input_invalid'],
    ['min_profile_days_valid', '-3', 'step.input_invalid'],
    ['min_profile_days_valid', 'soon', 'step.input_invalid'],
    ['p12_passphrase', 'späße', 'step.input_invalid'],
    ['passphrases', 'a|b|c', 'step.input_invalid'],
    ['api_issuer', '', 'step.input_missing'],
    ['project_path', '', 'step.input_missing'],
    ['build_settings', 'not a setting', 'step.input_invalid'],
    ['scheme', 'Nowhere', 'xcode.scheme_not_found'],
    ['configuration', 'Nowhere', 'xcode.configuration_not_found'],
  ])('%s = %j', async (input, value, expected) => {
    await expect(run({ [input]: value }).catch(code)).resolves.toBe(expected)
    untouched()
  })

  test('a project that is cut off in the middle', async () => {
    writeFileSync(join(project, 'Tidepool.xcodeproj/project.pbxproj'), pbxproj().slice(0, 9_000))
    const error = await run().catch((thrown) => thrown)
    expect(error.code).toMatch(/^xcode\./)
    untouched()
  })

  test('no certificate, and none may be made: nothing is changed at Apple', async () => {
    const error = await run({ create_certificate: 'no' }).catch((thrown) => thrown)
    expect(error.code).toBe('provisioning.certificate_missing')
    const { exchanges } = { exchanges: bench.simulator.world.journal.exchanges() }
    expect(exchanges.filter(({ method }) => method !== 'GET')).toEqual([])
    expect(existsSync(join(bench.folder, 'cordon-signing'))).toBe(false)
  })

  test('a .p12 with a wrong passphrase names the problem, not the passphrase', async () => {
    await run()
    const p12 = join(bench.folder, 'cordon-signing/cordon-development.p12')
    const error = await run({ certificate_urls: p12, passphrases: 'wrong-marker', create_certificate: 'no' }).catch(
      (thrown) => thrown,
    )
    expect(error.code).toBe('signing.wrong_passphrase')
    expect(JSON.stringify(error) + error.message).not.toContain('wrong-marker')
  })
})
