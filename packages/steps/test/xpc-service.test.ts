import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { analyseProject } from '@cordon/xcode/analyse'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { samplePbxproj } from '../../xcode/test/sample-project.ts'
import { autoProvisionStep } from '../src/auto-provision/step.ts'
import { runStep } from '../src/run-step.ts'
import { type Bench, openBench } from './harness.ts'

let bench: Bench
let project: string
beforeEach(async () => {
  bench = await openBench()
  const mac = { name: 'Mac', platform: 'MAC_OS', udid: '00006000-001A2B3C4D5E6F70' }
  await bench.simulator.seedTeam(bench.teamId, { devices: [mac] })
  project = join(bench.folder, 'App.xcodeproj')
  mkdirSync(project)
})
afterEach(() => bench.close())

/** A Mac app with an XPC service that claims the entitlements given. */
function writeProject(entitlements: string): void {
  const helper = { PRODUCT_BUNDLE_IDENTIFIER: 'com.acme.app.helper', CODE_SIGN_ENTITLEMENTS: 'Helper.entitlements' }
  const text = samplePbxproj({
    settings: { SDKROOT: 'macosx' },
    targets: [
      { name: 'App', settings: { PRODUCT_BUNDLE_IDENTIFIER: 'com.acme.app' }, dependsOn: [['Helper']] },
      { name: 'Helper', type: 'xpc-service', settings: helper },
    ],
  })
  writeFileSync(join(project, 'project.pbxproj'), text)
  writeFileSync(join(bench.folder, 'Helper.entitlements'), entitlements)
}

const run = () =>
  runStep(
    autoProvisionStep,
    {
      ...bench.keyInputs,
      ...{ project_path: project, scheme: 'App', create_certificate: 'yes', p12_passphrase: 'test' },
    },
    bench.context,
  )
const settingOf = (name: string, setting: string) =>
  new RegExp(`name = "?${name}"?;[\\s\\S]*?CT\\d = \\{[\\s\\S]*?${setting} = ([^;]*);`).exec(
    readFileSync(join(project, 'project.pbxproj'), 'utf8'),
  )?.[1]

test('an XPC service that needs no profile is signed by the identity that signs its app', async () => {
  writeProject('{ "com.apple.security.app-sandbox" = 1; }')
  const { result } = await run()
  expect(result.targets.map(({ bundleId }) => bundleId)).toEqual(['com.acme.app'])
  const identity = result.provisioned.profiles[0]?.certificate.sha1
  const [app, helper] = analyseProject({ path: project, scheme: 'App' }).targets
  expect([app?.signingStyle.value, helper?.signingStyle.value]).toEqual(['manual', 'manual'])
  expect(settingOf('Helper', 'CODE_SIGN_IDENTITY')).toBe(identity)
  expect(settingOf('Helper', 'PROVISIONING_PROFILE')).toBe('""')
})

test('one that claims what only a profile authorises gets its own', async () => {
  writeProject('{ "com.apple.vm.networking" = 1; }')
  const { result } = await run()
  expect(result.targets.map(({ bundleId }) => bundleId)).toEqual(['com.acme.app', 'com.acme.app.helper'])
  const helper = result.provisioned.profiles.find(({ identifier }) => identifier.endsWith('helper'))
  expect(settingOf('Helper', 'PROVISIONING_PROFILE')).toContain(helper?.uuid ?? 'no profile')
})
