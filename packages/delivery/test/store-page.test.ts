import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAppleIdContext } from '@cordon/apple/apple-id/context'
import { startSignIn } from '@cordon/apple/apple-id/sign-in'
import { secret } from '@cordon/core/secret'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createStorePort } from '../src/adapters/app-store-connect/store-port.ts'
import { createIrisStorePort } from '../src/adapters/iris/store-port.ts'
import { pushMetadata } from '../src/engine/metadata/index.ts'
import { planPage } from '../src/engine/metadata/plan-page.ts'
import type { StorePort } from '../src/engine/metadata/port.ts'
import { pushPage } from '../src/engine/metadata/push-page.ts'
import { placesIn, readSoundPage } from '../src/engine/metadata/read-page.ts'
import { actionLine } from '../src/engine/metadata/render.ts'
import { DISPLAYS, LOCALES, PER_SET, writeInto, writeTree } from './page-tree.ts'
import { png } from './png.ts'
import { openStore, type Store } from './store.ts'

const SETS = LOCALES.length * Object.keys(DISPLAYS).length
const PICTURES = SETS * PER_SET

let store: Store
const folders: string[] = []

beforeAll(async () => {
  store = await openStore()
})
afterAll(async () => {
  await store.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
afterEach(() => store.control('DELETE', '/faults'))

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-page-'))
  folders.push(folder)
  return folder
}

const byKey = () => createStorePort(store.apple, { sleep: store.options.sleep })

async function bySession(email = 'manager@example.com'): Promise<StorePort> {
  const { simulator, teamId } = store
  const password = 'Correct-Horse-1'
  const memberships = [{ teamId, roles: ['APP_MANAGER' as const] }]
  simulator.createAccount({ email, password, secondFactor: 'none', iterations: 1_000, memberships })
  const context = createAppleIdContext({
    fetch,
    clock: simulator.world.clock,
    sleep: store.options.sleep,
    minimumDistanceMs: 0,
    origins: {
      idmsa: `${simulator.url}/idmsa`,
      appStoreConnect: `${simulator.url}/appstoreconnect`,
      developer: `${simulator.url}/developer`,
    },
  })
  const outcome = await startSignIn(context, { accountName: email, password: secret(password) })
  if (outcome.outcome !== 'signed-in') throw new Error(outcome.outcome)
  return createIrisStorePort(context, outcome.session, { sleep: store.options.sleep }).port
}

/** A new app whose first version is on sale and whose second is prepared. */
async function newApp(bundleId: string): Promise<{ id: string; bundleId: string }> {
  const versions = [{ versionString: '1.0', state: 'READY_FOR_DISTRIBUTION' as const }, { versionString: '1.1' }]
  const ids = await store.simulator.seedTeam(store.teamId, { apps: [{ name: bundleId, bundleId, versions }] })
  return { id: ids.apps?.[0] ?? '', bundleId }
}

async function push(folder: string, app: { id: string; bundleId: string }, port: StorePort, version?: string) {
  const before = store.simulator.world.journal.exchanges().length
  const lines: string[] = []
  const pushed = await pushMetadata({
    ...{ folder, app, port, version, platform: 'IOS', updatesVersion: true },
    parts: { texts: true, screenshots: true },
    log: (line) => lines.push(line),
    sleep: store.options.sleep,
  })
  return { ...pushed, lines, sent: store.simulator.world.journal.exchanges().slice(before) }
}

/** How often each operation was asked that changes something. */
function writesOf(sent: readonly { method: string; operation: string | undefined }[]): Record<string, number> {
  const writes: Record<string, number> = {}
  for (const { method, operation } of sent) {
    // PUT is the storage, which is no part of the API.
    if (method === 'GET' || method === 'PUT' || operation === undefined) continue
    const name = operation.replace(/^iris_/, '')
    writes[name] = (writes[name] ?? 0) + 1
  }
  return writes
}

/** How many files, or parts of them, were sent to the storage. */
function putsIn(sent: readonly { method: string }[]): number {
  return sent.filter(({ method }) => method === 'PUT').length
}

/** Every screenshot that is there, in all languages. */
async function idsAt(port: StorePort, appId: string): Promise<readonly string[]> {
  const version = (await port.listVersions(appId, 'IOS')).find(({ state }) => state === 'PREPARE_FOR_SUBMISSION')
  const texts = await port.listTexts('versionTexts', version?.id ?? '')
  const sets = await Promise.all(texts.map(({ id }) => port.listSets('screenshots', id)))
  return sets.flat().flatMap(({ items }) => items.map(({ id }) => id))
}

async function namesAt(port: StorePort, appId: string, locale: string) {
  const version = (await port.listVersions(appId, 'IOS')).find(({ state }) => state === 'PREPARE_FOR_SUBMISSION')
  const texts = await port.listTexts('versionTexts', version?.id ?? '')
  const sets = await port.listSets('screenshots', texts.find((text) => text.locale === locale)?.id ?? '')
  return Object.fromEntries(sets.map(({ type, items }) => [type, items.map(({ name }) => name)]))
}

describe.each([
  ['an API key', 'com.acme.keyed', byKey],
  ['the session of an Apple ID', 'com.acme.signed', () => bySession()],
] as const)('with %s', (_way, bundleId, openPort) => {
  const folder = newFolder()
  let port: StorePort
  let app: { id: string; bundleId: string }

  beforeAll(async () => {
    writeTree(folder, bundleId.replace('com.acme.', ''))
    app = await newApp(bundleId)
    port = await openPort()
  })

  test('a tree of 12 languages is brought over whole and in order', { timeout: 120_000 }, async () => {
    const { sent, writes, version } = await push(folder, app, port)
    expect(version).toBe('1.1')
    // Texts of both kinds in each language, copyright, categories, the pictures and their order: nothing else.
    expect(writes).toBe(2 * LOCALES.length + 2 + PICTURES + SETS)
    expect(putsIn(sent)).toBe(PICTURES)
    expect(writesOf(sent)).toEqual({
      appScreenshotSets_createInstance: SETS,
      appScreenshots_createInstance: PICTURES,
      appScreenshots_updateInstance: PICTURES,
      appScreenshotSets_appScreenshots_replaceToManyRelationship: SETS,
      appInfoLocalizations_createInstance: LOCALES.length - 1,
      appInfoLocalizations_updateInstance: 1,
      appStoreVersionLocalizations_createInstance: LOCALES.length - 1,
      appStoreVersionLocalizations_updateInstance: 1,
      appInfos_updateInstance: 1,
      appStoreVersions_updateInstance: 1,
    })
    const names = await namesAt(port, app.id, 'ja')
    expect(names.APP_IPHONE_55).toEqual([5, 6, 7, 8, 9, 10, 11, 12].map((n) => `app_iphone_55-${n}.png`))
    expect(Object.keys(names).sort()).toEqual(Object.keys(DISPLAYS).sort())
  })

  test('a second push writes nothing', async () => {
    const { writes, sent, lines } = await push(folder, app, port)
    expect([writes, writesOf(sent)]).toEqual([0, {}])
    expect(lines.at(-1)).toBe('nothing to change at Apple')
  })

  test('one changed text is one write', async () => {
    writeInto(folder, 'metadata/ja/keywords.txt', 'tide,sea\n')
    const { sent } = await push(folder, app, port)
    expect(writesOf(sent)).toEqual({ appStoreVersionLocalizations_updateInstance: 1 })
  })

  test('one changed picture touches its own set alone, and stays in its place', async () => {
    const before = await idsAt(port, app.id)
    expect(before).toHaveLength(PICTURES)
    writeInto(folder, 'screenshots/ja/app_iphone_55-7.png', png(1242, 2208, 7_777))
    const { sent } = await push(folder, app, port)
    expect(writesOf(sent)).toEqual({
      appScreenshots_deleteInstance: 1,
      appScreenshots_createInstance: 1,
      appScreenshots_updateInstance: 1,
      appScreenshotSets_appScreenshots_replaceToManyRelationship: 1,
    })
    const { APP_IPHONE_55 } = await namesAt(port, app.id, 'ja')
    expect(APP_IPHONE_55?.[2]).toBe('app_iphone_55-7.png')
    expect(putsIn(sent)).toBe(1)
    const after = await idsAt(port, app.id)
    expect(after).toHaveLength(PICTURES)
    expect(after.filter((id) => !before.includes(id))).toHaveLength(1)
    expect((await push(folder, app, port)).writes).toBe(0)
  })

  test('two languages that are wrong: every mistake at once, with file and line, and nothing is sent', async () => {
    writeInto(folder, 'metadata/de-DE/name.txt', `${'T'.repeat(31)}\n`)
    writeInto(folder, 'metadata/de-DE/description.txt', `${`${'x'.repeat(99)}\n`.repeat(41)}`)
    writeInto(folder, 'metadata/fr-FR/support_url.txt', 'acme.example\n')
    writeInto(folder, 'screenshots/fr-FR/app_iphone_55-5.png', png(100, 100, 1))
    writeInto(folder, 'screenshots/fr-FR/app_iphone_55-6.png', png(1242, 2208, 1, true))
    const before = store.simulator.world.journal.exchanges().length
    const failure = await push(folder, app, port).catch((error: unknown) => error)
    expect(store.simulator.world.journal.exchanges().length).toBe(before)
    expect(failure).toMatchObject({ code: 'metadata.invalid' })
    const { fields } = (failure as { details: { fields: { field: string; message: string }[] } }).details
    expect(
      fields.map(({ field, message }) => [field.slice(field.indexOf(folder) + folder.length + 1), message]),
    ).toEqual([
      ['metadata/de-DE/description.txt:41', 'description has 4099 characters, 4000 are allowed'],
      ['metadata/de-DE/name.txt:1', 'name has 31 characters, 30 are allowed'],
      ['metadata/fr-FR/support_url.txt:1', 'support_url must be an http:// or https:// address'],
      [
        'screenshots/fr-FR/app_iphone_55-5.png',
        'is 100 x 100 pixels, which no display has; nearest is 312 x 390 (APP_WATCH_SERIES_3)',
      ],
      ['screenshots/fr-FR/app_iphone_55-6.png', 'has an alpha channel, which Apple does not take'],
    ])
  })
})

describe('when Apple is not at its best', () => {
  const oneLanguage = (folder: string) => {
    writeInto(folder, 'metadata/en-US/description.txt', 'All about tides.')
    for (const n of [1, 2, 3]) writeInto(folder, `screenshots/en-US/${n}.png`, png(1290, 2796, n))
  }

  test('answers that hide a reservation, a commit and an order make no second picture', async () => {
    const folder = newFolder()
    oneLanguage(folder)
    const app = await newApp('com.acme.faults')
    for (const operation of [
      'appScreenshots_createInstance',
      'appScreenshots_updateInstance',
      'appScreenshotSets_createInstance',
      'appScreenshotSets_appScreenshots_replaceToManyRelationship',
    ])
      await store.control('POST', '/faults', { operation, kind: 'status', status: 504, when: 'after' })
    const port = byKey()
    await push(folder, app, port)
    expect(await namesAt(port, app.id, 'en-US')).toEqual({ APP_IPHONE_67: ['1.png', '2.png', '3.png'] })
    expect((await push(folder, app, port)).writes).toBe(0)
  })

  test('a part that Apple refuses does not keep the others from being written, and is told with its file', async () => {
    const folder = newFolder()
    oneLanguage(folder)
    writeInto(folder, 'metadata/en-US/subtitle.txt', 'Fine')
    const app = await newApp('com.acme.refused')
    await store.control('POST', '/faults', {
      ...{ operation: 'appInfoLocalizations_updateInstance', kind: 'status', status: 409, times: 0 },
      ...{ code: 'ENTITY_ERROR.ATTRIBUTE.INVALID', detail: 'The subtitle is taken' },
    })
    const port = byKey()
    await expect(push(folder, app, port)).rejects.toMatchObject({
      code: 'metadata.write_refused',
      details: {
        fields: [
          { field: expect.stringMatching(/en-US\/subtitle\.txt:1$/), message: 'Apple says: The subtitle is taken' },
        ],
      },
    })
    expect(await namesAt(port, app.id, 'en-US')).toEqual({ APP_IPHONE_67: ['1.png', '2.png', '3.png'] })
  })

  test('an upload that was never finished, and a picture that is there twice, are set right', async () => {
    const folder = newFolder()
    oneLanguage(folder)
    const app = await newApp('com.acme.twice')
    const port = byKey()
    await push(folder, app, port)
    const version = (await port.listVersions(app.id, 'IOS')).find((one) => one.version === '1.1')
    const [text] = await port.listTexts('versionTexts', version?.id ?? '')
    const [set] = await port.listSets('screenshots', text?.id ?? '')
    await store.apple.appScreenshots.reserve({ setId: set?.id ?? '', fileName: '9.png', fileSize: 9 })
    const { sent } = await push(folder, app, port)
    expect(writesOf(sent)).toEqual({ appScreenshots_deleteInstance: 1 })
  })
})

describe('versions', () => {
  test('a version that is not there is made, with what it takes over; the next push writes nothing', async () => {
    const folder = newFolder()
    writeInto(folder, 'metadata/default/promotional_text.txt', 'High tide')
    const versions = [{ versionString: '1.0', state: 'READY_FOR_DISTRIBUTION' as const }]
    const seeded = await store.simulator.seedTeam(store.teamId, {
      apps: [{ name: 'Next', bundleId: 'com.acme.next', versions }],
    })
    const app = { id: seeded.apps?.[0] ?? '', bundleId: 'com.acme.next' }
    const port = byKey()
    await expect(push(folder, app, port)).rejects.toMatchObject({ code: 'metadata.version_not_editable' })
    expect((await push(folder, app, port, '1.1')).version).toBe('1.1')
    expect((await push(folder, app, port, '1.1')).writes).toBe(0)
    const renamed = await push(folder, app, port, '1.2')
    expect(writesOf(renamed.sent)).toEqual({ appStoreVersions_updateInstance: 1 })
  })
})

test('pruning takes away languages and sets that the folder does not have, and only when it is asked for', async () => {
  const folder = newFolder()
  writeInto(folder, 'metadata/ja/description.txt', '潮')
  writeInto(folder, 'metadata/en-US/description.txt', 'Tides')
  for (const type of ['1290x2796', '1242x2208']) {
    const [width = 0, height = 0] = type.split('x').map(Number)
    writeInto(folder, `screenshots/en-US/${type}.png`, png(width, height, 1))
  }
  const app = await newApp('com.acme.pruned')
  const port = byKey()
  await push(folder, app, port)
  rmSync(join(folder, 'metadata/ja'), { recursive: true })
  rmSync(join(folder, 'screenshots/en-US/1242x2208.png'))
  expect((await push(folder, app, port)).writes).toBe(0)
  const page = await readSoundPage(placesIn(folder), folder)
  const target = { appId: app.id, platform: 'IOS', version: undefined, updatesVersion: false } as const
  const planned = async (texts: boolean) =>
    (await planPage(port, page, target, { texts, screenshots: true }, { prune: true })).actions.map(actionLine)
  const set = '- delete all of en-US APP_IPHONE_55 because the folder has none for it'
  expect(await planned(false)).toEqual([set])
  expect(await planned(true)).toEqual([
    '- remove ja texts of the version because the folder has no such language',
    '- remove ja texts of the app because the folder has no such language',
    set,
  ])
  const context = { port, sleep: store.options.sleep, onProgress: () => {} }
  await pushPage(page, target, { texts: true, screenshots: true }, context, { prune: true })
  expect(await planned(true)).toEqual([])
  expect(Object.keys(await namesAt(port, app.id, 'en-US'))).toEqual(['APP_IPHONE_67'])
})

test('a picture that becomes a link to another file after it was looked at is not sent', async () => {
  const folder = newFolder()
  writeInto(folder, 'metadata/en-US/description.txt', 'Tides')
  writeInto(folder, 'screenshots/en-US/1.png', png(1290, 2796, 1))
  writeInto(folder, 'secret.png', png(1290, 2796, 2))
  const app = await newApp('com.acme.exchanged')
  const port = byKey()
  const page = await readSoundPage(placesIn(folder), folder)
  const approve = () => {
    rmSync(join(folder, 'screenshots/en-US/1.png'))
    symlinkSync(join(folder, 'secret.png'), join(folder, 'screenshots/en-US/1.png'))
  }
  const target = { appId: app.id, platform: 'IOS', version: undefined, updatesVersion: false } as const
  const context = { port, sleep: store.options.sleep, onProgress: () => {}, approve }
  await expect(pushPage(page, target, { texts: true, screenshots: true }, context)).rejects.toMatchObject({
    code: 'metadata.file_changed',
    details: { file: '1.png' },
  })
  expect(await namesAt(port, app.id, 'en-US')).toEqual({ APP_IPHONE_67: [] })
})

test('a session that has ended is told as such, and nothing is written', async () => {
  const folder = newFolder()
  writeInto(folder, 'metadata/en-US/description.txt', 'Tides')
  const app = await newApp('com.acme.ended')
  const port = await bySession('ended@example.com')
  await store.control('DELETE', '/accounts/ended@example.com/sessions')
  await expect(push(folder, app, port)).rejects.toMatchObject({ code: 'apple.session_expired' })
})
