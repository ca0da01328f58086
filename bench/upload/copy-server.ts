// Takes the parts of a file: keeps the bytes where they belong and answers the MD5 of each part. The least that a receiver does.
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

const [, , folder = '.'] = process.argv
/** A new file for each copy, as each upload has one: bytes that are written over are cheaper than new ones. */
const files = new Map<string, Promise<FileHandle>>()

function fileOf(name: string): Promise<FileHandle> {
  const file = files.get(name) ?? open(join(folder, `copy-${name}`), 'w')
  files.set(name, file)
  return file
}

/** Many small writes would cost the copy more than what it is compared with. */
const WRITE_BYTES = 1024 * 1024

const server = createServer(async (request, response) => {
  const hash = createHash('md5')
  const file = await fileOf(String(request.headers['x-copy']))
  let at = Number(request.headers['x-offset'])
  let held: Buffer[] = []
  let heldBytes = 0
  const flush = async () => {
    const [pieces, bytes] = [held, heldBytes]
    ;[held, heldBytes] = [[], 0]
    await file.writev(pieces, at)
    at += bytes
  }
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk)
    held.push(chunk)
    heldBytes += chunk.length
    if (heldBytes >= WRITE_BYTES) await flush()
  }
  if (heldBytes > 0) await flush()
  response.setHeader('etag', hash.digest('hex'))
  response.end()
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`)
})
