import { inflateSync } from 'node:zlib'
import type { ByteSource } from '../../../uploads/store.ts'
import { type Inspected, NOT_INSPECTED, unreadable } from './inspected.ts'

// Apple's xar: magic, header size (2 bytes), version (2), length of the compressed table of contents (8), …
const MAGIC = 'xar!'
const HEADER_BYTES = 28
const MOST_TABLE_BYTES = 16 * 1024 * 1024
const UNSIGNED =
  "The product archive package's signature is invalid. Ensure that it is signed with your '3rd Party Mac Developer Installer' certificate."

async function bytesAt(source: ByteSource, start: number, length: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of source.read(start, length)) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function tableOf(source: ByteSource): Promise<string | undefined> {
  if (source.size < HEADER_BYTES) return undefined
  const header = await bytesAt(source, 0, HEADER_BYTES)
  const [start, length] = [header.readUInt16BE(4), Number(header.readBigUInt64BE(8))]
  if (header.toString('latin1', 0, 4) !== MAGIC || length > MOST_TABLE_BYTES || start + length > source.size) {
    return undefined
  }
  try {
    const table = inflateSync(await bytesAt(source, start, length), { maxOutputLength: MOST_TABLE_BYTES })
    return table.toString('utf8')
  } catch {
    return undefined
  }
}

/** Looks at an installer package of a Mac app: it must be one, and signed. What is in it is not looked at. */
export async function inspectPackage(source: ByteSource): Promise<Inspected> {
  const table = await tableOf(source)
  // electron/electron#24871.
  return table?.includes('<signature') ? NOT_INSPECTED : unreadable('90237', UNSIGNED)
}
