import { createHash, createHmac } from 'node:crypto'
import { HOUR_MS, type Instant, plusMs } from '@cordon/core/instant'
import { newUuid, type RandomBytes } from '../world/random.ts'
import { Spool, type Written } from './spool.ts'

/** A part of a file that has come. */
export interface ReceivedPart extends Written {
  /** How often it was sent: a repeated part replaces what was there. */
  readonly times: number
}

/** A file that was reserved and whose bytes are awaited. Not part of a saved state: an unfinished upload is lost with the process. */
export interface PendingUpload {
  readonly id: string
  /** Of the whole file. */
  readonly size: number
  /** The size of each part but the last. */
  readonly partBytes: number
  /** What the client has to send as `Content-Type`. */
  readonly contentType: string
  readonly startedAt: Instant
  /** Its addresses work until then. */
  readonly endsAt: Instant
  /** Signs the addresses. */
  readonly secret: Uint8Array
  /** What has come so far, by offset. */
  readonly parts: Map<number, ReceivedPart>
  readonly spool: Spool
}

/** The uploads that are under way, by id. */
export type Uploads = Map<string, PendingUpload>

/** One request that the client has to make, in Apple's form. */
export interface UploadOperation {
  readonly method: 'PUT'
  readonly url: string
  readonly length: number
  readonly offset: number
  readonly requestHeaders: readonly { readonly name: string; readonly value: string }[]
}

/** A piece of a reserved file. */
export interface Part {
  /** From 1 on. */
  readonly partNumber: number
  readonly offset: number
  readonly length: number
}

// altool's logs (Xcode 15.4 to 26.0): addresses that work for seven days.
const LIFE_HOURS = 7 * 24
/** The host that Apple's upload addresses have. */
export const UPLOAD_HOST = 'store-032.blobstore.apple.com'
/** Where uploads lie on the plain address. */
export const UPLOAD_PREFIX = '/uploads'

/** What a reservation needs of the world. */
interface Surroundings {
  readonly uploads: Uploads
  readonly random: RandomBytes
  readonly clock: { now(): Instant }
  readonly settings: { readonly uploadPartBytes: number }
}

/** Reserves a file. */
export function beginUpload(world: Surroundings, size: number, contentType: string): PendingUpload {
  const now = world.clock.now()
  for (const [id, { endsAt }] of world.uploads) if (endsAt <= now) discardUpload(world.uploads, id)
  const upload: PendingUpload = {
    id: newUuid(world.random),
    size,
    partBytes: world.settings.uploadPartBytes,
    contentType,
    startedAt: now,
    endsAt: plusMs(now, LIFE_HOURS * HOUR_MS),
    secret: Uint8Array.from(world.random(32)),
    parts: new Map(),
    spool: new Spool(),
  }
  world.uploads.set(upload.id, upload)
  return upload
}

/** Forgets an upload with its bytes. */
export function discardUpload(uploads: Uploads, id: string): void {
  const upload = uploads.get(id)
  uploads.delete(id)
  // Closing a file that only this process can see: nothing hangs on the outcome.
  void upload?.spool.close().catch(() => undefined)
}

/** Forgets all uploads with their bytes. */
export function discardUploads(uploads: Uploads): void {
  for (const id of [...uploads.keys()]) discardUpload(uploads, id)
}

/** The parts in which a file is sent, in its order. */
export function partsOf({ size, partBytes }: Pick<PendingUpload, 'size' | 'partBytes'>): Part[] {
  return Array.from({ length: Math.max(1, Math.ceil(size / partBytes)) }, (_none, index) => {
    const offset = index * partBytes
    return { partNumber: index + 1, offset, length: Math.min(partBytes, size - offset) }
  })
}

/** The query of a part's address, which nobody else can make up: the form of the object stores that Apple uses. */
export function signedQuery(upload: PendingUpload, { partNumber }: Part): string {
  const query = [
    `partNumber=${partNumber}`,
    `uploadId=${upload.id}`,
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    `X-Amz-Date=${new Date(upload.startedAt).toISOString().replace(/[-:]|\.\d+/g, '')}`,
    `X-Amz-Expires=${(upload.endsAt - upload.startedAt) / 1000}`,
    'X-Amz-SignedHeaders=host',
  ].join('&')
  return `${query}&X-Amz-Signature=${createHmac('sha256', upload.secret).update(query).digest('hex')}`
}

