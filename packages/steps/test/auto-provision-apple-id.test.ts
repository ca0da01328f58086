import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAppStoreConnect } from '@cordon/apple/app-store-connect/client'
import { secret } from '@cordon/core/secret'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { autoProvisionStep } from '../src/auto-provision/step.ts'
import { autoProvisionAppleIdStep } from '../src/auto-provision-apple-id/step.ts'
import { runStep } from '../src/run-step.ts'
import { type AppleIdBench, EMAIL, openAppleIdBench, PASSWORD } from './apple-id-bench.ts'
import { projectRoot } from './harness.ts'

const EXAMPLE = join(projectRoot, 'examples/tidepool')
const CORPUS = join(projectRoot, '../shared/xcode-projects')
const isCorpusHere = existsSync(CORPUS)
const PASSPHRASE = 'test-passphrase'
const BUNDLE_IDS = [
  'com.example.tidepool',
  'com.example.tidepool.widgets',
  'com.example.tidepool.notifications',
  'com.example.tidepool.watchkitapp',
]
const GROUP = 'group.com.example.tidepool'
const CONTAINER = 'iCloud.com.example.tidepool'

let bench: AppleIdBench
let project: string

beforeEach(async () => {
  bench = await openAppleIdBench()
  project = bench.copy(EXAMPLE)
})
afterEach(() => bench.close())

const own = { generate_profiles: 'yes', create_certificate: 'yes', p12_passphrase: PASSPHRASE }
const run = (inputs: Record<string, string> = own) =>
  runStep(autoProvisionAppleIdStep, { ...bench.build, project_path: project, ...inputs }, bench.context)
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (thrown) => thrown as { code: string; detail: string; remedy: string; details: Record<string, unknown> },
  )
/** Operations that changed something at Apple. The portal reads by POST too, so methods do not tell. */
const writes = () =>
  bench.simulator.world.journal
    .exchanges()
    .map(({ operation }) => operation)
    .filter((operation) => /create|update|delete|add|assign|register/i.test(operation))

describe('the whole step on the example', () => {
  test('makes bundle IDs and profiles, and registers and attaches App Groups, the iCloud container and merchant IDs', async () => {
    const entitlements = join(project, 'Tidepool/Tidepool.entitlements')
    const merchant = 'merchant.com.example.tidepool'
    const claim = `<dict>\n<key>com.apple.developer.in-app-payments</key><array><string>${merchant}</string></array>`
    writeFileSync(entitlements, readFileSync(entitlements, 'utf8').replace('<dict>', claim))
    const { result, outputs } = await run()
    expect(result.targets.map(({ bundleId }) => bundleId)).toEqual(BUNDLE_IDS)
    expect(result.provisioned.todos).toEqual([])
    const [app, widgets] = result.provisioned.profiles
    expect(app?.entitlements).toMatchObject({
      'com.apple.security.application-groups': [GROUP],
      'com.apple.developer.icloud-container-identifiers': [CONTAINER],
      'com.apple.developer.in-app-payments': [merchant],
    })
    expect(widgets?.entitlements).toMatchObject({ 'com.apple.security.application-groups': [GROUP] })
    const pbxproj = readFileSync(join(project, 'Tidepool.xcodeproj/project.pbxproj'), 'utf8')
    for (const { uuid } of result.provisioned.profiles) expect(pbxproj).toContain(`PROVISIONING_PROFILE = "${uuid}"`)
    expect(outputs).toMatchObject({ BITRISE_EXPORT_METHOD: 'development', BITRISE_DEVELOPER_TEAM: bench.teamId })
    expect(outputs.BITRISE_DEVELOPMENT_PROFILE).toBe(app?.uuid)
  })

  test('warns with the name of the successor, and tells neither password nor cookies, not even when verbose', async () => {
    const { result } = await run({ ...own, verbose_log: 'yes' })
    const said = bench.said.join('\n')
    expect(said).toMatch(/! auto-provision-apple-id is deprecated.* Its successor is auto-provision,/)
    expect(said).toContain(`Apple ID ${EMAIL}, team ${bench.teamId} (Test Ltd)`)
    expect(said).toContain('Apple: POST developer.apple.com/services-account/')
    for (const secret of [PASSWORD, ...bench.cookieValues]) expect(said).not.toContain(secret)
    expect(result.appleRequests).toBeGreaterThan(5)
  })

  test('a second run makes no write', async () => {
    await run()
    for (const operation of [/portal_profiles_createInstance/, /addApplicationGroup/, /assignCloudContainerToAppId/])
      expect(writes().join('\n')).toMatch(operation)
    bench.simulator.world.journal.reset()
    const { result } = await run()
    expect(result.provisioned.changes).toEqual([])
    expect(result.projectEdit?.changes).toEqual([])
    expect(writes()).toEqual([])
    expect(bench.simulator.world.journal.total()).toBeGreaterThan(0)
  })

  test('devices are registered when that is asked for', async () => {
    const { result } = await run({ ...own, register_test_devices: 'yes' })
    expect(result.provisioned.profiles[0]?.udids).toContain('00008101-000A1B2C3D4E0FFF')
  })

  test('auto-provision does the same with the connection "apple_id"', async () => {
    const inputs = { ...bench.build, project_path: project, connection: 'apple_id', apple_id_team_id: bench.teamId }
    const { result } = await runStep(autoProvisionStep, { ...inputs, ...own }, bench.context)
    expect(result.provisioned.profiles[0]?.entitlements).toMatchObject({
      'com.apple.security.application-groups': [GROUP],
    })
    expect(
      await errorOf(runStep(autoProvisionStep, { ...inputs, ...own, connection: 'automatic' }, bench.context)),
    ).toMatchObject({ code: 'step.no_credentials', detail: expect.stringContaining('Apple ID only') })
  })
})

