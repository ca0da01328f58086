// Takes the parts of a file: keeps the bytes where they belong and answers the MD5 of each part. The least that a receiver does.
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

const file = await open(join(process.argv[2] ?? '.', 'copy'), 'w')
const server = createServer(async (request, response) => {
  const hash = createHash('md5')
  let at = Number(request.headers['x-offset'])
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk)
    await file.write(chunk, 0, chunk.length, at)
    at += chunk.length
  }
  response.setHeader('etag', hash.digest('hex'))
  response.end()
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`)
})
