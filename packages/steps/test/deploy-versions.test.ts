import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeIpa } from '../../delivery/test/make-ipa.ts'
import { writeInto } from '../../delivery/test/page-tree.ts'
import { newStoreProfile } from '../../delivery/test/store-profile.ts'
import { otherClient, runDeploy } from './deploy-bench.ts'
import { type Bench, openBench } from './harness.ts'

const bundleId = 'com.acme.busy'
let bench: Bench
let profile: Buffer
let appId = ''
beforeAll(async () => {
  bench = await openBench()
  const seeded = await bench.simulator.seedTeam(bench.teamId, {
    apps: [
      {
        ...{ name: 'Busy', bundleId },
        versions: [
          { versionString: '1.4', state: 'READY_FOR_DISTRIBUTION' },
          { versionString: '1.5', state: 'WAITING_FOR_REVIEW' },
        ],
      },
    ],
  })
  appId = seeded.apps?.[0] ?? ''
  profile = await newStoreProfile(bench.simulator, bench.teamId, bundleId)
  const apple = otherClient(bench)
  await apple.betaGroups.create({ app: appId, name: 'Team', isInternalGroup: true })
  await apple.betaGroups.create({ app: appId, name: 'Crew', isInternalGroup: false })
})
afterAll(() => bench.close())

let builds = 1
const ipa = (version: string) => {
  const buildNumber = String(builds++)
  return makeIpa(join(bench.folder, `${buildNumber}.ipa`), { bundleId, version, buildNumber, profile })
}

async function deploy(version: string, given: Readonly<Record<string, string>> = {}) {
  bench.said.length = 0
  const inputs = { ...bench.keyInputs, ipa_path: await ipa(version), uses_non_exempt_encryption: 'no', ...given }
  const { result } = await runDeploy(bench, inputs)
  return result
}

const uploads = () => bench.simulator.world.journal.counts().buildUploads_createInstance ?? 0
const STAYS = '! the store page stays as it is: 1.6 cannot be made: version 1.5 is WAITING_FOR_REVIEW'

test('testers get a build while another version is in review, and the store page stays as it is', async () => {
  const { testflight, pageWrites, pageLeft, warnings } = await deploy('1.6', { beta_groups: 'Team' })
  expect(testflight).toContain('groups: Team')
  expect({ pageWrites, pageLeft }).toEqual({ pageWrites: 0, pageLeft: STAYS.replace(/^.*as it is: /, '') })
  expect(warnings).toContain(STAYS.replace('! ', ''))
  expect(bench.said).toContain(STAYS)
})

test('so do they when texts go along', async () => {
  writeInto(join(bench.folder, 'page'), 'metadata/en-US/keywords.txt', 'tide')
  const given = { beta_groups: 'Team', skip_metadata: 'no', metadata_folder: join(bench.folder, 'page') }
  expect((await deploy('1.6', given)).testflight).toContain('groups: Team')
  expect(bench.said).toContain(STAYS)
})

test('without a build a version that is in the way ends the run: nothing else was wanted', async () => {
  writeInto(join(bench.folder, 'page'), 'metadata/en-US/keywords.txt', 'tide')
  const given = { ipa_path: '', bundle_id: bundleId, options: '--app_version 1.6', skip_metadata: 'no' }
  await expect(deploy('1.6', { ...given, metadata_folder: join(bench.folder, 'page') })).rejects.toMatchObject({
    code: 'metadata.version_in_the_way',
    details: { wanted: '1.6', version: '1.5' },
  })
})

test('with submit_for_review the version that is in the way is told before a byte is sent', async () => {
  const before = uploads()
  await expect(deploy('1.6', { submit_for_review: 'yes' })).rejects.toMatchObject({
    code: 'metadata.version_in_the_way',
    details: { wanted: '1.6', version: '1.5', state: 'WAITING_FOR_REVIEW' },
    remedy: expect.stringContaining('cordon metadata cancel'),
  })
  expect(uploads()).toBe(before)
})

