import { expect, test } from 'vitest'
import { createGate } from './gate.ts'

function held() {
  let release = () => {}
  const done = new Promise<void>((resolve) => {
    release = resolve
  })
  return { done, release }
}

test('those who wait come in the order in which they arrived', async () => {
  const gate = createGate(1)
  const first = held()
  const order: number[] = []
  const all = [
    gate.run(() => first.done.then(() => order.push(1))),
    gate.run(async () => order.push(2)),
    gate.run(async () => order.push(3)),
  ]
  first.release()
  await Promise.all(all)
  expect(order).toEqual([1, 2, 3])
})

test('one who gives up waiting takes no place', async () => {
  const gate = createGate(1)
  const first = held()
  const controller = new AbortController()
  const inside = gate.run(() => first.done)
  const leaving = gate.run(async () => 'never', controller.signal)
  const staying = gate.run(async () => 'in')
  controller.abort(new Error('gone'))
  await expect(leaving).rejects.toThrow('gone')
  first.release()
  await inside
  expect(await staying).toBe('in')
  expect(await gate.run(async () => 'free again')).toBe('free again')
})

test('work that fails frees its place', async () => {
  const gate = createGate(1)
  await expect(gate.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  expect(await gate.run(async () => 'next')).toBe('next')
})

test.each([0, -1, 1.5, Number.NaN])('a width of %s is refused', (width) => {
  expect(() => createGate(width)).toThrow(RangeError)
})
