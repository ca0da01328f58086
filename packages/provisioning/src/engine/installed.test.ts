import { expect, test } from 'vitest'
import { APP, atAppleOf, DEVELOPMENT, daysFromNow, desiredOf, deviceOf, NOW, WISH } from '../../test/fixtures.ts'
import { memoryPortal, memoryTeam } from '../../test/memory-portal.ts'
import { isGranted, whyNotInstalled } from './installed.ts'
import type { InstalledProfile } from './installed-profile.ts'
import { provision } from './provision.ts'

function installedOf(changes: Partial<InstalledProfile> = {}): InstalledProfile {
  return {
    path: '/profiles/a.mobileprovision',
    uuid: '00000000-0000-0000-0000-00000000000a',
    name: 'Installed',
    platforms: ['ios'],
    distribution: 'development',
    identifier: APP,
    expiresAt: daysFromNow(100),
    certificateSerials: WISH.certificateSerials,
    udids: WISH.udids,
    entitlements: { 'aps-environment': 'development' },
    content: Uint8Array.of(1),
    isXcodeManaged: false,
    ...changes,
  }
}

const wish = { ...WISH, entitlements: { 'aps-environment': 'development' } }

test('an installed profile that holds everything is used', () => {
  expect(whyNotInstalled(installedOf(), wish)).toBeUndefined()
  expect(whyNotInstalled(installedOf({ udids: undefined }), wish)).toBeUndefined()
})

test.each<[string, Partial<InstalledProfile>]>([
  ['is managed by Xcode', { isXcodeManaged: true }],
  ['is for com.acme.*', { identifier: 'com.acme.*' }],
  ['is a profile for ad-hoc', { distribution: 'ad-hoc' }],
  ['is for another platform', { platforms: ['tvos'] }],
  ['expires too soon', { expiresAt: NOW }],
  ['lacks a certificate', { certificateSerials: [] }],
  ['lacks a device', { udids: [deviceOf(1).udid] }],
  ['lacks aps-environment', { entitlements: {} }],
])('an installed profile that %s is not used', (why, changes) => {
  expect(whyNotInstalled(installedOf(changes), wish)).toBe(why)
})

test.each<[string, unknown, unknown, boolean]>([
  ['com.apple.developer.icloud-container-identifiers', ['iCloud.a'], ['iCloud.a', 'iCloud.b'], true],
  ['com.apple.developer.icloud-container-identifiers', ['iCloud.a', 'iCloud.c'], ['iCloud.a'], false],
  ['com.apple.developer.associated-domains', ['applinks:a.example'], '*', true],
  ['com.apple.developer.ubiquity-kvstore-identifier', '$(TeamIdentifierPrefix)com.acme', 'ABCDE12345.*', true],
  ['com.apple.developer.siri', true, true, true],
  ['com.apple.developer.siri', true, undefined, false],
  ['com.apple.developer.default-data-protection', 'NSFileProtectionComplete', 'NSFileProtectionNone', false],
  ['aps-environment', 'development', 'production', true],
  ['keychain-access-groups', ['$(AppIdentifierPrefix)a'], undefined, true],
])('%s claiming %j is granted by %j: %s', (key, claim, granted, expected) => {
  expect(isGranted(key, claim, granted === undefined ? {} : { [key]: granted })).toBe(expected)
})

test('with every profile installed nothing is changed at Apple, not even a bundle ID that is missing there', async () => {
  const team = memoryTeam(NOW, { certificates: [atAppleOf(DEVELOPMENT)], devices: [deviceOf(1), deviceOf(2)] })
  const { profiles } = await provision(desiredOf({ installed: [installedOf()] }), memoryPortal(team), {
    clock: { now: () => NOW },
    sleep: async () => {},
  })
  expect(profiles).toMatchObject([{ outcome: 'reused', installedAt: '/profiles/a.mobileprovision', name: 'Installed' }])
  expect(team.calls.filter((call) => !call.startsWith('list'))).toEqual([])
})

// Bug of other engines: bundle IDs that were found installed are forgotten for the next distribution method.
test('an installed profile for one distribution method leaves the other to Apple', async () => {
  const team = memoryTeam(NOW, {
    certificates: [atAppleOf(DEVELOPMENT), { ...atAppleOf(DEVELOPMENT), id: 'C2', serial: 'A1', kind: 'distribution' }],
    devices: [deviceOf(1), deviceOf(2)],
  })
  const desired = desiredOf({ distributions: ['development', 'app-store'], installed: [installedOf()] })
  const { profiles } = await provision(desired, memoryPortal(team), {
    clock: { now: () => NOW },
    sleep: async () => {},
  })
  expect(profiles.map(({ distribution, outcome }) => [distribution, outcome])).toEqual([
    ['development', 'reused'],
    ['app-store', 'created'],
  ])
})
