import { expect, test } from 'vitest'
import { systemClock } from './clock.ts'
import { createIds, pooled } from './ids.ts'

test('pooled randomness gives every byte of its source once, in order', () => {
  let next = 0
  const counting = (size: number) => Uint8Array.from({ length: size }, () => next++ & 0xff)
  const source = pooled(counting)
  const given = Array.from({ length: 900 }, () => [...source(15)])
  expect(given.flat().slice(0, 4_080)).toEqual(Array.from({ length: 4_080 }, (_, index) => index & 0xff))
  expect(source(5_000)).toHaveLength(5_000)
})

test('ids from pooled randomness are as different as any', () => {
  const ids = createIds(
    systemClock,
    pooled((size) => crypto.getRandomValues(new Uint8Array(size))),
  )
  const made = Array.from({ length: 5_000 }, () => ids('auditEvent'))
  expect(new Set(made).size).toBe(made.length)
})
