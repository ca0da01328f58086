import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD } from '../../server/test/harness.ts'
import { type ServerWorld, startWorld } from '../../server/test/world.ts'
import { JSON_RESULTS } from '../src/json-results.ts'
import { type Desk, openDesk, type RunOptions } from './desk.ts'

let world: ServerWorld
let desk: Desk
let kims: Desk

beforeAll(async () => {
  world = await startWorld('sqlite')
  desk = openDesk()
  kims = openDesk()
})
afterAll(async () => {
  desk.close()
  kims.close()
  await world.close()
})

/** Runs a command that must succeed, and gives what it printed as JSON. */
async function done<T>(at: Desk, commandLine: string, options: RunOptions = {}): Promise<T> {
  const ran = await at.run(`${commandLine} --json`, options)
  expect(ran.exitCode, `${commandLine}: ${ran.stderr}`).toBe(0)
  return ran.json<T>()
}

async function connect(name: string): Promise<void> {
  const { keyId, issuerId, privateKey } = world.newKey()
  const path = join(desk.folder, `AuthKey_${keyId}.p8`)
  writeFileSync(path, privateKey)
  await done(desk, `connection add api-key --name ${name} --key-file ${path} --issuer-id ${issuerId}`)
  await done(desk, `app authorise Acme ${name}`)
}

test('what --json prints has the keys that are documented, and no others', async () => {
  const answered: Record<string, readonly string[]> = {}
  const keys = async (name: keyof typeof JSON_RESULTS, at: Desk, rest = '', options: RunOptions = {}) => {
    answered[name] = Object.keys(await done<object>(at, `${name} ${rest}`, options))
  }
  const stdin = `${PASSWORD}\n`

  const link = `${world.server.setUpUrl}\n${PASSWORD}\n`
  await keys('set-up', desk, '--name Dana --email dana@example.com --stdin', { stdin: link })
  await keys('whoami', desk)
  const { url } = await done<{ url: string }>(desk, 'people invite')
  await keys('join', kims, '--name Kim --email kim@example.com --stdin', { stdin: `${url}\n${PASSWORD}\n` })
  await done(desk, 'people invite --note Robin')
  await keys('people revoke-invitation', desk, 'Robin')

  await done(desk, 'app create Acme')
  const { url: toApp } = await done<{ url: string }>(desk, 'app invite Acme --role admin')
  await done(kims, 'join --stdin', { stdin: toApp })
  await done(desk, 'app invite Acme --role tester --note Robin')
  await keys('app revoke-invitation', desk, 'Acme Robin')
  await done(desk, 'app trigger-token create Acme ci')
  await keys('app trigger-token revoke', desk, 'Acme ci')

  await connect('first')
  await keys('app withdraw', desk, 'Acme')
  await done(desk, 'app authorise Acme first')
  await keys('connection revoke-use', desk, 'first Acme')
  await keys('connection transfer', desk, 'first kim@example.com --yes --password-stdin', { stdin })
  await connect('second')
  await keys('connection remove', desk, 'second --yes')
  expect((await kims.run('connection list')).stdout).toContain('first')

  const { environment } = await done<{ environment: Record<string, string> }>(desk, 'build start --app Acme')
  await keys('build end', desk, '', { env: environment })
  await keys('build-number next', desk, '--bundle-id com.acme.app --for-version 1.0 --app Acme')
  await done(desk, 'device add Phone 00008110-000A1B2C3D4E5F6A')
  await keys('device remove', desk, 'Phone')
  await keys('app remove-member', desk, 'Acme kim@example.com')
  await keys('app delete', desk, 'Acme --confirm Acme')

  await done(desk, 'account token create spare --password-stdin', { stdin })
  await keys('account token revoke', desk, 'spare')
  await keys('account session end', desk, '--all')
  await keys('account password', desk, '--password-stdin', { stdin: `${PASSWORD}\nrock-pool-at-low-tide\n` })
  await keys('logout', kims)
  await keys('login', kims, `--server ${world.server.url} --email kim@example.com --password-stdin`, { stdin })
  expect(answered).toEqual(JSON_RESULTS)
})

test('the page of the command has them', () => {
  const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')
  for (const [command, keys] of Object.entries(JSON_RESULTS))
    expect(page).toContain(`| \`cordon ${command}\` | ${keys.map((key) => `\`${key}\``).join(', ')} |\n`)
})
