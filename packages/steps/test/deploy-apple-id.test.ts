import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeIpa } from '../../delivery/test/make-ipa.ts'
import { deployStep } from '../src/deploy/step.ts'
import { runStep } from '../src/run-step.ts'
import type { StepContext } from '../src/step.ts'
import { type AppleIdBench, openAppleIdBench, PASSWORD } from './apple-id-bench.ts'
import { openReportServer } from './report-server.ts'

let bench: AppleIdBench
let page: string
beforeAll(async () => {
  bench = await openAppleIdBench()
  await bench.simulator.seedTeam(bench.teamId, {
    apps: [{ name: 'Acme', bundleId: 'com.acme.app', versions: [{ versionString: '1.1' }] }],
  })
  page = join(bench.folder, 'page')
  mkdirSync(join(page, 'metadata', 'en-US'), { recursive: true })
  writeFileSync(join(page, 'metadata', 'en-US', 'description.txt'), 'Shows the tide.')
})
afterAll(() => bench.close())

const deploy = (given: Readonly<Record<string, string>>, changes: Partial<StepContext> = {}) =>
  runStep(
    deployStep,
    { ...bench.build, skip_metadata: 'no', metadata_folder: page, ...given },
    { ...bench.context, variables: { HOME: bench.folder }, ...changes },
  )

test('on Linux the store page is written with an Apple ID alone; a second run writes nothing', async () => {
  const given = { bundle_id: 'com.acme.app' }
  const { result, outputs } = await deploy(given)
  expect(result).toMatchObject({ bundleId: 'com.acme.app', version: '1.1', pageWrites: 1, uploadedBy: undefined })
  expect(Object.keys(outputs)).toEqual(['CORDON_APP_ID', 'CORDON_APP_VERSION'])
  expect((await deploy(given)).result.pageWrites).toBe(0)
  const said = bench.said.join('\n')
  for (const secret of [PASSWORD, ...bench.cookieValues]) expect(said).not.toContain(secret)
})

test('on macOS the build goes through altool with the app-specific password of the connection, the page through the session', async () => {
  bench.answer({ app_specific_password: 'abcd-efgh-ijkl-mnop' })
  writeFileSync(join(page, 'metadata', 'en-US', 'description.txt'), 'Shows the tide and the moon.')
  const calls: { args: readonly string[]; env: Readonly<Record<string, string>> | undefined }[] = []
  const run: StepContext['run'] = async (_command, args, options) => {
    if (args[0] !== '--find') calls.push({ args, env: options?.env })
    options?.onOutput?.('INFO:      File: a.ipa 1500000/3000000, 50% completed\n')
    return { exitCode: 0, stdout: '', stderr: '' }
  }
  const ipaPath = await makeIpa(join(bench.folder, 'a.ipa'))
  const { result } = await deploy({ ipa_path: ipaPath }, { run, platform: 'darwin' })
  expect(result).toMatchObject({ uploadedBy: 'altool', pageWrites: 1, version: '1.1', buildNumber: '8' })
  expect(calls).toHaveLength(1)
  expect(calls[0]?.args.join(' ')).not.toContain('abcd')
  expect(bench.said.filter((line) => line.startsWith('sent '))).toEqual(['sent 50 %  1.5 MB of 3 MB'])
  expect(calls[0]?.env).toMatchObject({ ITMS_TRANSPORTER_PASSWORD: 'abcd-efgh-ijkl-mnop' })
})

test('on Linux a build with an Apple ID alone is refused before the store page changes', async () => {
  writeFileSync(join(page, 'metadata', 'en-US', 'description.txt'), 'Something new.')
  const ipaPath = await makeIpa(join(bench.folder, 'b.ipa'), { buildNumber: '9' })
  await expect(deploy({ ipa_path: ipaPath })).rejects.toMatchObject({ code: 'deploy.uploader_missing' })
  expect((await deploy({ bundle_id: 'com.acme.app' })).result.pageWrites).toBe(1)
})

