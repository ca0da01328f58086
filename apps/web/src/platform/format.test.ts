import { describe, expect, it } from 'vitest'
import { relative } from './format.ts'

const NOW = Date.parse('2026-11-28T04:00:00Z')
const DAY_MS = 86_400_000

describe('how far away a time is', () => {
  it.each([
    [-30_000, 'just now'],
    [82 * 60_000, 'in 1 hour'],
    [7 * DAY_MS - 1, 'in 6 days'],
    [90 * DAY_MS - 1_000, 'in 3 months'],
    [365 * DAY_MS - 1_000, 'in 12 months'],
    [-40 * DAY_MS, 'last month'],
  ])('%i ms is %s', (distance, words) => {
    expect(relative(new Date(NOW + distance).toISOString(), NOW)).toBe(words)
  })
})
