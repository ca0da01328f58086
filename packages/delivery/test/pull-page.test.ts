import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fetchPicture } from '../src/adapters/app-store-connect/fetch-picture.ts'
import { createStorePort } from '../src/adapters/app-store-connect/store-port.ts'
import { pushMetadata } from '../src/engine/metadata/index.ts'
import { pullPage } from '../src/engine/metadata/pull-page.ts'
import { pulledLines } from '../src/engine/metadata/render-pull.ts'
import { COPIES_FILE } from '../src/engine/screenshots/copies.ts'
import { writeInto } from './page-tree.ts'
import { png } from './png.ts'
import { openStore, type Store } from './store.ts'

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
  const folder = mkdtempSync(join(tmpdir(), 'cordon-pull-'))
  folders.push(folder)
  return folder
}

const openPort = () => createStorePort(store.apple, { sleep: store.options.sleep, standIn: store.simulator.url })
const exchanges = () => store.simulator.world.journal.exchanges()
const fetchesSince = (before: number) =>
  exchanges()
    .slice(before)
    .filter(({ operation }) => operation === 'images_get').length

async function newApp(bundleId: string): Promise<{ id: string; bundleId: string }> {
  const versions = [{ versionString: '1.0', state: 'READY_FOR_DISTRIBUTION' as const }, { versionString: '1.1' }]
  const ids = await store.simulator.seedTeam(store.teamId, { apps: [{ name: bundleId, bundleId, versions }] })
  return { id: ids.apps?.[0] ?? '', bundleId }
}

async function push(folder: string, app: { id: string; bundleId: string }): Promise<number> {
  const pushed = await pushMetadata({
    ...{ folder, app, port: openPort(), version: undefined, platform: 'IOS', updatesVersion: true },
    ...{ parts: { texts: true, screenshots: true }, log: () => {}, sleep: store.options.sleep },
  })
  return pushed.writes
}

const pull = (folder: string, app: { id: string }, overwrites = false) =>
  pullPage({
    ...{ port: openPort(), target: { appId: app.id, platform: 'IOS', version: undefined } as const },
    ...{ parts: { texts: true, screenshots: true }, folder, workingFolder: folder, isOneFile: false, overwrites },
    ...{ show: (path: string) => relative(folder, path), log: () => {} },
  })

/** Every picture below a folder by its path, with its MD5. */
function picturesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(png|jpg)$/.test(name))
  const digest = (name: string) =>
    createHash('md5')
      .update(readFileSync(join(folder, name)))
      .digest('hex')
  return Object.fromEntries(names.sort().map((name) => [name, digest(name)]))
}

const PATHS = {
  phone: 'screenshots/ja/a-10.png',
  phoneFirst: 'screenshots/ja/a-9.png',
  tv: 'screenshots/appleTV/ja/tv.png',
  messages: 'screenshots/iMessage/ja/sticker.png',
  pad: 'screenshots/ja/APP_IPAD_PRO_129-1.png',
  german: 'screenshots/de-DE/a.png',
} as const

/** A page in two languages whose pictures have names in another order than they were sent. */
function writePage(folder: string): void {
  writeInto(folder, 'metadata/ja/description.txt', '潮')
  writeInto(folder, 'metadata/de-DE/description.txt', 'Gezeiten')
  writeInto(folder, PATHS.phone, png(1290, 2796, 10))
  writeInto(folder, PATHS.phoneFirst, png(1290, 2796, 9))
  writeInto(folder, PATHS.tv, png(1920, 1080, 1))
  writeInto(folder, PATHS.messages, png(1290, 2796, 2))
  writeInto(folder, PATHS.pad, png(2048, 2732, 3))
  writeInto(folder, PATHS.german, png(1290, 2796, 4))
}

