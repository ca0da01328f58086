import { scaled } from '@cordon/testkit/scale'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  APP,
  atAppleOf,
  DEVELOPMENT,
  DISTRIBUTION,
  desiredOf,
  deviceOf,
  NOW,
  observedOf,
  profileOf,
} from '../../test/fixtures.ts'
import { type Fault, type MemoryTeam, memoryPortal, memoryTeam } from '../../test/memory-portal.ts'
import type { Desired } from './desired.ts'
import { fingerprintOf, whatMoved } from './fingerprint.ts'
import { claimedIdentifiers, identifierName } from './identifiers.ts'
import type { Observed } from './model.ts'
import { plan } from './plan.ts'
import type { PortalIdentifier } from './port.ts'
import { preview, provision } from './provision.ts'
import { planLines } from './render.ts'

const GROUPS = 'com.apple.security.application-groups'
const CONTAINERS = 'com.apple.developer.icloud-container-identifiers'
const UBIQUITY = 'com.apple.developer.ubiquity-container-identifiers'
const MERCHANTS = 'com.apple.developer.in-app-payments'
const clock = { now: () => NOW }

const appWith = (entitlements: Readonly<Record<string, unknown>>) =>
  desiredOf({ bundleIds: [{ identifier: APP, platform: 'ios', entitlements }] })
const groupOf = (identifier: string): PortalIdentifier => ({ kind: 'app-group', id: `ID ${identifier}`, identifier })
const GROUPS_ON = { id: 'BUNDLE0001_GROUPS', type: 'APP_GROUPS', settings: [] }
const bundleIds = [{ id: 'BUNDLE0001', identifier: APP, capabilities: [GROUPS_ON] }]

function linesOf(desired: Desired, observed: Partial<Observed>) {
  return planLines(plan(desired, observedOf({ bundleIds, ...observed }), NOW)).filter((line) => /^[+~?-] /.test(line))
}

describe('a portal that can attach identifiers', () => {
  const nothing = { identifiers: { registered: [], attached: {} } }

  test('registers and attaches what the team lacks, and makes the profile after that', () => {
    expect(linesOf(appWith({ [GROUPS]: ['group.b', 'group.a'] }), nothing)).toEqual([
      '+ register App Group "group.a" because the team has no such App Group',
      '+ register App Group "group.b" because the team has no such App Group',
      `+ attach "App Groups of ${APP}" because ${GROUPS} claims group.a, group.b`,
      expect.stringMatching(/^\+ create profile .* was made before App Groups changed$/),
      expect.stringMatching(/^- delete profile/),
    ])
  })

  test('attaches only what is not attached, and registers only what the team lacks', () => {
    const [a, b] = [groupOf('group.a'), groupOf('group.b')]
    const observed = { identifiers: { registered: [a, b], attached: { [APP]: [a] } } }
    expect(linesOf(appWith({ [GROUPS]: ['group.a', 'group.b'] }), observed)[0]).toBe(
      `+ attach "App Groups of ${APP}" because ${GROUPS} claims group.b`,
    )
  })

  test('changes nothing when all is attached, and more than is claimed stays attached', () => {
    const [a, b] = [groupOf('group.a'), groupOf('group.b')]
    const observed = { identifiers: { registered: [a, b], attached: { [APP]: [a, b] } } }
    expect(linesOf(appWith({ [GROUPS]: ['group.a'] }), observed)).toEqual([])
  })

  test('registers what several bundle IDs claim once', () => {
    const entitlements = { [GROUPS]: ['group.a'] }
    const desired = desiredOf({
      bundleIds: [
        { identifier: APP, platform: 'ios', entitlements },
        { identifier: `${APP}.widget`, platform: 'ios', entitlements },
      ],
    })
    const { actions } = plan(desired, observedOf({ bundleIds: [], profiles: [], ...nothing }), NOW)
    const kinds = actions.map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'create-identifier')).toHaveLength(1)
    expect(kinds.filter((kind) => kind === 'attach-identifiers')).toHaveLength(2)
    expect(kinds.indexOf('create-identifier')).toBeGreaterThan(kinds.lastIndexOf('enable-capability'))
    expect(kinds.indexOf('create-profile')).toBeGreaterThan(kinds.lastIndexOf('attach-identifiers'))
  })

  test('leaves to a person what has no identifier that can be registered', () => {
    const desired = appWith({ [GROUPS]: ['ABCDE12345.com.acme.shared', 'group.a'] })
    const lines = linesOf(desired, {
      identifiers: { registered: [groupOf('group.a')], attached: { [APP]: [groupOf('group.a')] } },
    })
    expect(lines).toEqual([expect.stringContaining('attach these App Groups: ABCDE12345.com.acme.shared')])
  })

  test('a key leaves all of it to a person, as ever', () => {
    const lines = linesOf(appWith({ [GROUPS]: ['group.a'] }), {})
    expect(lines).toEqual([expect.stringContaining('attach these App Groups: group.a')])
  })
})

