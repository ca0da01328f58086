import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeIpa } from '../../delivery/test/make-ipa.ts'
import { autoProvisionStep } from '../src/auto-provision/step.ts'
import { environmentWithoutSecrets, sensitiveVariables } from '../src/child-environment.ts'
import { deployStep } from '../src/deploy/step.ts'
import { fastlaneStep } from '../src/fastlane/step.ts'
import { runStep } from '../src/run-step.ts'
import type { InputDeclaration, StepContext } from '../src/step.ts'
import { leaksOf, MARKER, markedVariables, recordingRunner } from './child-environments.ts'
import { type Bench, openBench, projectRoot } from './harness.ts'

const text = { title: '', summary: '', type: 'text' } as const
const INPUTS: readonly InputDeclaration[] = [
  { ...text, name: 'app_password', defaultValue: '$CI_PASSWORD', sensitive: true, aliases: ['old-password'] },
  { ...text, name: 'api_key_path', defaultValue: '$HOME/key.p8' },
]

test('a declaration tells every variable in which a secret may come', () => {
  expect([...sensitiveVariables(INPUTS)].sort()).toEqual(
    [
      ...['app_password', 'app-password', 'INPUT_APP_PASSWORD', 'INPUT_APP-PASSWORD', 'CI_PASSWORD'],
      ...['old-password', 'INPUT_OLD-PASSWORD'],
      ...['BITRISE_BUILD_API_TOKEN', 'CORDON_TOKEN', 'CORDON_TRIGGER_TOKEN'],
    ].sort(),
  )
})

test('everything else stays, and what is named stays too', () => {
  const variables = { HOME: '/h', INPUT_API_KEY_PATH: 'k', CI_PASSWORD: 's', CORDON_TOKEN: 't', unset: undefined }
  expect(environmentWithoutSecrets(INPUTS, { variables })).toEqual({ HOME: '/h', INPUT_API_KEY_PATH: 'k' })
  expect(environmentWithoutSecrets(INPUTS, { variables }, ['CORDON_TOKEN'])).toHaveProperty('CORDON_TOKEN', 't')
})

test.each([
  ['https://keys.test/AuthKey_A.p8?signature=1', false],
  [' HTTPS://keys.test/AuthKey_A.p8', false],
  ['file:///keys/AuthKey_A.p8', true],
  ['keys/AuthKey_A.p8', true],
])('a key file given as %j: programs see it: %s', (value, isSeen) => {
  const variables = { api_key_path: value, INPUT_API_KEY_PATH: value }
  for (const step of [autoProvisionStep, deployStep, fastlaneStep])
    expect(environmentWithoutSecrets(step.inputs, { variables }), step.id).toEqual(isSeen ? variables : {})
})

test('steps start programs in two ways only: the one that runStep hands them, and fastlane’s', () => {
  const src = join(projectRoot, 'packages/steps/src')
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.test)\.ts$/.test(file))
  const starting = files.filter((file) => /child_process|spawn-runner/.test(readFileSync(join(src, file), 'utf8')))
  expect(starting).toEqual(['fastlane/program.ts'])
})

describe('step deploy', () => {
  let bench: Bench
  let given: Readonly<Record<string, string>>
  beforeAll(async () => {
    bench = await openBench()
    given = {
      connection: 'off',
      itunescon_user: 'ada@acme.test',
      app_password: `${MARKER}:given`,
      ipa_path: await makeIpa(join(bench.folder, 'a.ipa')),
    }
  })
  afterAll(() => bench.close())

  /** Of Apple's tools only those are there whose command is named so; envman always is. */
  async function deployWith(tool: string, changes: Partial<StepContext>) {
    const { run, started } = recordingRunner(async (command) => {
      if (!command.endsWith(tool) && command !== 'envman') throw new Error('ENOENT')
      return { exitCode: 0, stdout: '', stderr: '' }
    })
    const variables = {
      ...markedVariables(deployStep.inputs),
      ENVMAN_ENVSTORE_PATH: 'store',
      FASTLANE_ITUNES_TRANSPORTER_PATH: '/opt/itms',
      HOME: bench.folder,
    }
    await runStep(deployStep, given, { ...bench.context, variables, run, ...changes })
    return started
  }

  test('altool gets its password alone; the question whether it is there, and envman, get no secret', async () => {
    const started = await deployWith('xcrun', { platform: 'darwin' })
    expect(started.map(({ command, args }) => `${command} ${args[0]}`).slice(0, 4)).toEqual([
      ...['xcrun --find', 'xcrun --find', 'xcrun altool', 'envman add'],
    ])
    expect(leaksOf(started)).toEqual(['xcrun altool: ITMS_TRANSPORTER_PASSWORD'])
    expect(started.every(({ env }) => env?.HOME === bench.folder)).toBe(true)
  })

  test('Transporter too, wherever it is looked for', async () => {
    const description = join(bench.folder, 'AppStoreInfo.plist')
    writeFileSync(description, 'a property list')
    const started = await deployWith('iTMSTransporter', {})
    expect(started[0]).toMatchObject({ command: '/opt/itms/bin/iTMSTransporter', args: ['-version'] })
    expect(leaksOf(started)).toEqual(['/opt/itms/bin/iTMSTransporter -m: ITMS_TRANSPORTER_PASSWORD'])
  })
})
