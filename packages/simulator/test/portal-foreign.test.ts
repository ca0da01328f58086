import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'plist'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { variablesFor } from '../src/hosts/variables.ts'
import { type Simulator, startSimulator } from '../src/simulator.ts'
import { png } from './png.ts'
import { PASSWORD } from './portal-browser.ts'
import { runApart } from './run-apart.ts'

const EMAIL = 'expo@example.com'
let folder: string
let simulator: Simulator
let variables: Record<string, string>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-portal-expo-'))
  simulator = await startSimulator({ proxyPort: 0, caFolder: join(folder, 'ca') })
  simulator.createTeam({ name: 'Acme', teamId: 'ACMETEAM01' })
  simulator.createAccount({ email: EMAIL, password: PASSWORD, secondFactor: 'none', iterations: 1_000 })
  if (simulator.appleHosts === null) throw new Error('no hosts')
  variables = Object.fromEntries(variablesFor(simulator.appleHosts).map(({ name, value }) => [name, value]))
})
afterAll(async () => {
  await simulator.close()
  rmSync(folder, { recursive: true })
})

const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe', cwd: folder })

/** Everything that was refused, without what a client asks for on purpose. */
function refusals(): string[] {
  return simulator.world.journal
    .exchanges()
    .filter(({ status }) => status >= 400)
    .map(({ operation, status }) => `${operation} ${status}`)
}