test('claims of the same kind are one, whichever entitlements make them', () => {
  expect(
    claimedIdentifiers({
      [UBIQUITY]: ['iCloud.com.acme', 'TEAM123456.com.acme'],
      [CONTAINERS]: ['iCloud.com.acme', 'iCloud.com.acme.two', 'iCloud.*', 'iCloud.$(CFBundleIdentifier)'],
      [MERCHANTS]: ['merchant.com.acme'],
      [GROUPS]: false,
    }),
  ).toEqual([
    { kind: 'icloud-container', values: ['iCloud.com.acme', 'iCloud.com.acme.two'], entitlement: CONTAINERS },
    { kind: 'merchant', values: ['merchant.com.acme'], entitlement: MERCHANTS },
  ])
})

test('an identifier is listed under a name that Apple takes', () => {
  expect(identifierName('group.com.acme-shared_x')).toBe('group com acme shared x')
  expect(identifierName(`group.${'a'.repeat(200)}`)).toHaveLength(100)
})

test('what is attached is part of what a plan depends on, where it can be read', () => {
  const before = fingerprintOf(observedOf({ identifiers: { registered: [groupOf('group.a')], attached: {} } }))
  const after = fingerprintOf(
    observedOf({ identifiers: { registered: [groupOf('group.a')], attached: { [APP]: [groupOf('group.a')] } } }),
  )
  expect(whatMoved(before, after)).toEqual(['identifiers'])
  expect(fingerprintOf(observedOf())).not.toHaveProperty('identifiers')
})

const freshTeam = () =>
  memoryTeam(NOW, {
    certificates: [atAppleOf(DEVELOPMENT), atAppleOf(DISTRIBUTION)],
    devices: [deviceOf(1), deviceOf(2)],
  })
const run = (team: MemoryTeam, desired: Desired) =>
  provision(desired, memoryPortal(team, { session: true }), { clock, sleep: async () => {} })
const pending = async (team: MemoryTeam, desired: Desired) =>
  (await preview(desired, memoryPortal(team, { session: true }), { clock })).actions.map(({ kind }) => kind)
const attachedIn = (team: MemoryTeam, identifier = APP) => {
  const bundleId = team.bundleIds.find((one) => one.identifier === identifier)
  return (team.attached[bundleId?.id ?? ''] ?? []).map((one) => one.identifier).sort()
}
const everything = {
  [GROUPS]: ['group.a', 'group.b'],
  'com.apple.developer.icloud-services': ['CloudKit'],
  [CONTAINERS]: ['iCloud.com.acme'],
  [MERCHANTS]: ['merchant.com.acme'],
}

test('from nothing: all is registered, attached, and a second run writes nothing', async () => {
  const team = freshTeam()
  const desired = appWith(everything)
  const { profiles, todos } = await run(team, desired)
  expect(attachedIn(team)).toEqual(['group.a', 'group.b', 'iCloud.com.acme', 'merchant.com.acme'])
  expect([profiles.length, todos]).toEqual([1, []])
  team.calls.length = 0
  await run(team, desired)
  expect(team.calls.filter((call) => !call.startsWith('list'))).toEqual([])
  expect(team.calls.filter((call) => call === 'listIdentifiers')).toHaveLength(3)
  expect(team.calls.filter((call) => call === 'listAttached')).toHaveLength(1)
})

test('a wish without identifiers costs no request more than with a key', async () => {
  const team = freshTeam()
  const desired = desiredOf()
  await run(team, desired)
  team.calls.length = 0
  expect((await run(team, desired)).requestsUsed).toBe(4)
})

test('an identifier of another team is an error that names it', async () => {
  const team = { ...freshTeam(), taken: ['group.a'] }
  await expect(run(team, appWith({ [GROUPS]: ['group.a'] }))).rejects.toMatchObject({
    code: 'provisioning.identifier_unavailable',
    details: { identifier: 'group.a' },
  })
})

