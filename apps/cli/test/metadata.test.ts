import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createAppleIdContext } from '@cordon/apple/apple-id/context'
import { wireCookies } from '@cordon/apple/apple-id/export'
import { startSignIn } from '@cordon/apple/apple-id/sign-in'
import { secret } from '@cordon/core/secret'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { secretCookieValues } from '@cordon/testkit/secret-cookies'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { png } from '../../../packages/delivery/test/png.ts'
import { type Desk, openDesk } from './desk.ts'

let simulator: Simulator
let desk: Desk
let env: Record<string, string>
let teamId: string

beforeAll(async () => {
  simulator = await startSimulator({ settings: { hourlyLimit: null } })
})
afterAll(() => simulator.close())

beforeEach(async () => {
  await fetch(`${simulator.controlUrl}/reset`, { method: 'POST' })
  teamId = simulator.createTeam({ name: 'Acme' }).teamId
  const versions = [{ versionString: '1.0', state: 'READY_FOR_DISTRIBUTION' as const }, { versionString: '1.1' }]
  await simulator.seedTeam(teamId, { apps: [{ name: 'Tidepool', bundleId: 'com.acme.tidepool', versions }] })
  const key = simulator.createKey(teamId)
  desk = openDesk()
  writeFileSync(join(desk.folder, `AuthKey_${key.keyId}.p8`), key.privateKey ?? '')
  env = {
    CORDON_APPLE_BASE_URL: simulator.url,
    connection: 'off',
    api_key_path: `AuthKey_${key.keyId}.p8`,
    api_issuer: key.issuerId ?? '',
    bundle_id: 'com.acme.tidepool',
  }
})
afterEach(() => desk.close())

