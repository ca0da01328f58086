import { inspect } from 'node:util'
import { isCordonError } from '@cordon/core/errors'
import { plusMs } from '@cordon/core/instant'
import { expect, test } from 'vitest'
import { NOON } from '../test/fake-time.ts'
import {
  deadPort,
  inTurn,
  listOf,
  type Received,
  type Reply,
  refusal,
  rig,
  scriptedApple,
} from '../test/scripted-apple.ts'
import type { Exchange } from './transport/exchange.ts'

const UDID = '00008030-001A2B3C4D5E802E'
const device = {
  type: 'devices',
  id: 'D1',
  attributes: { name: 'Ada', udid: UDID, platform: 'IOS', status: 'ENABLED' },
}
const NEW_DEVICE = { name: 'Ada', udid: UDID.toLowerCase(), platform: 'IOS' }
const ok: Reply = listOf([device])
const created: Reply = { status: 201, json: { data: device, links: { self: 'x' } } }
const html = (status: number): Reply => ({
  status,
  text: '<html>Bad gateway</html>',
  headers: { 'content-type': 'text/html' },
})
const methods = (received: readonly Received[]) => received.map(({ method }) => method)

test.each<[string, Reply, number, number]>([
  ['a dropped connection', 'drop', 4, 15_000],
  ['an answer cut off', 'cut', 4, 15_000],
  ['500', refusal(500, 'UNEXPECTED_ERROR'), 3, 7_000],
  ['502 with a page', html(502), 5, 31_000],
  ['503 without a body', { status: 503 }, 5, 31_000],
  ['504', html(504), 5, 31_000],
  ['a success that is not JSON', { status: 200, text: '{"data":[' }, 4, 15_000],
])('a read is repeated after %s, as often as the table says and no more', async (_what, reply, retries, waitedMs) => {
  const good = await rig((_request) => (good.apple.received.length <= retries ? reply : ok))
  expect((await good.client.devices.list()).items).toMatchObject([{ id: 'D1' }])
  expect(good.time.slept.reduce((a, b) => a + b, 0)).toBe(waitedMs)
  const bad = await rig(() => reply)
  await expect(bad.client.devices.list()).rejects.toSatisfy(isCordonError)
  expect(bad.apple.received).toHaveLength(retries + 1)
  expect(bad.client.requests()).toBe(retries + 1)
})

test.each([400, 403, 404, 409, 422, 501])('status %i is not repeated', async (status) => {
  const { client, apple } = await rig(() => refusal(status, 'SOME_CODE'))
  await expect(client.devices.list()).rejects.toMatchObject({
    details: { appleStatus: status, appleCode: 'SOME_CODE' },
  })
  expect(apple.received).toHaveLength(1)
})

test('a key that Apple never took is rejected after one confirmation with a fresh token, at once, for all who asked', async () => {
  const { client, apple, time } = await rig(() => refusal(401, 'NOT_AUTHORIZED'))
  const asked = [client.devices.list(), client.apps.list(), client.devices.create(NEW_DEVICE)]
  for (const answer of await Promise.allSettled(asked)) {
    expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'apple.key_rejected', kind: 'upstream' } })
  }
  await expect(asked[0]).rejects.toMatchObject({
    details: { appleStatus: 401, appleRequestId: 'REQUESTID0123456789ABCDEFG', operation: 'GET /v1/devices' },
  })
  expect(new Set(apple.received.map(({ authorization }) => authorization)).size).toBe(2)
  expect([apple.received.length, time.slept]).toEqual([2, []])
})

test('of a key that Apple took before, a refused token is replaced by a fresh one three times', async () => {
  const { client, apple } = await rig(inTurn(ok, refusal(401, 'NOT_AUTHORIZED')))
  await client.devices.list()
  await expect(client.devices.list()).rejects.toMatchObject({ code: 'apple.key_rejected' })
  expect(new Set(apple.received.slice(1).map(({ authorization }) => authorization)).size).toBe(4)
})

