import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { isCordonError } from '@cordon/core/errors'
import type { Clock } from '@cordon/core/instant'
import { type BuildFile, readBuildFile } from './build-file.ts'
import { deliveryErrors } from './errors.ts'
import { type FollowedBuild, followUpload } from './follow.ts'
import { compositeOf, inOrder } from './parts.ts'
import type { BuildUploadPort, ReservedFile, UploadWish } from './port.ts'
import { type AppWish, preflight } from './preflight.ts'
import type { OnUploadEvent } from './progress.ts'
import { type SentParts, sendParts } from './send-parts.ts'
import { fingerprintOf, openUploadMemory, type UploadMemory } from './upload-record.ts'

/** What an upload needs of the world. */
export interface UploadOptions {
  readonly port: BuildUploadPort
  readonly clock: Clock
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>
  /** Where records of uploads lie, for runs that go on after a crash. */
  readonly stateFolder: string
  readonly onEvent?: OnUploadEvent
  /**
   * Looks for what else speaks against the build, and throws it: asked when the build has passed its own checks, and before this run sends
   * a byte of it. What an earlier run left at Apple has been given up by then when it cannot be gone on with. `isKnown`: an earlier run has
   * sent this very file to the app, whole or in parts; an upload that was reserved alone does not count.
   */
  readonly beforeSending?: (wish: UploadWish, isKnown: boolean) => Promise<void>
  readonly signal?: AbortSignal
  /** Parts under way at once; 4 if absent. */
  readonly concurrency?: number
}

/** A file that is at Apple. */
export interface SentBuild {
  readonly file: BuildFile
  readonly wish: UploadWish
  readonly uploadId: string
  /** Parts that this run sent. */
  readonly partsSent: number
  /** Parts that an earlier run had sent. */
  readonly partsFound: number
  readonly notes: readonly string[]
}

/** A build that was uploaded and processed. */
export interface UploadedBuild extends SentBuild, FollowedBuild {}

/**
 * Brings a build to App Store Connect: checks it before a byte is sent, reserves the upload, sends the file in parts, and commits it.
 * A run that was ended is gone on with by the next one of the same file: what Apple has is not sent again.
 * Errors: those of `delivery`, `app_archive`, and of the port.
 *
 * @example
 * const sent = await uploadBuild('App.ipa', {}, { port, clock, sleep, stateFolder })
 * const { build } = await followUpload(sent.uploadId, sent.wish, { port, clock, sleep, onEvent })
 */
export async function uploadBuild(path: string, wanted: AppWish, options: UploadOptions): Promise<SentBuild> {
  const file = await readBuildFile(path)
  const handle = await openBuild(path)
  try {
    const memory = await openUploadMemory(options.stateFolder, await fingerprintOf(handle, file.bytes), path)
    try {
      return await new Upload(file, handle, memory, options).run(wanted)
    } finally {
      await memory.close()
    }
  } finally {
    await handle.close()
  }
}

/** The same, and then waits until Apple has processed the build. `patienceMs`: an hour if absent. */
export async function deliverBuild(
  path: string,
  wanted: AppWish,
  options: UploadOptions & { readonly patienceMs?: number },
): Promise<UploadedBuild> {
  const sent = await uploadBuild(path, wanted, options)
  const { onEvent = () => {} } = options
  return { ...sent, ...(await followUpload(sent.uploadId, sent.wish, { ...options, onEvent })) }
}

async function openBuild(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw deliveryErrors.file_unreadable({ path, reason }, { detail: `"${path}"`, cause })
  }
}

interface Reservation {
  readonly appId: string
  readonly uploadId: string
  /** Undefined: every part is at Apple and committed. */
  readonly file: ReservedFile | undefined
}

const NOTHING_SENT: SentParts = { digests: [], sent: 0, found: 0 }

/** One upload of one file. The lock of the file is held for as long as it lives. */
class Upload {
  readonly #file: BuildFile
  readonly #handle: FileHandle
  readonly #memory: UploadMemory
  readonly #options: UploadOptions
  readonly #port: BuildUploadPort
  readonly #onEvent: OnUploadEvent

  constructor(file: BuildFile, handle: FileHandle, memory: UploadMemory, options: UploadOptions) {
    this.#file = file
    this.#handle = handle
    this.#memory = memory
    this.#options = options
    this.#port = options.port
    this.#onEvent = options.onEvent ?? (() => {})
  }

