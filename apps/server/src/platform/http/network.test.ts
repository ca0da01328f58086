import { expect, test } from 'vitest'
import { networkOf } from './network.ts'

test.each([
  ['2001:db8::1', '2001:db8::2'],
  ['2001:db8:1::5', '2001:db8:1:0:a:b:c:d'],
  ['2001:db8::1', '2001:0DB8:0:0:ffff::'],
  ['2001:db8:1:2::1', '2001:db8:1:2:3:4:192.0.2.1'],
  ['fe80::1%eth0', 'fe80::2%eth1'],
  ['::1', '::2'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::ffff:c000:201', '192.0.2.1'],
])('%s and %s are one network', (one, other) => {
  expect(networkOf(one)).toBe(networkOf(other))
})

test.each([
  ['2001:db8:1::5', '2001:db8:2::5'],
  ['2001:db8::1', '2001:db8:0:1::1'],
  ['2001:db8:1:2::1', '2001:db8:1:3::1'],
  ['::1', '1::'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.2'],
  ['::192.0.2.1', '192.0.2.1'],
  ['192.0.2.1', '192.0.2.2'],
])('%s and %s are two', (one, other) => {
  expect(networkOf(one)).not.toBe(networkOf(other))
})

test('a network is written as it is known', () => {
  expect([networkOf('2001:db8:1::5'), networkOf('192.0.2.1'), networkOf('::ffff:192.0.2.1')]).toEqual([
    '2001:db8:1:0::/64',
    '192.0.2.1',
    '192.0.2.1',
  ])
})