describe('@expo/apple-utils on the portal, with an Apple ID', { timeout: 120_000 }, () => {
  it('does all that it can: teams, App IDs, certificates, devices, profiles, keys', async () => {
    const job = { username: EMAIL, password: PASSWORD }
    const { p12, profileContent, ...seen } = (await runApart('foreign/apple-utils-portal.mjs', job, {
      ...variables,
      HOME: folder,
      EXPO_NO_KEYCHAIN: '1',
    })) as { p12: { base64: string; password: string }; profileContent: string }
    expect(seen).toEqual({
      signedInAs: EMAIL,
      teams: [['ACMETEAM01', 'Acme', 'Company/Organization']],
      found: true,
      groups: [['com acme expo', 'ACMETEAM01']],
      capabilities: ['APPLE_PAY', 'APP_GROUPS', 'DATA_PROTECTION', 'ICLOUD', 'IN_APP_PURCHASE', 'PUSH_NOTIFICATIONS'],
      hasPush: true,
      renamed: 'Renamed',
      isAppClip: true,
      services: ['com.acme.expo.web'],
      certificates: [['IOS_DISTRIBUTION', EMAIL, 'Issued']],
      devices: ['00008030-001C2D3E4F50802E'],
      disabled: ['DISABLED'],
      isSameProfile: [true, true],
      profiles: [['Expo ad hoc', 'ACTIVE']],
      inside: [1, 1, true],
      ofBundleId: ['Expo ad hoc'],
      afterRevocation: 'INVALID',
      keyFile: '-----BEGIN PRIVATE KEY-----',
      keys: [['Push', false]],
      keyServices: ['U27F4V844T'],
      tooManyKeys: expect.stringContaining('(29102)'),
      left: { bundleIds: 0, profiles: 0, groups: 0, keys: ['Second'] },
    })
    // Made anew under its name: the client waits for this refusal before it deletes the old profile.
    expect(refusals()).toEqual(['portal_profiles_createInstance 409'])

    writeFileSync(join(folder, 'root.pem'), await simulator.rootPem())
    writeFileSync(join(folder, 'intermediate.pem'), await simulator.world.authority.intermediatePem())
    writeFileSync(join(folder, 'made.p12'), Buffer.from(p12.base64, 'base64'))
    const read = ['pkcs12', '-in', 'made.p12', '-passin', `pass:${p12.password}`, '-legacy']
    writeFileSync(join(folder, 'leaf.pem'), openssl(...read, '-nokeys'))
    expect(openssl(...read, '-nocerts', '-nodes')).toContain('BEGIN PRIVATE KEY')
    const chain = ['-CAfile', 'root.pem', '-untrusted', 'intermediate.pem', 'leaf.pem']
    expect(openssl('verify', '-ignore_critical', ...chain)).toContain('OK')
    writeFileSync(join(folder, 'made.mobileprovision'), Buffer.from(profileContent, 'base64'))
    const cms = ['cms', '-verify', '-purpose', 'any', '-inform', 'DER', '-in', 'made.mobileprovision']
    const { Entitlements } = parse(openssl(...cms, '-CAfile', 'root.pem')) as { Entitlements: unknown }
    expect(Entitlements).toMatchObject({
      'com.apple.security.application-groups': ['group.com.acme.expo'],
      'com.apple.developer.icloud-container-identifiers': ['iCloud.com.acme.expo'],
      'com.apple.developer.default-data-protection': 'NSFileProtectionCompleteUnlessOpen',
      'aps-environment': 'production',
    })
  })

  it('goes to the second host while the first is closed', async () => {
    simulator.world.settings = { ...simulator.world.settings, portalMaintenance: 'result-code' }
    simulator.world.journal.reset()
    const home = mkdtempSync(join(folder, 'home-'))
    const program = 'foreign/apple-utils-teams.mjs'
    const job = { username: EMAIL, password: PASSWORD }
    expect(await runApart(program, job, { ...variables, HOME: home, EXPO_NO_KEYCHAIN: '1' })).toEqual({
      teams: ['ACMETEAM01'],
    })
    const asked = simulator.world.journal.exchanges().filter(({ operation }) => operation === 'legacy_listTeams')
    expect(asked.map(({ service, status }) => [service, status])).toContainEqual(['developer', 200])
    expect(asked.at(-1)).toMatchObject({ service: 'developer-mdn', status: 200 })
  })

  it('makes an app record, its store page with screenshots, and tests builds, on iris', async () => {
    simulator.world.settings = { ...simulator.world.settings, portalMaintenance: 'none' }
    simulator.world.journal.reset()
    await simulator.seedTeam('ACMETEAM01', {
      apps: [{ name: 'Seeded', bundleId: 'com.acme.seeded' }],
      builds: [{ app: 'com.acme.seeded', version: '7' }],
    })
    const [home, image] = [mkdtempSync(join(folder, 'home-')), join(folder, 'shot.png')]
    writeFileSync(image, png(1290, 2796))
    const job = { username: EMAIL, password: PASSWORD, image }
    const environment = { ...variables, HOME: home, EXPO_NO_KEYCHAIN: '1' }
    expect(await runApart('foreign/apple-utils-store.mjs', job, environment)).toEqual({
      unregistered: 'APP_CREATE_BUNDLE_ID_NOT_REGISTERED',
      badName: 'APP_CREATE_NAME_INVALID',
      takenName: 'APP_CREATE_NAME_UNAVAILABLE',
      app: ['Store', 'en-US'],
      found: true,
      version: ['1.0', 'PREPARE_FOR_SUBMISSION'],
      locales: ['de-DE', 'en-US'],
      subtitle: 'Really fine',
      categories: ['GAMES', 'GAMES_PUZZLE'],
      screenshots: [
        [true, 2796],
        [true, 2796],
      ],
      reordering: expect.stringContaining('Unexpected OK response'),
      isReordered: true,
      sets: [1],
      build: ['7', '1.0', 'IOS', 'com.acme.seeded', true],
      isMissingAnswer: true,
      isReady: true,
      groups: ['Friends'],
      groupBuilds: ['7'],
      notes: ['Try it'],
      appTexts: ['Fine'],
    })
    expect(new Set(refusals())).toEqual(new Set(['iris_apps_createInstance 409']))
    const uploads = simulator.world.journal.exchanges().filter(({ operation }) => operation === 'uploads_put')
    expect(uploads.map(({ service, status }) => [service, status])).toEqual([
      ['uploads', 200],
      ['uploads', 200],
    ])
  })
})
