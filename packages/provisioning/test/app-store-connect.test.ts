import { matchesPrivateKey } from '@cordon/signing/certificate'
import { verifyProfileSignature } from '@cordon/signing/profile-signature'
import { readProfile } from '@cordon/signing/provisioning-profile'
import { generateSigningKey } from '@cordon/signing/rsa-key'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CreatedIdentity, createCertificate } from '../src/engine/create-certificate.ts'
import { type DesiredInput, readDesired } from '../src/engine/desired.ts'
import { preview, provision } from '../src/engine/provision.ts'
import { type AppleTeam, clock, sleep, startTeam, type TeamWish, udidOf } from './apple-team.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

const team = (wanted?: TeamWish) => startTeam(simulator, wanted)

const ENTITLEMENTS = {
  'aps-environment': 'development',
  'com.apple.developer.siri': true,
  'com.apple.developer.associated-domains': ['applinks:acme.example'],
}
const APP = { identifier: 'com.acme.app', platform: 'ios', entitlements: ENTITLEMENTS } as const

function wish({ certificates }: AppleTeam, changes: Partial<DesiredInput> = {}) {
  return readDesired({ bundleIds: [APP], distributions: ['development'], certificates, ...changes })
}

const run = (apple: AppleTeam, changes: Partial<DesiredInput> = {}) =>
  provision(wish(apple, changes), apple.portal(), { clock, sleep })
const actionsLeft = async (apple: AppleTeam, changes: Partial<DesiredInput> = {}) =>
  (await preview(wish(apple, changes), apple.portal(), { clock })).actions

const FIVE = Array.from({ length: 5 }, (_, index) => ({ ...APP, identifier: `com.acme.app.part${index}` }))
const TWO_DISTRIBUTIONS = { bundleIds: FIVE, distributions: ['development', 'app-store'] } as const

test('five bundle IDs for two distributions: 35 requests from empty, 4 in place', async () => {
  const apple = await team({ devices: 100, settings: { defaultCapabilities: [] } })
  const created = await run(apple, TWO_DISTRIBUTIONS)
  expect(apple.requests()).toEqual({
    bundleIds_getCollection: 1,
    certificates_getCollection: 1,
    devices_getCollection: 1,
    // Once to observe, once to see that nobody has spoilt the new ones.
    profiles_getCollection: 2,
    bundleIds_createInstance: 5,
    bundleIdCapabilities_createInstance: 15,
    profiles_createInstance: 10,
  })
  expect(created.requestsUsed).toBe(35)
  const reused = await run(apple, TWO_DISTRIBUTIONS)
  expect(apple.requests()).toEqual({
    bundleIds_getCollection: 1,
    certificates_getCollection: 1,
    devices_getCollection: 1,
    profiles_getCollection: 1,
  })
  expect(reused.profiles.map(({ outcome, id }) => [outcome, id])).toEqual(
    created.profiles.map(({ id }) => ['reused', id]),
  )
})

test('a profile holds what was wished, signed by the authority, and every device beyond the 50 that lists are cut at', async () => {
  const apple = await team({ devices: 60 })
  const { profiles } = await run(apple)
  const file = readProfile(profiles[0]?.content ?? new Uint8Array())
  await verifyProfileSignature(profiles[0]?.content ?? new Uint8Array(), await simulator.rootPem())
  expect(file).toMatchObject({ bundleIdentifier: APP.identifier, distributionMethod: 'development' })
  expect(file.devices).toHaveLength(60)
  expect(file.entitlements).toMatchObject({ 'aps-environment': 'development', 'com.apple.developer.siri': true })
  expect(profiles[0]?.certificate.kind).toBe('development')
  expect(await actionsLeft(apple)).toEqual([])
})

test('a capability that a new bundle ID has by itself is no error', async () => {
  const apple = await team()
  const bundleIds = [{ ...APP, entitlements: { 'com.apple.InAppPurchase': true } }]
  await run(apple, { bundleIds })
  expect(await actionsLeft(apple, { bundleIds })).toEqual([])
})

