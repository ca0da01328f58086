import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { secret } from '@cordon/core/secret'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CredentialInputs } from '../build-connection/find-credentials.ts'
import type { StepContext } from '../step.ts'
import { chooseDeployCredentials } from './credentials.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-credentials-'))
  writeFileSync(
    join(folder, 'answer.json'),
    JSON.stringify({ apple_id: 'ada@acme.test', password: 'p', app_specific_password: 'a-s-p' }),
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

const GIVEN = { accountName: 'ada@acme.test', password: secret('p'), appSpecificPassword: secret('a-s-p') }

test.each([
  ['the connection', { connection: 'apple_id', appleIdInputs: undefined }],
  ['the inputs', { connection: 'off', appleIdInputs: GIVEN }],
] as const)('an Apple ID of %s goes without its password, which nothing here needs', async (_, given) => {
  const build = { buildUrl: pathToFileURL(join(folder, 'answer.json')).href, buildToken: secret('t') }
  const inputs: CredentialInputs = { build, keyInputs: undefined, ...given }
  const log: string[] = []
  const context = { clock: { now: () => 0 }, log: (line: string) => log.push(line) } as unknown as StepContext
  const chosen = await chooseDeployCredentials(inputs, context)
  expect(Object.keys(chosen).sort()).toEqual(['accountName', 'appSpecificPassword', 'cookies', 'kind'])
  expect(chosen).toMatchObject({ kind: 'apple-id', accountName: 'ada@acme.test' })
  expect(log).toEqual([expect.stringContaining('to Apple with Apple ID ada@acme.test')])
})

test('a connection of the other kind is told, with the simplest move', async () => {
  const build = { buildUrl: pathToFileURL(join(folder, 'answer.json')).href, buildToken: secret('t') }
  const inputs: CredentialInputs = { build, keyInputs: undefined, appleIdInputs: undefined, connection: 'api_key' }
  const context = { clock: { now: () => 0 }, log: () => {} } as unknown as StepContext
  await expect(chooseDeployCredentials(inputs, context)).rejects.toMatchObject({
    code: 'step.no_credentials',
    detail: 'the app uses an Apple ID only, and connection is "api_key"',
    remedy: expect.stringContaining('Set connection to "apple_id"'),
  })
})

/** A server that does not know the token. */
const REFUSED = {
  build: { buildUrl: 'https://cordon.test/build/1', buildToken: secret('t') },
  keyInputs: undefined,
  appleIdInputs: undefined,
}
const refusedContext = () =>
  ({
    clock: { now: () => 0 },
    log: () => {},
    warn: () => {},
    fetch: async () => new Response('{}', { status: 401 }),
  }) as unknown as StepContext
const KEY = { location: '/none/AuthKey_A.p8', keyId: 'A', issuerId: 'i', isEnterprise: false }
const PASSWORD_ALONE = { ...GIVEN, accountName: '', password: secret('') }

test.each([
  ['automatic, with the password for a connection alone', { connection: 'automatic', appleIdInputs: PASSWORD_ALONE }],
  ['api_key, which takes no inputs', { connection: 'api_key', appleIdInputs: GIVEN }],
  ['apple_id, which takes no inputs', { connection: 'apple_id', keyInputs: KEY }],
] as const)('a server that cannot be asked is the error told: %s', async (_, given) => {
  await expect(chooseDeployCredentials({ ...REFUSED, ...given }, refusedContext())).rejects.toMatchObject({
    code: 'step.build_refused',
  })
})

test('a server that cannot be asked ends nothing while the inputs are enough', async () => {
  const chosen = await chooseDeployCredentials(
    { ...REFUSED, connection: 'automatic', appleIdInputs: GIVEN },
    refusedContext(),
  )
  expect(chosen).toMatchObject({ kind: 'apple-id', accountName: 'ada@acme.test' })
})
