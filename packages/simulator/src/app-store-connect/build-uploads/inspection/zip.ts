import { Readable } from 'node:stream'
import type { Entry } from 'yauzl'
import type { ByteSource } from '../../../uploads/store.ts'

/** An archive that was opened: the entries that were asked for, by name. */
export interface Zip {
  readonly names: readonly string[]
  /** What an entry holds; undefined when there is none of the name. Rejects for one of more than `mostBytes`, and for a damaged one. */
  read(name: string, mostBytes: number): Promise<Buffer | undefined>
}

// The directory is read in small pieces one after the other: from a block that was read ahead.
const BLOCK_BYTES = 64 * 1024
// A directory of four gigabytes would fill the memory with names.
const MOST_ENTRIES = 250_000
const MOST_KEPT = 20_000

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const piece of pieces) parts.push(piece)
  return Buffer.concat(parts)
}

/** Reads ranges of a source with a block ahead. */
function blockwise(source: ByteSource): (position: number, length: number) => Promise<Buffer> {
  let block: { readonly position: number; readonly bytes: Buffer } = { position: 0, bytes: Buffer.alloc(0) }
  return async (position, length) => {
    if (position < 0 || position + length > source.size) throw new RangeError('the archive ends too early')
    const isThere = position >= block.position && position + length <= block.position + block.bytes.length
    if (!isThere) {
      const ahead = Math.min(Math.max(length, BLOCK_BYTES), source.size - position)
      block = { position, bytes: await all(source.read(position, ahead)) }
    }
    return block.bytes.subarray(position - block.position, position - block.position + length)
  }
}

async function readerOf(source: ByteSource) {
  // Loaded with the first archive: the start of a simulator is short.
  const { default: yauzl } = await import('yauzl')
  const readRange = blockwise(source)
  class SourceReader extends yauzl.RandomAccessReader {
    override read(
      buffer: Buffer,
      offset: number,
      length: number,
      position: number,
      done: (error: Error | null) => void,
    ) {
      readRange(position, length).then((bytes) => {
        bytes.copy(buffer, offset)
        done(null)
      }, done)
    }

    override _readStreamForRange(start: number, end: number): Readable {
      return Readable.from(source.read(start, end - start))
    }
  }
  return new SourceReader()
}

/**
 * Opens a zip archive by its directory and keeps the entries whose names `isKept` picks. Memory is bounded by the kept entries, of which there may be
 * 20,000; the rest is read past. Rejects when it is none.
 */
export async function openZip(source: ByteSource, isKept: (name: string) => boolean): Promise<Zip> {
  const { default: yauzl } = await import('yauzl')
  const options = { lazyEntries: true, autoClose: false } as const
  const zip = await yauzl.fromRandomAccessReaderPromise(await readerOf(source), source.size, options)
  if (zip.entryCount > MOST_ENTRIES) throw new RangeError(`it has ${zip.entryCount} entries`)
  const entries = new Map<string, Entry>()
  for await (const entry of zip.eachEntry()) {
    if (!isKept(entry.fileName)) continue
    entries.set(entry.fileName, entry)
    if (entries.size > MOST_KEPT) throw new RangeError('it has too many files')
  }
  return {
    names: [...entries.keys()],
    async read(name, mostBytes) {
      const entry = entries.get(name)
      if (entry === undefined) return undefined
      if (entry.uncompressedSize > mostBytes) throw new RangeError(`'${name}' has ${entry.uncompressedSize} bytes`)
      // No more comes out than the directory says: yauzl counts.
      return await all(await zip.openReadStreamPromise(entry))
    },
  }
}
