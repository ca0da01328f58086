import { expect, test } from 'vitest'
import { deviceOf, observedOf, profileOf } from '../../test/fixtures.ts'
import { fingerprintOf, whatMoved } from './fingerprint.ts'
import type { Observed } from './model.ts'

const before = fingerprintOf(observedOf())

test('the order in which Apple lists things is no change', () => {
  const devices = [deviceOf(2), deviceOf(1)]
  expect(whatMoved(before, fingerprintOf(observedOf({ devices })))).toEqual([])
})

test.each<[string, Partial<Observed>]>([
  ['devices', { devices: [deviceOf(1), deviceOf(2, { status: 'disabled' })] }],
  ['devices', { devices: [deviceOf(1)] }],
  ['profiles', { profiles: [] }],
  ['profiles', { profiles: [profileOf({ isActive: false })] }],
  ['certificates', { certificates: [] }],
  ['bundleIds', { bundleIds: [{ id: 'BUNDLE0001', identifier: 'com.acme.app', capabilities: [] }] }],
])('a change of %s is seen, and no other part with it: %#', (part, changes) => {
  expect(whatMoved(before, fingerprintOf(observedOf(changes)))).toEqual([part])
})
