import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { CommandRunner } from '@cordon/signing/keychain/runner'
import { spawnRunner } from '@cordon/signing/keychain/spawn-runner'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { autoProvisionStep } from '../src/auto-provision/step.ts'
import { cleanUpKeychain, keepKeychainRecord } from '../src/project-provisioning/keychain-record.ts'
import { runStep } from '../src/run-step.ts'
import type { StepContext } from '../src/step.ts'
import { leaksOf, markedVariables, recordingRunner } from './child-environments.ts'
import { type Bench, openBench, projectRoot } from './harness.ts'

/** A recording stand-in for macOS's `security`; this machine has none. */
const STAND_IN = join(projectRoot, 'packages/signing/test/security-stand-in.mjs')

let bench: Bench
let machine: string
beforeEach(async () => {
  machine = mkdtempSync(join(tmpdir(), 'cordon-machine-'))
  symlinkSync(STAND_IN, join(machine, 'security'))
  const env = { PATH: [machine, dirname(process.execPath), '/usr/bin', '/bin'].join(':'), SECURITY_STAND_IN: machine }
  const run: typeof spawnRunner = (command, args, options) => spawnRunner(command, args, { ...options, env })
  bench = await openBench({ platform: 'darwin', run })
})
afterEach(async () => {
  await bench.close()
  rmSync(machine, { recursive: true })
})

interface State {
  readonly searchList: readonly string[]
  readonly keychains: Readonly<Record<string, unknown>>
}
const state = (): State => JSON.parse(readFileSync(join(machine, 'state.json'), 'utf8'))
const run = (context: StepContext = bench.context) =>
  runStep(
    autoProvisionStep,
    {
      ...bench.keyInputs,
      ...{ project_path: bench.copy(join(projectRoot, 'examples/tidepool')), create_certificate: 'yes' },
      ...{ p12_passphrase: 'test', keychain_path: join(machine, 'build.keychain'), keychain_password: 'marker' },
    },
    context,
  )

test('the keychain stays open for the build, and clean-up takes away what the step made', async () => {
  const { run: recorded, started } = recordingRunner(bench.context.run)
  // Lists of files would be read from the environment.
  const variables = markedVariables(autoProvisionStep.inputs.filter(({ type }) => type !== 'list'))
  const context = { ...bench.context, variables, run: recorded }
  const { result } = await run(context)
  const { signingFolder } = result.inputs
  const path = result.assets.keychain ?? ''
  expect(state().searchList).toContain(path)
  expect(state().keychains).toHaveProperty([path])
  expect(readFileSync(join(signingFolder, 'keychain.json'), 'utf8')).not.toContain('marker')
  const startedByRun = started.length
  expect(await cleanUpKeychain(signingFolder, context)).toEqual([`deleted keychain ${path}`])
  expect(startedByRun).toBeGreaterThan(3)
  expect(started.length).toBeGreaterThan(startedByRun)
  expect(leaksOf(started), 'security needs no input in its environment').toEqual([])
  expect(state().searchList).not.toContain(path)
  expect(state().keychains).not.toHaveProperty([path])
  expect(await cleanUpKeychain(signingFolder, bench.context)).toEqual([])
})

test('from a keychain that was there before only new identities go, those of several runs, and the search list is as it was', async () => {
  const commands: string[][] = []
  const quick: CommandRunner = async (_command, args) => {
    commands.push([...args])
    return { exitCode: 0, stdout: '    "/login.keychain"\n    "/build.keychain"\n', stderr: '' }
  }
  const done = { path: '/build.keychain', wasCreated: false, wasListed: false }
  await keepKeychainRecord(bench.folder, { ...done, imported: ['AA'] })
  await keepKeychainRecord(bench.folder, { ...done, wasListed: true, imported: ['BB'] })
  await cleanUpKeychain(bench.folder, { run: quick, variables: {}, warn: () => {} })
  expect(commands).toEqual([
    ['delete-identity', '-Z', 'AA', '/build.keychain'],
    ['delete-identity', '-Z', 'BB', '/build.keychain'],
    ['list-keychains', '-d', 'user'],
    ['list-keychains', '-d', 'user', '-s', '/login.keychain'],
  ])
})
