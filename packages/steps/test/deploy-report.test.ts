import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeIpa } from '../../delivery/test/make-ipa.ts'
import { writeInto } from '../../delivery/test/page-tree.ts'
import { newStoreProfile } from '../../delivery/test/store-profile.ts'
import { otherClient, runDeploy } from './deploy-bench.ts'
import { type Bench, openBench } from './harness.ts'
import { openReportServer, type ReportServer } from './report-server.ts'

const MIB = 1024 * 1024

let bench: Bench
let appId: string
let profile: Buffer
let server: ReportServer
beforeAll(async () => {
  bench = await openBench()
  const seeded = await bench.simulator.seedTeam(bench.teamId, { apps: [{ name: 'Acme', bundleId: 'com.acme.app' }] })
  appId = seeded.apps?.[0] ?? ''
  profile = await newStoreProfile(bench.simulator, bench.teamId)
  server = await openReportServer()
})
afterAll(async () => {
  server.close()
  await bench.close()
})
beforeEach(() => {
  server.reports.length = 0
  server.leadsTo = ''
})

const deploy = (given: Readonly<Record<string, string>>) =>
  runDeploy(bench, { ...bench.keyInputs, ...server.build, ...given })

test('the server is told what went up, what testers got and what changed on the page', async () => {
  const path = await makeIpa(join(bench.folder, 'App.ipa'), { buildNumber: '1', profile })
  bench.simulator.world.journal.reset()
  const { result } = await deploy({ ipa_path: path, uses_non_exempt_encryption: 'no' })
  expect(server.reports).toEqual([
    {
      step: 'deploy',
      outcome: 'success',
      appleRequests: expect.any(Number),
      actions: [
        {
          action: 'upload-build',
          subject: 'com.acme.app 1.1 (1)',
          outcome: 'done',
          reason: 'by app-store-connect-api, 1 part sent, 0 already there',
        },
        { action: 'testflight', subject: 'encryption: none, or exempt', outcome: 'done', reason: '' },
        { action: 'write-store-page', subject: 'version 1.1', outcome: 'done', reason: '1 write' },
      ],
      summary: `com.acme.app 1.1 (1): ${result.uploadId}`,
    },
  ])
  const asked = bench.simulator.world.journal.exchanges().filter(({ operation }) => operation !== 'uploads_put')
  expect(server.reports[0]?.appleRequests).toBe(asked.length)
})

test('testers are counted by group; their addresses stay in the output of the step', async () => {
  const apple = otherClient(bench)
  for (const name of ['Crew', 'Friends']) await apple.betaGroups.create({ app: appId, name, isInternalGroup: false })
  const path = (buildNumber: string) => makeIpa(join(bench.folder, `${buildNumber}.ipa`), { buildNumber, profile })
  const given = { uses_non_exempt_encryption: 'no', beta_testers: 'ada@people.test|bob@people.test' }
  const { result } = await deploy({ ...given, ipa_path: await path('21'), beta_groups: 'Crew' })
  expect(result.testflight).toContain('tester ada@people.test in Crew')
  await deploy({
    ...{ ...given, ipa_path: await path('22'), beta_groups: 'Crew|Friends' },
    beta_testers: `${given.beta_testers}|eve@people.test`,
  })
  const told = server.reports.map(({ actions }) => actions.filter(({ action }) => action === 'testflight'))
  expect(told.map((actions) => actions.map(({ subject }) => subject))).toEqual([
    ['encryption: none, or exempt', 'groups: Crew', '2 testers added to Crew'],
    ['encryption: none, or exempt', 'groups: Crew, Friends', '3 testers added to Friends', '1 tester added to Crew'],
  ])
  expect(JSON.stringify(server.reports)).not.toContain('people.test')
})

test('a store page that was left alone is told with the reason', async () => {
  const bundleId = 'com.acme.review'
  const versions = [{ versionString: '1.0', state: 'WAITING_FOR_REVIEW' }]
  await bench.simulator.seedTeam(bench.teamId, { apps: [{ name: 'Review', bundleId, versions }] })
  const profile = await newStoreProfile(bench.simulator, bench.teamId, bundleId)
  await deploy({ ipa_path: await makeIpa(join(bench.folder, 'Review.ipa'), { bundleId, profile }) })
  const reason = '1.1 cannot be made: version 1.0 is WAITING_FOR_REVIEW'
  expect(server.reports[0]?.actions.slice(1)).toEqual([
    { action: 'leave-store-page', subject: 'version 1.1', outcome: 'skipped', reason },
  ])
})

test('a run that fails at Apple is told with its code; one that never got there is not', async () => {
  const path = await makeIpa(join(bench.folder, 'Other.ipa'), { bundleId: 'com.acme.unknown' })
  await expect(deploy({ ipa_path: path })).rejects.toMatchObject({
    code: 'delivery.app_not_found',
  })
  expect(server.reports).toEqual([
    { step: 'deploy', outcome: 'failure', appleRequests: 1, actions: [], summary: 'delivery.app_not_found' },
  ])
  await expect(deploy({ ipa_path: join(bench.folder, 'none.ipa') })).rejects.toBeDefined()
  expect(server.reports).toHaveLength(1)
})