test('a first request that fails for another reason keeps nobody waiting', async () => {
  const { client } = await rig(inTurn(html(502), ok))
  const [first, second] = await Promise.all([client.devices.list(), client.devices.list()])
  expect([first, second]).toEqual([first, first])
})

test('a random 401 is got over, for a write too', async () => {
  const { client, apple } = await rig(inTurn(refusal(401, 'NOT_AUTHORIZED'), created))
  await client.devices.create(NEW_DEVICE)
  expect(methods(apple.received)).toEqual(['POST', 'POST'])
})

test('a clock that is wrong is measured from the answer, corrected in the next token, and named in the error', async () => {
  const date = new Date(plusMs(NOON, 600_000)).toUTCString()
  const { client, apple } = await rig(() => ({ status: 401, headers: { date } }))
  const error = await client.devices.list().catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'apple.key_rejected', details: { clockSkewSeconds: expect.any(Number) } })
  expect(inspect(error)).toContain('behind Apple')
  const issuedAt = apple.received.map(({ authorization }) => claims(authorization).iat)
  expect(issuedAt[1]).toBeGreaterThan((issuedAt[0] ?? 0) + 590)
  expect(client.clockSkewMs()).toBeGreaterThan(590_000)
})

test('a missing agreement is tried twice more, then reported with the link', async () => {
  const code = 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED'
  const { client, apple } = await rig(() =>
    refusal(403, code, 'An agreement is missing', { links: { see: '/agreements' } }),
  )
  await expect(client.devices.list()).rejects.toMatchObject({
    code: 'apple.agreements_required',
    details: { appleLink: '/agreements' },
  })
  expect(apple.received).toHaveLength(3)
})

test.each<[string, Reply, number[]]>([
  ['Retry-After in seconds', { status: 429, headers: { 'retry-after': '7' } }, [7_000, 7_000]],
  [
    'Retry-After as a date',
    { status: 429, headers: { 'retry-after': new Date(plusMs(NOON, 5_000)).toUTCString() } },
    [5_000, 1_000],
  ],
  ['nothing, and a page', html(429), [45_000, 60_000]],
])('a rate limit waits as asked: %s', async (_what, reply, slept) => {
  const { client, time } = await rig(inTurn(reply, reply, ok))
  await client.devices.list()
  expect(time.slept).toEqual(slept)
})

test('a rate limit pauses every request of the key', async () => {
  const limited: Reply = { status: 429, headers: { 'retry-after': '30' } }
  const { client, apple, time } = await rig(inTurn(limited, ok))
  const impatient = client.within({ patienceMs: 10_000 })
  await expect(impatient.devices.list()).rejects.toMatchObject({
    code: 'apple.rate_limited',
    details: { retryAfterSeconds: 30, appleStatus: 429 },
  })
  await expect(impatient.apps.list()).rejects.toMatchObject({ code: 'apple.rate_limited' })
  expect(apple.received).toHaveLength(1)
  await client.devices.list()
  expect(time.slept).toEqual([30_000])
  expect(apple.received).toHaveLength(2)
})

test('no wait goes beyond the patience of the caller', async () => {
  const { client, time, apple } = await rig(() => html(502))
  await expect(client.within({ patienceMs: 4_000 }).devices.list()).rejects.toMatchObject({
    code: 'apple.service_failed',
  })
  expect(time.slept).toEqual([1_000, 2_000])
  expect(apple.received).toHaveLength(3)
})

test.each<[string, Reply]>([
  ['504', html(504)],
  ['500', refusal(500, 'UNEXPECTED_ERROR')],
  ['a dropped connection', 'drop'],
  ['a success cut off', 'cut'],
  ['a success that is not JSON', { status: 201, text: '<html>' }],
  ['a success about something else', { status: 201, json: { data: { type: 'apps', id: '1' } } }],
])('a write that was done behind %s is found and sent once', async (_what, reply) => {
  const { client, apple } = await rig(({ method }) => (method === 'POST' ? reply : ok))
  expect(await client.devices.create(NEW_DEVICE)).toMatchObject({ id: 'D1', udid: UDID })
  expect(methods(apple.received)).toEqual(['POST', 'GET'])
})

