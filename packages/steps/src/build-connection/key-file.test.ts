import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { autoProvisionStep } from '../auto-provision/step.ts'
import { deployStep } from '../deploy/step.ts'
import { fastlaneStep } from '../fastlane/step.ts'
import { collectInputs } from '../inputs.ts'
import type { StepContext } from '../step.ts'
import { readKeyFile } from './key-file.ts'

const NAME = 'AuthKey_ABCDE12345.p8'
const KEY = { location: '', keyId: '', issuerId: 'issuer', isEnterprise: false }
let folder: string
let server: Server
let address: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-key-'))
  writeFileSync(join(folder, NAME), 'the key')
  writeFileSync(join(folder, 'large.p8'), 'x'.repeat(20_000))
  server = createServer((request, response) => response.end(request.url?.startsWith(`/${NAME}`) ? 'the key' : ''))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})
const context = () => ({ workingFolder: folder, fetch, sleep: async () => {} }) as unknown as StepContext

test.each([
  ['a path from the working folder', () => NAME],
  ['a whole path', () => join(folder, NAME)],
  ['a file:// address', () => pathToFileURL(join(folder, NAME)).href],
  ['an address, whatever follows the name', () => `${address}/${NAME}?signature=1`],
])('a key is read from %s, and the name tells its id', async (_, location) => {
  const key = await readKeyFile({ ...KEY, location: location() }, context())
  expect(key).toMatchObject({ kind: 'team', keyId: 'ABCDE12345', issuerId: 'issuer' })
  expect(key.privateKey.reveal()).toBe('the key')
})

test('an id that is given wins, and a key of an Enterprise team says so', async () => {
  const key = await readKeyFile({ ...KEY, location: NAME, keyId: 'OTHER12345', isEnterprise: true }, context())
  expect(key).toMatchObject({ kind: 'enterprise', keyId: 'OTHER12345' })
})

test.each([
  ['does not tell the id', { location: 'key.p8' }, 'api_key_id'],
  ['is not there', { location: 'key.p8', keyId: 'ABCDE12345' }, 'api_key_path'],
  ['is no key by its size', { location: 'large.p8', keyId: 'ABCDE12345' }, 'api_key_path'],
])('a file that %s is refused by the name of the input', async (_, change, input) => {
  await expect(readKeyFile({ ...KEY, ...change }, context())).rejects.toMatchObject({
    code: 'step.input_invalid',
    details: { input },
  })
})

test('the name of a file is told, and that in a web address is not', async () => {
  const refusal = (location: string) => readKeyFile({ ...KEY, location }, context()).catch(({ detail }) => detail)
  expect(await refusal('keys/key.p8')).toContain('"key.p8"')
  expect(await refusal(`${address}/keys/s3cr3t?signature=1`)).toBe(
    '"api_key_id" must be set, because the file is not named AuthKey_<key id>.p8',
  )
})

describe.each([
  ['auto-provision', autoProvisionStep, { project_path: 'app' }],
  ['deploy', deployStep, { ipa_path: 'app.ipa' }],
  ['fastlane', fastlaneStep, { lane: 'beta' }],
] as const)('the key inputs of %s', (_, step, needed) => {
  const read = (given: Readonly<Record<string, string>>) =>
    step.readInputs(collectInputs(step.inputs, { ...needed, ...given }, {}), context())

  test('are the same in every step', () => {
    const { keyInputs } = read({ api_key_path: `https://keys.test/${NAME}`, api_key_issuer_id: 'issuer' })
    expect(keyInputs).toEqual({ ...KEY, location: `https://keys.test/${NAME}` })
    expect(read({}).keyInputs).toBeUndefined()
  })

  test.each([
    [{ api_key_path: NAME }, 'step.input_missing'],
    [{ api_issuer: 'issuer' }, 'step.input_missing'],
    [{ api_key_path: `http://keys.test/${NAME}`, api_issuer: 'issuer' }, 'step.insecure_address'],
  ])('%o is refused', (given, code) => {
    expect(() => read(given)).toThrow(expect.objectContaining({ code }))
  })
})