describe('a version that cannot be edited is told before a byte is sent, to whoever wants something of its page', () => {
  let apps = 1
  const seed = async (state: string, version: string) => {
    const other = `com.acme.fixed${apps++}`
    const versions = [{ versionString: '2.0', state }]
    await bench.simulator.seedTeam(bench.teamId, { apps: [{ name: other, bundleId: other, versions }] })
    return makeIpa(join(bench.folder, `${other}.ipa`), { bundleId: other, version, buildNumber: '1' })
  }
  const page = () => {
    writeInto(join(bench.folder, 'page'), 'metadata/en-US/keywords.txt', 'tide')
    return { skip_metadata: 'no', metadata_folder: join(bench.folder, 'page') }
  }

  test.each([
    ['PENDING_DEVELOPER_RELEASE', 'texts'],
    ['PENDING_DEVELOPER_RELEASE', 'review'],
    ['IN_REVIEW', 'texts'],
    ['WAITING_FOR_REVIEW', 'review'],
    ['PROCESSING_FOR_DISTRIBUTION', 'texts'],
  ])('%s, with %s', async (state, wish) => {
    const ipa_path = await seed(state, '2.0')
    const before = uploads()
    await expect(
      deploy('', { ipa_path, ...(wish === 'texts' ? page() : { submit_for_review: 'yes' }) }),
    ).rejects.toMatchObject({
      code: 'metadata.version_not_editable',
      detail: `2.0 is ${state}`,
    })
    expect(uploads()).toBe(before)
  })

  test('also when it is another one than the build’s, or none can be edited', async () => {
    const before = uploads()
    for (const given of [{ options: '--app_version 1.4' }, { skip_app_version_update: 'yes' }])
      await expect(deploy('1.6', { ...given, ...page() })).rejects.toMatchObject({
        code: 'metadata.version_not_editable',
      })
    expect(uploads()).toBe(before)
  })

  test('one that is not there and is not to be made', async () => {
    const before = uploads()
    const given = { skip_app_version_update: 'yes', submit_for_review: 'yes' }
    const ipa_path = await seed('READY_FOR_DISTRIBUTION', '2.1')
    await expect(deploy('', { ...given, ipa_path })).rejects.toMatchObject({ code: 'metadata.version_missing' })
    expect(uploads()).toBe(before)
  })

  test('a build alone goes up', async () => {
    expect((await deploy('1.5')).pageWrites).toBe(0)
  })
})

test.each(['1.4', '1.3.9'])('version %s is not above the one on sale: told before a byte is sent', async (version) => {
  const before = uploads()
  await expect(deploy(version)).rejects.toMatchObject({
    code: 'delivery.version_on_sale',
    detail: `the build is version ${version}, and version 1.4 is on sale`,
    remedy: expect.stringContaining('a higher build number does not help'),
  })
  expect(uploads()).toBe(before)
})

test('a group that is not there is told before a byte is sent', async () => {
  const before = uploads()
  await expect(deploy('1.6', { beta_groups: 'Crowd' })).rejects.toMatchObject({ code: 'testflight.group_not_found' })
  expect(uploads()).toBe(before)
})

test('people outside of the team wait for beta review, and that is told', async () => {
  const warning =
    '"Crew" is an external group: its testers get the build after beta review, which was not asked for; set submit_for_beta_review'
  const { warnings } = await deploy('1.6', { beta_groups: 'Crew' })
  expect(warnings).toContain(warning)
  expect(bench.said).toContain(`! ${warning}`)
})

test('what beta review lacks is told with the place in App Store Connect', async () => {
  await expect(deploy('1.6', { beta_groups: 'Crew', submit_for_beta_review: 'yes' })).rejects.toMatchObject({
    code: 'testflight.review_refused',
    detail: expect.stringContaining('contactFirstName'),
    remedy: expect.stringContaining('TestFlight > Test Information'),
  })
})

test('an upload that is complete is not said to go on', async () => {
  const path = await ipa('1.6')
  const given = { ipa_path: path }
  await deploy('1.6', given)
  await deploy('1.6', given)
  expect(bench.said).toContainEqual(
    expect.stringMatching(/^upload \S+ of an earlier run has the whole file: nothing is sent$/),
  )
  expect(bench.said.join('\n')).not.toContain('goes on')
})

test('all lines of a run count the same writes, also when the version has to be made first', async () => {
  const other = 'com.acme.counted'
  await bench.simulator.seedTeam(bench.teamId, {
    apps: [
      {
        ...{ name: 'Counted', bundleId: other },
        versions: [{ versionString: '1.0', state: 'READY_FOR_DISTRIBUTION' }],
      },
    ],
  })
  writeInto(join(bench.folder, 'counted'), 'metadata/en-US/keywords.txt', 'tide')
  writeInto(join(bench.folder, 'counted'), 'metadata/en-US/keyword.txt', 'sea')
  const given = { ipa_path: '', bundle_id: other, options: '--app_version 1.1', skip_metadata: 'no' }
  const { pageWrites } = await deploy('1.1', { ...given, metadata_folder: join(bench.folder, 'counted') })
  expect(pageWrites).toBe(2)
  expect(bench.said).toContain(
    '! counted/metadata/en-US/keyword.txt is left out: no text has this name; is "keywords.txt" meant?',
  )
  const counted = bench.said.filter((line) => /writes? to do|^\d+ of \d+/.test(line))
  expect(counted).toEqual(['2 writes to do', '1 of 2: made version 1.1', '2 of 2: changed en-US texts of the version'])
})
