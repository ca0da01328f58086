import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { RandomAccessReader } from 'yauzl'

/** Large enough for some thousand entries of a directory, small beside any app. */
const WINDOW_BYTES = 256 * 1024

const CHUNK_BYTES = 64 * 1024

/**
 * Reads a file for yauzl. What is read record after record, as a directory is, goes through a window, so that many small
 * records cost few reads of the file; anything else is read as it is.
 * Whoever opened the file closes it.
 */
export class FileWindow extends RandomAccessReader {
  readonly #file: FileHandle
  readonly #window = Buffer.alloc(WINDOW_BYTES)
  #start = 0
  #length = 0
  #end = -1
  #last: Promise<unknown> = Promise.resolve()

  constructor(file: FileHandle) {
    super()
    this.#file = file
  }

  override _readStreamForRange(start: number, end: number): Readable {
    // A stream of the file itself would close it when it ends early.
    return Readable.from(this.#chunks(start, end), { objectMode: false })
  }

  async *#chunks(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; ) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - at))
      const { bytesRead } = await this.#file.read(chunk, 0, chunk.length, at)
      if (bytesRead === 0) throw new Error('the file ends too early')
      yield chunk.subarray(0, bytesRead)
      at += bytesRead
    }
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    // The window is one, so reads take turns.
    const done = this.#last.then(() => this.#read(buffer.subarray(offset, offset + length), position))
    this.#last = done.catch(() => undefined)
    done.then(
      () => callback(null),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    )
  }

  async #read(target: Buffer, position: number): Promise<void> {
    const isNext = position === this.#end
    this.#end = position + target.length
    const isInside = position >= this.#start && this.#end <= this.#start + this.#length
    if (!isInside && (!isNext || target.length > WINDOW_BYTES)) return this.#readWhole(target, position)
    if (!isInside) await this.#move(position)
    const from = position - this.#start
    if (from + target.length > this.#length) throw new Error('the file ends too early')
    this.#window.copy(target, 0, from, from + target.length)
  }

  async #move(position: number): Promise<void> {
    const { bytesRead } = await this.#file.read(this.#window, 0, WINDOW_BYTES, position)
    this.#start = position
    this.#length = bytesRead
  }

  async #readWhole(target: Buffer, position: number): Promise<void> {
    const { bytesRead } = await this.#file.read(target, 0, target.length, position)
    if (bytesRead < target.length) throw new Error('the file ends too early')
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null)
  }
}
