import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { PassThrough } from 'node:stream'
import { problem } from '@cordon/api/problem'
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test, vi } from 'vitest'
import type { Deadline } from './deadline.ts'
import { createFastify } from './fastify.ts'

let fastify: FastifyInstance
afterEach(async () => {
  await fastify.close()
  vi.useRealTimers()
})

/** Every handler is late at the next look, and the server looks only when the test says so. */
const AT_THE_LOOK: Deadline = { limitMs: 0, lookEveryMs: 1_000 }

function lookNow(): void {
  vi.advanceTimersByTime(AT_THE_LOOK.lookEveryMs)
}

/** A server whose handlers end when the test says so; it tells when one is entered, and when the client of one is gone. */
async function startWith(deadline: Deadline) {
  if (deadline === AT_THE_LOOK) vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const lines: Array<Record<string, unknown>> = []
  const note = (fields: object) => void lines.push({ ...fields })
  const log = { debug: note, info: note, warn: note, error: note }
  let end: (answer: string) => void = () => {}
  const slow = new EventEmitter()
  fastify = createFastify({
    log,
    randomBytes,
    publicUrl: () => 'http://cordon',
    secure: false,
    trustedProxy: '',
    deadline,
  })
  fastify.get('/slow', (_request, reply) => {
    reply.raw.once('close', () => slow.emit('gone'))
    slow.emit('entered')
    return new Promise<string>((resolve) => {
      end = resolve
    })
  })
  fastify.get('/quick', async () => 'done')
  const file = new PassThrough()
  fastify.get('/file', async () => file)
  const url = await fastify.listen({ port: 0, host: '127.0.0.1' })
  return { url, lines, file, slow, end: (answer: string) => end(answer) }
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
  const { url, lines, file } = await startWith(AT_THE_LOOK)
  file.write('its beginning, ')
  const response = await fetch(`${url}/file`)
  lookNow()
  file.end('and its end')
  expect(await response.text()).toBe('its beginning, and its end')
  expect(lines.filter(isLate)).toEqual([])
})

test('who went away is not answered, and others are served', async () => {
  const { url, lines, slow, end } = await startWith(AT_THE_LOOK)
  const away = new AbortController()
  const entered = once(slow, 'entered')
  const gone = once(slow, 'gone')
  const answer = fetch(`${url}/slow`, { signal: away.signal })
  await entered
  away.abort()
  await expect(answer).rejects.toThrow()
  await gone
  lookNow()
  end('nobody hears it')
  expect(await (await fetch(`${url}/quick`)).text()).toBe('done')
  expect(lines.filter(isLate)).toEqual([])
  // Whoever waits after them is answered all the same.
  const enteredAgain = once(slow, 'entered')
  const next = fetch(`${url}/slow`)
  await enteredAgain
  lookNow()
  expect((await next).status).toBe(503)
})
