import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type IpaWish, makeIpa } from '../../delivery/test/make-ipa.ts'
import { newStoreProfile } from '../../delivery/test/store-profile.ts'
import { deployStep } from '../src/deploy/step.ts'
import type { StepContext } from '../src/step.ts'
import { otherClient, runDeploy } from './deploy-bench.ts'
import { type Bench, openBench } from './harness.ts'

let bench: Bench
let profile: Buffer
let builds = 1
beforeAll(async () => {
  bench = await openBench()
  await bench.simulator.seedTeam(bench.teamId, {
    apps: [
      {
        name: 'Acme',
        bundleId: 'com.acme.app',
        versions: [{ versionString: '1.0', state: 'READY_FOR_DISTRIBUTION' }],
      },
    ],
  })
  profile = await newStoreProfile(bench.simulator, bench.teamId)
})
afterAll(() => bench.close())
beforeEach(() => {
  bench.said.length = 0
})

const ipa = (wish: IpaWish = {}) => {
  const buildNumber = String(builds++)
  return makeIpa(join(bench.folder, `build-${buildNumber}.ipa`), { buildNumber, profile, ...wish })
}

const deploy = (given: Readonly<Record<string, string>>, changes: Partial<StepContext> = {}) =>
  runDeploy(bench, given, changes)

