import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDesired } from '../src/engine/desired.ts'
import { preview, provision } from '../src/engine/provision.ts'
import { createSharedProvisioning } from '../src/engine/shared.ts'
import { type AppleTeam, clock, sleep, startTeam } from './apple-team.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

const BUILDS = 8
const entitlements = { 'aps-environment': 'development', 'com.apple.developer.siri': true }

function wish({ certificates }: AppleTeam, count: number) {
  const bundleIds = Array.from({ length: count }, (_, index) => ({
    identifier: `com.acme.part${index}`,
    platform: 'ios' as const,
    entitlements,
  }))
  return readDesired({ bundleIds, distributions: ['development', 'app-store'], certificates })
}

/** Every profile of the team, as a client sees it that takes no part. */
async function profilesAtApple(apple: AppleTeam, count: number) {
  const kinds = (['development', 'app-store'] as const).map((distribution) => ({
    platform: 'ios' as const,
    distribution,
  }))
  const identifiers = wish(apple, count).bundleIds.map(({ identifier }) => identifier)
  return apple.portal().listProfiles(kinds, identifiers)
}

// Complaint: "duplicate profile name in parallel builds".
test.each([
  [1, 0],
  [5, 3],
])(
  'eight builds at once on %d new bundle IDs, Apple taking %d ms: none fails and no profile is lost',
  async (count, latencyMs) => {
    const apple = await startTeam(simulator, { settings: { latencyMs, hourlyLimit: null } })
    const runs = Array.from({ length: BUILDS }, () => provision(wish(apple, count), apple.portal(), { clock, sleep }))
    const results = await Promise.all(runs)
    const left = new Map((await profilesAtApple(apple, count)).map((profile) => [profile.id, profile]))
    for (const { profiles } of results) {
      expect(profiles).toHaveLength(2 * count)
      for (const { id, name } of profiles) expect(left.get(id)?.isActive, name).toBe(true)
    }
    expect(left.size).toBe(2 * count)
    expect((await preview(wish(apple, count), apple.portal(), { clock })).actions).toEqual([])
  },
)

test('forty runs that want the same new profile: nobody fails, and there is one profile per content', async () => {
  const apple = await startTeam(simulator, { settings: { latencyMs: 2, hourlyLimit: null } })
  const results = await Promise.all(
    Array.from({ length: 40 }, () => provision(wish(apple, 1), apple.portal(), { clock, sleep })),
  )
  expect(new Set(results.map(({ profiles }) => profiles.map(({ id }) => id).join(' '))).size).toBe(1)
  expect(await profilesAtApple(apple, 1)).toHaveLength(2)
})

// Complaint of every engine: two builds with different certificates keep deleting each other's profile.
test('builds with different certificates at once keep a profile each', async () => {
  const apple = await startTeam(simulator, { certificateTypes: ['DEVELOPMENT', 'DEVELOPMENT'] })
  const [one, two] = apple.certificates
  if (one === undefined || two === undefined) throw new Error('the team has no two certificates')
  const bundleIds = [{ identifier: 'com.acme.app', platform: 'ios' as const, entitlements }]
  const run = (certificate: typeof one) =>
    provision(readDesired({ bundleIds, distributions: ['development'], certificates: [certificate] }), apple.portal(), {
      clock,
      sleep,
    })
  await Promise.all([run(one), run(two), run(one), run(two)])
  for (const certificate of [one, two, one]) {
    const { profiles, plan } = await run(certificate)
    expect(plan.actions).toEqual([])
    expect(profiles[0]?.certificate.serial).toBe(certificate.serial)
  }
})

test('in one process, callers that want the same share one run, and those that want something else do not', async () => {
  const apple = await startTeam(simulator)
  await provision(wish(apple, 2), apple.portal(), { clock, sleep })
  const shared = createSharedProvisioning()
  apple.requests()
  const ask = (count: number) => shared.provision(apple.teamId, wish(apple, count), apple.portal(), { clock, sleep })
  const [first, second, other] = await Promise.all([ask(2), ask(2), ask(1)])
  expect(second).toBe(first)
  expect(other.profiles).toHaveLength(2)
  expect(apple.requests().profiles_getCollection).toBe(2)
  expect(await ask(2)).not.toBe(first)
})

test('a run that failed is not shared with those who come later', async () => {
  const apple = await startTeam(simulator)
  const shared = createSharedProvisioning()
  const ask = (portal: ReturnType<AppleTeam['portal']>) =>
    shared.provision(apple.teamId, wish(apple, 1), portal, { clock, sleep })
  await expect(ask(apple.strangersPortal())).rejects.toMatchObject({ code: 'apple.key_rejected' })
  expect((await ask(apple.portal())).profiles).toHaveLength(2)
})
