import { generateSigningKey } from '@cordon/signing/rsa-key'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDesired } from '../src/engine/desired.ts'
import { preview, provision } from '../src/engine/provision.ts'
import { clock, sleep, udidOf } from './apple-team.ts'
import { type SessionTeam, startSessionTeam } from './session-team.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

const GROUPS = 'com.apple.security.application-groups'
const CONTAINERS = 'com.apple.developer.icloud-container-identifiers'
const MERCHANTS = 'com.apple.developer.in-app-payments'
const APP = 'com.acme.app'
const entitlements = {
  'aps-environment': 'development',
  [GROUPS]: ['group.com.acme.shared', 'group.com.acme.more'],
  'com.apple.developer.icloud-services': ['CloudKit'],
  [CONTAINERS]: ['iCloud.com.acme.box'],
  [MERCHANTS]: ['merchant.com.acme.shop'],
}
const wish = ({ certificates }: SessionTeam) =>
  readDesired({
    bundleIds: [
      { identifier: APP, platform: 'ios', entitlements },
      { identifier: `${APP}.widget`, platform: 'ios', entitlements: { [GROUPS]: ['group.com.acme.shared'] } },
    ],
    distributions: ['development', 'app-store'],
    certificates,
    registerDevices: [{ udid: udidOf(9), name: 'iPhone of Ann' }],
  })
const run = (team: SessionTeam) => provision(wish(team), team.portal(), { clock, sleep })
const READS = /_(list|get)[A-Z]/

function writesOf(team: SessionTeam): string[] {
  return Object.keys(team.requests()).filter((operation) => !READS.test(operation))
}

test('from empty: groups, container and merchant ID are made and attached, and stand in the profiles', async () => {
  const team = await startSessionTeam(simulator)
  const { profiles, todos, plan } = await run(team)
  expect(todos).toEqual([])
  expect(profiles.map(({ identifier, distribution }) => [identifier, distribution])).toHaveLength(4)
  for (const profile of profiles.filter(({ identifier }) => identifier === APP)) {
    expect(profile.entitlements[GROUPS]).toEqual(expect.arrayContaining(entitlements[GROUPS]))
    expect(profile.entitlements[CONTAINERS]).toEqual(expect.arrayContaining(entitlements[CONTAINERS]))
    expect(profile.entitlements[MERCHANTS]).toEqual(expect.arrayContaining(entitlements[MERCHANTS]))
  }
  expect(profiles.find(({ identifier }) => identifier !== APP)?.entitlements[GROUPS]).toEqual(['group.com.acme.shared'])
  expect(plan.actions.map(({ kind }) => kind)).toContain('attach-identifiers')
})

test('a second run reads, writes nothing and gives the same profiles', async () => {
  const team = await startSessionTeam(simulator)
  const first = await run(team)
  expect(writesOf(team)).toContain('legacy_identifiers_addApplicationGroup')
  const second = await run(team)
  expect(writesOf(team)).toEqual([])
  expect(second.profiles.map(({ id }) => id)).toEqual(first.profiles.map(({ id }) => id))
  expect(second.plan.actions).toEqual([])
})

test('what was attached before stays, and what is added makes new profiles in the place of the old ones', async () => {
  const team = await startSessionTeam(simulator)
  await run(team)
  const portal = team.portal()
  const more = readDesired({
    bundleIds: [{ identifier: `${APP}.widget`, platform: 'ios', entitlements: { [GROUPS]: ['group.com.acme.more'] } }],
    distributions: ['app-store'],
    certificates: team.certificates,
  })
  const { profiles } = await provision(more, portal, { clock, sleep })
  expect(profiles).toMatchObject([{ outcome: 'replaced' }])
  expect(profiles[0]?.entitlements[GROUPS]).toEqual(
    expect.arrayContaining(['group.com.acme.more', 'group.com.acme.shared']),
  )
})

test('a session and a key of the same team find each other\u2019s work done', async () => {
  const team = await startSessionTeam(simulator)
  await run(team)
  const { key } = await keyPortal(team)
  expect((await preview(wish(team), key, { clock })).actions).toEqual([])
  expect((await preview(wish(team), key, { clock })).todos).toEqual([])
})

async function keyPortal({ teamId }: SessionTeam) {
  const { createAppStoreConnect } = await import('@cordon/apple/app-store-connect/client')
  const { secret } = await import('@cordon/core/secret')
  const { createAppStoreConnectPortal } = await import('../src/adapters/app-store-connect/portal.ts')
  const { keyId, issuerId, privateKey } = simulator.createKey(teamId)
  const key = { kind: 'team', keyId, issuerId: issuerId ?? '', privateKey: secret(privateKey ?? '') } as const
  const client = createAppStoreConnect({ key, baseUrl: simulator.url, fetch, clock, sleep })
  return { key: createAppStoreConnectPortal(client) }
}

test('certificates are made through a session as well, and those of an Enterprise team', async () => {
  const generateKey = () => generateSigningKey()
  const team = await startSessionTeam(simulator, {
    kind: 'enterprise',
    certificateTypes: ['DEVELOPMENT', 'IOS_DEVELOPMENT'],
  })
  const { identities, profiles } = await provision(
    readDesired({
      bundleIds: [{ identifier: APP, platform: 'ios', entitlements: {} }],
      distributions: ['enterprise'],
      certificates: [],
      createMissingCertificates: ['distribution'],
    }),
    team.portal(),
    { clock, sleep, generateKey },
  )
  expect(identities).toHaveLength(1)
  expect(profiles).toMatchObject([{ distribution: 'enterprise', outcome: 'created' }])
})

const WRITES = [
  'legacy_identifiers_addApplicationGroup',
  'legacy_identifiers_assignApplicationGroupToAppId',
  'legacy_cloudContainer_addCloudContainer',
  'legacy_identifiers_addOMC',
]
const PASSING = {
  'a 502 before the effect': { kind: 'status', status: 502, when: 'before' },
  'a 502 after the effect': { kind: 'status', status: 502, when: 'after' },
  'a connection cut after the effect': { kind: 'drop', when: 'after' },
  maintenance: { kind: 'status', status: 503, when: 'before' },
} as const

test.each(
  WRITES.flatMap((operation) => Object.entries(PASSING).map(([name, play]) => [operation, name, play] as const)),
)('%s meeting %s ends right, and nothing is there twice', async (operation, _name, play) => {
  const team = await startSessionTeam(simulator)
  simulator.world.faults.add({ ...play, operation })
  const { profiles } = await run(team)
  expect(simulator.world.faults.list()).toEqual([])
  expect(profiles).toHaveLength(4)
  const groups = await team.portal().identifiers?.list('app-group')
  expect(groups?.map(({ identifier }) => identifier).sort()).toEqual(['group.com.acme.more', 'group.com.acme.shared'])
  expect((await preview(wish(team), team.portal(), { clock })).actions).toEqual([])
})

test('runs at once on the same new team all succeed', async () => {
  const team = await startSessionTeam(simulator)
  const results = await Promise.all(Array.from({ length: 4 }, () => run(team)))
  for (const { profiles } of results) expect(profiles).toHaveLength(4)
  expect((await preview(wish(team), team.portal(), { clock })).actions).toEqual([])
})
