import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeIpa } from '../../../packages/delivery/test/make-ipa.ts'
import { newStoreProfile } from '../../../packages/delivery/test/store-profile.ts'
import { type Desk, openDesk } from './desk.ts'

let simulator: Simulator
let desk: Desk
let command: string
let profile: Buffer
let builds = 1
beforeAll(async () => {
  simulator = await startSimulator({
    settings: { hourlyLimit: null },
    seed: {
      teams: [
        {
          name: 'Acme',
          keys: [{ role: 'APP_MANAGER' }],
          apps: [{ name: 'Acme', bundleId: 'com.acme.app', versions: [{ versionString: '1.1' }] }],
        },
      ],
    },
  })
  profile = await newStoreProfile(simulator, simulator.seeded[0]?.teamId ?? '')
})
afterAll(() => simulator.close())
beforeEach(async () => {
  desk = openDesk()
  const [team] = simulator.seeded
  const [key] = team?.keys ?? []
  const keyFile = join(desk.folder, `AuthKey_${key?.keyId}.p8`)
  writeFileSync(keyFile, key?.privateKey ?? '', { mode: 0o600 })
  const buildNumber = String(builds++)
  await makeIpa(join(desk.folder, 'App.ipa'), { buildNumber, profile, payloadBytes: 5_990_000 })
  command = `deploy --connection off --api-key-path ${keyFile} --api-issuer ${team?.issuerId} --ipa-path App.ipa`
})
afterEach(() => desk.close())

const env = () => ({ CORDON_APPLE_BASE_URL: simulator.url, HOME: desk.folder })

test('deploy in a pipe tells in plain lines, and gives its result as JSON', async () => {
  const ran = await desk.run(`--json ${command}`, { env: env() })
  expect(ran.stderr).not.toContain('\u001b')
  expect(ran.stderr).toMatch(/· com\.acme\.app 1\.1 \(\d+\), 6 MB: checked, ready to be sent\n/)
  expect(ran.stderr).toMatch(/· sent +100 % {2}6 MB of 6 MB/)
  expect(ran.json()).toMatchObject({
    uploadedBy: 'app-store-connect-api',
    parts: { sent: 2 },
    outputs: { CORDON_APP_VERSION: '1.1' },
  })
  expect(ran.exitCode).toBe(0)
})

test('deploy on a terminal shows one bar, which is gone at the end', async () => {
  const { stderr, stdout, exitCode } = await desk.run(command, { env: env(), answers: [] })
  const bars = stderr.split('\r\u001b[2K').filter((text) => text.startsWith('['))
  expect(bars.length).toBeGreaterThanOrEqual(2)
  expect(bars.at(-1)).toMatch(/^\[#{24}\] {2}100 % {2}6 MB of 6 MB/)
  // The last bar is cleared, and what comes after it begins at the left.
  expect(stderr.split('\r\u001b[2K').at(-1)).toMatch(/^· upload \S+ is complete\n/)
  expect(stderr).not.toContain('· sent')
  expect(stdout).toMatch(/^com\.acme\.app 1\.1 \(\d+\) is at App Store Connect: 2 parts sent\nbuild \S+\n/)
  expect(exitCode).toBe(0)
})

test('deploy without a file says what to set', async () => {
  const { stderr, exitCode } = await desk.run('deploy --bundle-id com.acme.app')
  expect(stderr).toContain('error: there is nothing to deploy')
  expect(stderr).toContain('hint: set ipa_path or pkg_path')
  expect(stderr).toContain(' (here: --ipa-path, --pkg-path, --skip-metadata, --skip-screenshots)\n')
  expect(exitCode).toBe(3)
})
