import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
beforeEach(() => {
  desk = openDesk()
})
afterEach(() => desk.close())

const GIVEN = { certificate_urls: 'a.p12', provisioning_profile_urls: 'a.mobileprovision' }

test('resign on a machine that cannot sign says what is missing and writes nothing', async () => {
  writeFileSync(join(desk.folder, 'App.ipa'), 'not even read')
  const before = readdirSync(desk.folder)
  const { exitCode, stderr } = await desk.run('resign --ipa-path App.ipa', { env: GIVEN })
  expect(stderr).toContain('code: step.signing_tools_missing')
  expect(stderr).toContain('codesign and security are not on this machine (linux)')
  expect(exitCode).toBe(6)
  expect(readdirSync(desk.folder)).toEqual(before)
})

test('resign on such a machine asks for nothing first: no input would help', async () => {
  const { exitCode, stderr } = await desk.run('resign')
  expect(stderr).toContain('code: step.signing_tools_missing')
  expect(stderr).not.toContain('ipa_path')
  expect(exitCode).toBe(6)
})

test.each([
  ['resign', {}, 'step.input_missing', 2],
  ['resign --ipa-path App.ipa', {}, 'step.input_missing', 2],
  ['resign --ipa-path App.ipa --output-ipa-path App.ipa', GIVEN, 'step.input_invalid', 3],
  ['resign --ipa-path App.ipa --bundle-id no_underscores', GIVEN, 'step.input_invalid', 3],
])('%s on a Mac is refused before anything is read', async (command, variables, code, exitCode) => {
  const ran = await desk.run(command, { env: variables, platform: 'darwin' })
  expect(ran.stderr).toContain(`code: ${code}`)
  expect(ran.exitCode).toBe(exitCode)
})

test('resign takes what may be secret from the environment only, and says so', async () => {
  const { stdout } = await desk.run('resign --help')
  expect(stdout).toMatch(/^Inputs that may be secret are taken from environment variables only:$/m)
  expect(stdout).toMatch(/^ {2}certificate_urls {11}\.p12 files: /m)
  expect(stdout).toMatch(/^ {2}provisioning_profile_urls {2}one for the app/m)
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  expect(stdout).not.toContain('--provisioning-profile-urls')
  expect(stdout).not.toContain('--keychain-password')
})