describe('profiles of Xcode’s own', () => {
  /** What an archive on a Mac has left: a certificate with its key here, and a profile of Xcode's for every bundle ID. */
  const archivedOnMac = async (bundleIds: readonly string[] = BUNDLE_IDS) => {
    await run()
    const p12 = join(bench.folder, 'mac.p12')
    writeFileSync(p12, readFileSync(join(bench.folder, 'cordon-signing/cordon-development.p12')))
    rmSync(join(bench.folder, 'cordon-signing'), { recursive: true })
    rmSync(project, { recursive: true })
    project = bench.copy(EXAMPLE)
    const profiles = bundleIds.map((bundleId) => ({
      name: `iOS Team Provisioning Profile: ${bundleId}`,
      profileType: 'IOS_APP_DEVELOPMENT',
      bundleId,
    }))
    await removeOwnProfiles()
    await bench.simulator.seedTeam(bench.teamId, { profiles })
    bench.simulator.world.journal.reset()
    return { certificate_urls: p12, passphrases: PASSPHRASE }
  }

  test('serve a project that Xcode signs, and nothing is written at Apple', async () => {
    const { result } = await run(await archivedOnMac())
    expect(result.provisioned.profiles.map(({ name }) => name)).toEqual(
      BUNDLE_IDS.map((bundleId) => `iOS Team Provisioning Profile: ${bundleId}`),
    )
    expect(result.provisioned.profiles[0]).toMatchObject({ outcome: 'reused', why: expect.stringContaining('Xcode') })
    expect(writes()).toEqual([])
  })

  test('that are missing for one part are told with what to do; own ones are not made', async () => {
    const given = await archivedOnMac(BUNDLE_IDS.slice(1))
    const error = await errorOf(run(given))
    expect(error).toMatchObject({ code: 'step.managed_profile_missing' })
    expect(error?.detail).toContain('com.example.tidepool (development)')
    expect(error?.remedy).toContain('Archive the app once in Xcode')
    expect(writes()).toEqual([])
  })

  test('that lack a device of the team do not serve', async () => {
    const given = await archivedOnMac()
    await bench.simulator.seedTeam(bench.teamId, {
      devices: [{ name: 'New phone', platform: 'IOS', udid: '00008101-000A1B2C3D4E0EEE' }],
    })
    expect(await errorOf(run(given))).toMatchObject({ code: 'step.managed_profile_missing' })
  })

  test('are taken when own ones were asked for and cannot be had', async () => {
    const given = await archivedOnMac()
    const failing = {
      operation: 'portal_profiles_createInstance',
      kind: 'status',
      status: 409,
      code: 'ENTITY_ERROR',
      times: 0,
    } as const
    bench.simulator.world.faults.add(failing)
    const { result } = await run({ ...given, generate_profiles: 'yes' })
    expect(result.provisioned.profiles[0]?.name).toBe('iOS Team Provisioning Profile: com.example.tidepool')
    expect(bench.said.join('\n')).toContain('own profiles cannot be had')
  })

  test('do not serve a project that is signed by hand', async () => {
    const given = await archivedOnMac()
    const path = join(project, 'Tidepool.xcodeproj/project.pbxproj')
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replaceAll('CODE_SIGN_STYLE = Automatic', 'CODE_SIGN_STYLE = Manual'),
    )
    const { result } = await run(given)
    expect(result.provisioned.profiles[0]?.name).toMatch(/^Cordon iOS development/)
  })

  /** Only Xcode's are left then. */
  async function removeOwnProfiles(): Promise<void> {
    const { api_key_path: path = '', api_issuer: issuerId = '' } = bench.keyInputs
    const keyId = /AuthKey_(\w+)\.p8/.exec(path)?.[1] ?? ''
    const key = { kind: 'team', keyId, issuerId, privateKey: secret(readFileSync(path, 'utf8')) } as const
    const { fetch, clock, sleep } = bench.context
    const { profiles } = createAppStoreConnect({ key, fetch, clock, sleep, baseUrl: bench.simulator.url })
    for (const { id } of (await profiles.list()).items) await profiles.delete(id)
  }
})

