import { scaled } from '@cordon/testkit/scale'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  APP,
  atAppleOf,
  DEVELOPMENT,
  DISTRIBUTION,
  daysFromNow,
  desiredOf,
  deviceOf,
  NOW,
  observedOf,
  profileOf,
} from '../../test/fixtures.ts'
import { type Fault, type MemoryTeam, memoryPortal, memoryTeam, type Operation } from '../../test/memory-portal.ts'
import type { Desired } from './desired.ts'
import type { ProgressEvent } from './progress.ts'
import { type ProvisionOptions, preview, provision } from './provision.ts'

const clock = { now: () => NOW }
const options: ProvisionOptions = { clock, sleep: async () => {} }

const freshTeam = () =>
  memoryTeam(NOW, {
    certificates: [atAppleOf(DEVELOPMENT), atAppleOf(DISTRIBUTION)],
    devices: [deviceOf(1), deviceOf(2)],
  })
const teamInPlace = () => {
  const { bundleIds, certificates, devices, profiles } = observedOf()
  return memoryTeam(NOW, {
    bundleIds: [...bundleIds],
    certificates: [...certificates],
    devices: [...devices],
    profiles: [...profiles],
  })
}
const run = (team: MemoryTeam, desired: Desired = desiredOf()) => provision(desired, memoryPortal(team), options)
const pending = async (team: MemoryTeam, desired: Desired) =>
  (await preview(desired, memoryPortal(team), { clock })).actions.map(({ kind, reason }) => `${kind}: ${reason}`)

const WRITES = [
  'createBundleId',
  'enableCapability',
  'createProfile',
  'deleteProfile',
  'registerDevice',
] as const satisfies readonly Operation[]

test('a wish that is fulfilled costs four readings and no writing', async () => {
  const team = teamInPlace()
  const result = await run(team)
  expect(result.requestsUsed).toBe(4)
  expect(team.calls.toSorted()).toEqual(['listBundleIds', 'listCertificates', 'listDevices', 'listProfiles'])
  expect(result.profiles).toMatchObject([{ identifier: APP, outcome: 'reused', certificate: DEVELOPMENT }])
})

test('no device is read when no profile lists devices', async () => {
  const team = freshTeam()
  await run(team, desiredOf({ distributions: ['app-store'] }))
  expect(team.calls).not.toContain('listDevices')
})

test('a blocked wish changes nothing and throws what a person must do', async () => {
  const team = freshTeam()
  const desired = desiredOf({ certificates: [] })
  await expect(run(team, desired)).rejects.toMatchObject({ code: 'provisioning.certificate_missing' })
  expect(team.calls.filter((call) => !call.startsWith('list'))).toEqual([])
})

test('a replaced profile is deleted only after the new one exists', async () => {
  const team = teamInPlace()
  team.profiles = [profileOf({ isActive: false, name: 'Cordon iOS development - (com.acme.app) 00000000' })]
  const { profiles } = await run(team)
  expect(profiles).toMatchObject([{ outcome: 'replaced', why: expect.stringContaining('no longer valid') }])
  expect(team.calls.filter((call) => call.endsWith('eProfile'))).toEqual(['createProfile', 'deleteProfile'])
  expect(team.profiles.map(({ name }) => name)).toEqual([profileOf().name])
})

test('an expired profile that Apple hides under the wanted name is stepped past, then removed', async () => {
  const team = teamInPlace()
  team.profiles = [profileOf({ expiresAt: daysFromNow(-1) })]
  const { profiles } = await run(team)
  expect(profiles).toMatchObject([{ outcome: 'created', name: `${profileOf().name}-2` }])
  expect(team.profiles.map(({ name }) => name)).toEqual([`${profileOf().name}-2`])
})

test('a superseded profile that cannot be removed is a warning, and the next run removes it', async () => {
  const team = teamInPlace()
  team.profiles = [profileOf({ isActive: false, name: 'Cordon iOS development - (com.acme.app) 00000000' })]
  team.fault = (operation) => (operation === 'deleteProfile' ? 'before' : undefined)
  const { warnings } = await run(team)
  expect(warnings.map(({ text }) => text)).toEqual([
    'superseded profile "Cordon iOS development - (com.acme.app) 00000000" could not be removed',
  ])
  team.fault = () => undefined
  await run(team)
  expect(team.profiles).toHaveLength(1)
})

test('a device that Apple refuses stops nobody else', async () => {
  const team = freshTeam()
  const portal = memoryPortal(team)
  const { provisioningErrors } = await import('./errors.ts')
  const refusing = {
    ...portal,
    registerDevice: async ({ udid }: { readonly udid: string }) => {
      throw provisioningErrors.device_refused({ udid }, { detail: 'no' })
    },
  }
  const desired = desiredOf({ registerDevices: [{ udid: deviceOf(5).udid, name: 'Refused' }] })
  const { warnings, profiles } = await provision(desired, refusing, options)
  expect(warnings.map(({ subject }) => subject)).toContain(deviceOf(5).udid)
  expect(profiles[0]?.udids).toEqual([deviceOf(1).udid, deviceOf(2).udid])
})

