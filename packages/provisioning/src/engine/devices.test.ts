import { expect, test } from 'vitest'
import { isSameUdid, normaliseUdid, readTestDevices } from './devices.ts'

const OLD = 'a'.repeat(40)

test.each([
  ['00008030-001A2B3C4D5E6F70', '00008030-001A2B3C4D5E6F70'],
  ['00008030\u2013001a2b3c4d5e6f70', '00008030-001A2B3C4D5E6F70'],
  ['00008030001a2b3c4d5e6f70', '00008030-001A2B3C4D5E6F70'],
  [' 00008030-001A2B3C4D5E6F70\u200b\n', '00008030-001A2B3C4D5E6F70'],
  [OLD.toUpperCase(), OLD],
  ['01234567-89ab-cdef-0123-456789abcdef', '01234567-89AB-CDEF-0123-456789ABCDEF'],
])('%j is read as %s', (given, spelled) => {
  expect(normaliseUdid(given)).toBe(spelled)
})

test.each([
  '',
  'my phone',
  '00008030-001A2B3C4D5E6F7',
  `${OLD}0`,
  '00008030-001A2B3C4D5E6F7G',
  `${OLD}\u0000`,
  'a'.repeat(1_000_000),
])('what is no UDID is refused and not cut to fit', (given) => {
  expect(normaliseUdid(given)).toBeUndefined()
})

test('a refused device is shown short, printable, and with what is accepted', () => {
  const { devices, refused } = readTestDevices([{ udid: `x\u0000${'y'.repeat(100)}`, name: 'Broken' }])
  expect(devices).toEqual([])
  expect(refused).toHaveLength(1)
  expect(refused[0]?.given).toBe(`x?${'y'.repeat(58)}…`)
  expect(refused[0]?.reason).toContain('40 hexadecimal digits')
})

test('one device in two spellings is one device', () => {
  const { devices } = readTestDevices([
    { udid: '00008030-001A2B3C4D5E6F70', name: 'First' },
    { udid: '00008030001a2b3c4d5e6f70', name: 'Second' },
  ])
  expect(devices).toEqual([{ udid: '00008030-001A2B3C4D5E6F70', name: 'First' }])
  expect(isSameUdid('00008030-001A2B3C4D5E6F70', '00008030001a2b3c4d5e6f70')).toBe(true)
})
