import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { fetchFile } from './fetch-file.ts'
import type { StepContext } from './step.ts'

const LIMIT = 16 * 1024
let folder: string
let server: Server
let address: string
let asked: string[]
let endless: Promise<unknown>
const asking = (changes: Partial<StepContext> = {}) =>
  ({ workingFolder: folder, fetch, sleep: async () => {}, ...changes }) as unknown as StepContext

const REDIRECTS: Readonly<Record<string, string>> = {
  '/moved': '/key.p8',
  '/twice': '/moved',
  '/plain': 'http://keys.test/key.p8',
  '/other-scheme': 'ftp://keys.test/key.p8',
  '/circle': '/circle',
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-fetch-'))
  server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const location = REDIRECTS[path]
    if (location !== undefined) return response.writeHead(302, { location }).end('moved')
    if (path === '/key.p8') return response.end('the key')
    if (path === '/full') return response.end(Buffer.alloc(LIMIT, 'x'))
    // Nobody who reads to the end ever comes back from here.
    endless = once(response, 'close')
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(LIMIT, 'x')));
    }
    response.on('drain', more)
    more()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  asked = []
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

const textOf = async (location: string) => Buffer.from(await fetchFile(location, LIMIT, asking())).toString()

test('redirects are followed', async () => {
  expect(await textOf(`${address}/twice`)).toBe('the key')
  expect(asked).toEqual(['/twice', '/moved', '/key.p8'])
})

test.each(['/plain', '/other-scheme', '/circle'])(
  'a redirect of %s is refused, and nobody is asked again',
  async (path) => {
    const urls: string[] = []
    const watching: typeof fetch = (url, options) => {
      urls.push(String(url))
      return fetch(url, options)
    }
    await expect(fetchFile(address + path, LIMIT, asking({ fetch: watching }))).rejects.toThrow('HTTP 302')
    expect(new Set(urls)).toEqual(new Set([address + path]))
    expect(urls.length).toBeLessThanOrEqual(6)
  },
)

test('an address of another machine does not lead to this one; one of this machine may', async () => {
  const away: typeof fetch = async (url, options) =>
    String(url).startsWith('https://keys.test/')
      ? new Response(null, { status: 302, headers: { location: `${address}/key.p8` } })
      : fetch(url, options)
  await expect(fetchFile('https://keys.test/key.p8', LIMIT, asking({ fetch: away }))).rejects.toThrow('HTTP 302')
  expect(asked).toEqual([])
  expect(await textOf(`${address}/moved`)).toBe('the key')
})

test('a file as large as the limit is read, and of a longer one no more than that', async () => {
  expect(await textOf(`${address}/full`)).toHaveLength(LIMIT)
  await expect(textOf(`${address}/endless`)).rejects.toThrow('larger than 16384 bytes')
  await endless
})

test('the same holds for files of this machine', async () => {
  writeFileSync(join(folder, 'full'), Buffer.alloc(LIMIT, 'x'))
  expect(await textOf('full')).toHaveLength(LIMIT)
  writeFileSync(join(folder, 'longer'), Buffer.alloc(LIMIT + 1, 'x'))
  await expect(textOf('longer')).rejects.toThrow('larger than 16384 bytes')
  await expect(textOf('/dev/zero')).rejects.toThrow('larger than 16384 bytes')
  await expect(textOf('not-there')).rejects.toMatchObject({ code: 'ENOENT' })
})
