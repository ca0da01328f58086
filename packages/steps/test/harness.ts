import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { instant } from '@cordon/core/instant'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import type { StepContext } from '../src/step.ts'

export const projectRoot = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))

/** A folder for one test, a simulated team at Apple with one phone, and a step context that keeps what is said. */
export interface Bench {
  readonly folder: string
  readonly simulator: Simulator
  readonly teamId: string
  readonly keyInputs: Readonly<Record<string, string>>
  readonly said: string[]
  readonly context: StepContext
  /** Copies a folder into the bench and gives the path of the copy. */
  copy(source: string): string
  close(): Promise<void>
}

export interface BenchOptions {
  readonly variables?: Readonly<Record<string, string>>
  readonly run?: StepContext['run']
  readonly platform?: NodeJS.Platform
}

export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-steps-'))
  const devices = [{ name: 'Phone', platform: 'IOS', udid: '00008101-000A1B2C3D4E001E' }]
  const simulator = await startSimulator({
    seed: { teams: [{ name: 'Test Ltd', keys: [{ role: 'ADMIN' }], devices }] },
  })
  const [team] = simulator.seeded
  const [key] = team?.keys ?? []
  if (team === undefined || !key?.privateKey) throw new Error('the simulator seeded no team')
  const keyFile = join(folder, `AuthKey_${key.keyId}.p8`)
  writeFileSync(keyFile, key.privateKey, { mode: 0o600 })
  const said: string[] = []
  return {
    folder,
    simulator,
    teamId: team.teamId,
    keyInputs: { connection: 'off', api_key_path: keyFile, api_issuer: team.issuerId },
    said,
    context: contextIn(folder, simulator, said, options),
    copy: (source) => copyInto(folder, source),
    close: async () => {
      await simulator.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function contextIn(folder: string, simulator: Simulator, said: string[], options: BenchOptions): StepContext {
  const homeFolder = join(folder, 'home')
  const temporaryFolder = join(folder, 'tmp')
  for (const path of [homeFolder, temporaryFolder]) mkdirSync(path)
  return {
    variables: options.variables ?? {},
    fetch,
    clock: { now: () => instant(Date.now()) },
    sleep: async () => {},
    log: (line) => said.push(line),
    warn: (line) => said.push(`! ${line}`),
    homeFolder,
    workingFolder: folder,
    temporaryFolder,
    platform: options.platform ?? 'linux',
    run: options.run ?? (async () => ({ exitCode: 127, stdout: '', stderr: '' })),
    appleBaseUrls: { appStoreConnect: simulator.url, enterprise: simulator.enterpriseUrl },
  }
}

function copyInto(folder: string, source: string): string {
  const target = join(folder, 'projects', basename(source))
  cpSync(source, target, { recursive: true, verbatimSymlinks: true })
  return target
}
