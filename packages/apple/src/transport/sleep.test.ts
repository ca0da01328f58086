import { expect, test } from 'vitest'
import { sleep } from './sleep.ts'

test('a wait ends at once with the reason of its signal', async () => {
  const controller = new AbortController()
  const waiting = sleep(60_000, controller.signal)
  controller.abort(new Error('build ended'))
  await expect(waiting).rejects.toThrow('build ended')
  await expect(sleep(60_000, controller.signal)).rejects.toThrow('build ended')
})

test('a wait of nothing passes', async () => {
  await expect(sleep(0)).resolves.toBeUndefined()
})
