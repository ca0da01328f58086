import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { autoProvisionStep } from '../src/auto-provision/step.ts'
import { runStep } from '../src/run-step.ts'
import { type Bench, openBench, projectRoot } from './harness.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.close())

/** A key that Apple does not know under this id, as after it was revoked. */
function unknownKey(keyId: string): Record<string, string> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const path = join(bench.folder, `AuthKey_${keyId}.p8`)
  writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return { api_key_path: path }
}

test('a rejected key is told after one confirmation and without a wait, as what it is', async () => {
  const waits: number[] = []
  const context = {
    ...bench.context,
    sleep: async (durationMs: number) => {
      waits.push(durationMs)
    },
  }
  const given = {
    ...bench.keyInputs,
    ...unknownKey('ABCDEFGHIJ'),
    project_path: bench.copy(join(projectRoot, 'examples/tidepool')),
    ...{ create_certificate: 'yes', p12_passphrase: 'test' },
  }
  await expect(runStep(autoProvisionStep, given, context)).rejects.toMatchObject({ code: 'apple.key_rejected' })
  const asked = bench.simulator.world.journal
    .exchanges()
    .map(({ method, status, operation }) => [method, status, operation])
  expect(waits).toEqual([])
  expect(asked.map(([, status]) => status)).toEqual([401, 401])
})
