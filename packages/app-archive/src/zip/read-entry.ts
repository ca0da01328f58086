import { PassThrough, type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import { isCordonError } from '@cordon/core/errors'
import { appArchiveErrors, messageOf } from '../errors.ts'
import { malformed, type ZipArchive, type ZipEntry } from './open-zip.ts'

const STORED = 0
const DEFLATED = 8

/**
 * Reads one file of an archive whole. No more than `limit` bytes are ever held, whatever the directory says.
 * Errors: `app_archive.too_large`, `compression_unsupported`, `malformed` (size or checksum is not as declared).
 */
export async function readEntry(archive: ZipArchive, entry: ZipEntry, limit: number): Promise<Buffer> {
  if (entry.size > limit) throw tooLarge(archive, entry, entry.size, limit)
  const chunks: Buffer[] = []
  const sink = new PassThrough()
  sink.on('data', (chunk: Buffer) => chunks.push(chunk))
  await pipeEntry(archive, entry, sink)
  return Buffer.concat(chunks)
}

/** The error for something that is larger than it may be. */
export function tooLarge({ path }: ZipArchive, { name }: Pick<ZipEntry, 'name'>, bytes: number, limit: number) {
  return appArchiveErrors.too_large(
    { path, name, bytes, limit },
    { detail: `"${path}": "${name}" has ${bytes} bytes, ${limit} are allowed` },
  )
}

/** Streams one file of an archive into `sink`, held to its declared size and checksum. Errors as `readEntry`. */
export async function pipeEntry(archive: ZipArchive, entry: ZipEntry, sink: NodeJS.WritableStream): Promise<void> {
  const { compressionMethod: method } = entry.source
  if (method !== STORED && method !== DEFLATED) {
    throw appArchiveErrors.compression_unsupported(
      { path: archive.path, name: entry.name, method },
      { detail: `"${archive.path}": "${entry.name}" uses method ${method}` },
    )
  }
  try {
    await pipeline(await openStream(archive, entry), checked(archive, entry), sink)
  } catch (cause) {
    if (isCordonError(cause)) throw cause
    if (cause instanceof Error && 'syscall' in cause) throw cause
    throw malformed(archive.path, `"${entry.name}": ${messageOf(cause)}`, cause)
  }
}

function openStream({ zip }: ZipArchive, { source }: ZipEntry): Promise<Readable> {
  return new Promise((resolve, reject) =>
    zip.openReadStream(source, (error, stream) => (error ? reject(error) : resolve(stream))),
  )
}

/** Passes bytes on and counts them: a bomb is stopped at its declared size, which the caller has looked at. */
function checked({ path }: ZipArchive, entry: ZipEntry): Transform {
  let seen = 0
  let sum = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      sum = crc32(chunk, sum)
      if (seen > entry.size) done(malformed(path, `"${entry.name}" is larger than it says`))
      else done(null, chunk)
    },
    flush(done) {
      if (seen !== entry.size) done(malformed(path, `"${entry.name}" is smaller than it says`))
      else if (sum !== entry.crc32) done(malformed(path, `the checksum of "${entry.name}" does not fit`))
      else done()
    },
  })
}