describe('a run that fails half-way is told with what was done before', () => {
  const bundleId = 'com.acme.halfway'
  let profile: Buffer
  beforeAll(async () => {
    await bench.simulator.seedTeam(bench.teamId, { apps: [{ name: 'Halfway', bundleId }] })
    profile = await newStoreProfile(bench.simulator, bench.teamId, bundleId)
    writeInto(join(bench.folder, 'halfway'), 'metadata/copyright.txt', '2026 Acme')
    writeInto(join(bench.folder, 'halfway'), 'metadata/en-US/description.txt', 'Tides.')
  })
  afterEach(() => bench.simulator.world.faults.clear())

  const ipa = (buildNumber: string) =>
    makeIpa(join(bench.folder, `halfway-${buildNumber}.ipa`), { bundleId, buildNumber, profile })
  const fail = (operation: string) =>
    bench.simulator.world.faults.add({ operation, kind: 'status', status: 409, times: 99 })
  const upload = (buildNumber: string) => ({
    action: 'upload-build',
    subject: `${bundleId} 1.1 (${buildNumber})`,
    outcome: 'done',
    reason: 'by app-store-connect-api, 1 part sent, 0 already there',
  })
  const page = { skip_metadata: 'no', metadata_folder: 'halfway' }
  const writes = (reason: string) => ({ action: 'write-store-page', subject: 'version 1.1', outcome: 'done', reason })

  test('the upload, and the writes to the store page that Apple took', async () => {
    fail('appStoreVersionLocalizations_updateInstance')
    const failing = deploy({ ipa_path: await ipa('1'), ...page })
    await expect(failing).rejects.toMatchObject({ code: 'metadata.write_refused' })
    expect(server.reports).toMatchObject([
      { outcome: 'failure', summary: 'metadata.write_refused', actions: [upload('1'), writes('1 write')] },
    ])
  })

  test('what testers were given, when a later part of TestFlight fails', async () => {
    fail('betaBuildLocalizations_createInstance')
    fail('betaBuildLocalizations_updateInstance')
    const given = { ipa_path: await ipa('2'), uses_non_exempt_encryption: 'no', what_to_test: 'The tides.' }
    await expect(deploy(given)).rejects.toBeDefined()
    const testflight = { action: 'testflight', subject: 'encryption: none, or exempt', outcome: 'done', reason: '' }
    expect(server.reports).toMatchObject([{ outcome: 'failure' }])
    const kept = { action: 'keep-store-page', outcome: 'reused' }
    expect(server.reports[0]?.actions).toMatchObject([upload('2'), testflight, kept])
  })

  test('the writes to the store page, when there is no build', async () => {
    fail('appStoreVersionLocalizations_updateInstance')
    writeInto(join(bench.folder, 'halfway'), 'metadata/copyright.txt', '2027 Acme')
    const given = { bundle_id: bundleId, ...page }
    await expect(deploy(given)).rejects.toBeDefined()
    expect(server.reports).toMatchObject([{ outcome: 'failure', actions: [writes('1 write')] }])
  })

  test('everything, when the outputs cannot be handed on', async () => {
    const given = { ...bench.keyInputs, ...server.build, ipa_path: await ipa('3') }
    const variables = { HOME: join(bench.folder, 'home'), GITHUB_ENV: join(bench.folder, 'none', 'env') }
    const failing = runDeploy(bench, given, { variables })
    await expect(failing).rejects.toMatchObject({ code: 'step.output_unwritable' })
    const kept = { action: 'keep-store-page', subject: 'version 1.1', outcome: 'reused' }
    expect(server.reports).toMatchObject([
      { outcome: 'failure', summary: 'step.output_unwritable', actions: [upload('3'), kept] },
    ])
  })

  test('how far the upload was, and the next run goes on from there', async () => {
    // Only one part of this size fits into memory at a time, so they go one after another.
    const { world } = bench.simulator
    world.settings = { ...world.settings, uploadPartBytes: 17 * MIB }
    const path = join(bench.folder, 'parts.ipa')
    await makeIpa(path, { bundleId, buildNumber: '4', profile, payloadBytes: 40 * MIB })
    const begun = { action: 'begin-upload', subject: `${bundleId} 1.1 (4)`, outcome: 'unfinished' }

    fail('buildUploadFiles_createInstance')
    await expect(deploy({ ipa_path: path })).rejects.toBeDefined()
    const reason = expect.stringMatching(/^upload [\w-]+, no part sent$/)
    expect(server.reports).toMatchObject([{ outcome: 'failure', actions: [{ ...begun, reason }] }])
    world.faults.clear()

    world.faults.add({ operation: 'uploads_put', kind: 'status', status: 400, skip: 1 })
    await expect(deploy({ ipa_path: path })).rejects.toMatchObject({ code: 'delivery.part_refused' })
    const [told] = server.reports[1]?.actions ?? []
    expect(told).toMatchObject(begun)

    const { result } = await deploy({ ipa_path: path })
    expect(told?.reason).toBe(`upload ${result.uploadId}, 1 part sent, 0 already there, of 3`)
    expect(server.reports[2]?.actions[0]).toMatchObject({
      ...{ action: 'upload-build', outcome: 'done' },
      reason: 'by app-store-connect-api, 2 parts sent, 1 already there',
    })
  })
})

test('the token of the build does not follow where the server leads on to', async () => {
  server.leadsTo = '/elsewhere'
  const path = await makeIpa(join(bench.folder, 'Led.ipa'), { bundleId: 'com.acme.unknown' })
  await expect(deploy({ ipa_path: path })).rejects.toMatchObject({ code: 'delivery.app_not_found' })
  expect(server.reports).toEqual([])
  expect(bench.said).toContain('! the server could not be told what this step did; its audit log will not show it')
})
