import { createHash } from 'node:crypto'
import { type Enclosure, openRegular, piecesOf } from '../files/regular-file.ts'
import { type BegunFile, beginFile } from '../files/write-file.ts'
import { metadataErrors } from '../metadata/errors.ts'
import type { MediaFile, StoredMedia, StoredPicture } from '../metadata/model.ts'
import type { StorePort } from '../metadata/port.ts'
import { uploadKey } from './copies.ts'
import { readPicture } from './picture.ts'

/** A picture that is on the disk, beside its place. */
export interface Fetched {
  readonly file: BegunFile
  /** MD5 of what was written. */
  readonly checksum: string
  /** `uploadKey` of what it shows. */
  readonly source: string
}

/** Most bytes of a screenshot. */
const MAX_BYTES = 100 * 1024 * 1024
/** Of a PNG its first bytes tell the size; of a JPEG those before its picture. */
const HEAD_BYTES = 256 * 1024

/** The format that a screenshot is asked for in: that of its name. */
export function formatOf(name: string): 'png' | 'jpg' {
  return /\.jpe?g$/i.test(name) ? 'jpg' : 'png'
}

/**
 * Writes a screenshot beside its place: from a file that holds it already, otherwise from Apple. Throws `metadata.picture_unavailable`
 * when what comes is not the picture.
 */
export async function fetchInto(
  path: string,
  same: MediaFile | undefined,
  item: StoredMedia & { readonly picture: StoredPicture },
  port: Pick<StorePort, 'fetchPicture'>,
  enclosure: Enclosure,
): Promise<Fetched> {
  const file = await beginFile(path, enclosure)
  const source = uploadKey(item)
  const checksum = await file.write(async (handle) => {
    const pieces =
      same === undefined ? await port.fetchPicture(item.picture, formatOf(item.name)) : bytesIn(same, enclosure)
    const head: Uint8Array[] = []
    const hash = createHash('md5')
    let size = 0
    for await (const piece of readable(pieces)) {
      if (size < HEAD_BYTES) head.push(piece)
      size += piece.length
      if (size > MAX_BYTES) throw unavailable(item, `it has more than ${MAX_BYTES} bytes`)
      hash.update(piece)
      await handle.appendFile(piece)
    }
    requirePicture(item, Buffer.concat(head))
    return hash.digest('hex')
  })
  return { file, checksum, source }
}

/** What breaks off on the way is told as such. */
async function* readable(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces
  } catch (cause) {
    throw metadataErrors.picture_unavailable(
      { reason: 'the connection failed' },
      { detail: 'the connection failed', cause },
    )
  }
}

async function* bytesIn({ path, size }: MediaFile, enclosure: Enclosure): AsyncGenerator<Uint8Array> {
  const opened = await openRegular(path, enclosure, size)
  if (opened === undefined || 'flaw' in opened)
    throw metadataErrors.file_changed({ file: path }, { detail: `"${path}"` })
  try {
    yield* piecesOf(opened)
  } finally {
    await opened.handle.close()
  }
}

function requirePicture(item: StoredMedia & { readonly picture: StoredPicture }, head: Buffer): void {
  const { width, height } = item.picture
  const found = readPicture(head)
  if (found === undefined) throw unavailable(item, 'what comes is no picture')
  const [w, h] = found.size
  if (found.format !== formatOf(item.name) || w !== width || h !== height)
    throw unavailable(item, `what comes is a ${found.format} of ${w} x ${h} instead of ${width} x ${height}`)
}

function unavailable({ name }: StoredMedia, reason: string) {
  return metadataErrors.picture_unavailable({ reason }, { detail: `${name}: ${reason}` })
}
