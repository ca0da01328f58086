import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createStorePort } from '../src/adapters/app-store-connect/store-port.ts'
import type { StorePort } from '../src/engine/metadata/port.ts'
import { pullPage } from '../src/engine/metadata/pull-page.ts'
import { pulledLines } from '../src/engine/metadata/render-pull.ts'
import { png } from './png.ts'
import { openStore, type Store } from './store.ts'

let store: Store
let appId: string
beforeAll(async () => {
  store = await openStore()
  const apps = [{ name: 'Tides', bundleId: 'com.acme.tides', versions: [{ versionString: '1.0' }] }]
  appId = (await store.simulator.seedTeam(store.teamId, { apps })).apps?.[0] ?? ''
})
afterAll(() => store.close())

/** Holds the folder that is pulled into, some folders down. */
let around: string
let folder: string
beforeEach(() => {
  around = mkdtempSync(join(tmpdir(), 'cordon-languages-'))
  folder = join(around, 'a/b/fastlane')
  mkdirSync(folder, { recursive: true })
})
afterEach(() => rmSync(around, { recursive: true, force: true }))

const STRANGE = ['../../x', '', 'default', '..', 'xx-XX', '__proto__']

/** Apple, answering with languages that are none beside Japanese. */
function strangePort(): StorePort {
  const port = createStorePort(store.apple, { sleep: store.options.sleep, standIn: store.simulator.url })
  const picture = { template: '', width: 1290, height: 2796 }
  const item = {
    id: '1',
    name: 'a.png',
    size: 1,
    checksum: 'a'.repeat(32),
    state: 'complete' as const,
    errors: [],
    picture,
  }
  return {
    ...port,
    listTexts: async (section) =>
      ['ja', ...STRANGE].map((locale) => ({
        ...{ id: locale, locale },
        values: section === 'versionTexts' ? { description: '潮' } : { name: '潮汐' },
      })),
    listSets: async (media) => (media === 'screenshots' ? [{ id: '1', type: 'APP_IPHONE_67', items: [item] }] : []),
    listItems: async () => [item],
    fetchPicture: async () =>
      (async function* () {
        yield png(1290, 2796, 1)
      })(),
  }
}

test.each([true, false])(
  'languages that are none of the store become no paths, and are told (one file: %s)',
  async (isOneFile) => {
    const pulled = await pullPage({
      ...{ port: strangePort(), target: { appId, platform: 'IOS', version: undefined }, isOneFile, overwrites: false },
      ...{ parts: { texts: true, screenshots: true }, folder, workingFolder: around, log: () => {} },
      show: (path) => relative(folder, path),
    })
    const files = readdirSync(around, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    const texts = isOneFile ? ['metadata.yml'] : ['metadata/ja/description.txt', 'metadata/ja/name.txt', 'metadata.yml']
    expect(files.filter((file) => !texts.includes(file)).sort()).toEqual([
      'screenshots/.pulled-from-apple.json',
      'screenshots/ja/0_APP_IPHONE_67_0.png',
    ])
    expect(pulled.screenshots?.fetched).toEqual(['screenshots/ja/0_APP_IPHONE_67_0.png'])
    expect(pulledLines(pulled)).toContain('i what Apple has for "../../x" is left out: it is no language of the store')
    for (const locale of STRANGE.filter((one) => one !== '__proto__'))
      expect(pulled.notes).toContain(`what Apple has for "${locale}" is left out: it is no language of the store`)
  },
)