const PULLED = [
  'screenshots/appleTV/ja/0_APP_APPLE_TV_0.png',
  'screenshots/de-DE/0_APP_IPHONE_67_0.png',
  'screenshots/iMessage/ja/0_IMESSAGE_APP_IPHONE_67_0.png',
  'screenshots/ja/0_APP_IPAD_PRO_129_0.png',
  'screenshots/ja/0_APP_IPHONE_67_0.png',
  'screenshots/ja/1_APP_IPHONE_67_1.png',
]

describe('what is pulled', () => {
  const source = newFolder()
  let app: { id: string; bundleId: string }
  beforeAll(async () => {
    writePage(source)
    app = await newApp('com.acme.pulled')
    await push(source, app)
  })

  test('lies where push reads it, in order, and a push of it writes nothing', async () => {
    const folder = newFolder()
    const { screenshots } = await pull(folder, app)
    expect(screenshots).toEqual({ fetched: PULLED, right: 0, kept: [], notes: [] })
    expect(Object.keys(picturesIn(folder))).toEqual(PULLED)
    // Apple's bytes are its own: without the list they would count as other pictures.
    const [uploads, copies] = [picturesIn(source), picturesIn(folder)]
    for (const sum of Object.values(copies)) expect(Object.values(uploads)).not.toContain(sum)
    const list = JSON.parse(readFileSync(join(folder, 'screenshots', COPIES_FILE), 'utf8')) as Record<string, string>
    expect(list[copies['screenshots/ja/0_APP_IPHONE_67_0.png'] ?? '']).toBe(uploads[PATHS.phoneFirst])
    expect(list[copies['screenshots/ja/1_APP_IPHONE_67_1.png'] ?? '']).toBe(uploads[PATHS.phone])
    expect(await push(folder, app)).toBe(0)
  })

  test('is not fetched again, whatever the names that the folder has for it', async () => {
    const folder = newFolder()
    await pull(folder, app)
    const before = exchanges().length
    expect((await pull(folder, app)).screenshots).toEqual({ fetched: [], right: 6, kept: [], notes: [] })
    expect((await pull(source, app)).screenshots).toEqual({ fetched: [], right: 6, kept: [], notes: [] })
    expect(fetchesSince(before)).toBe(0)
    expect(existsSync(join(source, 'screenshots', COPIES_FILE))).toBe(false)
  })

  test('that was pulled in part is gone on with', async () => {
    const folder = newFolder()
    await pull(folder, app)
    const there = picturesIn(folder)
    rmSync(join(folder, 'screenshots/ja/0_APP_IPHONE_67_0.png'))
    const before = exchanges().length
    const { screenshots } = await pull(folder, app)
    expect(screenshots?.fetched).toEqual(['screenshots/ja/0_APP_IPHONE_67_0.png'])
    expect(fetchesSince(before)).toBe(1)
    expect(picturesIn(folder)).toEqual(there)
    expect(await push(folder, app)).toBe(0)
  })

  test('gives way to other pictures, until it shall replace them; of those the right ones are not fetched', async () => {
    const folder = newFolder()
    await pull(folder, app)
    renameSync(join(folder, 'screenshots/ja/1_APP_IPHONE_67_1.png'), join(folder, 'screenshots/ja/first.png'))
    writeInto(folder, 'screenshots/ja/0_APP_IPHONE_67_0.png', png(1290, 2796, 77))
    const mine = picturesIn(folder)
    const kept = await pull(folder, app)
    expect(kept.screenshots).toMatchObject({ fetched: [], right: 4, kept: ['ja APP_IPHONE_67'] })
    expect(pulledLines(kept)[0]).toBe(
      '! the folder has other screenshots for ja APP_IPHONE_67, which were kept; --overwrite replaces them',
    )
    expect(picturesIn(folder)).toEqual(mine)
    const replaced = await pull(folder, app, true)
    expect(replaced.screenshots).toMatchObject({
      fetched: ['screenshots/ja/0_APP_IPHONE_67_0.png'],
      right: 5,
      kept: [],
    })
    expect(Object.keys(picturesIn(folder))).toEqual(PULLED)
    expect(await push(folder, app)).toBe(0)
  })

  test('replaces nothing that a person has put under the name of one of its files', async () => {
    const [folder, elsewhere] = [newFolder(), newFolder()]
    writeInto(elsewhere, 'mine.png', png(1290, 2796, 50))
    writeInto(folder, 'screenshots/de-DE/0_APP_IPHONE_67_0.png', png(100, 200, 51))
    writeInto(folder, 'screenshots/ja/1_APP_IPHONE_67_1.png', png(1242, 2208, 52))
    mkdirSync(join(folder, 'screenshots/appleTV/ja/0_APP_APPLE_TV_0.png'), { recursive: true })
    mkdirSync(join(folder, 'screenshots/iMessage/ja'), { recursive: true })
    const link = join(folder, 'screenshots/iMessage/ja/0_IMESSAGE_APP_IPHONE_67_0.png')
    symlinkSync(join(elsewhere, 'mine.png'), link)
    const mine = ['screenshots/de-DE/0_APP_IPHONE_67_0.png', 'screenshots/ja/1_APP_IPHONE_67_1.png']
    const bytes = mine.map((path) => readFileSync(join(folder, path)))
    const { screenshots } = await pull(folder, app)
    expect([...(screenshots?.kept ?? [])].sort()).toEqual([
      'de-DE APP_IPHONE_67',
      'ja APP_APPLE_TV',
      'ja APP_IPHONE_67',
      'ja IMESSAGE_APP_IPHONE_67',
    ])
    expect(screenshots?.fetched).toEqual(['screenshots/ja/0_APP_IPAD_PRO_129_0.png'])
    expect(mine.map((path) => readFileSync(join(folder, path)))).toEqual(bytes)
    expect(readlinkSync(link)).toBe(join(elsewhere, 'mine.png'))
  })

  test('is never written through a link, and no token goes to the host of pictures', async () => {
    const [outside, folder] = [newFolder(), newFolder()]
    symlinkSync(outside, join(folder, 'screenshots'))
    await expect(pull(folder, app)).rejects.toMatchObject({ code: 'metadata.invalid' })
    rmSync(join(folder, 'screenshots'))
    writeInto(folder, 'screenshots/en-US/1.png', png(1290, 2796, 1))
    symlinkSync(outside, join(folder, 'screenshots/ja'))
    await expect(pull(folder, app)).rejects.toMatchObject({ code: 'metadata.invalid' })
    expect(readdirSync(outside)).toEqual([])
    // The simulated host answers 400 to a token; all that was fetched so far came without.
    const pictures = exchanges().filter(({ operation }) => operation === 'images_get')
    expect(pictures.length).toBeGreaterThan(6)
    expect(pictures.every(({ status }) => status === 200)).toBe(true)
  })

  test('does not write a list anew that cannot be read: it would forget the other pictures', async () => {
    const folder = newFolder()
    await pull(folder, app)
    rmSync(join(folder, 'screenshots/de-DE'), { recursive: true })
    const conflict = `<<<<<<< ours\n${readFileSync(join(folder, 'screenshots', COPIES_FILE), 'utf8')}=======\n`
    writeInto(folder, `screenshots/${COPIES_FILE}`, conflict)
    await expect(pull(folder, app, true)).rejects.toMatchObject({
      code: 'metadata.invalid',
      details: { fields: [{ field: `screenshots/${COPIES_FILE}`, message: expect.stringMatching(/^is no list/) }] },
    })
    expect(readFileSync(join(folder, 'screenshots', COPIES_FILE), 'utf8')).toBe(conflict)
    expect(existsSync(join(folder, 'screenshots/de-DE'))).toBe(false)
  })

  test('a text that is a link is kept, and replaced rather than written through', async () => {
    const [outside, folder] = [newFolder(), newFolder()]
    writeInto(outside, 'mine.txt', 'mine')
    writeInto(folder, 'metadata/ja/name.txt', '')
    symlinkSync(join(outside, 'mine.txt'), join(folder, 'metadata/ja/description.txt'))
    expect((await pull(folder, app)).texts?.kept).toEqual(['metadata/ja/description.txt'])
    await pull(folder, app, true)
    expect(readFileSync(join(outside, 'mine.txt'), 'utf8')).toBe('mine')
    expect(readFileSync(join(folder, 'metadata/ja/description.txt'), 'utf8')).toBe('潮\n')
  })

  test('a picture that breaks off leaves nothing behind, and the next pull goes on', async () => {
    const folder = newFolder()
    await store.control('POST', '/faults', { operation: 'images_get', kind: 'truncate', times: 1, skip: 3 })
    await expect(pull(folder, app)).rejects.toMatchObject({ code: 'metadata.picture_unavailable' })
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    expect(names.filter((name) => name.includes('.part'))).toEqual([])
    await pull(folder, app)
    expect(Object.keys(picturesIn(folder))).toEqual(PULLED)
    expect(await push(folder, app)).toBe(0)
  })

  test('an answer that fails for a moment is asked for again', async () => {
    const folder = newFolder()
    await store.control('POST', '/faults', { operation: 'images_get', kind: 'status', status: 503, times: 2 })
    expect((await pull(folder, app)).screenshots?.fetched).toEqual(PULLED)
  })
})