function write(path: string, content: string | Uint8Array): void {
  const file = join(desk.folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

const read = (path: string) => readFileSync(join(desk.folder, path), 'utf8')
const writes = () =>
  simulator.world.journal
    .exchanges()
    .filter(({ method }) => method !== 'GET')
    .map(({ operation }) => operation)

const PAGE = `# The store page of Tidepool
release:
  copyright: 2026 Acme
categories:
  primary_category: WEATHER
locales:
  en-US:
    subtitle: Tides at hand
    keywords: [tide, sea]
    description: |
      All about tides.

      And the moon.
  de-DE:
    name: Gezeiten
    description: Alles über Gezeiten.
`

describe('metadata check', () => {
  test('needs no connection, and counts what is there', async () => {
    write('fastlane/metadata.yml', PAGE)
    const { exitCode, stdout } = await desk.run('metadata check')
    expect([exitCode, stdout]).toEqual([0, 'no mistakes: 2 languages, 0 screenshots, 0 previews\n'])
  })

  test('tells every mistake with its file and line, ends with 3, and asks nobody', async () => {
    write('fastlane/metadata.yml', PAGE.replace('Tides at hand', 'x'.repeat(31)).replace('copyright', 'copyrigth'))
    write('fastlane/metadata/fr/name.txt', 'Marées')
    write('fastlane/metadata/en-US/support_url.txt', '\n\nacme.example\n')
    const { exitCode, stderr } = await desk.run('metadata check')
    expect(exitCode).toBe(3)
    expect(stderr).toBe(
      [
        'error: the store page has mistakes; nothing was sent: 4 mistakes',
        '  fastlane/metadata.yml:3: "copyrigth" is not known; known are copyright, release_type, release_date, phased_release',
        '  fastlane/metadata.yml:8: subtitle has 31 characters, 30 are allowed',
        '  fastlane/metadata/en-US/support_url.txt:3: support_url must be an http:// or https:// address',
        '  fastlane/metadata/fr: is no language of the store; is "fr-FR" meant?',
        'hint: correct the named lines and files, then run again; "cordon metadata check" needs no connection',
        'code: metadata.invalid',
        '',
      ].join('\n'),
    )
    expect(simulator.world.journal.exchanges()).toEqual([])
  })

  test('a text whose name is not known is told, and what was meant', async () => {
    write('fastlane/metadata/en-US/Keywords.txt', 'tide')
    write('fastlane/metadata/de-DE/keyword.txt', 'gezeiten')
    write('fastlane/metadata/en-US/title.txt', 'Tidepool')
    write('fastlane/metadata/review_information/review_notes.txt', 'Tap twice.')
    const { stdout } = await desk.run('metadata check')
    expect(stdout).toBe(
      'warning: fastlane/metadata/de-DE/keyword.txt is left out: no text has this name; is "keywords.txt" meant?\n' +
        'warning: fastlane/metadata/en-US/Keywords.txt is left out: no text has this name; is "keywords.txt" meant?\n' +
        'warning: fastlane/metadata/en-US/title.txt is left out: no text has this name\n' +
        'no mistakes: 2 languages, 0 screenshots, 0 previews\n',
    )
  })

  test('says when there is nothing, and where', async () => {
    const { exitCode, stderr } = await desk.run('metadata check')
    expect(exitCode).toBe(3)
    expect(stderr).toContain('error: there is no store page in this folder: "fastlane"')
    expect(stderr).toContain('code: metadata.nothing_there')
  })
})

describe('metadata plan and push', () => {
  test('plan shows what each field was and becomes, and changes nothing', async () => {
    write('fastlane/metadata.yml', PAGE)
    const { exitCode, stdout } = await desk.run('metadata plan', { env })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('~ change en-US texts of the version because keywords, description differ')
    expect(stdout).toContain('    keywords: none -> "tide,sea"')
    expect(stdout).toContain('+ add de-DE texts of the app because the language is not there')
    expect(writes()).toEqual([])
  })

  test('push asks first; without anybody to ask it writes nothing', async () => {
    write('fastlane/metadata.yml', PAGE)
    const { exitCode, stderr } = await desk.run('metadata push', { env })
    expect(exitCode).toBe(6)
    expect(stderr).toContain('nothing was written; nobody is there to be asked, so give --yes')
    expect(writes()).toEqual([])
  })

  test('push writes what differs, tells its progress, and a second one writes nothing', async () => {
    write('fastlane/metadata.yml', PAGE)
    const { exitCode, stdout, stderr } = await desk.run('metadata push --yes', { env })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/version 1\.1: 6 writes, \d+ requests to Apple\n$/)
    expect(stderr).toContain('· 6 of 6: ')
    expect(stdout.match(/^[+~] .* because /gm)).toHaveLength(6)
    const again = await desk.run('metadata push --yes --json', { env })
    expect(again.json<{ writes: number; actions: unknown[] }>()).toMatchObject({ writes: 0, actions: [] })
    const onTerminal = await desk.run('metadata push --yes', { env, isOneLog: true })
    expect(onTerminal.stdout).toMatch(/^version 1\.1: 0 writes, /)
    const pruned = await desk.run('metadata plan --prune', { env })
    expect(pruned.stdout).toContain('nothing to change at Apple')
  })

  test('an app that the key does not see is told', async () => {
    write('fastlane/metadata.yml', PAGE)
    const { stderr } = await desk.run('metadata plan', { env: { ...env, bundle_id: 'com.acme.tide' } })
    expect(stderr).toContain('code: metadata.app_not_found')
    const byId = await desk.run('metadata plan --app-id 99', { env })
    expect(byId.stderr).toContain('error: the connection sees no such app: "99"')
    const unnamed = await desk.run('metadata plan', { env: { ...env, bundle_id: '' } })
    expect([unnamed.exitCode, unnamed.stderr]).toEqual([
      2,
      expect.stringContaining('which app: --bundle-id, or --app-id'),
    ])
  })

  test('what cannot be is told in words of the page: a version, a platform, a release', async () => {
    write('fastlane/metadata.yml', PAGE)
    const renamed = await desk.run('metadata plan --skip-screenshots --app-version 2.0', { env })
    expect(renamed.stdout).toContain('    version: "1.1" -> "2.0"')
    const mac = await desk.run('metadata plan --platform osx', { env })
    expect(mac.stderr).toContain('the app has no version for MAC_OS; a person adds a platform in App Store Connect')
    const release = await desk.run('metadata release', { env })
    expect(release.stderr).toContain('no version waits for release: 1.0 is READY_FOR_DISTRIBUTION')
    expect(release.stderr).not.toContain('hint: push the store page of this version first')
  })
})

describe('metadata pull', () => {
  test('writes the folders of deliver, keeps what says something else, and what it wrote needs no push', async () => {
    write('fastlane/metadata.yml', PAGE)
    await desk.run('metadata push --yes', { env })
    const { stdout } = await desk.run('metadata pull --metadata-folder there', { env })
    expect(stdout).toContain('version 1.1 (PREPARE_FOR_SUBMISSION)')
    expect(read('there/metadata/en-US/description.txt')).toBe('All about tides.\n\nAnd the moon.\n')
    expect(read('there/metadata/primary_category.txt')).toBe('WEATHER\n')
    const plan = await desk.run('metadata plan --metadata-folder there', { env })
    expect(plan.stdout).toContain('nothing to change at Apple')
    write('there/metadata/en-US/keywords.txt', 'mine')
    const again = await desk.run('metadata pull --metadata-folder there', { env })
    expect(again.stdout).toContain('! there/metadata/en-US/keywords.txt says something else and was kept')
    expect(read('there/metadata/en-US/keywords.txt')).toBe('mine')
  })

  test('brings screenshots too, in the layout that push reads; films and what is skipped are told', async () => {
    write('fastlane/metadata.yml', PAGE)
    write('fastlane/screenshots/de-DE/home.png', png(1290, 2796, 1))
    write('fastlane/screenshots/de-DE/map.png', png(1290, 2796, 2))
    write('fastlane/app_previews/de-DE/tour-IPHONE_67.mp4', Buffer.from('0000001866747970', 'hex'))
    await desk.run('metadata push --yes', { env })
    const texts = await desk.run('metadata pull --skip-screenshots --metadata-folder texts', { env })
    expect(texts.stdout).toBe('version 1.1 (PREPARE_FOR_SUBMISSION): 9 files written, 0 were right\n')
    expect(existsSync(join(desk.folder, 'texts/screenshots'))).toBe(false)
    const pulled = await desk.run('metadata pull --skip-texts --metadata-folder there', { env })
    expect([pulled.exitCode, pulled.stdout]).toEqual([
      0,
      'i 1 preview left out: Apple gives films only as streams, which cannot be sent again\n' +
        'version 1.1 (PREPARE_FOR_SUBMISSION): 2 screenshots fetched, 0 were there\n',
    ])
    expect(pulled.stderr).toContain('· 1 of 1: fetched the screenshots of de-DE APP_IPHONE_67\n')
    expect(existsSync(join(desk.folder, 'there/metadata'))).toBe(false)
    const plan = await desk.run('metadata plan --metadata-folder there', { env })
    expect(plan.stdout).toContain('nothing to change at Apple')
    const again = await desk.run('metadata pull --metadata-folder there --json', { env })
    expect(again.json()).toMatchObject({ screenshots: { fetched: [], right: 2, kept: [] }, previews: 1 })
  })

  test('writes one file when asked', async () => {
    write('fastlane/metadata.yml', PAGE)
    await desk.run('metadata push --yes', { env })
    await desk.run('metadata pull --one-file --metadata-folder one', { env })
    expect(existsSync(join(desk.folder, 'one/metadata'))).toBe(false)
    const plan = await desk.run('metadata plan --metadata-folder one', { env })
    expect(plan.stdout).toContain('nothing to change at Apple')
  })
})

test('with an Apple ID alone the same is done through its session, and no cookie is shown', async () => {
  write('fastlane/metadata.yml', PAGE)
  const [email, password] = ['manager@example.com', 'Correct-Horse-1']
  const memberships = [{ teamId, roles: ['APP_MANAGER' as const] }]
  simulator.createAccount({ email, password, secondFactor: 'none', iterations: 1_000, memberships })
  const origins = {
    idmsa: `${simulator.url}/idmsa`,
    appStoreConnect: `${simulator.url}/appstoreconnect`,
    developer: `${simulator.url}/developer`,
  }
  const { clock } = simulator.world
  const context = createAppleIdContext({ fetch, clock, origins, sleep: async () => {}, minimumDistanceMs: 0 })
  const outcome = await startSignIn(context, { accountName: email, password: secret(password) })
  if (outcome.outcome !== 'signed-in') throw new Error(outcome.outcome)
  const cookies = wireCookies(outcome.session, clock.now()).reveal()
  write('stored.json', JSON.stringify({ apple_id: email, password, session_cookies: cookies }))
  const signedIn = {
    CORDON_APPLE_ID_BASE_URL: simulator.url,
    build_url: `file://${join(desk.folder, 'stored.json')}`,
    build_api_token: 'token',
    connection: 'apple_id',
    bundle_id: 'com.acme.tidepool',
  }
  const pushed = await desk.run('metadata push --yes', { env: signedIn })
  expect([pushed.exitCode, pushed.stdout]).toEqual([0, expect.stringMatching(/version 1\.1: 6 writes/)])
  expect(
    simulator.world.journal.exchanges().some(({ operation }) => operation === 'iris_appStoreVersions_updateInstance'),
  ).toBe(true)
  const values = secretCookieValues(outcome.session.reveal().cookies)
  for (const value of [...values, password]) expect(pushed.stdout + pushed.stderr).not.toContain(value)
  const again = await desk.run('metadata plan', { env: signedIn })
  expect(again.stdout).toContain('nothing to change at Apple')
})
