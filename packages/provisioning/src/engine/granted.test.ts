import { expect, test } from 'vitest'
import { APP, atAppleOf, DEVELOPMENT, desiredOf, deviceOf, NOW, PUSH, profileOf } from '../../test/fixtures.ts'
import { memoryPortal, memoryTeam } from '../../test/memory-portal.ts'
import { preview, provision } from './provision.ts'

const CARPLAY = 'com.apple.developer.carplay-audio'
const NOTES = 'com.apple.developer.contacts.notes'
const options = { clock: { now: () => NOW }, sleep: async () => {} }

/** A team whose only profile carries what Apple granted, but not the second device. */
function teamWith(entitlements: Readonly<Record<string, unknown>>) {
  return memoryTeam(NOW, {
    bundleIds: [{ id: 'BUNDLE0001', identifier: APP, capabilities: [PUSH] }],
    certificates: [atAppleOf(DEVELOPMENT)],
    devices: [deviceOf(1), deviceOf(2)],
    profiles: [profileOf({ name: 'By hand', udids: [deviceOf(1).udid], entitlements })],
  })
}

const claiming = (...keys: readonly string[]) =>
  desiredOf({
    bundleIds: [{ identifier: APP, platform: 'ios', entitlements: Object.fromEntries(keys.map((key) => [key, true])) }],
  })

// Complaint: "regenerated profiles lose manual entitlements".
test('a granted entitlement that the app claims is never lost silently: the old profile stays, the new one goes', async () => {
  const apple = teamWith({ [CARPLAY]: true })
  await expect(provision(claiming(CARPLAY), memoryPortal(apple), options)).rejects.toMatchObject({
    code: 'provisioning.entitlement_lost',
    details: { identifier: APP, entitlements: [CARPLAY], carrier: 'By hand' },
  })
  expect(apple.profiles.map(({ name }) => name)).toEqual(['By hand'])
})

test('a custom entitlement known to nobody here is kept as well when the app claims it', async () => {
  const apple = teamWith({ 'com.apple.developer.brand-new': true })
  await expect(
    provision(claiming('com.apple.developer.brand-new'), memoryPortal(apple), options),
  ).rejects.toMatchObject({ code: 'provisioning.entitlement_lost' })
})

test('one that the app does not claim is a warning, and the profile is replaced', async () => {
  const apple = teamWith({ [NOTES]: true })
  const { warnings, profiles } = await provision(claiming(), memoryPortal(apple), options)
  expect(warnings.map(({ subject }) => subject)).toEqual([NOTES])
  expect(profiles[0]?.udids).toHaveLength(2)
})

test('a profile made by hand with the entitlement is taken over, whatever newer ones lack it', async () => {
  const apple = teamWith({ [CARPLAY]: true })
  apple.profiles = [
    profileOf({ entitlements: {} }),
    profileOf({ id: 'PROFILE002', name: 'With CarPlay', entitlements: { [CARPLAY]: true } }),
  ]
  const planned = await preview(claiming(CARPLAY), memoryPortal(apple), options)
  expect(planned.reuse.map(({ profile }) => profile.name)).toEqual(['With CarPlay'])
  expect(planned.todos).toEqual([])
})

test('an entitlement that Apple has not granted stops nothing', async () => {
  const apple = teamWith({})
  const { profiles, todos } = await provision(claiming(CARPLAY), memoryPortal(apple), options)
  expect(profiles[0]?.outcome).toBe('replaced')
  expect(todos).toMatchObject([{ entitlement: CARPLAY }])
})
