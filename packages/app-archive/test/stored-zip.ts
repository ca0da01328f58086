import { crc32 } from 'node:zlib'

const RECORDS = { local: 0x04034b50, directory: 0x02014b50, zip64End: 0x06064b50, locator: 0x07064b50, end: 0x06054b50 }

function record(signature: number, length: number, fill: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.writeUInt32LE(signature)
  fill(bytes)
  return bytes
}

/** A zip archive of stored files with the end records of the large format; quick also for very many files. */
export function storedZip(files: readonly (readonly [name: string, content: string])[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const [name, text] of files) {
    const [rawName, content] = [Buffer.from(name), Buffer.from(text)]
    // Checksum, both sizes and the length of the name, which both records hold in this order.
    const shared = (bytes: Buffer, from: number) => {
      bytes.writeUInt32LE(crc32(content), from)
      bytes.writeUInt32LE(content.length, from + 4)
      bytes.writeUInt32LE(content.length, from + 8)
      bytes.writeUInt16LE(rawName.length, from + 12)
    }
    const place = at
    const header = record(RECORDS.local, 30, (bytes) => shared(bytes, 14))
    locals.push(header, rawName, content)
    directory.push(
      record(RECORDS.directory, 46, (bytes) => {
        shared(bytes, 16)
        bytes.writeUInt32LE(place, 42)
      }),
      rawName,
    )
    at += header.length + rawName.length + content.length
  }
  const listed = Buffer.concat(directory)
  const zip64End = record(RECORDS.zip64End, 56, (bytes) => {
    bytes.writeBigUInt64LE(BigInt(files.length), 32)
    bytes.writeBigUInt64LE(BigInt(at), 48)
  })
  const locator = record(RECORDS.locator, 20, (bytes) => bytes.writeBigUInt64LE(BigInt(at + listed.length), 8))
  return Buffer.concat([...locals, listed, zip64End, locator, record(RECORDS.end, 22, () => {})])
}
