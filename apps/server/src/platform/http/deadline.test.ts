import { randomBytes } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { problem } from '@cordon/api/problem'
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { createFastify } from './fastify.ts'

let fastify: FastifyInstance
afterEach(() => fastify.close())

/** A server whose handlers end when the test says so. */
async function startWith(deadline: { limitMs: number; lookEveryMs: number }) {
  const lines: Array<Record<string, unknown>> = []
  const note = (fields: object) => void lines.push({ ...fields })
  const log = { debug: note, info: note, warn: note, error: note }
  let end: (answer: string) => void = () => {}
  let enter = () => {}
  const entered = new Promise<void>((resolve) => {
    enter = resolve
  })
  fastify = createFastify({
    log,
    randomBytes,
    publicUrl: () => 'http://cordon',
    secure: false,
    trustedProxy: '',
    deadline,
  })
  fastify.get('/slow', () => {
    enter()
    return new Promise<string>((resolve) => {
      end = resolve
    })
  })
  fastify.get('/quick', async () => 'done')
  const file = new PassThrough()
  fastify.get('/file', async () => file)
  const url = await fastify.listen({ port: 0, host: '127.0.0.1' })
  return { url, lines, entered, file, end: (answer: string) => end(answer) }
}

/** A line of a request, or of its failure. */
const isLate = ({ code, outcome }: Record<string, unknown>) => (code ?? outcome) === 'internal.late'

test('a handler that does not end is answered, and what it gives afterwards goes nowhere', async () => {
  const { url, lines, end } = await startWith({ limitMs: 50, lookEveryMs: 5 })
  const slow = await fetch(`${url}/slow`)
  expect(slow.status).toBe(503)
  expect(problem.parse(await slow.json())).toMatchObject({ code: 'internal.late' })
  expect(slow.headers.get('content-security-policy')).toContain("default-src 'none'")
  end('too late')
  expect(await (await fetch(`${url}/quick`)).text()).toBe('done')
  expect(lines.filter(({ route }) => route !== undefined)).toEqual([
    expect.objectContaining({ route: '/slow', status: 503, outcome: 'internal.late' }),
    expect.objectContaining({ route: '/quick', status: 200, outcome: 'ok' }),
  ])
})

test('a connection on which a handler is waited for is not cut before the handler has had its time', async () => {
  const { url } = await startWith({ limitMs: 60_000, lookEveryMs: 1_000 })
  expect(url).toContain('127.0.0.1')
  expect(fastify.server.timeout).toBeGreaterThan(60_000)
})

test('an answer that is on its way is not answered a second time, however long it takes', async () => {
  const { url, lines, file } = await startWith({ limitMs: 30, lookEveryMs: 5 })
  file.write('its beginning, ')
  const response = await fetch(`${url}/file`)
  await new Promise((resolve) => setTimeout(resolve, 60))
  file.end('and its end')
  expect(await response.text()).toBe('its beginning, and its end')
  expect(lines.filter(isLate)).toEqual([])
})

test('who went away is not answered, and others are served', async () => {
  const { url, lines, end, entered } = await startWith({ limitMs: 30, lookEveryMs: 5 })
  const away = new AbortController()
  const slow = fetch(`${url}/slow`, { signal: away.signal })
  await entered
  away.abort()
  await expect(slow).rejects.toThrow()
  await new Promise((resolve) => setTimeout(resolve, 60))
  end('nobody hears it')
  expect(await (await fetch(`${url}/quick`)).text()).toBe('done')
  expect(lines.filter(isLate)).toEqual([])
  // Whoever waits after them is answered all the same.
  expect((await fetch(`${url}/slow`)).status).toBe(503)
})
