import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type AppStoreConnect, createAppStoreConnect } from '@cordon/apple/app-store-connect/client'
import { keyIdFromFileName } from '@cordon/apple/key-id'
import { instant } from '@cordon/core/instant'
import { secret } from '@cordon/core/secret'
import { deployStep } from '../src/deploy/step.ts'
import { runStep } from '../src/run-step.ts'
import type { StepContext } from '../src/step.ts'
import type { Bench } from './harness.ts'

/** Runs the step `deploy` from raw inputs. Time passes as fast as anybody waits for it. */
export function runDeploy(bench: Bench, given: Readonly<Record<string, string>>, changes: Partial<StepContext> = {}) {
  const { world } = bench.simulator
  return runStep(deployStep, given, {
    ...bench.context,
    variables: { HOME: join(bench.folder, 'home') },
    clock: { now: () => instant(world.clock.now()) },
    sleep: async (durationMs) => world.clock.advance(durationMs),
    ...changes,
  })
}

/** Another client than the step's, with the key of the bench. */
export function otherClient({ keyInputs, context, simulator }: Bench): AppStoreConnect {
  const { api_key_path: path = '', api_issuer: issuerId = '' } = keyInputs
  const keyId = keyIdFromFileName(basename(path)) ?? ''
  const key = { kind: 'team', keyId, issuerId, privateKey: secret(readFileSync(path, 'utf8')) } as const
  const { clock, sleep } = context
  return createAppStoreConnect({ key, fetch, clock, sleep, baseUrl: simulator.url })
}
