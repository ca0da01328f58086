import { expect, test } from 'vitest'
import { instant, parseInstant, plusMs, toIso } from './instant.ts'

test('reads both of the forms Apple sends', () => {
  expect(toIso(parseInstant('2019-03-07T13:11:26.000+0000'))).toBe('2019-03-07T13:11:26.000Z')
  expect(toIso(parseInstant('2019-09-24T06:02:48-07:00'))).toBe('2019-09-24T13:02:48.000Z')
})

test('refuses what is no time', () => {
  expect(() => parseInstant('soon')).toThrow(RangeError)
  expect(() => instant(Number.NaN)).toThrow(RangeError)
})

test('moves by milliseconds', () => {
  expect(plusMs(instant(1_000), -500)).toBe(500)
})
