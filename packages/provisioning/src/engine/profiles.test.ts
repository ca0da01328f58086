import { expect, test } from 'vitest'
import { daysFromNow, deviceOf, profileOf, WISH } from '../../test/fixtures.ts'
import { isMadeHere, isSuperseded, profileName, whyUnsuitable } from './profiles.ts'

const none = new Set<string>()

test('equal wishes have one name, whatever the order and spelling of their parts', () => {
  const shuffled = { ...WISH, udids: [...WISH.udids].reverse().map((udid) => udid.toLowerCase()) }
  expect(profileName(shuffled, [])).toBe(profileName(WISH, []))
  expect(profileName(WISH, [])).toMatch(/^Cordon iOS development - \(com\.acme\.app\) [0-9a-z]{8}$/)
})

test('wishes that differ in a certificate, a device or a capability have different names', () => {
  const names = [
    WISH,
    { ...WISH, certificateSerials: ['D2'] },
    { ...WISH, udids: WISH.udids.slice(1) },
    { ...WISH, capabilities: [] },
  ].map((wish) => profileName(wish, []))
  expect(new Set(names).size).toBe(4)
})

test('a name that an unusable profile holds is stepped past', () => {
  const name = profileName(WISH, [])
  expect(profileName(WISH, [name])).toBe(`${name}-2`)
  expect(profileName(WISH, [name, `${name}-2`])).toBe(`${name}-3`)
})

test('a wildcard is spelled out, because Apple refuses the asterisk', () => {
  expect(profileName({ ...WISH, identifier: 'com.acme.*' }, [])).toContain('(com.acme.wildcard)')
})

test.each([
  ['Bitrise iOS development - (com.acme.app)', false],
  ['Cordon iOS development - (com.acme.app)', false],
  ['Cordon iOS development - (com.acme.app.widget) 0123abcd', false],
  ['Cordon iOS ad-hoc - (com.acme.app) 0123abcd', false],
  ['Cordon iOS development - (com.acme.app) 0123abcd', true],
  ['Cordon iOS development - (com.acme.app) 0123abcd-2', true],
])('a profile named "%s" is told to be ours: %s', (name, ours) => {
  expect(isMadeHere(profileOf({ name }))).toBe(ours)
})

test.each([
  [profileOf(), undefined],
  [profileOf({ name: 'Bitrise iOS development - (com.acme.app)' }), undefined],
  [profileOf({ udids: [...WISH.udids, deviceOf(9).udid], certificateSerials: ['D0', 'D1'] }), undefined],
  [profileOf({ udids: WISH.udids.map((udid) => udid.replace('-', '').toLowerCase()) }), undefined],
  [profileOf({ isActive: false }), 'is no longer valid at Apple'],
  [profileOf({ name: 'iOS Team Provisioning Profile: com.acme.app' }), 'is managed by Xcode'],
  [profileOf({ identifier: 'com.acme.app2' }), 'is for com.acme.app2'],
  [profileOf({ kind: { platform: 'ios', distribution: 'ad-hoc' } }), 'is a profile for ad-hoc'],
  [profileOf({ expiresAt: daysFromNow(-1) }), 'expires on 2026-11-23'],
  [profileOf({ certificateSerials: [] }), 'lacks certificate D1'],
  [profileOf({ udids: WISH.udids.slice(1) }), `lacks device ${WISH.udids[0]}`],
])('a profile is used only when nothing is missing (case %#)', (profile, why) => {
  expect(whyUnsuitable(profile, WISH)).toBe(why)
})

test('a profile with a foreign certificate or device stays: a parallel run may need it', () => {
  expect(isSuperseded(profileOf({ certificateSerials: ['D1', 'D2'] }), WISH, none)).toBe(false)
  expect(isSuperseded(profileOf({ udids: [deviceOf(9).udid] }), WISH, none)).toBe(false)
  expect(isSuperseded(profileOf({ udids: WISH.udids.slice(1) }), WISH, none)).toBe(true)
  expect(isSuperseded(profileOf({ certificateSerials: ['D2'], isActive: false }), WISH, none)).toBe(true)
})

test('a device that was disabled since keeps no profile alive', () => {
  const udid = deviceOf(9).udid
  expect(isSuperseded(profileOf({ udids: [udid] }), WISH, new Set([udid.replace('-', '').toLowerCase()]))).toBe(true)
})