test('a profile from before is replaced after something was attached, whatever Apple still says of it', async () => {
  const team = { ...freshTeam(), bundleIds: [...bundleIds], profiles: [profileOf()] }
  const portal = memoryPortal(team, { session: true })
  const { identifiers } = portal
  if (identifiers === undefined) throw new Error('no session')
  const slow = {
    ...portal,
    identifiers: {
      ...identifiers,
      attach: async (...wanted: Parameters<typeof identifiers.attach>) => {
        const { profiles } = team
        await identifiers.attach(...wanted)
        team.profiles = profiles
      },
    },
  }
  const desired = appWith({ [GROUPS]: ['group.a'] })
  const { profiles } = await provision(desired, slow, { clock, sleep: async () => {} })
  expect(profiles).toMatchObject([{ outcome: 'replaced' }])
  expect(team.profiles.map(({ id }) => id)).toEqual([profiles[0]?.id])
})

test.each(
  (['createIdentifier', 'attach'] as const).flatMap((operation) =>
    (['before', 'after'] as const).map((fault) => [operation, fault] as const),
  ),
)('a broken %s (fault %s the effect) still ends right, without duplicates', async (operation, fault) => {
  const team = freshTeam()
  let left = 1
  team.fault = (called) => {
    if (called !== operation || left === 0) return undefined
    left -= 1
    return fault
  }
  const desired = appWith(everything)
  await run(team, desired)
  expect(left).toBe(0)
  expect(team.identifiers.map(({ identifier }) => identifier).sort()).toEqual(attachedIn(team))
  expect(await pending(team, desired)).toEqual([])
})

const values = (prefix: string) => fc.subarray(['a', 'b', 'c'].map((name) => `${prefix}${name}`))
const claims = fc
  .record({ groups: values('group.'), containers: values('iCloud.'), merchants: values('merchant.') })
  .map(({ groups, containers, merchants }) => ({
    ...(groups.length > 0 && { [GROUPS]: groups }),
    ...(containers.length > 0 && { [CONTAINERS]: containers, 'com.apple.developer.icloud-services': ['CloudKit'] }),
    ...(merchants.length > 0 && { [MERCHANTS]: merchants }),
  }))
const wishes = fc.uniqueArray(
  fc.record({
    identifier: fc.constantFrom(APP, `${APP}.widget`, 'com.acme.other'),
    platform: fc.constant('ios' as const),
    entitlements: claims,
  }),
  { minLength: 1, maxLength: 3, selector: ({ identifier }) => identifier },
)
const faults = fc.array(fc.constantFrom<Fault | undefined>('before', 'after', undefined), { maxLength: 40 })
const starts = fc.record({ present: values('group.'), attached: values('group.'), isRegistered: fc.boolean() })

test('wherever a run breaks, the next one finishes, nothing is double, and nothing is detached', async () => {
  await fc.assert(
    fc.asyncProperty(wishes, starts, faults, async (wished, { present, attached, isRegistered }, sequence) => {
      const team = freshTeam()
      team.identifiers = [...new Set([...present, ...attached])].map(groupOf)
      if (isRegistered) {
        team.bundleIds = [{ id: 'BUNDLE0001', identifier: APP, capabilities: [GROUPS_ON] }]
        team.attached = { BUNDLE0001: attached.map(groupOf) }
      }
      const desired = desiredOf({ bundleIds: wished })
      const left = [...sequence]
      team.fault = () => left.shift()
      await run(team, desired).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'provisioning.effect_unknown' })
      })
      team.fault = () => undefined
      const { todos } = await run(team, desired)
      expect(todos).toEqual([])
      expect(await pending(team, desired)).toEqual([])
      const registered = team.identifiers.map(({ identifier }) => identifier)
      expect(new Set(registered).size).toBe(registered.length)
      for (const { identifier, entitlements } of wished) {
        const claimed = claimedIdentifiers(entitlements).flatMap((claim) => claim.values)
        expect(attachedIn(team, identifier)).toEqual(expect.arrayContaining(claimed))
      }
      if (isRegistered) expect(attachedIn(team)).toEqual(expect.arrayContaining(attached))
    }),
    { numRuns: scaled(150, 20_000) },
  )
})

test('parallel runs of one wish all succeed, and each identifier is there once', async () => {
  const team = freshTeam()
  const desired = appWith(everything)
  await Promise.all(Array.from({ length: 20 }, () => run(team, desired)))
  expect(team.identifiers.map(({ identifier }) => identifier).sort()).toEqual(attachedIn(team))
  expect(await pending(team, desired)).toEqual([])
})
