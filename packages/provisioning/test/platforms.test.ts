import { readProfile } from '@cordon/signing/provisioning-profile'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDesired } from '../src/engine/desired.ts'
import type { DistributionMethod, Platform } from '../src/engine/profile-kinds.ts'
import { preview, provision } from '../src/engine/provision.ts'
import { clock, sleep, startTeam, udidOf } from './apple-team.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

interface Row {
  readonly platform: Platform
  readonly distribution: DistributionMethod
  readonly type: string
  readonly payload: string
  readonly certificateTypes?: readonly [development: string, distribution: string]
  readonly kind?: 'enterprise'
}

const OLDER = ['IOS_DEVELOPMENT', 'IOS_DISTRIBUTION'] as const
const MAC = ['MAC_APP_DEVELOPMENT', 'MAC_APP_DISTRIBUTION'] as const
const DEVELOPER_ID = ['DEVELOPMENT', 'DEVELOPER_ID_APPLICATION_G2'] as const

const ROWS: readonly Row[] = [
  { platform: 'ios', distribution: 'app-store', type: 'IOS_APP_STORE', payload: 'iOS', certificateTypes: OLDER },
  { platform: 'tvos', distribution: 'development', type: 'TVOS_APP_DEVELOPMENT', payload: 'tvOS' },
  { platform: 'tvos', distribution: 'ad-hoc', type: 'TVOS_APP_ADHOC', payload: 'tvOS' },
  { platform: 'tvos', distribution: 'app-store', type: 'TVOS_APP_STORE', payload: 'tvOS' },
  {
    platform: 'macos',
    distribution: 'development',
    type: 'MAC_APP_DEVELOPMENT',
    payload: 'OSX',
    certificateTypes: MAC,
  },
  { platform: 'macos', distribution: 'app-store', type: 'MAC_APP_STORE', payload: 'OSX', certificateTypes: MAC },
  {
    platform: 'macos',
    distribution: 'developer-id',
    type: 'MAC_APP_DIRECT',
    payload: 'OSX',
    certificateTypes: DEVELOPER_ID,
  },
  { platform: 'mac-catalyst', distribution: 'development', type: 'MAC_CATALYST_APP_DEVELOPMENT', payload: 'OSX' },
  { platform: 'mac-catalyst', distribution: 'app-store', type: 'MAC_CATALYST_APP_STORE', payload: 'OSX' },
  {
    platform: 'mac-catalyst',
    distribution: 'developer-id',
    type: 'MAC_CATALYST_APP_DIRECT',
    payload: 'OSX',
    certificateTypes: DEVELOPER_ID,
  },
  {
    platform: 'ios',
    distribution: 'enterprise',
    type: 'IOS_APP_INHOUSE',
    payload: 'iOS',
    certificateTypes: OLDER,
    kind: 'enterprise',
  },
]

const OTHERS = [
  { name: 'Apple TV of the lab', udid: udidOf(801), platform: 'IOS' },
  { name: 'Vision Pro of the lab', udid: udidOf(802), platform: 'IOS' },
  { name: 'Mac of the lab', udid: '11111111-2222-3333-4444-555555555555', platform: 'MAC_OS' },
]

// Complaints: "tvOS gets wrong profiles", "Mac Catalyst unsupported", '"Apple Distribution" certificate type'.
test.each(ROWS)('$platform for $distribution: one $type is made, and the next run uses it', async (row) => {
  const { platform, distribution, type, payload } = row
  const apple = await startTeam(simulator, { ...row, others: OTHERS })
  const bundleIds = [{ identifier: 'com.acme.app', platform, entitlements: { 'com.apple.developer.siri': true } }]
  const desired = readDesired({ bundleIds, distributions: [distribution], certificates: apple.certificates })
  const { profiles } = await provision(desired, apple.portal(), { clock, sleep })
  expect(profiles).toMatchObject([{ platform, distribution, outcome: 'created' }])
  expect(typesAskedFor()).toEqual([type])
  const file = readProfile(profiles[0]?.content ?? new Uint8Array())
  expect(file).toMatchObject({ bundleIdentifier: 'com.acme.app', distributionMethod: distribution })
  expect(file.platforms).toContain(payload)
  expect((await preview(desired, apple.portal(), { clock })).actions).toEqual([])
})

test.each([
  ['tvos', [udidOf(801)]],
  ['macos', ['11111111-2222-3333-4444-555555555555']],
  ['mac-catalyst', ['11111111-2222-3333-4444-555555555555']],
  ['ios', [udidOf(1), udidOf(2), udidOf(802)]],
] as const)('a development profile for %s lists the devices of that platform and no other', async (platform, udids) => {
  const apple = await startTeam(simulator, { others: OTHERS })
  const bundleIds = [{ identifier: 'com.acme.app', platform, entitlements: {} }]
  const desired = readDesired({ bundleIds, distributions: ['development'], certificates: apple.certificates })
  const { profiles } = await provision(desired, apple.portal(), { clock, sleep })
  expect([...(profiles[0]?.udids ?? [])].sort()).toEqual([...udids].sort())
})

function typesAskedFor(): readonly unknown[] {
  const creations = simulator.world.journal
    .exchanges()
    .filter(({ operation }) => operation === 'profiles_createInstance')
  return creations.map(({ requestBody }) => {
    const { data } = requestBody as { data: { attributes: { profileType: string } } }
    return data.attributes.profileType
  })
}