test('capabilities with settings are switched on with them, and corrected when they differ', async () => {
  const apple = await team()
  const level = (value: string) => [
    {
      ...APP,
      entitlements: {
        'com.apple.developer.default-data-protection': value,
        'com.apple.developer.icloud-services': ['CloudKit'],
      },
    },
  ]
  await run(apple, { bundleIds: level('NSFileProtectionCompleteUnlessOpen') })
  expect(await actionsLeft(apple, { bundleIds: level('NSFileProtectionCompleteUnlessOpen') })).toEqual([])
  const { plan, profiles } = await run(apple, { bundleIds: level('NSFileProtectionComplete') })
  expect(plan.actions.map(({ kind }) => kind)).toEqual(['change-capability', 'create-profile', 'delete-profile'])
  expect(profiles[0]?.outcome).toBe('replaced')
  expect(await actionsLeft(apple, { bundleIds: level('NSFileProtectionComplete') })).toEqual([])
})

test('groups that no key can attach are a to-do, also after the profile was made', async () => {
  const apple = await team()
  const bundleIds = [{ ...APP, entitlements: { 'com.apple.security.application-groups': ['group.acme'] } }]
  const { todos } = await run(apple, { bundleIds })
  expect(todos).toMatchObject([
    { values: ['group.acme'], page: expect.stringMatching(/bundleId\/edit\/[A-Z0-9]{10}$/) },
  ])
})

test('similar bundle IDs and profiles of other tools are no match, and a fitting one is adopted', async () => {
  const apple = await team()
  await apple.simulator.seedTeam(apple.teamId, {
    bundleIds: [{ identifier: 'com.acme.app2' }, { identifier: 'com.acme.app.ext' }, { identifier: APP.identifier }],
    profiles: [{ name: 'By hand', profileType: 'IOS_APP_DEVELOPMENT', bundleId: APP.identifier }],
  })
  const bundleIds = [{ ...APP, entitlements: {} }]
  const { profiles } = await run(apple, { bundleIds })
  expect(profiles).toMatchObject([{ outcome: 'reused', name: 'By hand' }])
})

test('a new device: the profile is replaced by one that lists it, then the old one is gone', async () => {
  const apple = await team()
  const before = await run(apple)
  const { profiles, plan } = await run(apple, { registerDevices: [{ udid: udidOf(9), name: 'iPhone of Ann' }] })
  expect(plan.actions.map(({ kind }) => kind)).toEqual(['register-device', 'create-profile', 'delete-profile'])
  expect(profiles).toMatchObject([{ outcome: 'replaced', udids: expect.arrayContaining([udidOf(9)]) }])
  expect(
    (await apple.portal().listProfiles([{ platform: 'ios', distribution: 'development' }], [APP.identifier])).map(
      ({ id }) => id,
    ),
  ).toEqual([profiles[0]?.id])
  expect(before.profiles[0]?.id).not.toBe(profiles[0]?.id)
})

test('a device that Apple is still processing waits outside, and no run tries again for it', async () => {
  const apple = await team({ settings: { deviceProcessing: { afterDevices: 2, durationMs: 86_400_000 } } })
  const changes = { registerDevices: [{ udid: udidOf(9), name: 'iPhone of Ann' }] }
  const { profiles, warnings } = await run(apple, changes)
  expect(profiles[0]?.udids).toEqual([udidOf(1), udidOf(2)])
  expect(warnings.map(({ subject }) => subject)).toContain(udidOf(9))
  const again = await preview(wish(apple, changes), apple.portal(), { clock })
  expect(again.actions).toEqual([])
  expect(again.warnings[0]?.text).toContain('iPhone of Ann')
  apple.simulator.world.clock.advance(86_400_000)
  expect((await actionsLeft(apple, changes)).map(({ kind }) => kind)).toEqual(['create-profile', 'delete-profile'])
})

const WRITES = [
  'bundleIds_createInstance',
  'bundleIdCapabilities_createInstance',
  'devices_createInstance',
  'profiles_createInstance',
  'profiles_deleteInstance',
]

// A connection cut before the effect is for the client what a status before it is.
const BREAKS = [
  ['status', 'before'],
  ['status', 'after'],
  ['drop', 'after'],
] as const

