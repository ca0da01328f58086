import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import {
  type Answer,
  askForProfile,
  type Client,
  creation,
  modification,
  newBundleId,
  newCertificate,
  one,
  signToken,
  startWithTeam,
  udid,
} from './client.ts'

let simulator: Simulator
let client: Client
let token: string
let profileId: string
let bundleId: string

beforeAll(async () => {
  const started = await startWithTeam()
  ;({ simulator, client } = started)
  token = await signToken(started.file, simulator.world.clock.now())
  const devices = Array.from({ length: 45 }, (_, n) => ({ name: `Phone ${n}`, udid: udid(n) }))
  const { devices: ids = [] } = await simulator.seedTeam(started.teamId, {
    devices,
    bundleIds: [{ identifier: 'com.acme.app.widget' }, { identifier: 'com.acme.app2' }],
    apps: [{ name: 'Acme', bundleId: 'com.acme.app' }],
  })
  bundleId = await newBundleId(client, 'com.acme.app')
  const certificate = await newCertificate(client)
  const made = await askForProfile(client, { name: 'Dev', bundleId, certificates: [certificate], devices: ids })
  profileId = made.data.id
})
afterAll(() => simulator.close())

async function walk(path: string): Promise<Answer[]> {
  const pages = [await client.get(path)]
  for (let next = pages.at(-1)?.links.next; next !== undefined; next = pages.at(-1)?.links.next) {
    pages.push(await client.get(next))
  }
  return pages
}

describe('paging', () => {
  it('gives 20 at a time by default, each item once, and no next link at the end', async () => {
    const pages = await walk('/v1/devices')
    expect(pages.map((page) => page.list.length)).toEqual([20, 20, 5])
    const [first, , last] = pages
    expect(first?.paging).toEqual({ total: 45, limit: 20, nextCursor: 'eyJvZmZzZXQiOiIyMCJ9' })
    expect(first?.links.next).toBe(`${simulator.url}/v1/devices?cursor=eyJvZmZzZXQiOiIyMCJ9&limit=20`)
    expect(last?.paging).toEqual({ total: 45, limit: 20 })
    const ids = pages.flatMap((page) => page.list.map((device) => device.id))
    expect(new Set(ids).size).toBe(45)
  })

  it('keeps filters, fields and sort in the next link, spelled as Apple does', async () => {
    const page = await client.get(
      '/v1/devices?sort=-name&limit=10&filter[status]=ENABLED,DISABLED&fields[devices]=name',
    )
    const next = page.links.next ?? ''
    expect(next).toContain('fields%5Bdevices%5D=name&filter%5Bstatus%5D=ENABLED%2CDISABLED&limit=10&sort=-name')
    const names = (await walk('/v1/devices?sort=-name&limit=10')).flatMap((one) =>
      one.list.map((d) => d.attributes.name),
    )
    expect(names).toEqual([...names].sort().reverse())
  })

  it('repeats and leaves out nothing while others add and remove', async () => {
    const { simulator: own, client: reader, teamId } = await startWithTeam()
    const bundleIds = Array.from({ length: 30 }, (_, n) => ({ identifier: `com.acme.n${n}` }))
    const { bundleIds: ids = [] } = await own.seedTeam(teamId, { bundleIds })
    const first = await reader.get('/v1/bundleIds?limit=10')
    for (const id of ids.slice(0, 5)) await reader.delete(`/v1/bundleIds/${id}`)
    await newBundleId(reader, 'com.acme.late')
    const second = await reader.get(first.links.next ?? '')
    expect([...first.list, ...second.list].map((item) => item.id)).toEqual(ids.slice(0, 20))
    await own.close()
  })

  it('skips an item when pages are set to drift, as plain offsets do', async () => {
    const { simulator: own, client: reader, teamId } = await startWithTeam({ settings: { pagesDrift: true } })
    const bundleIds = Array.from({ length: 4 }, (_, n) => ({ identifier: `com.acme.n${n}` }))
    const { bundleIds: ids = [] } = await own.seedTeam(teamId, { bundleIds })
    const first = await reader.get('/v1/bundleIds?limit=2')
    await reader.delete(`/v1/bundleIds/${ids[0]}`)
    const second = await reader.get(first.links.next ?? '')
    expect(second.list.map((item) => item.id)).toEqual([ids[3]])
    await own.close()
  })
})

