import { generateSigningKey } from '@cordon/signing/rsa-key'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDesired } from '../src/engine/desired.ts'
import { preview, provision } from '../src/engine/provision.ts'
import { type AppleTeam, clock, sleep, startTeam, udidOf } from './apple-team.ts'

let simulator: Simulator
let keyMade: ReturnType<typeof generateSigningKey>
beforeAll(async () => {
  simulator = await startSimulator()
  keyMade = generateSigningKey()
})
afterAll(() => simulator.close())

const READS = [
  'bundleIds_getCollection',
  'certificates_getCollection',
  'devices_getCollection',
  'profiles_getCollection',
]
const WRITES = [
  'bundleIds_createInstance',
  'bundleIdCapabilities_createInstance',
  'certificates_createInstance',
  'devices_createInstance',
  'profiles_createInstance',
]

type Fault = Parameters<Simulator['world']['faults']['add']>[0]
type Play = Omit<Fault, 'operation'>

/** What passes by itself. The second column says how a run ends that meets it. */
const PASSING: Readonly<Record<string, Play>> = {
  'a rate limit': { kind: 'status', status: 429, retryAfterSeconds: 1 },
  'a 401 out of nowhere': { kind: 'status', status: 401, code: 'NOT_AUTHORIZED' },
  'a 500 before the effect': { kind: 'status', status: 500, when: 'before' },
  'a 503 after the effect': { kind: 'status', status: 503, when: 'after' },
  'an answer cut off in the middle': { kind: 'truncate', when: 'after' },
}

function wish({ certificates }: AppleTeam) {
  return readDesired({
    bundleIds: [{ identifier: 'com.acme.app', platform: 'ios', entitlements: { 'com.apple.developer.siri': true } }],
    distributions: ['app-store', 'development'],
    certificates: certificates.filter(({ kind }) => kind === 'development'),
    createMissingCertificates: ['distribution'],
    registerDevices: [{ udid: udidOf(9), name: 'iPhone of Ann' }],
  })
}

const run = (apple: AppleTeam) => provision(wish(apple), apple.portal(), { clock, sleep, generateKey: () => keyMade })
const team = () => startTeam(simulator, { certificateTypes: ['DEVELOPMENT', 'IOS_DEVELOPMENT'] })

test.each(
  [...READS, ...WRITES].flatMap((operation) =>
    Object.entries(PASSING)
      .filter(([, { when }]) => when === undefined || WRITES.includes(operation))
      .map(([name, play]) => [operation, name, play] as const),
  ),
)('%s meeting %s ends right, and nothing is there twice', async (operation, _name, play) => {
  const apple = await team()
  simulator.world.faults.add({ ...play, operation })
  const { profiles, identities } = await run(apple)
  expect(simulator.world.faults.list()).toEqual([])
  expect(profiles).toHaveLength(2)
  expect(identities).toHaveLength(1)
  await expectNoDuplicates(apple)
})

test.each(WRITES)(
  '%s with an agreement missing is told as that, and a run after it is signed finishes',
  async (operation) => {
    const apple = await team()
    const code = 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED'
    simulator.world.faults.add({ kind: 'status', status: 403, code, operation, times: 99 })
    await expect(run(apple)).rejects.toMatchObject({ code: 'apple.agreements_required' })
    await fetch(`${simulator.controlUrl}/faults`, { method: 'DELETE' })
    const after = await provision(
      readDesired({ ...wishInput(apple), createMissingCertificates: ['distribution'] }),
      apple.portal(),
      { clock, sleep, generateKey: () => keyMade },
    )
    expect(after.profiles).toHaveLength(2)
  },
)

function wishInput(apple: AppleTeam) {
  const { bundleIds, distributions, certificates, devices } = wish(apple)
  return { bundleIds, distributions, certificates, registerDevices: devices }
}

/** Every thing that was wished is there once. */
async function expectNoDuplicates(apple: AppleTeam): Promise<void> {
  const portal = apple.portal()
  const [bundleIds, certificates, devices, profiles] = await Promise.all([
    portal.listBundleIds(['com.acme.app']),
    portal.listCertificates(),
    portal.listDevices(),
    portal.listProfiles(
      [
        { platform: 'ios', distribution: 'app-store' },
        { platform: 'ios', distribution: 'development' },
      ],
      ['com.acme.app'],
    ),
  ])
  expect(bundleIds).toHaveLength(1)
  expect(certificates.filter(({ kind }) => kind === 'distribution')).toHaveLength(1)
  expect(devices.filter(({ udid }) => udid === udidOf(9))).toHaveLength(1)
  expect(profiles).toHaveLength(2)
  const planned = await preview(wish(apple), portal, { clock })
  expect(planned.actions.filter(({ kind }) => kind === 'register-device' || kind === 'create-bundle-id')).toEqual([])
}
