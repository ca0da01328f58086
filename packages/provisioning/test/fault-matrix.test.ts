import { generateSigningKey } from '@cordon/signing/rsa-key'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CreatedIdentity } from '../src/engine/create-certificate.ts'
import { type LocalCertificate, readDesired } from '../src/engine/desired.ts'
import { localCertificate } from '../src/engine/local-certificate.ts'
import { preview, provision } from '../src/engine/provision.ts'
import { type AppleTeam, clock, sleep, startTeam, udidOf } from './apple-team.ts'
import { impatience } from './impatience.ts'

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

/** Requests that Apple takes and never answers, until the transport's own time for a try is over. */
const HANGING: Readonly<Record<string, Play>> = {
  'hangs before the effect': { kind: 'hang', when: 'before' },
  'hangs after the effect': { kind: 'hang', when: 'after' },
}

const hanging = [...READS, ...WRITES].flatMap((operation) =>
  Object.entries(HANGING)
    .filter(([, { when }]) => when === 'before' || WRITES.includes(operation))
    .map(([name, play]) => [operation, name, play] as const),
)
const generateKey = () => keyMade

test.each(hanging)('%s that %s once: all ends right, and nothing is there twice', async (operation, _name, play) => {
  const apple = await team()
  simulator.world.faults.add({ ...play, operation })
  const portal = apple.portal(impatience(simulator))
  const { profiles, identities } = await provision(wish(apple), portal, { clock, sleep, generateKey })
  expect(simulator.world.faults.list()).toEqual([])
  expect(simulator.world.journal.exchanges().filter(({ status }) => status === 0)).toHaveLength(1)
  expect([profiles.length, identities.length]).toEqual([2, 1])
  await expectNoDuplicates(apple)
})

test.each(hanging)(
  '%s that %s every time: the right error, and a second run finishes',
  async (operation, _name, play) => {
    const apple = await team()
    simulator.world.faults.add({ ...play, operation, times: 0 })
    const kept: LocalCertificate[] = []
    const onIdentity = async ({ identity }: CreatedIdentity) => {
      const local = localCertificate(identity.certificate)
      if (local !== undefined) kept.push(local)
    }
    const portal = apple.portal(impatience(simulator))
    const error = await provision(wish(apple), portal, { clock, sleep, generateKey, onIdentity }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    // What was done behind a silent write is found by reading, so such a run may well end right.
    if (play.when === 'before') expect(error).toMatchObject({ code: UNANSWERED })
    else expect(error).toBeUndefined()
    simulator.world.faults.clear()
    const again = readDesired({ ...wishInput(apple, kept), createMissingCertificates: ['distribution'] })
    const after = await provision(again, apple.portal(), { clock, sleep, generateKey })
    expect(after.profiles).toHaveLength(2)
    await expectNoDuplicates(apple)
  },
)

const UNANSWERED = 'apple.timed_out'

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

function wishInput(apple: AppleTeam, made: readonly LocalCertificate[] = []) {
  const { bundleIds, distributions, certificates, devices } = wish(apple)
  return { bundleIds, distributions, certificates: [...certificates, ...made], registerDevices: devices }
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
