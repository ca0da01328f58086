import { expect, test } from 'vitest'
import {
  APP,
  atAppleOf,
  DEVELOPMENT,
  daysFromNow,
  desiredOf,
  deviceOf,
  localOf,
  NOW,
  observedOf,
  profileOf,
} from '../../test/fixtures.ts'
import type { DesiredInput } from './desired.ts'
import type { Observed } from './model.ts'
import { plan } from './plan.ts'

const planOf = (desired: Partial<DesiredInput>, observed: Partial<Observed>) =>
  plan(desiredOf(desired), observedOf(observed), NOW)
const linesOf = (desired: Partial<DesiredInput>, observed: Partial<Observed>) =>
  planOf(desired, observed).actions.map(({ kind, reason }) => `${kind} because ${reason}`)
const blockersOf = (desired: Partial<DesiredInput>, observed: Partial<Observed>) =>
  planOf(desired, observed).blockers.map(({ code }) => code)
const NAME = profileOf().name
const foreign = profileOf({ id: 'PROFILE002', name: 'Bitrise iOS development - (com.acme.app)' })
const noBundleId = { bundleIds: [], profiles: [] }

test('nothing changes when all is in place, and the reuse says why and with which certificate', () => {
  const { actions, reuse, warnings, todos, blockers } = planOf({}, {})
  expect({ actions, warnings, todos, blockers }).toEqual({ actions: [], warnings: [], todos: [], blockers: [] })
  expect(reuse).toEqual([
    {
      slot: { identifier: APP, platform: 'ios', distribution: 'development' },
      profile: profileOf(),
      certificate: DEVELOPMENT,
      reason: 'it is valid until 2027-06-12 and holds all that is needed',
    },
  ])
})

test('from nothing: bundle ID, capability, profile, in this order', () => {
  expect(linesOf({}, noBundleId)).toEqual([
    'create-bundle-id because the team has no such bundle ID',
    'enable-capability because the app claims aps-environment',
    'create-profile because the bundle ID is new',
  ])
})

test('a profile that another tool made is adopted', () => {
  expect(planOf({}, { profiles: [foreign] }).reuse.map(({ profile }) => profile.name)).toEqual([foreign.name])
})

test('of two that serve, the one made here is used and neither is deleted', () => {
  const { actions, reuse } = planOf({}, { profiles: [foreign, profileOf()] })
  expect(actions).toEqual([])
  expect(reuse[0]?.profile.name).toBe(NAME)
})

test.each([
  ['a missing certificate', profileOf({ certificateSerials: ['D0'] }), 'lacks certificate D1'],
  ['a missing device', profileOf({ udids: [deviceOf(1).udid] }), `lacks device ${deviceOf(2).udid}`],
  ['an invalid profile', profileOf({ isActive: false }), 'is no longer valid at Apple'],
])('%s: a new profile takes its place', (_, profile, why) => {
  const [created] = planOf({}, { profiles: [profile] }).actions
  expect(created).toMatchObject({ kind: 'create-profile', reason: `"${NAME}" ${why}`, subject: `${NAME}-2` })
})

test('a superseded profile of ours is deleted after the new one is made; one of another tool never', () => {
  const worn = profileOf({ isActive: false, name: 'Cordon iOS development - (com.acme.app) 00000000' })
  const kinds = planOf({}, { profiles: [worn, { ...foreign, isActive: false }] }).actions.map(({ kind, subject }) => [
    kind,
    subject,
  ])
  expect(kinds).toEqual([
    ['create-profile', NAME],
    ['delete-profile', worn.name],
  ])
})

test('what a broken run left behind is deleted by the next one', () => {
  const leftOver = profileOf({
    id: 'PROFILE003',
    isActive: false,
    name: 'Cordon iOS development - (com.acme.app) 00000000',
  })
  expect(linesOf({}, { profiles: [profileOf(), leftOver] })).toEqual([
    `delete-profile because "${NAME}" takes its place`,
  ])
})

