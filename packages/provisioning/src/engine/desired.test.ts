import { expect, test } from 'vitest'
import { DEVELOPMENT, desiredOf } from '../../test/fixtures.ts'
import { type DesiredInput, normaliseSerial } from './desired.ts'
import { provisioningErrors } from './errors.ts'

const app = { identifier: 'com.acme.app', platform: 'ios', entitlements: {} } as const

test.each<[string, Partial<DesiredInput>, string]>([
  ['no bundle ID', { bundleIds: [] }, 'bundleIds'],
  ['a bundle ID with a blank', { bundleIds: [{ ...app, identifier: 'com.acme app' }] }, 'bundleIds[0].identifier'],
  ['an unresolved variable', { bundleIds: [{ ...app, identifier: '$(BUNDLE_ID)' }] }, 'bundleIds[0].identifier'],
  ['a bundle ID of 1 MB', { bundleIds: [{ ...app, identifier: 'a'.repeat(1_000_000) }] }, 'bundleIds[0].identifier'],
  ['no distribution', { distributions: [] }, 'distributions'],
  ['a serial number that is none', { certificates: [{ ...DEVELOPMENT, serial: 'xyz' }] }, 'certificates[0].serial'],
  ['part of a day', { minProfileDaysValid: 1.5 }, 'minProfileDaysValid'],
  ['a negative day', { minProfileDaysValid: -1 }, 'minProfileDaysValid'],
  ['more days than a profile lives', { minProfileDaysValid: 365 }, 'minProfileDaysValid'],
])('%s is refused, and the field is named', (_, changes, field) => {
  expect(() => desiredOf(changes)).toThrow(
    expect.objectContaining({ code: 'provisioning.invalid_input', details: expect.objectContaining({ field }) }),
  )
})

test('a profile that Apple does not have is refused', () => {
  const wish = () => desiredOf({ bundleIds: [{ ...app, platform: 'macos' }], distributions: ['ad-hoc'] })
  expect(wish).toThrow(expect.objectContaining({ code: provisioningErrors.profile_kind_unsupported.code }))
})

test('a wildcard is refused for the App Store', () => {
  const wish = () => desiredOf({ bundleIds: [{ ...app, identifier: 'com.acme.*' }], distributions: ['app-store'] })
  expect(wish).toThrow(expect.objectContaining({ code: provisioningErrors.wildcard_not_allowed.code }))
})

test('two targets with one bundle ID share a profile that serves both', () => {
  const { bundleIds } = desiredOf({
    bundleIds: [
      { ...app, entitlements: { one: true } },
      { ...app, entitlements: { two: true } },
    ],
  })
  expect(bundleIds).toEqual([{ ...app, entitlements: { one: true, two: true } }])
})

test('serial numbers are compared without case, separators and leading zeros', () => {
  expect(normaliseSerial('00:0a:bc')).toBe('ABC')
  expect(normaliseSerial('0')).toBe('0')
})
