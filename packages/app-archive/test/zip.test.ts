import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isCordonError } from '@cordon/core/errors'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withAppArchive } from '../src/app-archive.ts'
import { openZip } from '../src/zip/open-zip.ts'
import { readEntry } from '../src/zip/read-entry.ts'
import { infoPlist, scratchFolder, zipOf } from './make-archive.ts'
import { storedZip } from './stored-zip.ts'

const folder = scratchFolder()
let count = 0
function put(bytes: Uint8Array): string {
  const path = join(folder, `${count++}.ipa`)
  writeFileSync(path, bytes)
  return path
}

const END = Buffer.from('PK\x05\x06', 'latin1')
const DIRECTORY = Buffer.from('PK\x01\x02', 'latin1')
const plain = () => zipOf({ 'Payload/A.app/Info.plist': infoPlist('a.b'), 'Payload/A.app/aaaa': 'some content' })

/** Changes a copy of an archive in place. */
const changed = async (change: (bytes: Buffer) => void) => {
  const bytes = await plain()
  change(bytes)
  return bytes
}

/** Writes another name of the same length over one, in both places that hold it. */
const renamed = (from: string, to: string) =>
  changed((bytes) => {
    expect(to.length).toBe(from.length)
    for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.write(to, at, 'latin1')
  })

const inDirectory = (offset: number, write: (bytes: Buffer, at: number) => void) =>
  changed((bytes) => write(bytes, bytes.lastIndexOf(DIRECTORY) + offset))
const inEnd = (offset: number, value: number, size: 2 | 4) =>
  changed((bytes) => bytes.writeUIntLE(value, bytes.indexOf(END) + offset, size))

const NAME = 'Payload/A.app/aaaa'

describe('a zip archive is refused when', () => {
  it.each<[string, () => Promise<Uint8Array>, string]>([
    ['it is none', async () => Buffer.from('hello'), 'not_a_zip'],
    ['it is empty', async () => Buffer.alloc(0), 'not_a_zip'],
    ['its end was cut off', async () => (await plain()).subarray(0, -30), 'not_a_zip'],
    ['its beginning was cut off', async () => (await plain()).subarray(200), 'malformed'],
    ['the directory lies beyond the file', () => inEnd(16, 0x7fffffff, 4), 'malformed'],
    ['the directory lies elsewhere', () => inEnd(16, 1, 4), 'malformed'],
    ['it says that it holds more than it does', () => inEnd(10, 9, 2), 'malformed'],
    ['it says that it holds less than it does', () => inEnd(10, 1, 2), 'malformed'],
    ['it spans several disks', () => inEnd(4, 3, 2), 'not_a_zip'],
    ['a name leads upwards', () => renamed(NAME, 'Payload/../../evil'), 'unsafe_name'],
    ['a name is absolute', () => renamed(NAME, '/etc/cron.d/evilxx'), 'unsafe_name'],
    ['a name begins with a drive', () => renamed(NAME, 'C:/windows/evilxxx'), 'unsafe_name'],
    ['a name holds a backslash', () => renamed(NAME, 'Payload\\..\\..\\evil'), 'unsafe_name'],
    ['a name holds NUL', () => renamed(NAME, 'Payload/A.app/a\0aa'), 'unsafe_name'],
    ['a name holds an empty part', () => renamed(NAME, 'Payload//A.app/aaa'), 'unsafe_name'],
    ['a name is not UTF-8', () => renamed(NAME, 'Payload/A.app/a\xffaa'), 'unsafe_name'],
    ['two entries have one name', () => zipTwice(), 'duplicate_name'],
    ['an entry is encrypted', () => inDirectory(8, (bytes, at) => bytes.writeUInt16LE(1, at)), 'encrypted'],
    ['two entries share their content', () => inDirectory(42, (bytes, at) => bytes.writeUInt32LE(0, at)), 'malformed'],
    [
      'an entry lies behind the directory',
      () => inDirectory(42, (bytes, at) => bytes.writeUInt32LE(bytes.length - 40, at)),
      'malformed',
    ],
  ])('%s', async (_, bytes, code) => {
    await expect(openZip(put(await bytes()))).rejects.toMatchObject({ code: `app_archive.${code}` })
  })

  it('it says that it holds more entries than any app', async () => {
    const zip64End = Buffer.alloc(56)
    zip64End.write('PK\x06\x06', 'latin1')
    zip64End.writeBigUInt64LE(4_000_000_000n, 32)
    const locator = Buffer.alloc(20)
    locator.write('PK\x06\x07', 'latin1')
    const end = Buffer.alloc(22)
    end.write('PK\x05\x06', 'latin1')
    await expect(openZip(put(Buffer.concat([zip64End, locator, end])))).rejects.toMatchObject({
      code: 'app_archive.too_many_entries',
      details: { entries: 4_000_000_000 },
    })
  })
})

