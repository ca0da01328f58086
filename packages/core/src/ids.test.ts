import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { base32, isId, newId } from './ids.ts'
import { instant } from './instant.ts'

test('a new id has its prefix, 24 characters, and is recognised as its own kind only', () => {
  const id = newId('connection', instant(0), randomBytes)
  expect(id).toMatch(/^conn_[0-9a-z]{24}$/)
  expect(isId('connection', id)).toBe(true)
  expect(isId('app', id)).toBe(false)
  expect(isId('connection', `${id}x`)).toBe(false)
  expect(isId('connection', 'conn_iiiiiiiiiiiiiiiiiiiiiiii')).toBe(false)
})

test('ids sort by when they were made, and those of one moment differ', () => {
  const moments = [
    0,
    1,
    255,
    256,
    65_536,
    2 ** 32 - 1,
    2 ** 32,
    Date.UTC(2026, 2, 1),
    Date.UTC(2026, 2, 1) + 1,
    2 ** 48 - 1,
  ]
  const ids = moments.map((moment) => newId('build', instant(moment), randomBytes))
  expect(ids.toSorted()).toEqual(ids)
  const same = Array.from({ length: 5_000 }, () => newId('build', instant(1), randomBytes))
  expect(new Set(same).size).toBe(same.length)
})

test('base 32 keeps every bit', () => {
  expect(base32(Uint8Array.of(0, 0, 0, 0, 0))).toBe('00000000')
  expect(base32(Uint8Array.of(255, 255, 255, 255, 255))).toBe('zzzzzzzz')
  expect(base32(Uint8Array.of(0x80))).toBe('g0')
})