test('a version whose page cannot be written is told before altool uploads the build', async () => {
  bench.answer({ app_specific_password: 'abcd-efgh-ijkl-mnop' })
  const bundleId = 'com.acme.approved'
  const versions = [{ versionString: '1.1', state: 'PENDING_DEVELOPER_RELEASE' }]
  await bench.simulator.seedTeam(bench.teamId, { apps: [{ name: 'Approved', bundleId, versions }] })
  const started: string[] = []
  const run: StepContext['run'] = async (_command, args) => {
    started.push(args[0] ?? '')
    return { exitCode: 0, stdout: '', stderr: '' }
  }
  const given = { ipa_path: await makeIpa(join(bench.folder, 'approved.ipa'), { bundleId }) }
  await expect(deploy(given, { run, platform: 'darwin' })).rejects.toMatchObject({
    code: 'metadata.version_not_editable',
    detail: '1.1 is PENDING_DEVELOPER_RELEASE',
  })
  expect(started).toEqual(['--find'])
})

test('a team that the Apple ID is not in is refused by name', async () => {
  await expect(deploy({ bundle_id: 'com.acme.app', team_name: 'Other' })).rejects.toMatchObject({
    code: 'step.team_not_found',
  })
})

test('a session that has expired is not tried', async () => {
  bench.answer({ connection_expiry_date: '2020-01-01T00:00:00Z' })
  await expect(deploy({ bundle_id: 'com.acme.app' })).rejects.toMatchObject({ code: 'step.session_expired' })
})

test('a run that fails half-way is told with what was done before, from the first request to Apple on', async () => {
  const server = await openReportServer(() => readFileSync(fileURLToPath(bench.build.build_url)))
  const { build, reports } = server
  try {
    bench.answer({ app_specific_password: 'abcd-efgh-ijkl-mnop' })

    bench.simulator.world.journal.reset()
    await expect(deploy({ ...build, bundle_id: 'com.acme.app', team_name: 'Other' })).rejects.toBeDefined()
    const appleRequests = bench.simulator.world.journal.exchanges().length
    expect(appleRequests).toBeGreaterThan(0)
    expect(reports).toEqual([
      { step: 'deploy', outcome: 'failure', appleRequests, actions: [], summary: 'step.team_not_found' },
    ])

    const run: StepContext['run'] = async () => ({ exitCode: 0, stdout: '', stderr: '' })
    const operation = 'iris_appStoreVersionLocalizations_updateInstance'
    bench.simulator.world.faults.add({ operation, kind: 'status', status: 409, times: 99 })
    writeFileSync(join(page, 'metadata', 'en-US', 'description.txt'), 'Something else.')
    writeFileSync(join(page, 'metadata', 'copyright.txt'), '2026 Acme')
    const given = { ...build, ipa_path: await makeIpa(join(bench.folder, 'c.ipa'), { buildNumber: '10' }) }
    await expect(deploy(given, { run, platform: 'darwin' })).rejects.toMatchObject({ code: 'metadata.write_refused' })
    const upload = { action: 'upload-build', subject: 'com.acme.app 1.1 (10)', outcome: 'done', reason: 'by altool' }
    const writing = { action: 'write-store-page', subject: 'version 1.1', outcome: 'done', reason: '1 write' }
    expect(reports.slice(1)).toMatchObject([{ outcome: 'failure', actions: [upload, writing] }])

    // No session is asked for: Apple's tool is the only way there.
    const variables = { HOME: bench.folder, GITHUB_ENV: join(bench.folder, 'none', 'env') }
    const failing = deploy({ ...given, skip_metadata: 'yes' }, { run, platform: 'darwin', variables })
    await expect(failing).rejects.toMatchObject({ code: 'step.output_unwritable' })
    expect(reports.slice(2)).toMatchObject([{ outcome: 'failure', appleRequests: 0, actions: [upload] }])
  } finally {
    bench.simulator.world.faults.clear()
    server.close()
  }
})
