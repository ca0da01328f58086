// Copies a file over loopback in parts, four at once, with the MD5 of each part on this side too. Prints how long it took.
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { basename } from 'node:path'

const { path, url, partBytes } = JSON.parse(process.argv[2] ?? '{}')
const file = await open(path, 'r')
const { size } = await file.stat()
const agent = new Agent({ keepAlive: true })
const startedAt = performance.now()
let next = 0

async function work(): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(partBytes)
  for (let offset = take(); offset < size; offset = take()) {
    const part = buffer.subarray(0, Math.min(partBytes, size - offset))
    await file.read(part, 0, part.length, offset)
    const sum = createHash('md5').update(part).digest('hex')
    if ((await send(part, offset)) !== sum) throw new Error('other bytes arrived than were sent')
  }
}

function take(): number {
  const offset = next
  next += partBytes
  return offset
}

function send(part: Buffer, offset: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': part.length, 'x-offset': offset, 'x-copy': basename(path) }
    const outgoing = request(url, { method: 'PUT', agent, headers }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.headers.etag))
    })
    outgoing.on('error', reject)
    outgoing.end(part)
  })
}

await Promise.all(Array.from({ length: 4 }, work))
process.stdout.write(String(performance.now() - startedAt))
process.exit(0)
