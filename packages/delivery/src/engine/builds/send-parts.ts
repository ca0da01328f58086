import type { FileHandle } from 'node:fs/promises'
import { isCordonError } from '@cordon/core/errors'
import { type Clock, SECOND_MS } from '@cordon/core/instant'
import { deliveryErrors } from './errors.ts'
import { md5Of, tagFits } from './parts.ts'
import type { BuildUploadPort, PartAnswer, UploadPart } from './port.ts'
import type { OnUploadEvent } from './progress.ts'

/** What sending needs of the world. */
export interface Sending {
  readonly port: Pick<BuildUploadPort, 'sendPart'>
  readonly clock: Clock
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>
  readonly onEvent: OnUploadEvent
  /** Asks Apple anew where the parts go: signed URLs expire. */
  readonly refresh: () => Promise<readonly UploadPart[]>
  readonly signal?: AbortSignal | undefined
  /** Parts under way at once; 4 if absent. */
  readonly concurrency?: number | undefined
}

/** What sending came to. */
export interface SentParts {
  /** MD5 of each part, in the order of the file. */
  readonly digests: readonly Uint8Array[]
  readonly sent: number
  /** Parts that Apple had already, with the same bytes. */
  readonly found: number
}

const CONCURRENCY = 4
/** What all parts under way may take of memory together. */
const BUFFER_BYTES = 32 * 1024 * 1024

/**
 * Sends the parts of a file, some at once. The file is read once, part by part: each part's digest says whether Apple has it already,
 * and is compared with what the storage answers. A failed part is sent again alone. Memory is bounded by the parts under way.
 * Errors: `delivery.part_refused`, `delivery.part_failed`, `delivery.file_changed`.
 */
export async function sendParts(file: FileHandle, parts: readonly UploadPart[], sending: Sending): Promise<SentParts> {
  const stop = new AbortController()
  const signal = sending.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, sending.signal])
  const run = new Run(file, parts, { ...sending, signal })
  const largest = Math.max(...parts.map(({ length }) => length))
  const wanted = Math.min(sending.concurrency ?? CONCURRENCY, Math.floor(BUFFER_BYTES / largest), parts.length)
  const workers = Array.from({ length: Math.max(1, wanted) }, () => run.work(Buffer.allocUnsafeSlow(largest)))
  try {
    await Promise.all(workers)
  } catch (error) {
    stop.abort(error)
    await Promise.allSettled(workers)
    throw error
  }
  return { digests: run.digests, sent: run.sent, found: run.found }
}

/** The work of all workers on one file. The parts left are shared: a worker takes the next one. */
class Run {
  readonly digests: Uint8Array[] = []
  sent = 0
  found = 0
  readonly #file: FileHandle
  readonly #sending: Sending & { readonly signal: AbortSignal }
  readonly #total: number
  #parts: readonly UploadPart[]
  #next = 0
  #bytes = 0
  #foundBytes = 0
  #refreshing: Promise<void> | undefined

  constructor(file: FileHandle, parts: readonly UploadPart[], sending: Sending & { readonly signal: AbortSignal }) {
    this.#file = file
    this.#parts = parts
    this.#sending = sending
    this.#total = parts.reduce((sum, { length }) => sum + length, 0)
  }

  async work(buffer: Buffer): Promise<void> {
    for (;;) {
      this.#sending.signal.throwIfAborted()
      const index = this.#next++
      const part = this.#parts[index]
      if (part === undefined) return
      const body = buffer.subarray(0, part.length)
      await this.#read(body, part.offset)
      const md5 = md5Of(body)
      this.digests[index] = md5
      const isThere = tagFits(part.entityTag, md5) === true
      if (!isThere) await this.#send(index, body, md5)
      this.#count(part.length, isThere)
    }
  }

