import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { base32, isId, newId } from './ids.ts'

test('a new id has its prefix, 24 characters, and is recognised as its own kind only', () => {
  const id = newId('connection', randomBytes)
  expect(id).toMatch(/^conn_[0-9a-z]{24}$/)
  expect(isId('connection', id)).toBe(true)
  expect(isId('app', id)).toBe(false)
  expect(isId('connection', `${id}x`)).toBe(false)
  expect(isId('connection', 'conn_iiiiiiiiiiiiiiiiiiiiiiii')).toBe(false)
})

test('base 32 keeps every bit', () => {
  expect(base32(Uint8Array.of(0, 0, 0, 0, 0))).toBe('00000000')
  expect(base32(Uint8Array.of(255, 255, 255, 255, 255))).toBe('zzzzzzzz')
  expect(base32(Uint8Array.of(0x80))).toBe('g0')
})
