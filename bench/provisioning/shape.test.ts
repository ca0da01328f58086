import { effectOf } from '@cordon/provisioning/engine/entitlements'
import { expect, test } from 'vitest'
import { ENTITLEMENTS, readShape, sequentialFromEmpty, sequentialInPlace } from './shape.ts'

// The three columns of the published count of requests.
test.each([
  ['--bundle-ids 1 --distributions 1 --certificates 1 --devices 20 --entitlements 3', 6],
  ['--bundle-ids 5 --distributions 2 --certificates 2 --devices 100 --entitlements 3', 47],
  ['--bundle-ids 20 --distributions 2 --certificates 2 --devices 300 --entitlements 3', 177],
])('in place, %s: %d requests one after the other', (flags, requests) => {
  expect(sequentialInPlace(readShape(flags.split(' ')))).toBe(requests)
})

test('from empty, the formula counts pages of devices that exist and a request for each that does not', () => {
  const shape = readShape([])
  expect(sequentialFromEmpty(shape)).toBe(62)
  expect(sequentialFromEmpty({ ...shape, devices: 0, register: 10 })).toBe(68)
})

test('every entitlement needs the capability that the sequential pattern switches on', () => {
  for (const [entitlement, , capability] of ENTITLEMENTS)
    expect(effectOf(entitlement)).toEqual({ effect: 'enable', capability })
})

test('a flag out of range is refused by its name', () => {
  expect(() => readShape(['--devices', 'many'])).toThrow('--devices must be a whole number')
})