test('a bundle ID of another team is an error that says so', async () => {
  const portal = memoryPortal(freshTeam())
  const { provisioningErrors } = await import('./errors.ts')
  const refusing = {
    ...portal,
    createBundleId: async ({ identifier }: { readonly identifier: string }) => {
      throw provisioningErrors.bundle_id_unavailable({ identifier })
    },
  }
  await expect(provision(desiredOf(), refusing, options)).rejects.toMatchObject({
    code: 'provisioning.bundle_id_unavailable',
    details: { identifier: APP },
  })
})

test('a profile that a parallel capability change spoils is made again', async () => {
  const team = freshTeam()
  const portal = memoryPortal(team)
  let spoilt = false
  const disturbed = {
    ...portal,
    createProfile: async (wanted: Parameters<typeof portal.createProfile>[0]) => {
      const profile = await portal.createProfile(wanted)
      if (!spoilt) team.profiles = team.profiles.map((present) => ({ ...present, isActive: false }))
      spoilt = true
      return profile
    },
  }
  const events: ProgressEvent['kind'][] = []
  const result = await provision(desiredOf(), disturbed, { ...options, onProgress: ({ kind }) => events.push(kind) })
  expect(events).toContain('again')
  expect(team.profiles).toMatchObject([{ id: result.profiles[0]?.id, isActive: true }])
})

test('a lock is taken only when something has to change', async () => {
  let taken = 0
  const lock = async <T>(work: () => Promise<T>) => {
    taken += 1
    return work()
  }
  await provision(desiredOf(), memoryPortal(teamInPlace()), { ...options, lock })
  expect(taken).toBe(0)
  await provision(desiredOf(), memoryPortal(freshTeam()), { ...options, lock })
  expect(taken).toBe(1)
})

test('progress names every action at its start and its end', async () => {
  const events: string[] = []
  const onProgress = (event: ProgressEvent) =>
    void events.push('action' in event ? `${event.kind} ${event.action.kind}` : event.kind)
  await provision(desiredOf(), memoryPortal(freshTeam()), { ...options, onProgress })
  expect(events).toEqual([
    'observing',
    'planned',
    'started create-bundle-id',
    'done create-bundle-id',
    'started enable-capability',
    'done enable-capability',
    'started create-profile',
    'done create-profile',
  ])
})

test.each(WRITES.flatMap((operation) => (['before', 'after'] as const).map((fault) => [operation, fault] as const)))(
  'a broken %s (fault %s the effect) still ends right, without duplicates',
  async (operation, fault) => {
    const team = freshTeam()
    team.profiles = [profileOf({ isActive: false, name: 'Cordon iOS development - (com.acme.app) 00000000' })]
    let left = 1
    team.fault = (called) => {
      if (called !== operation || left === 0) return undefined
      left -= 1
      return fault
    }
    const desired = desiredOf({ registerDevices: [{ udid: deviceOf(3).udid }] })
    const { profiles } = await run(team, desired)
    expect(left).toBe(0)
    expect(profiles).toHaveLength(1)
    expect(team.profiles).toHaveLength(1)
    expect([team.bundleIds.length, team.devices.length]).toEqual([1, 3])
    expect(await pending(team, desired)).toEqual([])
  },
)

test('parallel runs of one wish all succeed and share one profile', async () => {
  const team = freshTeam()
  const results = await Promise.all(Array.from({ length: 40 }, () => run(team)))
  expect(team.profiles).toHaveLength(1)
  expect(new Set(results.map(({ profiles }) => profiles[0]?.id)).size).toBe(1)
})