test('a write that was not done is repeated only after looking', async () => {
  const { client, apple } = await rig(inTurn(html(504), listOf([]), created))
  await client.devices.create(NEW_DEVICE)
  expect(methods(apple.received)).toEqual(['POST', 'GET', 'POST'])
})

test('"already exists" after a repeated write means that the first one was done', async () => {
  const exists = refusal(409, 'ENTITY_ERROR', `A device with number '${UDID}' already exists on this team.`)
  const { client, apple } = await rig(inTurn('drop', listOf([]), exists, ok))
  expect(await client.devices.create(NEW_DEVICE)).toMatchObject({ id: 'D1' })
  expect(methods(apple.received)).toEqual(['POST', 'GET', 'POST', 'GET'])
})

test('"already exists" at the first try is an error', async () => {
  const exists = refusal(409, 'ENTITY_ERROR', `A device with number '${UDID}' already exists on this team.`)
  const { client, apple } = await rig(() => exists)
  await expect(client.devices.create(NEW_DEVICE)).rejects.toMatchObject({
    code: 'apple.device_exists',
    kind: 'upstream',
  })
  expect(methods(apple.received)).toEqual(['POST'])
})

test('a write that stays open because reading fails is reported as unconfirmed, and not repeated', async () => {
  const { client, apple } = await rig(({ method }) => (method === 'POST' ? html(504) : refusal(403, 'FORBIDDEN_ERROR')))
  await expect(client.devices.create(NEW_DEVICE)).rejects.toMatchObject({ code: 'apple.write_unconfirmed' })
  expect(methods(apple.received)).toEqual(['POST', 'GET'])
})

test('a write that fails every time looks after every try, the last one too', async () => {
  const { client, apple } = await rig(({ method }) =>
    method === 'POST' ? refusal(500, 'UNEXPECTED_ERROR') : listOf([]),
  )
  await expect(client.devices.create(NEW_DEVICE)).rejects.toMatchObject({ code: 'apple.service_failed' })
  expect(methods(apple.received)).toEqual(['POST', 'GET', 'POST', 'GET', 'POST', 'GET', 'POST', 'GET'])
})

test('a delete that was done is known by the resource being gone', async () => {
  const { client, apple } = await rig(({ method }) => (method === 'DELETE' ? html(504) : refusal(404, 'NOT_FOUND')))
  await client.profiles.delete('P1')
  expect(methods(apple.received)).toEqual(['DELETE', 'GET'])
})

test('a delete answered by some page is not taken for done', async () => {
  const { client, apple } = await rig(({ method }) => (method === 'DELETE' ? html(200) : refusal(404, 'NOT_FOUND')))
  await client.profiles.delete('P1')
  expect(methods(apple.received)).toEqual(['DELETE', 'GET'])
})

test('a caller who ends a request without patience hears the own reason, not that Apple is unreachable', async () => {
  const { client, apple } = await rig(() => 'hang')
  const controller = new AbortController()
  const result = client.within({ signal: controller.signal, patienceMs: 0 }).devices.list()
  const ended = expect(result).rejects.toThrow('build ended')
  await apple.arrived(1)
  controller.abort(new Error('build ended'))
  await ended
})

test('a delete of what never existed is an error', async () => {
  const { client } = await rig(() => refusal(404, 'NOT_FOUND'))
  await expect(client.profiles.delete('P1')).rejects.toMatchObject({ code: 'apple.not_found' })
})