  #count(length: number, isThere: boolean): void {
    if (isThere) {
      this.found += 1
      this.#foundBytes += length
    } else this.sent += 1
    this.#bytes += length
    this.#sending.onEvent({
      ...{ kind: 'sent', bytes: this.#bytes, total: this.#total, found: this.#foundBytes },
      parts: { sent: this.sent, found: this.found, total: this.#parts.length },
    })
  }

  async #read(into: Buffer, offset: number): Promise<void> {
    for (let at = 0; at < into.length; ) {
      const { bytesRead } = await this.#file.read(into, at, into.length - at, offset + at)
      if (bytesRead === 0) throw deliveryErrors.file_changed({ path: '' }, { detail: 'the file ends too early' })
      at += bytesRead
    }
  }

  async #send(index: number, body: Uint8Array, md5: Uint8Array): Promise<void> {
    let hasRefreshed = false
    for (let tries = 1; ; tries += 1) {
      if (this.#isExpired(index)) await this.#refresh()
      const part = this.#parts[index]
      if (part === undefined || tagFits(part.entityTag, md5) === true) return
      const outcome = await this.#sendOnce(part, body, md5)
      if (outcome === 'done') return
      if (outcome.kind === 'url_over' && !hasRefreshed) {
        hasRefreshed = true
        await this.#refresh()
        continue
      }
      if (outcome.kind !== 'again') throw refused(index, outcome.status, outcome.reason)
      if (tries > WAITS_MS.length) throw failed(index, tries, outcome.reason)
      this.#sending.onEvent({ kind: 'part_again', part: index + 1, tries, reason: outcome.reason })
      await this.#sending.sleep(WAITS_MS[tries - 1] ?? 0, this.#sending.signal)
    }
  }

  async #sendOnce(part: UploadPart, body: Uint8Array, md5: Uint8Array): Promise<Outcome> {
    const { port, signal } = this.#sending
    try {
      return judge(await port.sendPart(part, body, signal), md5)
    } catch (error) {
      signal.throwIfAborted()
      if (isCordonError(error)) throw error
      return { kind: 'again', status: 0, reason: reasonOf(error) }
    }
  }

  #isExpired(index: number): boolean {
    const expiresAt = this.#parts[index]?.expiresAt
    return expiresAt !== undefined && expiresAt <= this.#sending.clock.now()
  }

  /** One request for all workers that find their URL over at once. */
  #refresh(): Promise<void> {
    this.#refreshing ??= this.#sending
      .refresh()
      .then((parts) => {
        this.#parts = parts
      })
      .finally(() => {
        this.#refreshing = undefined
      })
    return this.#refreshing
  }
}

/** Waits before the second to the sixth try of a part. */
const WAITS_MS = [1, 2, 4, 8, 16].map((seconds) => seconds * SECOND_MS)

type Outcome =
  | 'done'
  | { readonly kind: 'again' | 'url_over' | 'refused'; readonly status: number; readonly reason: string }

const URL_OVER = new Set([401, 403, 410])
const TRANSIENT = new Set([408, 425, 429])

function judge({ status, entityTag }: PartAnswer, md5: Uint8Array): Outcome {
  const reason = `HTTP ${status}`
  if (status >= 200 && status < 300) {
    const isDamaged = tagFits(entityTag, md5) === false
    return isDamaged ? { kind: 'again', status, reason: 'other bytes arrived than were sent' } : 'done'
  }
  if (URL_OVER.has(status)) return { kind: 'url_over', status, reason }
  return { kind: TRANSIENT.has(status) || status >= 500 ? 'again' : 'refused', status, reason }
}

/** The system's code alone: the message of a failed connection may hold the signed URL. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? `the connection failed (${code})` : 'the connection failed'
}

function refused(index: number, status: number, reason: string) {
  return deliveryErrors.part_refused({ part: index + 1, status }, { detail: `part ${index + 1}: ${reason}` })
}

function failed(index: number, tries: number, reason: string) {
  const part = index + 1
  return deliveryErrors.part_failed({ part, tries, reason }, { detail: `part ${part}, ${tries} tries: ${reason}` })
}