describe('paging faults that clients have met', () => {
  const walkTo = async (pagingFault: 'next-after-end' | 'repeated-next' | 'refused-cursor') => {
    simulator.world.settings = { ...simulator.world.settings, pagingFault }
    const last = await client.get('/v1/devices?limit=30')
    const next = await client.get(last.links.next ?? '')
    const after = next.links.next === undefined ? undefined : await client.get(next.links.next)
    simulator.world.settings = { ...simulator.world.settings, pagingFault: 'none' }
    return [last, next, after]
  }

  it('are played when asked for', async () => {
    const [, , beyond] = await walkTo('next-after-end')
    expect([beyond?.status, beyond?.list.length]).toEqual([200, 0])
    const [first, again] = await walkTo('repeated-next')
    expect(again?.list.map((item) => item.id)).toEqual(first?.list.map((item) => item.id))
    const [, refused] = await walkTo('refused-cursor')
    expect([refused?.status, refused?.error.source]).toEqual([400, { parameter: 'cursor' }])
    simulator.world.settings = { ...simulator.world.settings, nextLinkOrigin: 'https://evil.example' }
    const { links } = await client.get('/v1/devices')
    expect(links.next).toMatch(/^https:\/\/evil\.example\/v1\/devices\?/)
    simulator.world.settings = { ...simulator.world.settings, nextLinkOrigin: null }
  })
})

describe('filters', () => {
  it('contain instead of equal, for texts', async () => {
    const found = await client.get('/v1/bundleIds?filter[identifier]=com.acme.app')
    expect(found.list.map((item) => item.attributes.identifier)).toEqual([
      'com.acme.app.widget',
      'com.acme.app2',
      'com.acme.app',
    ])
    const upper = await client.get('/v1/bundleIds?filter%5Bidentifier%5D=ACME.APP2')
    expect(upper.list).toHaveLength(1)
    expect((await client.get('/v1/apps?filter[bundleId]=com.acme')).list).toHaveLength(1)
    expect((await client.get('/v1/apps?filter[bundleId]="com.acme"')).list).toHaveLength(0)
    expect((await client.get('/v1/apps?filter[bundleId]="com.acme.app"')).list).toHaveLength(1)
  })

  it('find a serial number in lower case without leading zeros', async () => {
    const [certificate] = (await client.get('/v1/certificates')).list
    const serial = String(certificate?.attributes.serialNumber).toLowerCase().replace(/^0+/, '')
    expect((await client.get(`/v1/certificates?filter[serialNumber]=${serial}`)).list).toHaveLength(1)
    expect((await client.get('/v1/certificates?filter[serialNumber]=ffffffff')).list).toHaveLength(0)
  })

  it('take several values, and ignore the platform of bundle IDs unless told', async () => {
    const both = await client.get('/v1/certificates?filter[certificateType]=DEVELOPMENT,DISTRIBUTION')
    expect(both.list).toHaveLength(1)
    expect((await client.get('/v1/bundleIds?filter[platform]=MAC_OS')).list).toHaveLength(3)
  })
})

describe('include and fields', () => {
  it('cut an included list at 10, or at its own limit up to 50, and tell the total', async () => {
    const short = await client.get(`/v1/profiles/${profileId}?include=devices,bundleId`)
    expect(short.data.relationships.devices?.meta).toEqual({ paging: { total: 45, limit: 10 } })
    expect(short.included.filter((item) => item.type === 'devices')).toHaveLength(10)
    expect(short.data.relationships.bundleId?.data).toEqual({ type: 'bundleIds', id: bundleId })
    expect(short.data.relationships.certificates?.data).toBeUndefined()
    const long = await client.get('/v1/profiles?include=devices&limit[devices]=50')
    expect(long.included).toHaveLength(45)
    expect((await client.get('/v1/profiles?include=devices&limit[devices]=51')).status).toBe(400)
  })

  it('keep only the named fields, relationships included', async () => {
    const { list } = await client.get('/v1/profiles?fields[profiles]=name,bundleId')
    expect(Object.keys(list[0]?.attributes ?? {})).toEqual(['name'])
    expect(Object.keys(list[0]?.relationships ?? {})).toEqual(['bundleId'])
  })
})