test('a change that was done behind an error is known by reading', async () => {
  const disabled = { ...device, attributes: { ...device.attributes, status: 'DISABLED' } }
  const { client, apple } = await rig(({ method }) =>
    method === 'PATCH' ? html(502) : { status: 200, json: { data: disabled } },
  )
  expect(await client.devices.modify('D1', { status: 'DISABLED' })).toMatchObject({ status: 'DISABLED' })
  expect(methods(apple.received)).toEqual(['PATCH', 'GET'])
})

test('nobody there is unreachable, and a write is simply sent again', async () => {
  const apple = await scriptedApple(() => created)
  const dead = await deadPort()
  let tries = 0
  const failing = (url: URL, init: RequestInit) => {
    tries += 1
    const elsewhere = new URL(url)
    elsewhere.port = String(dead)
    return fetch(tries < 3 ? elsewhere : url, init)
  }
  const { client, time } = await rig(() => ok, { baseUrl: apple.baseUrl, fetch: failing })
  expect(await client.devices.create(NEW_DEVICE)).toMatchObject({ id: 'D1' })
  expect(methods(apple.received)).toEqual(['POST'])
  expect(time.slept).toEqual([1_000, 2_000])
})

test('an unreachable Apple is told apart from one that refuses', async () => {
  const { client } = await rig(() => ok, { baseUrl: `http://127.0.0.1:${await deadPort()}` })
  await expect(client.devices.list()).rejects.toMatchObject({
    code: 'apple.unreachable',
    detail: expect.stringMatching(/ECONNREFUSED/),
  })
})

test('every try has an end: a silent Apple is timed out', async () => {
  const deadlines: AbortController[] = []
  const deadline = () => {
    const controller = new AbortController()
    deadlines.push(controller)
    return controller.signal
  }
  const { client, apple } = await rig(() => 'hang', { deadline })
  const result = expect(client.within({ patienceMs: 0 }).devices.list()).rejects.toMatchObject({
    code: 'apple.timed_out',
  })
  await apple.arrived(1)
  deadlines[0]?.abort(new Error('too late'))
  await result
})

test('the caller can end a request under way, a wait, and one that has not begun', async () => {
  const hanging = await rig(() => 'hang')
  const controller = new AbortController()
  const result = hanging.client.within({ signal: controller.signal }).devices.list()
  await hanging.apple.arrived(1)
  controller.abort(new Error('build ended'))
  await expect(result).rejects.toThrow('build ended')
  await expect(hanging.client.within({ signal: controller.signal }).apps.list()).rejects.toThrow('build ended')
  expect(hanging.apple.received).toHaveLength(1)

  const waiting = new AbortController()
  const retrying = await rig(() => html(502), {
    sleep: async (_ms, signal) => {
      waiting.abort(new Error('build ended'))
      signal?.throwIfAborted()
    },
  })
  await expect(retrying.client.within({ signal: waiting.signal }).devices.list()).rejects.toThrow('build ended')
})

test('the caller can end the look for the effect of a write', async () => {
  const { client, apple } = await rig(({ method }) => (method === 'POST' ? html(504) : 'hang'))
  const controller = new AbortController()
  const result = client.within({ signal: controller.signal }).devices.create(NEW_DEVICE)
  const ended = expect(result).rejects.toThrow('build ended')
  await apple.arrived(2)
  controller.abort(new Error('build ended'))
  await ended
})

test('no more requests are under way at once than allowed', async () => {
  let inside = 0
  let most = 0
  const release: (() => void)[] = []
  const { client, apple } = await rig(
    async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise<void>((resolve) => release.push(resolve))
      inside -= 1
      return { status: 200, json: { data: device } }
    },
    { concurrency: 3 },
  )
  // The first goes alone, to find out whether Apple takes the key.
  const first = client.devices.read('D')
  await apple.arrived(1)
  release.shift()?.()
  await first
  const all = Promise.all(Array.from({ length: 7 }, (_, index) => client.devices.read(`D${index}`)))
  for (let count = 1; count <= 7; count += 1) {
    await apple.arrived(count + 1)
    if (count >= 3) release.shift()?.()
  }
  while (release.length > 0) release.shift()?.()
  await all
  expect(most).toBe(3)
})

