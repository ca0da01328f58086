import { expect, test } from 'vitest'
import { run } from './provisioning.ts'

test('a small run counts its requests, and the sequential pattern keeps to its formulas', async () => {
  const flags =
    '--bundle-ids 2 --distributions 2 --certificates 2 --devices 25 --entitlements 2 --register 1 --latency 0'
  const metrics = await run(flags.split(' '))
  expect(metrics).toMatchObject({
    inPlaceRequests: 4,
    // 4 to observe, a device, 2 bundle IDs, 4 capabilities, 4 profiles, and a last look.
    fromEmptyRequests: 16,
    sequentialInPlaceRequests: 2 + 2 + 16,
    sequentialFromEmptyRequests: 2 + 2 + 1 + 12 + 8,
  })
})
