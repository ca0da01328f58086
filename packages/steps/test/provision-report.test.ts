import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { autoProvisionStep } from '../src/auto-provision/step.ts'
import { autoProvisionAppleIdStep } from '../src/auto-provision-apple-id/step.ts'
import { summaryLines } from '../src/project-provisioning/summary.ts'
import { runStep } from '../src/run-step.ts'
import type { StepContext } from '../src/step.ts'
import { type AppleIdBench, openAppleIdBench } from './apple-id-bench.ts'
import { projectRoot } from './harness.ts'
import { openReportServer, type ReportServer } from './report-server.ts'

let bench: AppleIdBench
let server: ReportServer
let project: string
beforeEach(async () => {
  bench = await openAppleIdBench()
  server = await openReportServer(() => readFileSync(fileURLToPath(bench.build.build_url)))
  project = bench.copy(join(projectRoot, 'examples/tidepool'))
})
afterEach(async () => {
  server.close()
  await bench.close()
})

const own = { create_certificate: 'yes', p12_passphrase: 'test-passphrase' }
const byKey = (given: Readonly<Record<string, string>> = {}, changes: Partial<StepContext> = {}) =>
  runStep(
    autoProvisionStep,
    { ...bench.keyInputs, ...server.build, ...own, project_path: project, ...given },
    { ...bench.context, ...changes },
  )
const byAppleId = (given: Readonly<Record<string, string>> = {}) =>
  runStep(
    autoProvisionAppleIdStep,
    { ...server.build, ...own, generate_profiles: 'yes', project_path: project, ...given },
    bench.context,
  )
const fail = (operation: string) =>
  bench.simulator.world.faults.add({ operation, kind: 'status', status: 409, times: 99 })
const counted = () => {
  const names = server.reports.at(-1)?.actions.map(({ action }) => action) ?? []
  return Object.fromEntries(names.map((name) => [name, names.filter((one) => one === name).length]))
}

describe('a run that fails half-way is told with what was done at Apple before', () => {
  test('by a key', async () => {
    fail('profiles_createInstance')
    await expect(byKey()).rejects.toMatchObject({ code: 'provisioning.profile_refused' })
    expect(server.reports).toMatchObject([
      { step: 'auto-provision', outcome: 'failure', summary: 'provisioning.profile_refused' },
    ])
    expect(counted()).toEqual({ 'create-certificate': 1, 'create-bundle-id': 4, 'enable-capability': 8 })
    expect(server.reports[0]?.actions).toContainEqual({
      ...{ action: 'create-bundle-id', subject: 'com.example.tidepool.widgets', outcome: 'done' },
      reason: expect.any(String),
    })
  })

  test('by the session of an Apple ID', async () => {
    fail('portal_profiles_createInstance')
    await expect(byAppleId()).rejects.toBeDefined()
    expect(server.reports).toMatchObject([{ step: 'auto-provision-apple-id', outcome: 'failure' }])
    expect(counted()).toMatchObject({ 'create-certificate': 1, 'create-bundle-id': 4, 'create-identifier': 2 })
    expect(counted()).not.toHaveProperty('create-profile')
  })

  test('also when everything at Apple was done, and when nothing had to be', async () => {
    const variables = { GITHUB_ENV: join(bench.folder, 'none', 'env') }
    await expect(byKey({}, { variables })).rejects.toMatchObject({ code: 'step.output_unwritable' })
    expect(counted()).toMatchObject({ 'create-bundle-id': 4, 'create-profile': 4 })
    await expect(byKey({}, { variables })).rejects.toBeDefined()
    expect(counted()).toEqual({ 'use-profile': 4 })
    expect(server.reports.map(({ outcome }) => outcome)).toEqual(['failure', 'failure'])
  })
})

test('a team that the Apple ID is not in is told with the requests that it took to know', async () => {
  await expect(byAppleId({ team_id: 'NOTMYTEAM1' })).rejects.toMatchObject({ code: 'step.team_not_found' })
  const appleRequests = bench.simulator.world.journal.exchanges().length
  expect(appleRequests).toBeGreaterThan(0)
  expect(server.reports).toMatchObject([{ outcome: 'failure', appleRequests, summary: 'step.team_not_found' }])
})

test('what was changed before fallback profiles were taken is told, to the server and in the summary', async () => {
  const { result: first } = await byKey()
  const fallback = bench.copy(first.inputs.signingFolder)
  const devices = join(bench.folder, 'devices.txt')
  writeFileSync(devices, 'Device ID\tDevice Name\n00008101-000A1B2C3D4E0AAA\tTablet\n')
  fail('profiles_createInstance')
  const given = { fallback_provisioning_profile_url_list: fallback, test_device_list_path: devices }
  const { result } = await byKey({ ...given, register_test_devices: 'yes' })
  expect(server.reports.at(-1)).toMatchObject({ outcome: 'success' })
  expect(counted()).toEqual({ 'register-device': 1, 'use-profile': 4 })
  expect(summaryLines(result, bench.folder).join('\n')).toContain('At Apple 1 change:\n  register device')
})
