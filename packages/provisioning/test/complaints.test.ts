import { createAppStoreConnect } from '@cordon/apple/app-store-connect/client'
import { secret } from '@cordon/core/secret'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DesiredInput, readDesired } from '../src/engine/desired.ts'
import { preview, provision } from '../src/engine/provision.ts'
import { type AppleTeam, clock, sleep, startTeam, udidOf } from './apple-team.ts'

// What users of other engines complain about, one test each; the complaint is the name.

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

const APP = 'com.acme.app'
const wish = (apple: AppleTeam, changes: Partial<DesiredInput> = {}) =>
  readDesired({
    bundleIds: [{ identifier: APP, platform: 'ios', entitlements: {} }],
    distributions: ['development'],
    certificates: apple.certificates,
    ...changes,
  })
const claiming = (entitlements: Readonly<Record<string, unknown>>): Partial<DesiredInput> => ({
  bundleIds: [{ identifier: APP, platform: 'ios', entitlements }],
})
const run = (apple: AppleTeam, changes: Partial<DesiredInput> = {}) =>
  provision(wish(apple, changes), apple.portal(), { clock, sleep })

test('"unknown entitlement aborts": it is a warning with what to do, and the app is signed', async () => {
  const apple = await startTeam(simulator)
  const { profiles, warnings } = await run(apple, claiming({ 'com.apple.developer.of-next-year': true }))
  expect(profiles).toHaveLength(1)
  expect(warnings).toMatchObject([
    { subject: 'com.apple.developer.of-next-year', remedy: expect.stringMatching(/^Check/) },
  ])
})

test('"App Groups / iCloud containers / Apple Pay not assignable": each value is a to-do with the page, and nothing stops', async () => {
  const apple = await startTeam(simulator)
  const { todos, profiles } = await run(
    apple,
    claiming({
      'com.apple.security.application-groups': ['group.acme'],
      'com.apple.developer.icloud-services': ['CloudKit'],
      'com.apple.developer.icloud-container-identifiers': ['iCloud.acme'],
      'com.apple.developer.in-app-payments': ['merchant.acme'],
    }),
  )
  expect(profiles).toHaveLength(1)
  expect(todos.flatMap(({ values }) => values).sort()).toEqual(['group.acme', 'iCloud.acme', 'merchant.acme'])
  for (const { page } of todos) expect(page).toMatch(/^https:\/\/developer\.apple\.com\/.+\/bundleId\/edit\/\w+$/)
})

test('"App Clips": the bundle ID that no key can register is told before anything is changed, and works once it is there', async () => {
  const apple = await startTeam(simulator)
  const clip = claiming({ 'com.apple.developer.parent-application-identifiers': ['$(AppIdentifierPrefix)com.acme'] })
  await expect(run(apple, clip)).rejects.toMatchObject({ code: 'provisioning.app_clip_by_hand' })
  expect(apple.requests()).not.toHaveProperty('bundleIds_createInstance')
  await simulator.seedTeam(apple.teamId, { bundleIds: [{ identifier: APP }] })
  expect((await run(apple, clip)).profiles).toHaveLength(1)
})

test('"unclear certificate message": what was given and what the team has are both named', async () => {
  const apple = await startTeam(simulator)
  const [own] = apple.certificates
  if (own === undefined) throw new Error('the team has no certificate')
  const foreign = { ...own, serial: 'ABCDEF', name: 'Apple Development: Somebody Else' }
  await expect(run(apple, { certificates: [foreign] })).rejects.toMatchObject({
    code: 'provisioning.certificate_not_in_team',
    details: {
      given: [expect.stringContaining('Somebody Else, serial ABCDEF')],
      inTeam: [expect.stringContaining(own.serial)],
    },
  })
})

test('"certificate limit reached, one minted on every build": none is made while a valid one is at hand', async () => {
  const apple = await startTeam(simulator)
  for (let build = 0; build < 3; build += 1) await run(apple, { createMissingCertificates: ['development'] })
  expect(apple.requests()).not.toHaveProperty('certificates_createInstance')
})

test('"a revoked certificate": its profile is not used again, and the error names the certificate', async () => {
  const apple = await startTeam(simulator)
  await run(apple)
  const certificates = await apple.portal().listCertificates()
  const id = certificates.find(({ kind }) => kind === 'development')?.id ?? ''
  await revoke(apple, id)
  await expect(run(apple)).rejects.toMatchObject({ code: 'provisioning.certificate_not_in_team' })
})

test('"invalid UDID fails all" and "Mac devices": the bad one is left out with its text, all others are registered', async () => {
  const apple = await startTeam(simulator)
  const registerDevices = [
    { udid: 'not a udid', name: 'Typo' },
    { udid: '11111111-2222-3333-4444-555555555555', name: 'Mac' },
    { udid: udidOf(9).replace('-', '\u2013').toLowerCase(), name: 'Phone of Ann' },
  ]
  const { profiles, warnings } = await run(apple, { registerDevices })
  expect(warnings.map(({ text }) => text).join()).toContain('"not a udid" was left out')
  expect(profiles[0]?.udids).toContain(udidOf(9))
  expect((await preview(wish(apple, { registerDevices }), apple.portal(), { clock })).actions).toEqual([])
})

test('"device slots wasted": nothing is registered unless wished, and a full team stops nobody', async () => {
  const apple = await startTeam(simulator, { settings: { devicesPerClass: 2 } })
  expect((await run(apple)).plan.actions.map(({ kind }) => kind)).not.toContain('register-device')
  const { warnings, profiles } = await run(apple, { registerDevices: [{ udid: udidOf(9), name: 'One too many' }] })
  expect(warnings.map(({ subject }) => subject)).toContain(udidOf(9))
  expect(profiles[0]?.udids).toEqual([udidOf(1), udidOf(2)])
})

test('"all builds fail, message blames certificates": Apple’s outage is Apple’s outage', async () => {
  const apple = await startTeam(simulator)
  simulator.world.faults.add({ operation: 'certificates_getCollection', kind: 'status', status: 503, times: 99 })
  await expect(run(apple)).rejects.toMatchObject({ code: 'apple.service_failed' })
})

test('"pagination bug": a cursor that Apple refuses does not hide devices', async () => {
  const apple = await startTeam(simulator, {
    devices: 250,
    settings: { devicesPerClass: 300, pagingFault: 'refused-cursor' },
  })
  expect((await run(apple)).profiles[0]?.udids).toHaveLength(250)
})

test('"two naming schemes": a profile of another tool is taken over, whatever its name', async () => {
  const apple = await startTeam(simulator)
  await simulator.seedTeam(apple.teamId, {
    bundleIds: [{ identifier: APP }],
    profiles: [{ name: 'Bitrise iOS development - (com.acme.app)', profileType: 'IOS_APP_DEVELOPMENT', bundleId: APP }],
  })
  expect((await run(apple)).profiles).toMatchObject([{ outcome: 'reused', name: expect.stringMatching(/^Bitrise/) }])
})

/** Revokes a certificate as a person does at Apple. */
async function revoke({ teamId }: AppleTeam, id: string): Promise<void> {
  const key = simulator.createKey(teamId)
  const { keyId, issuerId, privateKey } = key
  const admin = { kind: 'team', keyId, issuerId: issuerId ?? '', privateKey: secret(privateKey ?? '') } as const
  await createAppStoreConnect({ key: admin, baseUrl: simulator.url, fetch, clock, sleep }).certificates.delete(id)
}
