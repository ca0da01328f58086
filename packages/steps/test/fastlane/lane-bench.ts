import { generateKeyPairSync } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { instant } from '@cordon/core/instant'
import { spawnRunner } from '@cordon/signing/keychain/spawn-runner'
import { fastlaneStep } from '../../src/fastlane/step.ts'
import { runStep } from '../../src/run-step.ts'
import type { StepContext } from '../../src/step.ts'

/** How the recorder was called. */
export interface Call {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly pid: number
  readonly key?: {
    readonly content: unknown
    readonly mode: number
    readonly folderMode: number
    readonly outerMode: number
  }
}

export interface Plan {
  readonly say?: readonly string[]
  readonly sayToError?: string
  readonly log?: string
  readonly exit?: number
  readonly gemsExit?: number
  readonly hang?: boolean
}

/** A folder with a recorder as `fastlane`, `bundle` and `gem`, and a stored answer of a build server. */
export interface LaneBench {
  readonly folder: string
  readonly temporaryFolder: string
  readonly variables: Readonly<Record<string, string>>
  /** What was printed by programs, and told by the step. */
  readonly printed: () => string
  readonly said: string[]
  plan(plan: Plan): void
  /** What the build server answers. */
  answer(body: Readonly<Record<string, unknown>>): void
  calls(): readonly Call[]
  run(inputs?: Readonly<Record<string, string>>): ReturnType<typeof runLane>
  close(): void
}

const recorder = join(dirname(fileURLToPath(import.meta.url)), 'recorder.mjs')

/** A key of Apple's kind. */
export const PEM = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()

export function openLaneBench(): LaneBench {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-lane-'))
  const temporaryFolder = join(folder, 'tmp')
  for (const name of ['tmp', 'bin', 'home']) mkdirSync(join(folder, name))
  for (const name of ['fastlane', 'bundle', 'gem']) installRecorder(join(folder, 'bin', name))
  const stored = join(folder, 'portal-data.json')
  const variables = {
    PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: join(folder, 'home'),
    RECORDER_FOLDER: folder,
    BITRISE_BUILD_URL: `file://${stored}`,
    BITRISE_BUILD_API_TOKEN: 'marker-build-token',
    BITRISE_DEPLOY_DIR: join(folder, 'deploy'),
    update_fastlane: 'false',
  }
  const said: string[] = []
  const heard = { text: '' }
  const bench: Omit<LaneBench, 'run'> = {
    folder,
    temporaryFolder,
    variables,
    said,
    printed: () => heard.text,
    plan: (plan) => writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan)),
    answer: (body) => writeFileSync(stored, JSON.stringify(body), { mode: 0o600 }),
    calls: () => readCalls(join(folder, 'record.jsonl')),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
  bench.plan({})
  bench.answer({})
  const context = contextOf(bench, (text) => {
    heard.text += text
  })
  return { ...bench, run: (inputs = {}) => runLane(inputs, context) }
}

function installRecorder(path: string): void {
  copyFileSync(recorder, `${path}.mjs`)
  writeFileSync(path, `#!/bin/sh\nexec node "$0.mjs" "$@"\n`)
  chmodSync(path, 0o755)
}

function readCalls(path: string): readonly Call[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Call)
}

function contextOf(
  { folder, temporaryFolder, variables, said }: Omit<LaneBench, 'run'>,
  write: (text: string) => void,
): StepContext {
  return {
    variables,
    fetch,
    clock: { now: () => instant(Date.now()) },
    sleep: async () => {},
    log: (line) => said.push(line),
    warn: (line) => said.push(`! ${line}`),
    write,
    homeFolder: join(folder, 'home'),
    workingFolder: folder,
    temporaryFolder,
    platform: 'linux',
    run: spawnRunner,
  }
}

function runLane(inputs: Readonly<Record<string, string>>, context: StepContext) {
  return runStep(fastlaneStep, { lane: 'beta', ...inputs }, context)
}
