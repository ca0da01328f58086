import { HOUR_MS, type Instant, plusMs } from '@cordon/core/instant'
import { newUuid, type RandomBytes } from '../world/random.ts'

/** A file that was reserved and whose bytes are awaited. Not part of a saved state: an unfinished upload is lost with the process. */
export interface PendingUpload {
  readonly id: string
  /** Of the whole file. */
  readonly size: number
  /** What the client has to send as `Content-Type`. */
  readonly contentType: string
  /** Its addresses work until then. */
  readonly endsAt: Instant
  /** What has come so far, by offset. */
  readonly parts: Map<number, Uint8Array>
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

// altool's logs (Xcode 15.4 to 26.0): parts of 5 MiB, addresses that work for seven days.
const PART_BYTES = 5 * 1024 * 1024
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
}

/** Reserves a file. */
export function beginUpload(world: Surroundings, size: number, contentType: string): PendingUpload {
  const now = world.clock.now()
  for (const [id, { endsAt }] of world.uploads) if (endsAt <= now) world.uploads.delete(id)
  const upload: PendingUpload = {
    id: newUuid(world.random),
    size,
    contentType,
    endsAt: plusMs(now, LIFE_HOURS * HOUR_MS),
    parts: new Map(),
  }
  world.uploads.set(upload.id, upload)
  return upload
}

/** The parts in which a file of this size is sent. */
export function partsOf(size: number): { readonly offset: number; readonly length: number }[] {
  return Array.from({ length: Math.max(1, Math.ceil(size / PART_BYTES)) }, (_none, index) => {
    const offset = index * PART_BYTES
    return { offset, length: Math.min(PART_BYTES, size - offset) }
  })
}

/** The host of uploads for a client that reached the service at this address: by Apple's name, or below the plain address. */
function originOf(base: string): string {
  const { protocol, hostname, port, origin } = new URL(base)
  if (!hostname.endsWith('.apple.com')) return `${origin}${UPLOAD_PREFIX}`
  return `${protocol}//${UPLOAD_HOST}${port === '' ? '' : `:${port}`}`
}

/** What the client has to send, and where to. Not in the order of the file: Apple's are shuffled too. */
export function operationsOf(upload: PendingUpload, base: string): UploadOperation[] {
  const requestHeaders = [{ name: 'Content-Type', value: upload.contentType }]
  const operations = partsOf(upload.size).map(({ offset, length }) => ({
    method: 'PUT' as const,
    url: `${originOf(base)}/${upload.id}?offset=${offset}&length=${length}`,
    length,
    offset,
    requestHeaders,
  }))
  return operations.length < 3
    ? operations
    : [...operations.slice(-1), ...operations.slice(1, -1), ...operations.slice(0, 1)]
}

/** The whole file, once every part has come. */
export function bytesOf(upload: PendingUpload): Buffer | undefined {
  const parts = partsOf(upload.size).map(({ offset }) => upload.parts.get(offset))
  if (parts.some((part) => part === undefined)) return undefined
  return Buffer.concat(parts.flatMap((part) => part ?? []))
}
