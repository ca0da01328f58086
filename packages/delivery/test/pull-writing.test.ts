import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bundleProgram } from '../../../scripts/programs/bundle.mjs'
import { enclosureOf } from '../src/engine/files/regular-file.ts'
import { writeWithin } from '../src/engine/files/write-file.ts'
import { fetchInto } from '../src/engine/screenshots/fetch-into.ts'
import { png } from './png.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-writing-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a picture of which the disk takes a part at a time is whole, or not there', async () => {
  const program = await bundleProgram({ entry: fileURLToPath(new URL('fetch-process.ts', import.meta.url)), folder })
  const fetchWith = async (limit: string) => {
    const into = join(folder, limit)
    mkdirSync(into)
    // At the limit the system writes what fits and says how much that was; only the next write fails.
    const script = 'ulimit -f "$1"; exec "$2" "$3" "$4"'
    const ran = await promisify(execFile)('sh', ['-c', script, 'sh', limit, process.execPath, program, into])
    return {
      said: ran.stdout,
      files: readdirSync(into).map((name) => [name, statSync(join(into, name)).size > 2 ** 20]),
    }
  }
  expect(await fetchWith('unlimited')).toEqual({ said: 'placed', files: [['a.png', true]] })
  expect(await fetchWith('256')).toEqual({ said: 'metadata.invalid', files: [] })
})

test('a folder in place of a file is told by name, and nothing is left beside it', async () => {
  const path = join(folder, 'ja/description.txt')
  mkdirSync(path, { recursive: true })
  await expect(writeWithin(path, '潮', await enclosureOf(folder, folder))).rejects.toMatchObject({
    code: 'metadata.invalid',
    details: { fields: [{ field: path, message: 'is a folder' }] },
  })
  expect(readdirSync(join(folder, 'ja'))).toEqual(['description.txt'])
})

describe('what comes instead of a picture', () => {
  const item = {
    ...{ id: '1', name: 'a.png', size: 1, checksum: 'a'.repeat(32), state: 'complete' as const, errors: [] },
    picture: { template: '', width: 1290, height: 2796 },
  } as const
  const pieces = (list: () => Iterable<Uint8Array>) => ({
    fetchPicture: async () =>
      (async function* () {
        yield* list()
      })(),
  })
  const fetchTo = async (folder: string, port: Parameters<typeof fetchInto>[3]) =>
    fetchInto(join(folder, 'a.png'), undefined, item, port, await enclosureOf(folder, folder))

  test('a stream without an end is given up at the limit; it goes to the disk piece by piece and is gone then', async () => {
    const piece = Buffer.alloc(1024 * 1024)
    let given = 0
    const endless = pieces(function* () {
      for (; ; given += 1) yield piece
    })
    await expect(fetchTo(folder, endless)).rejects.toMatchObject({
      code: 'metadata.picture_unavailable',
      detail: 'a.png: it has more than 104857600 bytes',
    })
    // The next piece is asked for when the last one is written.
    expect(given).toBe(100)
    expect(readdirSync(folder)).toEqual([])
  })

  test.each([
    ['a page', Buffer.from('<html>'), 'what comes is no picture'],
    ['a smaller picture', png(100, 200, 1), 'what comes is a png of 100 x 200 instead of 1290 x 2796'],
  ])('%s is refused', async (_what, bytes, reason) => {
    await expect(
      fetchTo(
        folder,
        pieces(() => [bytes]),
      ),
    ).rejects.toMatchObject({ detail: `a.png: ${reason}` })
    expect(readdirSync(folder)).toEqual([])
  })
})
