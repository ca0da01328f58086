import { expect, it } from 'vitest'
import { lookOf } from './event-look.ts'

it.each([
  ['a change', 'success', {}, 'done'],
  ['the end of a build that succeeded', 'success', { outcome: 'success' }, 'done'],
  ['the end of a build that failed', 'success', { outcome: 'failure' }, 'failed'],
  ['the end of a build that was aborted', 'success', { outcome: 'aborted' }, 'aborted'],
  ['a refusal, whatever its details say', 'refused', { outcome: 'failure' }, 'refused'],
] as const)('%s looks as what came of it', (_, outcome, details, text) => {
  expect(lookOf({ outcome, details }).text).toBe(text)
})
