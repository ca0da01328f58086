import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A piece of a spool's file. */
export interface Region {
  readonly position: number
  readonly length: number
}

/** A piece that was written, and the MD5 of it. */
export interface Written extends Region {
  readonly md5: Buffer
}

const BATCH_BYTES = 1024 * 1024
const ZEROS = Buffer.alloc(64 * 1024)

function isZeros(bytes: Uint8Array): boolean {
  return bytes.length <= ZEROS.length && ZEROS.compare(bytes, 0, bytes.length, 0, bytes.length) === 0
}

/**
 * Bytes that clients sent, in a file without a name: it is gone with the process, however that ends. What is written gets a place of
 * its own, so that a request that breaks off, or two for the same part, spoil nothing. Zeros are left out: a sparse file stays sparse.
 * Memory is bounded by a batch per writer.
 */
export class Spool {
  #file: Promise<FileHandle> | undefined
  #end = 0
  #isClosed = false

  /** Writes a piece of a known length. Rejects when the source does, or ends too early. */
  async write(chunks: AsyncIterable<Uint8Array>, length: number): Promise<Written> {
    const position = this.#end
    this.#end += length
    const file = await this.#open()
    const digest = createHash('md5')
    let batch: Uint8Array[] = []
    let [pending, done] = [0, 0]
    const flush = async () => {
      if (pending > 0) await writeAll(file, batch, position + done)
      done += pending
      batch = []
      pending = 0
    }
    for await (const chunk of chunks) {
      digest.update(chunk)
      if (isZeros(chunk)) {
        await flush()
        done += chunk.length
        continue
      }
      batch.push(chunk)
      pending += chunk.length
      if (pending >= BATCH_BYTES) await flush()
    }
    await flush()
    if (done !== length) throw new RangeError(`${done} bytes instead of ${length}`)
    return { position, length, md5: digest.digest() }
  }

  /** Reads pieces one after the other. */
  async *read(regions: readonly Region[]): AsyncGenerator<Buffer> {
    const file = await this.#open()
    for (const { position, length } of regions) {
      for (let done = 0; done < length; ) {
        // Not filled by a read behind the last byte that was not zero.
        const buffer = Buffer.alloc(Math.min(BATCH_BYTES, length - done))
        await file.read(buffer, 0, buffer.length, position + done)
        done += buffer.length
        yield buffer
      }
    }
  }

  /** Gives the bytes up. */
  async close(): Promise<void> {
    const file = this.#file
    this.#isClosed = true
    this.#file = undefined
    await (await file?.catch(() => undefined))?.close()
  }

  #open(): Promise<FileHandle> {
    if (this.#isClosed) throw new Error('the upload was given up')
    this.#file ??= openNameless()
    return this.#file
  }
}

async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `cordon-simulator-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  return file
}

async function writeAll(file: FileHandle, batch: readonly Uint8Array[], position: number): Promise<void> {
  const { bytesWritten } = await file.writev(batch, position)
  const total = batch.reduce((sum, { length }) => sum + length, 0)
  if (bytesWritten !== total) throw new Error(`${bytesWritten} of ${total} bytes were written`)
}