describe('links', () => {
  it('are built from the host that the client used, and every one answers', async () => {
    const { data, links } = await client.get(`/v1/profiles/${profileId}`)
    expect(links.self).toBe(`${simulator.url}/v1/profiles/${profileId}`)
    for (const { links: own } of Object.values(data.relationships)) {
      expect((await client.get(own.self)).status).toBe(200)
      expect((await client.get(own.related)).status).toBe(200)
    }
    const { body } = await asHost('api.example.test:8080')
    expect(body).toContain('http://api.example.test:8080/v1/bundleIds?limit=1')
  })

  it('work with double slashes in the path', async () => {
    const answer = await client.get(`/v1//profiles/${profileId}//bundleId`)
    expect(answer.data.id).toBe(bundleId)
  })
})

function asHost(host: string): Promise<{ body: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      port: simulator.port,
      path: '/v1/bundleIds?limit=1',
      headers: { host, authorization: `Bearer ${token}` },
    }
    httpRequest(options, (answer) => {
      let body = ''
      answer.on('data', (chunk: Buffer) => {
        body += chunk.toString('utf8')
      })
      answer.on('end', () => resolve({ body }))
    })
      .on('error', reject)
      .end()
  })
}

describe('requests that are not exactly right', () => {
  it.each([
    ['/v1/bundleIds?foo=1', 'PARAMETER_ERROR.ILLEGAL'],
    ['/v1/bundleIds?filter[foo]=1', 'PARAMETER_ERROR.ILLEGAL'],
    ['/v1/bundleIds?filter[identifier]=', 'PARAMETER_ERROR.INVALID'],
    ['/v1/bundleIds?fields[bundleIds]=foo', 'PARAMETER_ERROR.INVALID'],
    ['/v1/bundleIds?fields[devices]=name', 'PARAMETER_ERROR.ILLEGAL'],
    ['/v1/bundleIds?include=devices', 'PARAMETER_ERROR.INVALID'],
    ['/v1/bundleIds?include=profiles.devices', 'PARAMETER_ERROR.INVALID'],
    ['/v1/bundleIds?sort=color', 'PARAMETER_ERROR.INVALID'],
    ['/v1/bundleIds?limit=201', 'PARAMETER_ERROR.INVALID'],
    ['/v1/bundleIds?limit=0', 'PARAMETER_ERROR.INVALID'],
    ['/v1/bundleIds?limit=ten', 'PARAMETER_ERROR.INVALID'],
    ['/v1/bundleIds?limit=1&limit=2', 'PARAMETER_ERROR.INVALID'],
    ['/v1/bundleIds?cursor=nonsense', 'PARAMETER_ERROR.INVALID'],
    ['/v1/bundleIds?limit[app]=2', 'PARAMETER_ERROR.ILLEGAL'],
    ['/v1/bundleIds?limit[constructor]=2', 'PARAMETER_ERROR.ILLEGAL'],
    ['/v1/devices?filter[status]=PROCESSING', 'PARAMETER_ERROR.INVALID'],
    ['/v1/devices?include=profiles', 'PARAMETER_ERROR.INVALID'],
    ['/v1/certificates?filter[certificateType]=DEVELOPER_ID_APPLICATION_G2', 'PARAMETER_ERROR.INVALID'],
  ])('%s is 400 %s', async (path, code) => {
    const answer = await client.get(path)
    expect([answer.status, answer.error.code]).toEqual([400, code])
    expect(answer.error.source?.parameter).toBeDefined()
  })

  it.each([
    ['/v1/foo', 404, 'PATH_ERROR'],
    ['/v2/bundleIds', 404, 'PATH_ERROR'],
    ['/v1/bundleIds/', 404, 'PATH_ERROR'],
    ['/v1/bundleIds/%zz', 404, 'NOT_FOUND'],
    ['/v1/bundleIds/NOPE', 404, 'NOT_FOUND'],
    ['/v1/bundleIdCapabilities', 403, 'FORBIDDEN_ERROR'],
    ['/v1/territories', 501, 'NOT_SIMULATED'],
    ['/v1/apps/123/customerReviews', 501, 'NOT_SIMULATED'],
    ['/v1/apps/123/builds', 404, 'NOT_FOUND'],
    // Apple lists the groups of a build only when they are included.
    ['/v1/builds/123/betaGroups', 404, 'PATH_ERROR'],
  ])('%s is %i %s', async (path, status, code) => {
    const answer = await client.get(path)
    expect([answer.status, answer.error.code]).toEqual([status, code])
  })

  it('names what an app record does allow', async () => {
    const answer = await client.post('/v1/apps', creation('apps', { name: 'x' }))
    expect(answer.status).toBe(403)
    expect(answer.error.detail).toBe(
      "The resource 'apps' does not allow 'CREATE'. Allowed operations are: GET_COLLECTION, GET_INSTANCE, UPDATE",
    )
  })

  it('tells every mistake of a body at once, with pointers', async () => {
    const body = creation('bundleId', { name: 7, foo: 1, platform: 'WINDOWS' }, { app: one('apps', '1') })
    const answer = await client.post('/v1/bundleIds', body)
    expect(answer.status).toBe(409)
    expect(answer.errors.map((error) => [error.code, error.source?.pointer])).toEqual([
      ['ENTITY_ERROR.TYPE.INVALID', '/data/type'],
      ['ENTITY_ERROR.ATTRIBUTE.TYPE', '/data/attributes/name'],
      ['ENTITY_ERROR.ATTRIBUTE.UNKNOWN', '/data/attributes/foo'],
      ['ENTITY_ERROR.ATTRIBUTE.INVALID', '/data/attributes/platform'],
      ['ENTITY_ERROR.ATTRIBUTE.REQUIRED', '/data/attributes/identifier'],
      ['ENTITY_ERROR.RELATIONSHIP.UNKNOWN', '/data/relationships/app'],
    ])
  })

  it('refuses an update whose id is another, and a create that brings an id', async () => {
    const wrong = await client.patch(`/v1/bundleIds/${bundleId}`, modification('bundleIds', 'OTHER', { name: 'x' }))
    expect([wrong.status, wrong.error.source?.pointer]).toEqual([409, '/data/id'])
    const own = { data: { type: 'bundleIds', id: 'X', attributes: { identifier: 'a.b', name: 'a', platform: 'IOS' } } }
    expect((await client.post('/v1/bundleIds', own)).error.source?.pointer).toBe('/data/id')
    const identifier = await client.patch(
      `/v1/bundleIds/${bundleId}`,
      modification('bundleIds', bundleId, { identifier: 'x' }),
    )
    expect(identifier.error.code).toBe('ENTITY_ERROR.ATTRIBUTE.UNKNOWN')
  })

  it.each([
    ['nothing', undefined],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['no data', '{}'],
    ['attributes that are a text', '{"data":{"type":"bundleIds","attributes":"x"}}'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]).toString('latin1')],
  ])('with %s as body is 400', async (_name, body) => {
    const init = body === undefined ? {} : { body, headers: { 'content-type': 'text/plain' } }
    const answer = await client.request('POST', '/v1/bundleIds', init)
    expect([answer.status, answer.error.code]).toEqual([400, 'ENTITY_INVALID'])
  })

  it('with a body of 5 MB or 64 KB of headers is a clean 4xx, and the simulator lives on', async () => {
    const big = await client.request('POST', '/v1/bundleIds', { body: 'x'.repeat(5 * 1024 * 1024) })
    expect(big.status).toBe(413)
    const headers = { authorization: `Bearer ${token}`, 'x-big': 'x'.repeat(64 * 1024) }
    expect((await fetch(`${simulator.url}/v1/apps`, { headers })).status).toBe(431)
    expect((await client.get('/v1/apps')).status).toBe(200)
  })
})