const ENTITLEMENTS = {
  'aps-environment': 'development',
  'com.apple.developer.siri': true,
  'com.apple.developer.icloud-services': ['CloudKit'],
  'com.apple.security.application-groups': ['group.a'],
  'com.acme.unknown': true,
}
const identifier = fc.constantFrom(APP, `${APP}.widget`, 'com.acme.other')
const wish = fc.record({
  bundleIds: fc.uniqueArray(
    fc.record({
      identifier,
      platform: fc.constantFrom('ios' as const, 'tvos' as const),
      entitlements: fc.subarray(Object.entries(ENTITLEMENTS)).map((entries) => Object.fromEntries(entries)),
    }),
    { minLength: 1, maxLength: 3, selector: (bundleId) => bundleId.identifier },
  ),
  distributions: fc.subarray(['development', 'ad-hoc', 'app-store'] as const, { minLength: 1 }),
  registerDevices: fc.subarray([{ udid: deviceOf(1).udid }, { udid: deviceOf(8).udid }]),
})
const status = fc.constantFrom('enabled' as const, 'processing' as const, 'disabled' as const)
const someProfiles = fc.array(
  fc.record({
    identifier,
    isActive: fc.boolean(),
    days: fc.integer({ min: -5, max: 300 }),
    name: fc.constantFrom('Bitrise', 'Xcode', 'Cordon iOS development - (com.acme.app) 00000000'),
    distribution: fc.constantFrom('development' as const, 'ad-hoc' as const),
    udids: fc.subarray([deviceOf(1).udid, deviceOf(2).udid, deviceOf(3).udid]),
  }),
  { maxLength: 4 },
)
const world = fc.record({
  registered: fc.subarray([APP, `${APP}.widget`, 'com.acme.other', `${APP}2`]),
  statuses: fc.array(status, { minLength: 3, maxLength: 3 }),
  profiles: someProfiles,
})

type World = typeof world extends fc.Arbitrary<infer T> ? T : never

function teamOf({ registered, statuses, profiles }: World): MemoryTeam {
  const team = freshTeam()
  team.bundleIds = registered.map((text, index) => ({ id: `BUNDLE000${index}`, identifier: text, capabilities: [] }))
  // One device of each platform is always enabled, so that every wish can be fulfilled.
  team.devices = [
    deviceOf(10),
    deviceOf(11, { family: 'tvos' }),
    ...statuses.map((state, index) => deviceOf(index + 1, { status: state })),
  ]
  team.profiles = profiles.map(({ days, distribution, name, ...rest }, index) =>
    profileOf({
      ...rest,
      id: `PROFILE00${index}`,
      name: `${name}${name.startsWith('Cordon') ? `-${index + 2}` : ` ${index}`}`,
      kind: { platform: 'ios', distribution },
      expiresAt: daysFromNow(days),
    }),
  )
  return team
}

function duplicates(values: readonly string[]): readonly string[] {
  return values.filter((value, index) => values.indexOf(value) !== index)
}

test('whatever was there, afterwards nothing is left to do, nothing is double, and no foreign profile is gone', async () => {
  await fc.assert(
    fc.asyncProperty(wish, world, async (wanted, start) => {
      const team = teamOf(start)
      const desired = desiredOf(wanted)
      const foreign = team.profiles.filter(({ name }) => !name.startsWith('Cordon')).map(({ id }) => id)
      const { profiles } = await run(team, desired)
      expect(profiles).toHaveLength(desired.bundleIds.length * desired.distributions.length)
      expect(await pending(team, desired)).toEqual([])
      expect(duplicates(team.profiles.map(({ name }) => name))).toEqual([])
      expect(team.profiles.map(({ id }) => id)).toEqual(expect.arrayContaining(foreign))
    }),
    { numRuns: scaled(150, 20_000) },
  )
})

test('wherever a run breaks, the next one finishes the job', async () => {
  const faults = fc.array(fc.constantFrom<Fault | undefined>('before', 'after', undefined), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(wish, world, faults, async (wanted, start, sequence) => {
      const team = teamOf(start)
      const desired = desiredOf(wanted)
      const left = [...sequence]
      team.fault = () => left.shift()
      await run(team, desired).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'provisioning.effect_unknown' })
      })
      team.fault = () => undefined
      await run(team, desired)
      expect(await pending(team, desired)).toEqual([])
      expect(duplicates(team.profiles.map(({ name }) => name))).toEqual([])
      expect(duplicates(team.bundleIds.map((bundleId) => bundleId.identifier))).toEqual([])
    }),
    { numRuns: scaled(150, 20_000) },
  )
})

test('the order in which Apple and the project list things changes no plan', async () => {
  await fc.assert(
    fc.asyncProperty(wish, world, async (wanted, start) => {
      const team = teamOf(start)
      const forth = await preview(desiredOf(wanted), memoryPortal(team), { clock })
      team.bundleIds.reverse()
      team.devices.reverse()
      team.profiles.reverse()
      const back = await preview(
        desiredOf({
          ...wanted,
          bundleIds: wanted.bundleIds.toReversed(),
          distributions: wanted.distributions.toReversed(),
        }),
        memoryPortal(team),
        { clock },
      )
      expect(back.actions.map(({ kind, subject, reason }) => [kind, subject, reason])).toEqual(
        forth.actions.map(({ kind, subject, reason }) => [kind, subject, reason]),
      )
      expect(new Set(back.reuse.map(({ profile }) => profile.id))).toEqual(
        new Set(forth.reuse.map(({ profile }) => profile.id)),
      )
    }),
    { numRuns: scaled(150, 20_000) },
  )
})
