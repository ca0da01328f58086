import { expect, test } from 'vitest'
import { localMoment, localTime } from './local-time.ts'

const LATE = '2026-11-27T23:05:09.120Z'

test.each([
  ['UTC', '2026-11-27', '2026-11-27 23:05', '2026-11-27 23:05:09', '2026-11-27 23:05 (UTC)'],
  ['Europe/Berlin', '2026-11-28', '2026-11-28 00:05', '2026-11-28 00:05:09', '2026-11-28 00:05 (UTC+1)'],
  ['America/New_York', '2026-11-27', '2026-11-27 18:05', '2026-11-27 18:05:09', '2026-11-27 18:05 (UTC-5)'],
  ['Asia/Kolkata', '2026-11-28', '2026-11-28 04:35', '2026-11-28 04:35:09', '2026-11-28 04:35 (UTC+5:30)'],
])('a time is shown as the clock on the wall has it in %s', (zone, day, minute, second, moment) => {
  expect(localTime(LATE, 'day', zone)).toBe(day)
  expect(localTime(LATE, 'minute', zone)).toBe(minute)
  expect(localTime(LATE, 'second', zone)).toBe(second)
  expect(localMoment(LATE, zone)).toBe(moment)
})

test('without a zone it is that of this machine', () => {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  expect(localMoment(LATE)).toBe(localMoment(LATE, timeZone))
})
