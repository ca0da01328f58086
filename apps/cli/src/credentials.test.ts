import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '@cordon/core/secret'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { currentSignIn, forgetSignIn, storeSignIn } from './credentials.ts'
import type { Environment } from './environment.ts'
import { underLock } from './file-lock.ts'

const SERVER = 'https://cordon.example.com'

let folder: string
let environment: Environment
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-credentials-'))
  const folders = { workingFolder: folder, homeFolder: folder, configFolder: folder }
  environment = { variables: {}, platform: 'linux', ...folders }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const signIn = (token: string) => ({ server: SERVER, token: new Secret(token) })
const store = async (token: string) =>
  (await storeSignIn(environment, signIn(token), 'dana@example.com'))?.token.reveal()
const kept = () => currentSignIn(environment).token.reveal()

test('of two who sign in at once, the second learns of the token of the first', async () => {
  expect(await store('first')).toBeUndefined()
  // Another command has the lock while this one comes, and leaves a token before it lets go.
  const lock = join(folder, 'credentials.json.lock')
  writeFileSync(lock, 'another')
  const third = store('third')
  const file = join(folder, 'credentials.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('first', 'second'))
  rmSync(lock)
  expect(await third).toBe('second')
  expect(kept()).toBe('third')
})

test('of many at once, each token but the last is answered once', async () => {
  const tokens = Array.from({ length: 8 }, (_, n) => `token-${n}`)
  const replaced = await Promise.all(tokens.map(store))
  expect([...replaced.filter((token) => token !== undefined), kept()].sort()).toEqual(tokens)
  expect(readdirSync(folder)).toEqual(['credentials.json'])
})

test('what is signed out of is forgotten, and not what has taken its place', async () => {
  await store('first')
  await store('second')
  await forgetSignIn(environment, signIn('first'))
  expect(kept()).toBe('second')
  await forgetSignIn(environment, signIn('second'))
  expect(kept).toThrow()
})

test('all who find an abandoned lock go on, and leave none', async () => {
  const lock = join(folder, 'lock')
  writeFileSync(lock, 'killed')
  const done: number[] = []
  await Promise.all([1, 2, 3].map((one) => underLock(lock, () => done.push(one))))
  expect({ done: done.sort(), left: readdirSync(folder) }).toEqual({ done: [1, 2, 3], left: [] })
})