describe('with a key', () => {
  test('a build is uploaded, processed and told of in the outputs, and its version is in preparation', async () => {
    const outputFile = join(bench.folder, 'out.env')
    const ipaPath = await ipa({ payloadBytes: 12 * 1024 * 1024 })
    const { result, outputs } = await deploy({ ...bench.keyInputs, ipa_path: ipaPath, output_file: outputFile })
    expect(result).toMatchObject({
      ...{ bundleId: 'com.acme.app', version: '1.1', uploadedBy: 'app-store-connect-api', pageWrites: 1 },
      parts: { sent: 3, found: 0 },
    })
    expect(Object.keys(outputs)).toEqual(deployStep.outputs.map(({ name }) => name))
    expect(outputs.CORDON_TESTFLIGHT_URL).toBe(
      `https://appstoreconnect.apple.com/apps/${outputs.CORDON_APP_ID}/testflight/ios/${outputs.CORDON_BUILD_ID}`,
    )
    expect(readFileSync(outputFile, 'utf8')).toBe(
      Object.entries(outputs)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    )
    expect(bench.said.filter((line) => line.startsWith('sent '))).toContainEqual(expect.stringContaining('100 %'))
    expect(bench.said).toContain('version 1.1 is in preparation')
  })

  test('on a terminal one line tells how far it is, and it is taken away at the end', async () => {
    const lines: (string | undefined)[] = []
    await deploy(
      { ...bench.keyInputs, ipa_path: await ipa({ payloadBytes: 12 * 1024 * 1024 }) },
      { status: (line) => lines.push(line) },
    )
    expect(lines.at(-1)).toBeUndefined()
    expect(lines.at(-2)).toMatch(/^\[#{24}\] {2}100 % {2}12\.6 MB of 12\.6 MB/)
    expect(bench.said.filter((line) => line.startsWith('sent '))).toEqual([])
  })

  test('testers get it: compliance, texts by language, groups, people', async () => {
    const notes = join(bench.folder, 'notes')
    mkdirSync(notes, { recursive: true })
    writeFileSync(join(notes, 'de-DE.txt'), 'Bitte die Gezeiten prüfen.\n')
    const apple = otherClient(bench)
    const [app] = (await apple.apps.list()).items
    await apple.betaGroups.create({ app: app?.id ?? '', name: 'Friends', isInternalGroup: false })
    const { result } = await deploy({
      ...bench.keyInputs,
      ipa_path: await ipa(),
      uses_non_exempt_encryption: 'no',
      what_to_test: 'Try the tide.',
      what_to_test_folder: notes,
      beta_groups: 'Friends',
      beta_testers: 'ada@acme.test|bob@acme.test',
    })
    expect(result.testflight).toEqual([
      'encryption: none, or exempt',
      'what to test, de-DE',
      'what to test, en-US',
      'tester ada@acme.test in Friends',
      'tester bob@acme.test in Friends',
      'groups: Friends',
    ])
  })

  test('what to test is never what a link leads to', async () => {
    const notes = join(bench.folder, 'linked')
    mkdirSync(notes)
    writeFileSync(join(bench.folder, 'secret.txt'), 'the-secret')
    symlinkSync(join(bench.folder, 'secret.txt'), join(notes, 'en-US.txt'))
    await expect(
      deploy({ ...bench.keyInputs, ipa_path: await ipa(), what_to_test_folder: notes }),
    ).rejects.toMatchObject({
      code: 'deploy.folder_unreadable',
      detail: `"${join(notes, 'en-US.txt')}" is a symbolic link, which is not followed; put the file itself in its place`,
    })
  })

  test('texts of the store page are checked before anything is sent, and written with the build', async () => {
    const folder = join(bench.folder, 'page')
    const page = { ...bench.keyInputs, skip_metadata: 'no', metadata_folder: folder }
    mkdirSync(join(folder, 'metadata', 'en-US'), { recursive: true })
    const keywords = join(folder, 'metadata', 'en-US', 'keywords.txt')
    writeFileSync(keywords, 'tide,'.repeat(40))
    const log = async () => (await fetch(`${bench.simulator.controlUrl}/log`)).json() as Promise<{ total: number }>
    const before = await log()
    const ipaPath = await ipa()
    await expect(deploy({ ...page, ipa_path: ipaPath })).rejects.toMatchObject({ code: 'metadata.invalid' })
    expect((await log()).total).toBe(before.total)
    writeFileSync(keywords, 'tide,moon')
    expect((await deploy({ ...page, ipa_path: ipaPath })).result.pageWrites).toBeGreaterThan(0)
    expect((await deploy({ ...page, ipa_path: ipaPath })).result).toMatchObject({ pageWrites: 0, parts: { sent: 0 } })
  })

  test('a number that is taken is refused with what to do, and no way to Apple is no key', async () => {
    const ipaPath = await ipa()
    await deploy({ ...bench.keyInputs, ipa_path: ipaPath })
    const again = await ipa({ buildNumber: String(builds - 1), payloadBytes: 4096 })
    await expect(deploy({ ...bench.keyInputs, ipa_path: again })).rejects.toMatchObject({
      code: 'delivery.build_number_used',
    })
    await expect(deploy({ connection: 'off', ipa_path: ipaPath })).rejects.toMatchObject({
      code: 'step.no_credentials',
    })
  })
})

describe('with an Apple ID alone', () => {
  const appleId = { connection: 'off', itunescon_user: 'ada@acme.test', app_password: 'abcd-efgh-ijkl-mnop' }
  interface Call {
    readonly command: string
    readonly args: readonly string[]
    readonly env: Readonly<Record<string, string>>
  }

  /** Stands in for the programs of the machine: keeps what it is called with, and answers as altool does. */
  function recorder(exits: readonly number[], output = '') {
    const calls: Call[] = []
    const left = [...exits]
    const run: StepContext['run'] = async (command, args, { env = {} } = {}) => {
      if (args.includes('--find') || args.includes('-version')) {
        const isThere = command === 'xcrun' || command.endsWith('iTMSTransporter')
        if (!isThere) throw new Error('ENOENT')
        return { exitCode: 0, stdout: '', stderr: '' }
      }
      calls.push({ command, args, env })
      return { exitCode: left.shift() ?? 0, stdout: '', stderr: output }
    }
    return { calls, run }
  }

  test('altool uploads on macOS; the password is in its environment and in no argument', async () => {
    const { calls, run } = recorder([0])
    const file = await ipa()
    const variables = { HOME: '/h', BITRISE_BUILD_API_TOKEN: 'build-secret', password: 'other-secret' }
    const { result } = await deploy({ ...appleId, ipa_path: file }, { run, platform: 'darwin', variables })
    expect(result).toMatchObject({ uploadedBy: 'altool', version: '1.1' })
    expect(calls).toHaveLength(1)
    const [{ command, args, env }] = calls as [Call]
    expect([command, ...args]).toEqual([
      ...['xcrun', 'altool', '--upload-app', '-t', 'ios', '-f', file],
      ...['-u', 'ada@acme.test', '-p', '@env:ITMS_TRANSPORTER_PASSWORD'],
    ])
    expect(env).toEqual({ HOME: '/h', ITMS_TRANSPORTER_PASSWORD: 'abcd-efgh-ijkl-mnop' })
  })

  test('what passes is tried again, and what does not is told without the password', async () => {
    const passing = recorder([1, 0], 'Error: server returned an invalid response (-19201)')
    await deploy({ ...appleId, ipa_path: await ipa() }, { run: passing.run, platform: 'darwin' })
    expect(passing.calls).toHaveLength(2)
    const staying = recorder([1], 'Sign in with abcd-efgh-ijkl-mnop failed (-22938)')
    const failed = deploy({ ...appleId, ipa_path: await ipa() }, { run: staying.run, platform: 'darwin' })
    await expect(failed).rejects.toMatchObject({
      code: 'deploy.uploader_failed',
      details: { tool: 'altool', output: 'Sign in with [redacted] failed (-22938)' },
    })
    expect(staying.calls).toHaveLength(1)
  })

  test('Transporter uploads on Linux, with what Xcode has written about the app', async () => {
    const { calls, run } = recorder([0])
    const onLinux: StepContext['run'] = (command, args, options) => {
      if (command === 'xcrun') throw new Error('ENOENT')
      return run(command, args, options)
    }
    const file = await ipa()
    const given = { ...appleId, ipa_path: file, itms_upload_parameters: '-t "DAV"' }
    await expect(deploy(given, { run: onLinux })).rejects.toMatchObject({ code: 'deploy.store_description_missing' })
    expect(calls).toEqual([])
    const description = join(bench.folder, 'AppStoreInfo.plist')
    writeFileSync(description, 'a property list')
    await deploy(given, { run: onLinux })
    expect(calls.map(({ args }) => args)).toEqual([
      [
        ...['-m', 'upload', '-assetFile', file, '-assetDescription', description],
        ...['-u', 'ada@acme.test', '-p', '@env:ITMS_TRANSPORTER_PASSWORD', '-t', 'DAV'],
      ],
    ])
  })

  test.each<[string, Record<string, string>, Partial<StepContext>, string]>([
    ['a machine with neither tool', {}, {}, 'deploy.uploader_missing'],
    [
      'no app-specific password',
      { app_password: '', password: 'x' },
      { run: recorder([]).run, platform: 'darwin' },
      'deploy.app_password_missing',
    ],
    ['a store page without a session', { skip_metadata: 'no' }, {}, 'deploy.session_missing'],
    ['testers', { beta_groups: 'Friends' }, { run: recorder([]).run, platform: 'darwin' }, 'deploy.needs_key'],
  ])('says plainly what is missing: %s', async (_, given, changes, code) => {
    await expect(deploy({ ...appleId, ipa_path: await ipa(), ...given }, changes)).rejects.toMatchObject({ code })
  })

  test('a build that Apple would refuse does not get to the tool', async () => {
    const { calls, run } = recorder([0])
    const file = await ipa({ icon: false })
    const refused = deploy({ ...appleId, ipa_path: file }, { run, platform: 'darwin' })
    await expect(refused).rejects.toMatchObject({ code: 'delivery.icon_missing' })
    expect(calls).toEqual([])
  })
})