describe('which team', () => {
  test('with several and no id, they are listed; an id chooses, and a wrong one lists them too', async () => {
    const other = bench.simulator.createTeam({ name: 'Other Ltd' })
    bench.simulator.changeAccount(EMAIL, { memberships: [{ teamId: bench.teamId }, { teamId: other.teamId }] })
    const several = await errorOf(run())
    expect(several).toMatchObject({ code: 'step.team_ambiguous' })
    for (const text of [bench.teamId, 'Test Ltd', other.teamId, 'Other Ltd']) expect(several?.detail).toContain(text)
    const wrong = await errorOf(run({ ...own, team_id: 'WRONGTEAM1' }))
    expect(wrong).toMatchObject({ code: 'step.team_not_found', detail: expect.stringContaining(other.teamId) })
    expect(writes()).toEqual([])
    await bench.simulator.seedTeam(other.teamId, {
      devices: [{ name: 'Phone', platform: 'IOS', udid: '00008101-000A1B2C3D4E0001' }],
    })
    const { outputs } = await run({ ...own, team_id: other.teamId })
    expect(outputs.BITRISE_DEVELOPER_TEAM).toBe(other.teamId)
  })
})

describe('a session that does not serve', () => {
  test.each([
    ['by its date', { connection_expiry_date: '2020-01-01T00:00:00Z' }, 'valid until 2020-01-01'],
    ['by what the server says', { cordon: { reason: 'session_expired', message: 'signed out on Friday' } }, 'Friday'],
    ['because there is none', { session_cookies: {} }, 'there is no session'],
  ])('%s is a clear error with whose move it is, and Apple is not asked', async (_, change, detail) => {
    bench.answer(change)
    const error = await errorOf(run())
    expect(error).toMatchObject({ code: 'step.session_expired', detail: expect.stringContaining(detail) })
    expect(error?.remedy).toContain('Ask the owner of the connection')
    expect(bench.simulator.world.journal.total()).toBe(0)
  })

  test('because Apple has ended it is the same', async () => {
    bench.simulator.changeAccount(EMAIL, { password: 'another-password' })
    expect(await errorOf(run())).toMatchObject({
      code: 'step.session_expired',
      detail: expect.stringContaining('Apple has ended the session early'),
    })
  })

  test('an account without two-factor authentication has no date, and that is no error', async () => {
    bench.answer({ connection_expiry_date: undefined })
    expect((await run()).result.provisioned.profiles).toHaveLength(4)
  })
})

describe('what the build server gives', () => {
  const key = { key_id: 'ABCDE12345', issuer_id: 'issuer', private_key: 'marker-key' }

  test.each([
    ['nothing', { apple_id: null, password: null }, 'step.no_credentials'],
    ['a key only', { apple_id: null, password: null, ...key }, 'step.no_credentials'],
    ['a password without an e-mail', { apple_id: '' }, 'step.build_answer_invalid'],
    ['a date that is none', { connection_expiry_date: 'soon' }, 'step.build_answer_invalid'],
    [
      'cookies that are none',
      { session_cookies: { 'https://idmsa.apple.com': [{ name: 7 }] } },
      'step.build_answer_invalid',
    ],
  ])('%s ends the step before Apple is asked, and no value of it is told', async (_, change, code) => {
    bench.answer(change)
    const error = await errorOf(run())
    expect(error?.code).toBe(code)
    const told = JSON.stringify([error, error?.detail, bench.said])
    for (const secret of [PASSWORD, 'marker-key', ...bench.cookieValues]) expect(told).not.toContain(secret)
    expect(bench.simulator.world.journal.total()).toBe(0)
  })

  test('without a build server the inputs are named', async () => {
    const inputs = { project_path: project, ...own }
    const error = await errorOf(runStep(autoProvisionAppleIdStep, inputs, bench.context))
    expect(error).toMatchObject({ code: 'step.input_missing', details: { input: 'build_url' } })
  })
})

if (!isCorpusHere) process.stdout.write('../shared/xcode-projects is not here: no real project was tried\n')

describe.runIf(isCorpusHere)('real projects', () => {
  test.each([
    ['Dimillian+IceCubesApp', 'IceCubesApp.xcodeproj', 'IceCubesApp', 5],
    ['Ranchero-Software+NetNewsWire', 'NetNewsWire.xcodeproj', 'NetNewsWire-iOS', 3],
    ['Automattic+pocket-casts-ios', 'podcasts.xcodeproj', 'pocketcasts', 8],
  ])(
    '%s is provisioned with all that it claims, and a second run makes no write',
    async (folder, name, scheme, count) => {
      const path = join(bench.copy(join(CORPUS, folder)), name)
      const inputs = { ...own, project_path: path, scheme }
      const { result } = await run(inputs)
      expect(result.targets).toHaveLength(count)
      for (const { bundleId } of result.targets)
        expect(result.provisioned.profiles.map(({ identifier }) => identifier)).toContain(bundleId)
      expect(result.provisioned.changes.map(({ kind }) => kind)).toContain('attach-identifiers')
      const values = (key: string) => result.provisioned.todos.filter(({ entitlement }) => entitlement === key)
      expect(values('com.apple.security.application-groups')).toEqual([])
      bench.simulator.world.journal.reset()
      const again = await run(inputs)
      expect(again.result.provisioned.changes).toEqual([])
      expect(writes()).toEqual([])
    },
  )
})