test('every exchange is told to the hook, without ids, bodies or tokens', async () => {
  const told: Exchange[] = []
  const { client } = await rig(inTurn('drop', refusal(404, 'NOT_FOUND')), {
    onExchange: (exchange) => told.push(exchange),
  })
  await expect(client.devices.read('D1')).rejects.toMatchObject({ code: 'apple.not_found' })
  expect(told).toEqual([
    {
      method: 'GET',
      pattern: '/v1/devices/{id}',
      status: undefined,
      durationMs: 0,
      requestId: undefined,
      attempt: 1,
      startedAt: NOON,
    },
    {
      method: 'GET',
      pattern: '/v1/devices/{id}',
      status: 404,
      durationMs: 0,
      requestId: 'REQUESTID0123456789ABCDEFG',
      attempt: 2,
      startedAt: plusMs(NOON, 1_000),
    },
  ])
})

test('the budget of the key is exposed as Apple last told it', async () => {
  const header = (value: string): Reply => ({ status: 200, json: { data: [] }, headers: { 'x-rate-limit': value } })
  const { client } = await rig(
    inTurn(header('user-hour-lim:3600;user-hour-rem:3567;'), { status: 200, json: { data: [] } }),
  )
  expect(client.rateLimit()).toBeUndefined()
  await client.devices.list()
  await client.devices.list()
  expect(client.rateLimit()).toEqual({ hourLimit: 3600, hourRemaining: 3567, observedAt: NOON })
})

test('a redirect is not followed, so that the token stays', async () => {
  const elsewhere = await scriptedApple(() => ok)
  const { client } = await rig(() => ({ status: 307, headers: { location: `${elsewhere.baseUrl}/v1/devices` } }))
  await expect(client.devices.list()).rejects.toMatchObject({ code: 'apple.unexpected_answer' })
  expect(elsewhere.received).toEqual([])
})

test('an answer larger than the cap is not read on', async () => {
  const { client, apple } = await rig(() => ({ status: 200, text: ' '.repeat(10_000) }), { maxBodyBytes: 1_000 })
  await expect(client.devices.list()).rejects.toMatchObject({ code: 'apple.unexpected_answer' })
  expect(apple.received).toHaveLength(1)
})

test('"not found" is repeated for what was made seconds ago, and only then', async () => {
  const missing = refusal(409, 'ENTITY_ERROR', "There is no App ID with ID 'B1' on this team.")
  const profile = { status: 201, json: { data: { type: 'profiles', id: 'P1', attributes: { name: 'x' } } } } as const
  const wished = { name: 'x', profileType: 'IOS_APP_STORE', bundleId: 'B1', certificates: ['C1'] }
  const fresh = await rig(inTurn(missing, missing, profile))
  expect(await fresh.client.profiles.create({ ...wished, awaitsCreation: true })).toMatchObject({ id: 'P1' })
  expect(fresh.time.slept).toEqual([2_000, 4_000])
  const old = await rig(() => missing)
  await expect(old.client.profiles.create(wished)).rejects.toMatchObject({ code: 'apple.bundle_id_missing' })
  expect(old.apple.received).toHaveLength(1)
})

test('errors hold neither the token nor the answer', async () => {
  const { client, apple } = await rig(() => ({ status: 403, text: '<html>page-marker</html>' }))
  const error = await client.devices.list().catch((caught: unknown) => caught)
  const shown = inspect(error, { depth: 9 }) + JSON.stringify(error)
  expect(shown).not.toContain('page-marker')
  expect(shown).not.toContain(apple.received[0]?.authorization.slice('Bearer '.length) ?? 'none')
})

function claims(authorization: string): { iat: number } {
  return JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString())
}