/** The host of uploads for a client that reached the service at this address: by Apple's name, or below the plain address. */
function originOf(base: string): string {
  const { protocol, hostname, port, origin } = new URL(base)
  if (!hostname.endsWith('.apple.com')) return `${origin}${UPLOAD_PREFIX}`
  return `${protocol}//${UPLOAD_HOST}${port === '' ? '' : `:${port}`}`
}

/** The parts not in the order of the file, as Apple's are (4, 2, 3, 1 in a recorded log); the same at every read. */
function shuffledParts(upload: PendingUpload): Part[] {
  const key = ({ partNumber }: Part) => createHmac('sha256', upload.secret).update(String(partNumber)).digest('hex')
  const parts = partsOf(upload)
    .map((part) => ({ part, place: key(part) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ part }) => part)
  const isInOrder = parts.every(({ partNumber }, index) => partNumber === index + 1)
  return isInOrder ? parts.reverse() : parts
}

/** What the client has to send, and where to; not in the order of the file. */
export function operationsOf(upload: PendingUpload, base: string): (UploadOperation & Part)[] {
  const requestHeaders = [{ name: 'Content-Type', value: upload.contentType }]
  const address = `${originOf(base)}/${upload.id}`
  return shuffledParts(upload).map((part) => ({
    method: 'PUT',
    url: `${address}?${signedQuery(upload, part)}`,
    ...part,
    requestHeaders,
  }))
}

/** The received parts in the order of the file; undefined while one is missing. */
export function receivedParts(upload: PendingUpload): ReceivedPart[] | undefined {
  const parts = partsOf(upload).flatMap(({ offset }) => upload.parts.get(offset) ?? [])
  return parts.length === partsOf(upload).length ? parts : undefined
}

/** The tag of a part: its MD5 in hexadecimal capitals, as altool's logs show it. */
export function entityTagOf({ md5 }: Pick<ReceivedPart, 'md5'>): string {
  return md5.toString('hex').toUpperCase()
}

/** The bytes of the whole file, in pieces. */
export function readUpload(upload: PendingUpload, parts: readonly ReceivedPart[]): AsyncGenerator<Buffer> {
  return upload.spool.read(parts)
}

/** Bytes that can be read from anywhere. */
export interface ByteSource {
  readonly size: number
  /** The bytes from `start` on, in pieces of up to a megabyte. */
  read(start: number, length: number): AsyncIterable<Buffer>
}

/** A received file as bytes that can be read from anywhere: nothing of it is held in memory. */
export function sourceOf(upload: PendingUpload, parts: readonly ReceivedPart[]): ByteSource {
  const { size, partBytes } = upload
  return {
    size,
    read(start, length) {
      const end = Math.min(start + length, size)
      const [first, last] = [Math.floor(start / partBytes), Math.ceil(end / partBytes)]
      const regions = parts.slice(first, last).map(({ position, ...part }, index) => {
        const offset = (first + index) * partBytes
        const from = Math.max(start - offset, 0)
        return { position: position + from, length: Math.min(end - offset, part.length) - from }
      })
      return upload.spool.read(regions)
    },
  }
}

/** The digest of a whole file, in hexadecimal. Reads every byte. */
export async function digestOf(
  upload: PendingUpload,
  parts: readonly ReceivedPart[],
  algorithm: string,
): Promise<string> {
  const digest = createHash(algorithm)
  for await (const piece of readUpload(upload, parts)) digest.update(piece)
  return digest.digest('hex')
}

/** The whole file, once every part has come. */
export async function bytesOf(upload: PendingUpload): Promise<Buffer | undefined> {
  const parts = receivedParts(upload)
  if (parts === undefined) return undefined
  const pieces: Buffer[] = []
  for await (const piece of readUpload(upload, parts)) pieces.push(piece)
  return Buffer.concat(pieces)
}

/**
 * The checksum that Apple keeps of a file in parts: MD5 of the parts' binary MD5s, the number of parts, the size of a part. Checked
 * against altool's logs for four parts and for one.
 */
export function compositeOf(upload: PendingUpload, parts: readonly ReceivedPart[]): string {
  const digest = createHash('md5')
  for (const { md5 } of parts) digest.update(md5)
  return `${digest.digest('hex')}-${parts.length}-${Math.min(upload.partBytes, upload.size)}`
}
