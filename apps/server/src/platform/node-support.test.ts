import { parseInstant } from '@cordon/core/instant'
import { expect, test } from 'vitest'
import { nodeWarning } from './node-support.ts'

test('a Node line is warned about from the day its support ends', () => {
  expect(nodeWarning('20.20.2', parseInstant('2026-04-29T23:59:59Z'))).toBeUndefined()
  expect(nodeWarning('20.20.2', parseInstant('2026-04-30T00:00:00Z'))).toContain('Node 20')
  expect(nodeWarning('24.21.0', parseInstant('2026-11-24T00:00:00Z'))).toBeUndefined()
  expect(nodeWarning('99.0.0', parseInstant('2026-11-24T00:00:00Z'))).toBeUndefined()
})