test('a profile that expires within the wished days is replaced', () => {
  const observed = { profiles: [profileOf({ expiresAt: daysFromNow(20) })] }
  expect(linesOf({ minProfileDaysValid: 10 }, observed)).toEqual([])
  expect(linesOf({ minProfileDaysValid: 30 }, observed)).toEqual([
    `create-profile because "${NAME}" expires on 2026-12-14`,
    `delete-profile because "${NAME}-2" takes its place`,
  ])
})

test('a certificate that ends before the wished days does not make every run replace the profile', () => {
  const short = localOf('development', 'D1', 20)
  const desired = { certificates: [short], minProfileDaysValid: 30 }
  const observed = { certificates: [atAppleOf(short)], profiles: [profileOf({ expiresAt: daysFromNow(20) })] }
  const { actions, warnings } = planOf(desired, observed)
  expect(actions).toEqual([])
  expect(warnings[0]).toMatchObject({ subject: 'D1', remedy: 'Renew the certificate.' })
})

test('a missing capability is switched on and the profile from before is replaced', () => {
  const bundleIds = [{ id: 'BUNDLE0001', identifier: APP, capabilities: [] }]
  expect(linesOf({}, { bundleIds })).toEqual([
    'enable-capability because the app claims aps-environment',
    `create-profile because "${NAME}" was made before PUSH_NOTIFICATIONS changed`,
    `delete-profile because "${NAME}-2" takes its place`,
  ])
})

test('capabilities that the app does not claim stay on', () => {
  const extra = { id: 'x', type: 'GAME_CENTER', settings: [] }
  const bundleIds = observedOf().bundleIds.map((bundleId) => ({
    ...bundleId,
    capabilities: [...bundleId.capabilities, extra],
  }))
  expect(linesOf({}, { bundleIds })).toEqual([])
})

test('a similar bundle ID is not taken for the wanted one', () => {
  const bundleIds = [{ id: 'BUNDLE0002', identifier: `${APP}2`, capabilities: [] }]
  expect(linesOf({}, { bundleIds, profiles: [] })[0]).toMatch(/^create-bundle-id/)
})

test.each(['processing', 'ineligible', 'disabled', 'other'] as const)(
  'a device that is %s stays outside, and that is said',
  (status) => {
    const { actions, warnings } = planOf({}, { devices: [deviceOf(1), deviceOf(2), deviceOf(3, { status })] })
    expect(actions).toEqual([])
    expect(warnings).toHaveLength(1)
    expect(warnings[0]?.text).toContain(`Phone 3 (${deviceOf(3).udid})`)
  },
)

test('a device of another platform belongs to no iOS profile', () => {
  expect(linesOf({}, { devices: [deviceOf(1), deviceOf(2), deviceOf(3, { family: 'tvos' })] })).toEqual([])
})

test('a test device that the team does not have is registered, whatever the spelling of the others', () => {
  const registerDevices = [
    { udid: deviceOf(1).udid.replace('-', '\u2013').toLowerCase(), name: 'Known' },
    { udid: deviceOf(7).udid, name: 'New' },
  ]
  const { actions } = planOf({ registerDevices }, {})
  expect(actions.map(({ kind }) => kind)).toEqual(['register-device', 'create-profile', 'delete-profile'])
  expect(actions[0]).toMatchObject({ subject: deviceOf(7).udid, reason: 'the team does not have test device "New"' })
})

test('a device that is no UDID is left out with a reason', () => {
  const { actions, warnings } = planOf({ registerDevices: [{ udid: 'my phone' }] }, {})
  expect(actions).toEqual([])
  expect(warnings[0]?.text).toContain('test device "my phone" was left out: it is no UDID')
})

test('profiles for the App Store list no devices', () => {
  const { actions } = planOf({ distributions: ['app-store'] }, {})
  expect(actions).toHaveLength(1)
  expect(actions[0]).toMatchObject({ kind: 'create-profile', wish: { udids: [], certificateSerials: ['A1'] } })
})

test('a development profile names every certificate at hand; an App Store profile the one that lasts longest', () => {
  const certificates = [
    localOf('development', 'D1'),
    localOf('development', 'D2'),
    localOf('distribution', 'A1', 50),
    localOf('distribution', 'A2', 90),
  ]
  const { actions } = planOf(
    { certificates, distributions: ['development', 'app-store'] },
    { certificates: certificates.map(atAppleOf), profiles: [] },
  )
  const serials = actions.map((action) =>
    action.kind === 'create-profile' ? [action.slot.distribution, action.wish.certificateSerials] : [],
  )
  expect(serials).toContainEqual(['development', ['D1', 'D2']])
  expect(serials).toContainEqual(['app-store', ['A2']])
})

