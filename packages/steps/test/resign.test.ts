import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { withAppArchive } from '@cordon/app-archive/app-archive'
import { readInfoPlist } from '@cordon/app-archive/plist'
import { DAY_MS, instant } from '@cordon/core/instant'
import { secret } from '@cordon/core/secret'
import { type ProvisioningProfile, readProfile } from '@cordon/signing/provisioning-profile'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { infoPlist } from '../../app-archive/test/make-archive.ts'
import { loadIdentities } from '../src/project-provisioning/certificates.ts'
import { type GivenProfile, planResign } from '../src/resign/plan.ts'
import { resignStep } from '../src/resign/step.ts'
import { leaksOf, markedVariables, recordingRunner, type Started } from './child-environments.ts'
import type { Bench } from './harness.ts'
import {
  APP,
  ID,
  type Mac,
  openResignBench,
  PASSPHRASE,
  pieces,
  type ResignBench,
  runResign,
} from './resign/mac-bench.ts'

let world: ResignBench
let bench: Bench
let signingFolder: string
beforeAll(async () => {
  world = await openResignBench()
  ;({ bench, signingFolder } = world)
})
afterAll(() => world.close())
const openMac: ResignBench['openMac'] = (...given) => world.openMac(...given)

const P12 = () => join(signingFolder, 'cordon-distribution.p12')

function profilesIn(folder: string): GivenProfile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.mobileprovision'))
  return names.map((name) => {
    const content = readFileSync(join(folder, name))
    return { content, profile: readProfile(content) }
  })
}

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')

/** Unpacks by another program than ours. */
function unzipped(path: string): string {
  const folder = mkdtempSync(join(dirname(path), 'unzipped-'))
  execFileSync('unzip', ['-q', path, '-d', folder])
  return folder
}
const claimed = (folder: string, bundle: string) =>
  readInfoPlist(readFileSync(join(folder, bundle, '_CodeSignature/entitlements.plist'))).values