/** Two names that are one for people and for a Mac: the accent composed and not. */
async function zipTwice(): Promise<Buffer> {
  return zipOf({ 'Payload/é': '1', 'Payload/e\u0301': '2' })
}

describe('reading an entry', () => {
  const readIt = async (bytes: Uint8Array, limit = 1_000) => {
    const archive = await openZip(put(bytes))
    const entry = archive.entries.get(NAME)
    if (entry === undefined) throw new Error('no entry')
    return readEntry(archive, entry, limit).finally(archive.close)
  }

  it('gives its content', async () => {
    expect((await readIt(await plain())).toString()).toBe('some content')
  })

  it.each<[string, () => Promise<Uint8Array>, string]>([
    ['is larger than it says', () => inDirectory(24, (bytes, at) => bytes.writeUInt32LE(3, at)), 'malformed'],
    ['is smaller than it says', () => inDirectory(24, (bytes, at) => bytes.writeUInt32LE(13, at)), 'malformed'],
    ['has another checksum', () => inDirectory(16, (bytes, at) => bytes.writeUInt32LE(1, at)), 'malformed'],
    [
      'is compressed in an unknown way',
      () => inDirectory(10, (bytes, at) => bytes.writeUInt16LE(99, at)),
      'compression_unsupported',
    ],
    ['says that it is huge', () => inDirectory(24, (bytes, at) => bytes.writeUInt32LE(2 ** 31, at)), 'too_large'],
    [
      'has no header of its own',
      () => inDirectory(42, (bytes, at) => bytes.writeUInt32LE(bytes.readUInt32LE(at) + 1, at)),
      'malformed',
    ],
  ])('that %s ends with the reason', async (_, bytes, code) => {
    await expect(readIt(await bytes())).rejects.toMatchObject({ code: `app_archive.${code}` })
  })
})

it('reads 70,000 entries, more than the plain format counts, and finds the app among them', async () => {
  const empty = Array.from({ length: 70_000 }, (_, index) => [`Payload/A.app/res/${index}`, ''] as const)
  const path = put(storedZip([...empty, ['Payload/A.app/Info.plist', infoPlist('a.b')]]))
  const { app, entries } = await withAppArchive(path, async (archive) => archive)
  expect(app.bundleId).toBe('a.b')
  expect(entries.size).toBe(70_001)
})

it('whatever bytes are changed, the answer is an app or an error of the catalogue', async () => {
  const original = await plain()
  const property = fc.asyncProperty(
    fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
    async (changes) => {
      const bytes = Buffer.from(original)
      for (const [at, value] of changes) bytes[at] = value
      const path = join(folder, 'fuzz.ipa')
      writeFileSync(path, bytes)
      const outcome = await withAppArchive(path, async ({ app }) => app.bundleId).catch((error: unknown) => error)
      expect(typeof outcome === 'string' || isCordonError(outcome), String(outcome)).toBe(true)
    },
  )
  await fc.assert(property, { numRuns: 1_000, seed: 1 })
})