test('no certificate of the kind, and one that Apple does not list, are told apart', () => {
  expect(blockersOf({ certificates: [] }, {})).toEqual(['provisioning.certificate_missing'])
  expect(blockersOf({ certificates: [localOf('development', 'D1', -1)] }, {})).toEqual([
    'provisioning.certificate_missing',
  ])
  const { blockers } = planOf({}, { certificates: [atAppleOf(localOf('development', 'D9'))] })
  expect(blockers[0]).toMatchObject({
    code: 'provisioning.certificate_not_in_team',
    details: { inTeam: [expect.stringContaining('serial D9')] },
  })
})

test('a certificate of an older kind fits its own platform only', () => {
  const family = 'macos' as const
  expect(blockersOf({}, { certificates: [{ ...atAppleOf(DEVELOPMENT), family }] })).toEqual([
    'provisioning.certificate_not_in_team',
  ])
})

test('a certificate is made only on request, and once for all that need it', () => {
  const desired = { certificates: [], createMissingCertificates: ['development'] as const }
  const bundleIds = [
    { identifier: APP, platform: 'ios', entitlements: {} },
    { identifier: `${APP}.widget`, platform: 'ios', entitlements: {} },
  ] as const
  const { actions, blockers } = planOf({ ...desired, bundleIds }, {})
  expect(blockers).toEqual([])
  expect(actions.filter(({ kind }) => kind === 'create-certificate').map(({ reason }) => reason)).toEqual([
    'one is needed and none is at hand',
  ])
})

test('a profile for devices without any device is refused before anything is changed', () => {
  const devices = [deviceOf(1, { status: 'processing' })]
  const { blockers } = planOf({}, { devices, profiles: [] })
  expect(blockers[0]).toMatchObject({ code: 'provisioning.no_devices', details: { waiting: ['Phone 1 (processing)'] } })
})

test('a new App Clip needs a person; a registered one does not, but for Sign in with Apple', () => {
  const entitlements = {
    'com.apple.developer.on-demand-install-capable': true,
    'com.apple.developer.applesignin': ['Default'],
  }
  const bundleIds = [{ identifier: APP, platform: 'ios', entitlements }] as const
  expect(blockersOf({ bundleIds }, noBundleId)).toEqual(['provisioning.app_clip_by_hand'])
  const { blockers, actions, todos } = planOf({ bundleIds }, {})
  expect(blockers).toEqual([])
  expect(actions.map(({ kind }) => kind)).not.toContain('enable-capability')
  expect(todos).toMatchObject([
    { text: 'switch on Sign in with Apple for this App Clip', page: expect.stringContaining('BUNDLE0001') },
  ])
})

test('one bundle ID on two platforms is registered once and gets a profile for each', () => {
  const both = (['ios', 'tvos'] as const).map((platform) => ({ identifier: APP, platform, entitlements: {} }))
  const { actions } = planOf({ bundleIds: both, distributions: ['app-store'] }, noBundleId)
  expect(actions.map(({ kind }) => kind)).toEqual(['create-bundle-id', 'create-profile', 'create-profile'])
})

test('a wildcard bundle ID gets no capabilities', () => {
  const bundleIds = [
    { identifier: 'com.acme.*', platform: 'ios', entitlements: { 'aps-environment': 'development' } },
  ] as const
  expect(planOf({ bundleIds }, noBundleId).actions.map(({ kind }) => kind)).toEqual([
    'create-bundle-id',
    'create-profile',
  ])
})

test('a new bundle ID is named by what Apple accepts', () => {
  const bundleIds = [
    { identifier: 'com.acme-x.app', platform: 'ios', entitlements: {}, name: 'Acme: Über_App!' },
  ] as const
  expect(planOf({ bundleIds }, noBundleId).actions[0]).toMatchObject({
    bundleId: { name: 'Acme ber App', platform: 'ios' },
  })
})
