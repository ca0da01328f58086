import { expect, test } from 'vitest'
import { inTurn, listOf, type Received, type Reply, refusal, rig, scriptedApple } from '../../test/scripted-apple.ts'
import { filterGroups, readList } from './paging.ts'

const device = (index: number) => ({ type: 'devices', id: `D${index}`, attributes: { name: `Device ${index}` } })
const devices = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => device(from + index))

const page = (base: string, data: readonly unknown[], { cursor, total }: { cursor?: string; total?: number }): Reply =>
  listOf(data, {
    links: { self: 'x', ...(cursor && { next: `${base}/v1/devices?cursor=${cursor}&limit=200` }) },
    meta: { paging: { limit: 200, ...(total !== undefined && { total }) } },
  })

test('a list is read to its end with pages of 200', async () => {
  const { client, apple } = await rig(({ query }, base) => {
    const at = Number(query.get('cursor') ?? 0)
    return page(base, devices(at, Math.min(at + 200, 450)), at < 400 ? { cursor: String(at + 200) } : {})
  })
  const { items, isTruncated } = await client.devices.list()
  expect(items).toHaveLength(450)
  expect(isTruncated).toBe(false)
  expect(apple.received.map(({ query }) => query.get('limit'))).toEqual(['200', '200', '200'])
})

test('a next link after the end costs nothing when the total is known, else one empty page', async () => {
  const known = await rig((_request, base) => page(base, devices(0, 3), { cursor: 'c', total: 3 }))
  expect((await known.client.devices.list()).items).toHaveLength(3)
  expect(known.apple.received).toHaveLength(1)
  const unknown = await rig(({ query }, base) => page(base, query.has('cursor') ? [] : devices(0, 3), { cursor: 'c' }))
  expect((await unknown.client.devices.list()).items).toHaveLength(3)
  expect(unknown.apple.received).toHaveLength(2)
})

test('a total that is below what was read does not end the reading', async () => {
  const { client } = await rig(({ query }, base) =>
    query.has('cursor')
      ? page(base, devices(3, 5), { total: 0 })
      : page(base, devices(0, 3), { cursor: 'c', total: 0 }),
  )
  expect((await client.devices.list()).items).toHaveLength(5)
})

test('links that run in a circle end in an error', async () => {
  const { client, apple } = await rig((_request, base) => page(base, devices(0, 3), { cursor: 'same' }))
  await expect(client.devices.list()).rejects.toMatchObject({
    code: 'apple.unexpected_answer',
    detail: expect.stringContaining('circle'),
  })
  expect(apple.received).toHaveLength(2)
})

test('a row that two pages hold is listed once', async () => {
  const { client } = await rig(
    inTurn((_request, base) => page(base, devices(0, 3), { cursor: 'c' }), listOf(devices(2, 5))),
  )
  expect((await client.devices.list()).items.map(({ id }) => id)).toEqual(['D0', 'D1', 'D2', 'D3', 'D4'])
})

test.each([
  ['another host', (foreign: string) => `${foreign}/v1/devices?cursor=c`],
  ['another scheme', (_foreign: string, base: string) => base.replace('http', 'https')],
  ['a user name in it', (_foreign: string, base: string) => base.replace('//', '//user@')],
  ['no network address', () => 'file:///etc/passwd'],
])('a next link to %s is not followed, so that the token stays', async (_what, link) => {
  const foreign = await scriptedApple(() => listOf([]))
  const { client, apple } = await rig((_request, base) =>
    listOf(devices(0, 3), { links: { self: 'x', next: link(foreign.baseUrl, base) } }),
  )
  await expect(client.devices.list()).rejects.toMatchObject({ code: 'apple.unexpected_answer' })
  expect(apple.received).toHaveLength(1)
  expect(foreign.received).toEqual([])
})

test('a next link without a host stays at Apple', async () => {
  const { client } = await rig(
    inTurn(listOf(devices(0, 3), { links: { self: 'x', next: '/v1/devices?cursor=c' } }), listOf(devices(3, 4))),
  )
  expect((await client.devices.list()).items).toHaveLength(4)
})

test('a list that is cut by the cap says so', async () => {
  const script = ({ query }: Received, base: string) => {
    const at = Number(query.get('cursor') ?? 0)
    return page(base, devices(at, at + 200), { cursor: String(at + 200) })
  }
  const { client } = await rig(script)
  const seen = await client.devices.list()
  expect(seen).toMatchObject({ isTruncated: true })
  expect(seen.items).toHaveLength(20_000)
})

test('when Apple refuses its own cursor, both ends of the list make it whole', async () => {
  const all = devices(0, 300)
  const { client, apple } = await rig(({ query }, base) => {
    if (query.has('cursor'))
      return refusal(400, 'PARAMETER_ERROR.INVALID', 'cursor', { source: { parameter: 'cursor' } })
    const sorted = query.get('sort') === '-id' ? all.slice(100).reverse() : all.slice(0, 200)
    return page(base, sorted, { cursor: 'refused', total: 300 })
  })
  expect((await client.devices.list()).items).toHaveLength(300)
  expect(apple.received.map(({ query }) => query.get('sort'))).toEqual([null, null, 'id', '-id'])
})

test('when both ends do not reach each other, it is an error, never a short list', async () => {
  const { client } = await rig(({ query }, base) =>
    query.has('cursor')
      ? refusal(400, 'PARAMETER_ERROR.INVALID')
      : page(base, devices(0, 200), { cursor: 'refused', total: 900 }),
  )
  await expect(client.devices.list()).rejects.toMatchObject({ detail: expect.stringContaining('200 of 900') })
})

test('filter values are joined by commas into as few requests as fit', async () => {
  const identifiers = Array.from({ length: 300 }, (_, index) => `com.acme.app-number-${index}`)
  const { client, apple } = await rig(() => listOf([]))
  await client.bundleIds.list({ identifiers })
  expect(apple.received).toHaveLength(2)
  const asked = apple.received.flatMap(({ query }) => query.getAll('filter[identifier]'))
  expect(asked).toHaveLength(2)
  expect(asked.flatMap((value) => value.split(',')).sort()).toEqual([...identifiers].sort())
})

test('a value that holds a comma cannot be filtered by', () => {
  expect(filterGroups(['Acme, Inc', 'b'])).toBeUndefined()
  expect(filterGroups(['a', 'b', 'a'])).toEqual([['a', 'b']])
  expect(filterGroups([])).toEqual([])
})

test('no values to filter by: no request, no result', async () => {
  const { client, apple } = await rig(() => listOf(devices(0, 3)))
  expect((await client.bundleIds.list({ identifiers: [] })).items).toEqual([])
  expect((await client.devices.list({ udids: [] })).items).toEqual([])
  expect((await client.certificates.list({ types: [] })).items).toEqual([])
  expect((await client.profiles.list({ names: [] })).items).toEqual([])
  expect((await client.apps.list({ bundleIds: [] })).items).toEqual([])
  expect(apple.received).toEqual([])
})

test('an answer without a list is not an empty list', async () => {
  const never = async () => {
    throw new Error('asked')
  }
  await expect(readList(never, { type: 'devices', path: '/v1/devices', pattern: '/v1/devices' })).rejects.toThrow(
    'asked',
  )
  const { client } = await rig(() => ({ status: 200, json: { data: null } }))
  await expect(client.devices.list()).rejects.toMatchObject({ code: 'apple.unexpected_answer' })
})
