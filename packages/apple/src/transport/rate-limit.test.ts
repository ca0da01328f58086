import { instant } from '@cordon/core/instant'
import { expect, test } from 'vitest'
import { parseRateLimit, parseRetryAfter } from './rate-limit.ts'

const NOW = instant(Date.parse('2026-03-01T12:00:00Z'))

test.each([
  ['user-hour-lim:3600;user-hour-rem:3567;', { hourLimit: 3600, hourRemaining: 3567 }],
  ['user-hour-lim:3600;user-hour-rem:3567', { hourLimit: 3600, hourRemaining: 3567 }],
  ['user-minute-lim:150;user-minute-rem:149;', { minuteLimit: 150, minuteRemaining: 149 }],
  [' user-hour-rem: 0 ; new-thing:7;', { hourRemaining: 0 }],
])('the header %j is read', (header, expected) => {
  expect(parseRateLimit(header, NOW)).toEqual({ ...expected, observedAt: NOW })
})

test.each([null, '', ';', 'user-hour-rem', 'user-hour-rem:many', 'user-hour-rem:-1'])('%j tells nothing', (header) => {
  expect(parseRateLimit(header, NOW)).toBeUndefined()
})

test.each([
  ['30', 30_000],
  ['Sun, 01 Mar 2026 12:01:00 GMT', 60_000],
  ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
  ['soon', undefined],
  ['-5', undefined],
  [null, undefined],
])('Retry-After %j is %j ms', (header, expected) => {
  expect(parseRetryAfter(header, NOW)).toBe(expected)
})
