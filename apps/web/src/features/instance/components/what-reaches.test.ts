import { expect, test } from 'vitest'
import { whatReaches } from './what-reaches.ts'

test('the banner says what goes to Apple all the same, and nothing reaches it only when that is so', () => {
  expect(whatReaches([])).toBe('nothing here reaches Apple')
  expect(whatReaches(['apple_ids'])).toBe('Apple IDs still go to Apple itself')
  expect(whatReaches(['enterprise_keys', 'apple_ids'])).toBe(
    'keys of the Enterprise Program and Apple IDs still go to Apple itself',
  )
})