describe('the usual way', () => {
  let mac: Mac
  let before: string
  let done: Awaited<ReturnType<typeof runResign>>
  let started: readonly Started[]
  beforeAll(async () => {
    mac = await openMac()
    before = digest(mac.ipa)
    const recorder = recordingRunner(mac.context.run)
    started = recorder.started
    const variables = markedVariables(resignStep.inputs)
    // Given inputs win over the environment.
    done = await mac.resign({}, { ...mac.context, variables, run: recorder.run })
  })

  test('every bundle gets its profile and entitlements, the original stays, and the signature holds', async () => {
    const { result, outputs } = done
    expect(digest(mac.ipa)).toBe(before)
    expect(outputs).toEqual({
      BITRISE_IPA_PATH: join(mac.folder, 'Tidepool-resigned.ipa'),
      BITRISE_EXPORT_METHOD: 'ad-hoc',
      BITRISE_DEVELOPER_TEAM: bench.teamId,
    })
    const { bundles } = await withAppArchive(result.outputPath, async (archive) => archive)
    for (const { kind, bundleId, profile } of bundles) {
      if (kind === 'framework') expect(profile).toBeUndefined()
      else expect(readProfile(profile ?? new Uint8Array()).bundleIdentifier).toBe(bundleId)
    }
    const folder = unzipped(result.outputPath)
    expect(claimed(folder, APP)).toMatchObject({
      'application-identifier': `${bench.teamId}.${ID}`,
      'get-task-allow': false,
      'aps-environment': 'production',
      'keychain-access-groups': [`${bench.teamId}.${ID}`],
    })
    expect(claimed(folder, APP)).not.toHaveProperty(['com.apple.developer.siri'])
    expect(result.notes).toEqual([expect.stringContaining('com.apple.developer.siri is left out')])
    expect(claimed(folder, `${APP}/PlugIns/Notify.appex`)).toMatchObject({
      'application-identifier': `${bench.teamId}.${ID}.notifications`,
    })
    expect(existsSync(join(folder, 'SwiftSupport/iphoneos/libswiftCore.dylib'))).toBe(true)
  })

  test('what lies deeper is signed first, by the fingerprint of the identity and from its own keychain', () => {
    const signed = mac.calls().filter(([first]) => first === '--force')
    const order = signed.map((args) => (args.at(-1) ?? '').replace(/^.*?\/app\//, ''))
    expect(order).toEqual([
      `${APP}/Watch/Watch.app/Frameworks/Deep.framework`,
      `${APP}/Frameworks/Core.framework`,
      `${APP}/Frameworks/libextra.dylib`,
      `${APP}/PlugIns/AppTests.xctest`,
      `${APP}/PlugIns/Notify.appex`,
      `${APP}/PlugIns/Widgets.appex`,
      `${APP}/Watch/Watch.app`,
      APP,
    ])
    for (const args of signed) {
      expect(args[args.indexOf('--sign') + 1]).toMatch(/^[0-9A-F]{40}$/)
      expect(args[args.indexOf('--keychain') + 1]).toContain('resign.keychain')
      expect(args.includes('--entitlements')).toBe(/\.(app|appex)$/.test(args.at(-1) ?? ''))
    }
    expect(mac.calls().at(-1)?.slice(0, 3)).toEqual(['--verify', '--deep', '--strict'])
  })

  test('no program gets a secret input in its environment', () => {
    expect(new Set(started.map(({ command }) => command))).toEqual(new Set(['security', 'codesign']))
    expect(leaksOf(started)).toEqual([])
  })

  test('the keychain of the step, its files and everything unpacked are gone afterwards', () => {
    const left = readdirSync(mac.context.temporaryFolder).filter((name) => name.startsWith('cordon-resign'))
    expect(left).toEqual([])
    expect(mac.state()).toMatchObject({ keychains: {}, searchList: [join(mac.folder, 'login.keychain-db')] })
  })
})

test('with a keychain that was given and new names: the keychain is left as it was, frameworks keep their names', async () => {
  const mac = await openMac(pieces('com.old.app'))
  const path = join(mac.folder, 'build.keychain')
  await mac.context.run('security', ['create-keychain', '-p', 'marker', path])
  const output = join(mac.folder, 'New.ipa')
  const { result } = await mac.resign({
    ...{ keychain_path: path, keychain_password: 'marker', output_ipa_path: output },
    ...{ bundle_id: ID, bundle_version: '2.0.1', build_number: '99' },
  })
  expect(mac.state().keychains[`${path}-db`]).toMatchObject({ identities: [] })
  expect(mac.calls().flat().join(' ')).not.toContain('marker')
  expect(result.outputPath).toBe(output)
  const { bundles } = await withAppArchive(output, async (archive) => archive)
  for (const { kind, version, buildNumber, bundleId } of bundles) {
    expect([version, buildNumber]).toEqual(kind === 'framework' ? ['1.4', '27'] : ['2.0.1', '99'])
    expect(bundleId).not.toContain('com.old')
  }
  expect(bundles.find(({ kind }) => kind === 'watch-app')?.info).toMatchObject({ WKCompanionAppBundleIdentifier: ID })
  expect(claimed(unzipped(output), APP)).toMatchObject({ 'keychain-access-groups': [`${bench.teamId}.${ID}`] })
})

describe('refuses, and writes nothing:', () => {
  test('a machine that is no Mac, with what is missing', async () => {
    const mac = await openMac()
    await expect(mac.resign({}, { ...mac.context, platform: 'linux' })).rejects.toMatchObject({
      code: 'step.signing_tools_missing',
      details: { tools: ['codesign', 'security'], platform: 'linux' },
    })
    expect(mac.written()).toEqual([])
    expect(readdirSync(mac.context.temporaryFolder)).toEqual([])
    // No input would help, so none is asked for.
    await expect(runResign({}, { ...mac.context, platform: 'linux' })).rejects.toMatchObject({
      code: 'step.signing_tools_missing',
    })
  })

  test('a Mac without codesign', async () => {
    const mac = await openMac(pieces(), { hasCodesign: false })
    await expect(mac.resign()).rejects.toMatchObject({ code: 'step.signing_tools_missing' })
    expect(mac.written()).toEqual([])
  })

  test('a part of the app without a profile, with the reason', async () => {
    const mac = await openMac({ ...pieces(), [`${APP}/PlugIns/New.appex/Info.plist`]: infoPlist(`${ID}.new`) })
    await expect(mac.resign()).rejects.toMatchObject({
      code: 'step.resign_profile_missing',
      details: { bundleIds: [`${ID}.new`] },
      detail: expect.stringContaining('none given is for this bundle ID'),
    })
    expect(mac.written()).toEqual([])
  })

  test('profiles of another distribution than the one that is meant', async () => {
    const mac = await openMac()
    await expect(mac.resign({ distribution_type: 'app-store' })).rejects.toMatchObject({
      code: 'step.resign_profile_missing',
    })
  })

  test('a certificate that has expired', async () => {
    const mac = await openMac()
    const clock = { now: () => instant(Date.now() + 366 * DAY_MS) }
    await expect(mac.resign({}, { ...mac.context, clock })).rejects.toMatchObject({
      code: 'step.resign_certificate_missing',
    })
  })

  test.each<[string, (profile: ProvisioningProfile) => Partial<ProvisioningProfile>, string]>([
    ['has expired', () => ({ expiresAt: instant(0) }), 'has expired'],
    ['is for tvOS', () => ({ platforms: ['tvOS'] }), 'is for tvOS'],
    ['knows other certificates', () => ({ certificates: [] }), 'does not allow the certificate'],
  ])('a profile that %s', async (_, change, reason) => {
    const mac = await openMac()
    const identities = await loadIdentities([{ location: P12(), passphrase: secret(PASSPHRASE) }], mac.context)
    const profiles = profilesIn(signingFolder).map(({ content, profile }) => ({
      content,
      profile: profile.bundleIdentifier === ID ? { ...profile, ...change(profile) } : profile,
    }))
    const plan = withAppArchive(mac.ipa, async (archive) =>
      planResign({
        ...{ archive, identities, profiles, now: bench.context.clock.now() },
        inputs: { bundleId: undefined, distribution: 'automatic' },
      }),
    )
    await expect(plan).rejects.toMatchObject({
      code: 'step.resign_profile_missing',
      details: { bundleIds: [ID] },
      detail: expect.stringContaining(reason),
    })
  })

  test('profiles for two distributions, unless one is named', async () => {
    const mac = await openMac()
    const identities = await loadIdentities([{ location: P12(), passphrase: secret(PASSPHRASE) }], mac.context)
    const given = profilesIn(signingFolder)
    const others = given.map(({ content, profile }) => ({
      content,
      profile: { ...profile, distributionMethod: 'app-store' as const, expiresAt: instant(profile.expiresAt - 1) },
    }))
    const planFor = (distribution: 'automatic' | 'app-store') =>
      withAppArchive(mac.ipa, async (archive) =>
        planResign({
          ...{ archive, identities, profiles: [...given, ...others], now: bench.context.clock.now() },
          inputs: { bundleId: undefined, distribution },
        }),
      )
    await expect(planFor('automatic')).rejects.toMatchObject({
      code: 'step.resign_ambiguous',
      details: { distributions: ['ad-hoc', 'app-store'] },
    })
    expect((await planFor('app-store')).distribution).toBe('app-store')
  })

  test('an app for the Mac', async () => {
    const mac = await openMac({
      'T.app/Contents/Info.plist': infoPlist(ID, { CFBundleSupportedPlatforms: ['MacOSX'] }),
    })
    await expect(mac.resign()).rejects.toMatchObject({ code: 'step.resign_platform' })
  })

  test('what codesign refuses, with its words; the keychain is closed', async () => {
    const mac = await openMac(pieces(), { fault: '--verify' })
    await expect(mac.resign()).rejects.toMatchObject({
      code: 'step.codesign_failed',
      details: { command: '--verify', exitCode: 1, output: expect.stringContaining('the fault the test asked for') },
    })
    expect(mac.written()).toEqual([])
    expect(mac.state().keychains).toEqual({})
  })

  test.each([
    ['the original as output', (mac: Mac) => ({ output_ipa_path: mac.ipa }), 'step.input_invalid'],
    ['a bundle ID that is none', () => ({ bundle_id: 'a b' }), 'step.input_invalid'],
    ['a version that is none', () => ({ bundle_version: '1.x' }), 'step.input_invalid'],
    ['a keychain without its password', () => ({ keychain_path: '/k' }), 'step.input_missing'],
    ['no certificate', () => ({ certificate_urls: '' }), 'step.input_missing'],
    ['no profile', () => ({ provisioning_profile_urls: '' }), 'step.input_missing'],
    ['a profile that is none', (mac: Mac) => ({ provisioning_profile_urls: mac.ipa }), 'step.profile_file_unreadable'],
    [
      'a file that is no archive',
      () => ({ ipa_path: join(signingFolder, 'cordon-distribution.p12') }),
      'app_archive.not_a_zip',
    ],
  ])('%s', async (_, changes, code) => {
    const mac = await openMac()
    await expect(mac.resign(changes(mac))).rejects.toMatchObject({ code })
    expect(mac.written()).toEqual([])
  })
})
