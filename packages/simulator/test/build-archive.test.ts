import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { openZip } from '../src/app-store-connect/build-uploads/inspection/zip.ts'
import { zipOf } from './store-ipa.ts'

const profile = randomBytes(6_000)

it('an archive of four gigabytes is read in a few pieces', async () => {
  // Nothing but holes, and behind them an archive whose offsets are moved by as much.
  const hole = 4_000_000_000
  const zip = await zipOf({ 'Payload/Acme.app/embedded.mobileprovision': profile })
  const end = zip.length - 22
  let entry = zip.readUInt32LE(end + 16)
  zip.writeUInt32LE(entry + hole, end + 16)
  for (; zip.readUInt32LE(entry) === 0x02014b50; ) {
    zip.writeUInt32LE(zip.readUInt32LE(entry + 42) + hole, entry + 42)
    entry += 46 + zip.readUInt16LE(entry + 28) + zip.readUInt16LE(entry + 30) + zip.readUInt16LE(entry + 32)
  }
  let bytesRead = 0
  const source = {
    size: hole + zip.length,
    async *read(start: number, length: number) {
      bytesRead += length
      const zeros = Buffer.alloc(Math.max(0, Math.min(hole - start, length)))
      const from = Math.max(start - hole, 0)
      yield Buffer.concat([zeros, zip.subarray(from, from + length - zeros.length)])
    },
  }
  const opened = await openZip(source, () => true)
  expect((await opened.read('Payload/Acme.app/embedded.mobileprovision', 1_000_000))?.equals(profile)).toBe(true)
  expect(bytesRead).toBeLessThan(300_000)
})

/** The directory of an archive with so many empty files: all that is read of it. */
function directoryOf(count: number): Buffer {
  const entries = Array.from({ length: count }, (_, index) => {
    const name = Buffer.from(`Payload/Acme.app/${index}`)
    const header = Buffer.alloc(46)
    header.writeUInt32LE(0x02014b50)
    header.writeUInt16LE(name.length, 28)
    return Buffer.concat([header, name])
  })
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  return Buffer.concat([...entries, end])
}

it('an archive with far too many files is given up, and one with many that nobody asks for is not', async () => {
  const zip = directoryOf(20_001)
  const source = {
    size: zip.length,
    async *read(start: number, length: number) {
      yield zip.subarray(start, start + length)
    },
  }
  await expect(openZip(source, () => true)).rejects.toThrow('too many files')
  expect((await openZip(source, (name) => name.endsWith('/7'))).names).toEqual(['Payload/Acme.app/7'])
})
