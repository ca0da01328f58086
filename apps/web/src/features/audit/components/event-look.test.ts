import { expect, it } from 'vitest'
import { lookOf } from './event-look.ts'

it.each([
  ['a change', 'success', {}, 'done'],
  ['the end of a build that succeeded', 'success', { outcome: 'success' }, 'done'],
  ['the end of a build that failed', 'success', { outcome: 'failure' }, 'failed'],
  ['the end of a build that was aborted', 'success', { outcome: 'aborted' }, 'aborted'],
  ['a test of a connection that is in order', 'success', { state: 'healthy' }, 'done'],
  ['a test of a connection that Apple rejects', 'success', { state: 'rejected' }, 'something is wrong'],
  ['the end of a session', 'success', { state: 'password_refused', early: false }, 'something is wrong'],
  ['a refusal, whatever its details say', 'refused', { outcome: 'failure' }, 'refused'],
] as const)('%s looks as what came of it', (_, outcome, details, text) => {
  expect(lookOf({ outcome, details }).text).toBe(text)
})
