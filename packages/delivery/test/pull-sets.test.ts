import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { enclosureOf } from '../src/engine/files/regular-file.ts'
import type { MediaSets, StoredMedia } from '../src/engine/metadata/model.ts'
import { readScreenshots } from '../src/engine/screenshots/media-folder.ts'
import { pullScreenshots } from '../src/engine/screenshots/pull-sets.ts'
import { writeInto } from './page-tree.ts'
import { png } from './png.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-framed-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const show = (path: string) => relative(folder, path)

function stored(name: string, [width, height]: readonly [number, number]): StoredMedia {
  const id = name
  const base = { id, name, size: 1, checksum: Buffer.from(name).toString('hex').padEnd(32, '0').slice(0, 32) }
  return { ...base, state: 'complete', errors: [], picture: { template: name, width, height } }
}

/** Pulls and gives what was asked for besides. */
async function pull(
  sets: MediaSets<StoredMedia>,
  overwrites: boolean,
  {
    before = async () => {},
    onSet = () => {},
  }: { before?: (name: string) => Promise<void>; onSet?: (set: { name: string }) => void } = {},
) {
  const asked: string[] = []
  const fetchPicture = async ({ template, width, height }: { template: string; width: number; height: number }) => {
    await before(template)
    asked.push(template)
    return (async function* () {
      yield png(width, height, 200)
    })()
  }
  const enclosure = await enclosureOf(folder, folder)
  const pulled = await pullScreenshots({
    port: { fetchPicture },
    stored: sets,
    folder,
    enclosure,
    show,
    overwrites,
    onSet,
  })
  return { pulled, asked }
}

const picturesOf = async (locale: string) =>
  (await readScreenshots(folder, show, await enclosureOf(folder, folder))).sets[locale] ?? {}

const NOT_PULLED =
  'is not pulled: en-US has framed pictures, which stand for all others there; move them away to pull it'

describe('a language with framed pictures is left as it is', () => {
  test.each([false, true])(
    'its own display: no framed picture goes, so that the bare one counts again (%s)',
    async (all) => {
      writeInto(folder, 'en-US/1.png', png(1290, 2796, 1))
      writeInto(folder, 'en-US/1_framed.png', png(1290, 2796, 2))
      const before = readFileSync(join(folder, 'en-US/1_framed.png'))
      const { pulled, asked } = await pull({ 'en-US': { APP_IPHONE_67: [stored('at-apple.png', [1290, 2796])] } }, all)
      expect(pulled).toEqual({ fetched: [], right: 0, kept: [], notes: [`en-US APP_IPHONE_67 ${NOT_PULLED}`] })
      expect(asked).toEqual([])
      expect(readdirSync(join(folder, 'en-US'))).toEqual(['1.png', '1_framed.png'])
      expect(readFileSync(join(folder, 'en-US/1_framed.png'))).toEqual(before)
      expect((await picturesOf('en-US')).APP_IPHONE_67?.map(({ name }) => name)).toEqual(['1_framed.png'])
    },
  )

  test('another display: nothing is fetched that a push would pass over; other languages are pulled', async () => {
    writeInto(folder, 'en-us/1_framed.png', png(1290, 2796, 2))
    const pad = { APP_IPAD_PRO_3GEN_129: [stored('pad.png', [2048, 2732])] }
    const { pulled, asked } = await pull({ 'en-US': pad, ja: pad }, false)
    expect(pulled.notes).toEqual([`en-US APP_IPAD_PRO_3GEN_129 ${NOT_PULLED}`])
    expect(pulled.fetched).toEqual(['ja/0_APP_IPAD_PRO_3GEN_129_0.png'])
    expect(asked).toEqual(['pad.png'])
    expect(readdirSync(folder).sort()).toEqual(['.pulled-from-apple.json', 'en-us', 'ja'])
    expect(Object.keys(await picturesOf('ja'))).toEqual(['APP_IPAD_PRO_3GEN_129'])
  })
})

test('what one set has brought is not cleared away by another that had its file there before', async () => {
  // By its name of the 6.7 inch display, by its size of the 5.5 inch one.
  writeInto(folder, 'ja/0_APP_IPHONE_67_0.png', png(1242, 2208, 1))
  let begin = () => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const sets = {
    ja: {
      APP_IPHONE_55: [stored('small.png', [1242, 2208])],
      APP_IPHONE_67: [stored('large.png', [1290, 2796])],
    },
  }
  await pull(sets, true, {
    before: (name) => (name === 'small.png' ? begun : Promise.resolve()),
    onSet: ({ name }) => (name === 'ja APP_IPHONE_67' ? begin() : undefined),
  })
  const there = Object.entries(await picturesOf('ja')).map(([type, files]) => [type, files.map(({ name }) => name)])
  expect(Object.fromEntries(there)).toEqual({
    APP_IPHONE_55: ['0_APP_IPHONE_55_0.png'],
    APP_IPHONE_67: ['0_APP_IPHONE_67_0.png'],
  })
})