test.each(WRITES.flatMap((operation) => BREAKS.map(([kind, when]) => [operation, kind, when] as const)))(
  '%s broken by %s %s its effect ends right, once, and leaves nothing to do',
  async (operation, kind, when) => {
    const apple = await team()
    await run(apple, { bundleIds: [{ ...APP, entitlements: {} }] })
    apple.simulator.world.faults.add({ operation, kind, when, ...(kind === 'status' && { status: 504 }) })
    const widget = { ...APP, identifier: 'com.acme.app.widget' }
    const changes = { bundleIds: [APP, widget], registerDevices: [{ udid: udidOf(9), name: 'iPhone of Ann' }] }
    const { profiles, warnings } = await run(apple, changes)
    expect(apple.simulator.world.faults.list()).toEqual([])
    expect(warnings).toEqual([])
    expect(profiles).toHaveLength(2)
    expect(await actionsLeft(apple, changes)).toEqual([])
    const left = await apple
      .portal()
      .listProfiles([{ platform: 'ios', distribution: 'development' }], [APP.identifier, widget.identifier])
    expect(left).toHaveLength(2)
  },
)

test('parallel runs for one new bundle ID all succeed and make one profile of each kind', async () => {
  const apple = await team()
  const changes = { distributions: ['development', 'app-store'] } as const
  const results = await Promise.all(Array.from({ length: 5 }, () => run(apple, changes)))
  const ids = results.map(({ profiles }) => profiles.map(({ id }) => id).join(' '))
  expect(new Set(ids).size).toBe(1)
  expect(apple.simulator.world.journal.statuses().profiles_createInstance?.['201']).toBe(2)
  expect(await actionsLeft(apple, changes)).toEqual([])
})

test('a bundle ID of another team is refused with the name of the bundle ID', async () => {
  const apple = await team({ settings: { takenIdentifiers: [APP.identifier] } })
  await expect(run(apple)).rejects.toMatchObject({
    code: 'provisioning.bundle_id_unavailable',
    details: { identifier: APP.identifier },
  })
})

test('a rejected key is a rejected key and not a missing certificate', async () => {
  const apple = await team()
  await expect(provision(wish(apple), apple.strangersPortal(), { clock, sleep })).rejects.toMatchObject({
    code: 'apple.key_rejected',
  })
})

test('a certificate is made on request, kept before anything else, and signs the profile', async () => {
  const apple = await team()
  const kept: CreatedIdentity[] = []
  const desired = wish(apple, { certificates: [], createMissingCertificates: ['development'] })
  const onIdentity = async (created: CreatedIdentity) => {
    expect(apple.requests().profiles_createInstance).toBeUndefined()
    kept.push(created)
  }
  const { profiles, identities } = await provision(desired, apple.portal(), { clock, sleep, onIdentity })
  expect(identities).toEqual(kept)
  const [created] = identities
  const file = readProfile(profiles[0]?.content ?? new Uint8Array())
  expect(
    file.certificates.some(
      (certificate) => created !== undefined && matchesPrivateKey(certificate, created.identity.privateKey),
    ),
  ).toBe(true)
  expect(profiles[0]?.certificate.sha1).toBe(created?.identity.certificate.sha1Fingerprint)
})

test('a certificate whose answer was lost is found by its key and takes one slot', async () => {
  const apple = await team()
  apple.simulator.world.faults.add({ operation: 'certificates_createInstance', kind: 'drop', when: 'after' })
  const key = await generateSigningKey()
  const created = await createCertificate(apple.portal(), { kind: 'development', platform: 'ios', key }, sleep)
  expect(matchesPrivateKey(created.identity.certificate, key)).toBe(true)
  expect((await apple.portal().listCertificates()).filter(({ kind }) => kind === 'development')).toHaveLength(2)
})

test('without a free slot no certificate is made, and the error lists what holds the slots', async () => {
  const apple = await team({ settings: { certificateQuota: { DEVELOPMENT: 9, DISTRIBUTION: 1 } } })
  const changes = {
    certificates: [],
    createMissingCertificates: ['distribution'],
    distributions: ['app-store'],
  } as const
  await expect(run(apple, changes)).rejects.toMatchObject({
    code: 'provisioning.certificate_slots_full',
    details: {
      inTeam: [expect.stringContaining(apple.certificates.find(({ kind }) => kind === 'distribution')?.serial ?? '?')],
    },
  })
})