  async run(wanted: AppWish): Promise<SentBuild> {
    const before = await this.#handle.stat()
    const kept = await this.#kept()
    const { clock } = this.#options
    const ready = await preflight(this.#file, wanted, { port: this.#port, clock, isOwnNumber: kept !== undefined })
    const { wish, notes } = ready
    await this.#options.beforeSending?.(wish, isKnown(kept, wish))
    this.#onEvent({ kind: 'checked', file: this.#file, notes })
    const reservation = await this.#reservationFor(wish, kept)
    const parts = await this.#sendAndCommit(reservation, before.mtimeMs)
    return {
      ...{ file: this.#file, wish, notes, uploadId: reservation.uploadId },
      ...{ partsSent: parts.sent, partsFound: parts.found },
    }
  }

  /** What an earlier run left at Apple, when it can be gone on with. */
  async #kept(): Promise<Reservation | undefined> {
    const record = await this.#memory.read()
    if (record === undefined) return undefined
    const { appId, uploadId, fileId } = record
    const status = await this.#port.readUpload(uploadId)
    if (status?.state === 'processing' || status?.state === 'complete') return { appId, uploadId, file: undefined }
    if (status !== undefined && status.state !== 'failed') {
      const file = fileId === undefined ? await this.#reserveFile(record) : await this.#port.readFile(fileId)
      if (file?.state === 'committed') return { appId, uploadId, file: undefined }
      if (file?.state === 'awaiting' && !this.#isOver(file)) return { appId, uploadId, file }
      await this.#port.giveUp(uploadId)
    }
    await this.#memory.forget()
    return undefined
  }

  /** Apple was just asked, so what has expired now stays so. */
  #isOver({ parts }: ReservedFile): boolean {
    const now = this.#options.clock.now()
    return parts.some(
      ({ entityTag, expiresAt }) => entityTag === undefined && expiresAt !== undefined && expiresAt <= now,
    )
  }

  async #reservationFor(wish: UploadWish, kept: Reservation | undefined): Promise<Reservation> {
    if (kept !== undefined && kept.appId === wish.app.id) {
      this.#onEvent({ kind: 'resumed', uploadId: kept.uploadId, isComplete: kept.file === undefined })
      return kept
    }
    const { uploadId } = await this.#port.reserve(wish)
    const { id: appId } = wish.app
    // Written before the next request: a run that ends here leaves nothing behind that the next one does not know.
    await this.#memory.write({ appId, uploadId, fileId: undefined })
    this.#onEvent({ kind: 'reserved', uploadId })
    return { appId, uploadId, file: await this.#reserveFile({ appId, uploadId }) }
  }

  async #reserveFile({ appId, uploadId }: { appId: string; uploadId: string }): Promise<ReservedFile> {
    const { path, bytes, kind } = this.#file
    const file = await this.#port.reserveFile(uploadId, { name: plainName(path, kind), bytes, kind })
    await this.#memory.write({ appId, uploadId, fileId: file.id })
    return file
  }

  async #sendAndCommit({ uploadId, file }: Reservation, mtimeMs: number): Promise<SentParts> {
    if (file === undefined) return NOTHING_SENT
    const first = await this.#send(file)
    await this.#requireUnchanged(mtimeMs)
    try {
      await this.#commit(file, first)
      this.#onEvent({ kind: 'committed', uploadId })
      return first
    } catch (error) {
      // Apple may miss a part that its storage has confirmed.
      const missed = await this.#missed(file.id, error)
      if (missed === undefined) throw error
      const again = await this.#send(missed)
      await this.#commit(file, again)
      this.#onEvent({ kind: 'committed', uploadId })
      return { digests: again.digests, sent: first.sent + again.sent, found: first.found }
    }
  }

  async #missed(fileId: string, error: unknown): Promise<ReservedFile | undefined> {
    if (!isCordonError(error) || deliveryErrors.checksum_mismatch.is(error)) return undefined
    const file = await this.#port.readFile(fileId)
    const isMissing = file?.state === 'awaiting' && file.parts.some(({ entityTag }) => entityTag === undefined)
    return isMissing ? file : undefined
  }

  #send(file: ReservedFile): Promise<SentParts> {
    const { clock, sleep, signal, concurrency } = this.#options
    return sendParts(this.#handle, inOrder(file.parts, this.#file.bytes), {
      ...{ port: this.#port, clock, sleep, signal, concurrency, onEvent: this.#onEvent },
      refresh: async () => inOrder((await this.#port.readFile(file.id))?.parts ?? [], this.#file.bytes),
    })
  }

  async #commit({ id, parts }: ReservedFile, { digests }: SentParts): Promise<void> {
    const { composite } = await this.#port.commit(id)
    if (composite === undefined) return
    const partBytes = Math.max(...parts.map(({ length }) => length))
    const ours = compositeOf(digests, partBytes)
    if (composite.toLowerCase() === ours) return
    throw deliveryErrors.checksum_mismatch({ ours, apples: composite }, { detail: `${ours} here, ${composite} there` })
  }

  async #requireUnchanged(mtimeMs: number): Promise<void> {
    const now = await this.#handle.stat()
    const { path, bytes } = this.#file
    if (now.size !== bytes || now.mtimeMs !== mtimeMs)
      throw deliveryErrors.file_changed({ path }, { detail: `"${path}"` })
  }
}

/** A reservation alone, or one of another app, holds nothing of the file. */
function isKnown(kept: Reservation | undefined, { app }: UploadWish): boolean {
  if (kept?.appId !== app.id) return false
  return kept.file === undefined || kept.file.parts.some(({ entityTag }) => entityTag !== undefined)
}

/** Names with other characters have made trouble at Apple, so they are not sent. */
function plainName(path: string, kind: BuildFile['kind']): string {
  const name = basename(path)
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) ? name : `app.${kind}`
}