describe('the host of pictures', () => {
  let server: Server
  let origin: string
  const heard: string[] = []
  beforeAll(async () => {
    server = createServer(({ url = '', headers }, answer) => {
      heard.push(url)
      if (url.startsWith('/to/')) answer.writeHead(302, { location: decodeURIComponent(url.slice(4)) }).end()
      else if (url === '/loop') answer.writeHead(302, { location: '/loop' }).end()
      else if (url.startsWith('/picture')) answer.end(`picture, asked with ${headers.authorization ?? 'nothing'}`)
      else answer.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())

  const get = async (template: string, standIn: string | undefined = origin) => {
    const context = { fetch, sleep: async () => {}, standIn }
    const body = await fetchPicture({ template, width: 1, height: 2 }, 'png', context)
    const pieces: Uint8Array[] = []
    for await (const piece of body) pieces.push(piece)
    return Buffer.concat(pieces).toString()
  }

  test('is asked without a token, also behind a redirect of its own', async () => {
    expect(await get(`${origin}/picture/{w}x{h}bb.{f}`)).toBe('picture, asked with nothing')
    expect(heard.at(-1)).toBe('/picture/1x2bb.png')
    expect(await get(`${origin}/to/${encodeURIComponent('/picture')}`)).toBe('picture, asked with nothing')
  })

  test.each([
    ['another port of this machine', 'http://127.0.0.1:9/x'],
    ['the metadata of a cloud machine', 'http://169.254.169.254/latest'],
    ['a host that only looks like one of Apple', 'https://mzstatic.com.evil.example/x'],
    ['one that ends like one of Apple', 'https://evilmzstatic.com/x'],
    ['Apple without TLS', 'http://is1-ssl.mzstatic.com/x'],
    ['a file', 'file:///etc/passwd'],
  ])('is not followed to %s', async (_what, target) => {
    await expect(get(`${origin}/to/${encodeURIComponent(target)}`)).rejects.toMatchObject({
      code: 'metadata.picture_unavailable',
      detail: expect.stringContaining("is no address of Apple's"),
    })
    await expect(get(target)).rejects.toMatchObject({ code: 'metadata.picture_unavailable' })
  })

  test('a stand-in is asked only when there is one; redirects end', async () => {
    const before = heard.length
    await expect(get(`${origin}/picture`, 'http://127.0.0.1:9')).rejects.toMatchObject({
      code: 'metadata.picture_unavailable',
    })
    expect(heard.length).toBe(before)
    await expect(get(`${origin}/loop`)).rejects.toMatchObject({ detail: 'it leads from one address to another' })
  })
})
