import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { secret } from './secret.ts'

const MARKER = 'hunter2-marker'

test('a secret shows nothing in any printed form', () => {
  const value = secret(MARKER)
  const shown = [
    String(value),
    `${value}`,
    JSON.stringify({ value }),
    inspect(value, { showHidden: true, depth: 9 }),
    inspect({ value }),
    Object.values(value).join(),
    JSON.stringify(Object.getOwnPropertyDescriptors(value)),
    JSON.stringify({ ...value }),
  ]
  for (const text of shown) expect(text).not.toContain(MARKER)
  expect(value.reveal()).toBe(MARKER)
})

test('mapping keeps the result secret', () => {
  const length = secret(MARKER).map((text) => text.length)
  expect(String(length)).toBe('[redacted]')
  expect(length.reveal()).toBe(MARKER.length)
})
