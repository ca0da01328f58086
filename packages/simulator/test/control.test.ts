import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { startSimulator } from '../src/simulator.ts'
import { clientFor, creation, newBundleId, newCertificate, startWithTeam } from './client.ts'

const open: Simulator[] = []
afterEach(async () => {
  for (const simulator of open.splice(0)) await simulator.close()
})

async function start(options = {}) {
  const started = await startWithTeam(options)
  open.push(started.simulator)
  const control = async (method: string, path: string, body?: unknown) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const answer = await fetch(`${started.simulator.controlUrl}${path}`, init)
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
  }
  return { ...started, control, faulty: clientFor(started.simulator, started.file, { isChecked: false }) }
}

describe('the control API', () => {
  it('makes teams and keys that work, tells a private key once, and revokes', async () => {
    const { simulator, control } = await start()
    const team = await control('POST', '/teams', { name: 'New', teamId: 'NEWTEAM001', kind: 'standard' })
    expect(team.status).toBe(201)
    const key = await control('POST', '/teams/NEWTEAM001/keys', { role: 'ADMIN' })
    expect(key.body.privateKey).toContain('BEGIN PRIVATE KEY')
    expect(key.body.issuerId).toBe(team.body.issuerId)
    const client = clientFor(simulator, key.body)
    expect((await client.get('/v1/apps')).status).toBe(200)
    expect(JSON.stringify((await control('GET', '/state')).body.keys)).not.toContain('PRIVATE')
    expect((await control('DELETE', `/keys/${key.body.keyId}`)).status).toBe(204)
    expect((await client.get('/v1/apps')).status).toBe(401)
    expect((await control('PATCH', '/teams/NEWTEAM001', { agreementsInForce: false })).status).toBe(204)
    expect(simulator.world.teams.get('NEWTEAM001')?.agreementsInForce).toBe(false)
  })

  it('seeds teams whole and says which item a rule forbids', async () => {
    const { simulator, control } = await start()
    const seed = {
      teams: [
        {
          name: 'Seeded',
          keys: [{ role: 'ADMIN' }],
          bundleIds: [{ identifier: 'com.seeded.app', capabilities: ['PUSH_NOTIFICATIONS'] }],
          apps: [{ name: 'Seeded', bundleId: 'com.seeded.app' }],
          devices: [{ name: 'Phone', udid: '00008030-001C2D3E4F50802E', deviceClass: 'IPHONE', model: 'iPhone 17' }],
        },
      ],
    }
    const { status, body } = await control('POST', '/seed', seed)
    expect(status).toBe(201)
    const client = clientFor(simulator, body.teams[0].keys[0])
    const { data } = await client.get(
      `/v1/bundleIds/${body.teams[0].ids.bundleIds[0]}?include=app,bundleIdCapabilities`,
    )
    expect(data.relationships.app?.data).toEqual({ type: 'apps', id: body.teams[0].ids.apps[0] })
    const twice = await control('POST', `/teams/${body.teams[0].teamId}/seed`, {
      bundleIds: [{ identifier: 'com.seeded.app' }],
    })
    expect([twice.status, twice.body.error.code]).toEqual([409, 'simulator.refused'])
    expect(twice.body.error.detail).toContain('bundleIds[0]')
    const wrong: [string, unknown][] = [
      ['bundleIds', { name: 'no identifier' }],
      ['bundleIds', { identifier: 'com.seeded.b', capability: [] }],
      ['devices', { udid: 7 }],
      ['devices', { udid: 'a'.repeat(40), status: 'LOST' }],
      ['apps', { name: 'x' }],
      ['certificates', { certificateType: 'NONE', csrContent: 'x' }],
      ['profiles', { name: 'x', profileType: 'NONE', bundleId: 'x' }],
      ['users', {}],
    ]
    for (const [type, item] of wrong) {
      const answer = await control('POST', `/teams/${body.teams[0].teamId}/seed`, { [type]: [item] })
      expect([answer.status, answer.body.error.details.at], type).toEqual([409, `${type}[0]`])
    }
  })

  it('names the field of a bad request and what is accepted', async () => {
    const { control, teamId, file } = await start()
    const bad: [string, string, unknown, string][] = [
      ['POST', '/teams', {}, 'name'],
      ['POST', '/teams', { name: 'x', kind: 'school' }, 'kind'],
      ['POST', '/teams', { name: 'x', colour: 'red' }, 'colour'],
      ['POST', `/teams/${teamId}/keys`, { role: 'KING' }, 'role'],
      ['PATCH', '/settings', { hourlyLimit: 'many' }, 'hourlyLimit'],
      ['PATCH', '/settings', { hourlyLimits: 1 }, 'hourlyLimits'],
      ['PATCH', '/clock', { now: 'yesterday' }, 'now'],
      ['POST', '/faults', { operation: '*', kind: 'meteor' }, 'kind'],
      ['POST', '/faults', { operation: '*', kind: 'drop', chance: 1.5 }, 'chance'],
      ['PATCH', '/settings', { burstLimit: { requests: 3 } }, 'burstLimit'],
      ['PUT', '/state', { version: 2 }, 'version'],
      ['PATCH', '/settings', { pagingFault: 'odd' }, 'pagingFault'],
      ['POST', `/teams/${teamId}/keys`, { publicKeyPem: 'x' }, 'publicKeyPem'],
      ['POST', `/teams/${teamId}/keys`, { keyId: file.keyId }, 'keyId'],
      ['POST', `/teams/${teamId}/seed`, { cars: [] }, 'cars'],
    ]
    for (const [method, path, body, field] of bad) {
      const answer = await control(method, path, body)
      expect([answer.status, answer.body.error.details.field], path).toEqual([400, field])
    }
    expect((await control('GET', '/nonsense')).status).toBe(404)
    expect((await control('POST', '/teams/NOPE/keys', {})).status).toBe(404)
  })

  it('logs what was asked with counts, without tokens, and resets', async () => {
    const { control, client } = await start()
    await newBundleId(client, 'com.acme.log')
    await client.get('/v1/bundleIds?limit=1')
    await client.get('/v1/bundleIds/NOPE')
    await client.get('/v1/nonsense')
    const { body } = await control('GET', '/log')
    expect(body.total).toBe(4)
    expect(body.counts).toEqual({
      bundleIds_createInstance: 1,
      bundleIds_getCollection: 1,
      bundleIds_getInstance: 1,
      'GET /v1/nonsense': 1,
    })
    expect(body.statuses.bundleIds_getInstance).toEqual({ 404: 1 })
    expect(body.exchanges[0]).toMatchObject({ method: 'POST', url: '/v1/bundleIds', status: 201 })
    expect(body.exchanges[0].requestBody.data.attributes.identifier).toBe('com.acme.log')
    expect(JSON.stringify(body)).not.toContain('Bearer')
    expect((await control('GET', '/log?operation=bundleIds_getCollection')).body.exchanges).toHaveLength(1)
    await control('DELETE', '/log')
    expect((await control('GET', '/log')).body).toEqual({ total: 0, counts: {}, statuses: {}, exchanges: [] })
  })

  it('refuses pages of other sites', async () => {
    const { simulator } = await start()
    const headers = { origin: 'https://evil.example' }
    expect((await fetch(`${simulator.controlUrl}/reset`, { method: 'POST', headers })).status).toBe(403)
  })
})

describe('faults', () => {
  it('come before or after the effect, as often as asked', async () => {
    const { control, client, faulty } = await start()
    const body = (identifier: string) => creation('bundleIds', { identifier, name: 'x', platform: 'IOS' })
    await control('POST', '/faults', { operation: 'bundleIds_createInstance', kind: 'status', status: 500 })
    const before = await faulty.post('/v1/bundleIds', body('com.acme.before'))
    expect([before.status, before.error.code]).toEqual([500, 'UNEXPECTED_ERROR'])
    await control('POST', '/faults', { operation: 'bundleIds_create*', kind: 'status', status: 504, when: 'after' })
    const after = await faulty.post('/v1/bundleIds', body('com.acme.after'))
    expect([after.status, after.headers.get('content-type')]).toEqual([504, 'text/html'])
    const { list } = await client.get('/v1/bundleIds')
    expect(list.map((item) => item.attributes.identifier)).toEqual(['com.acme.after'])
    expect((await control('GET', '/faults')).body.faults).toEqual([])
  })

  it('cut connections and answers, and refuse once', async () => {
    const { control, client, faulty } = await start()
    await control('POST', '/faults', { operation: 'apps_getCollection', kind: 'drop' })
    await expect(faulty.get('/v1/apps')).rejects.toThrow()
    await control('POST', '/faults', { operation: 'apps_getCollection', kind: 'truncate' })
    await expect(faulty.get('/v1/apps')).rejects.toThrow()
    await control('POST', '/faults', { operation: '*', kind: 'status', status: 401, code: 'NOT_AUTHORIZED', skip: 1 })
    expect((await faulty.get('/v1/apps')).status).toBe(200)
    expect((await faulty.get('/v1/apps')).error.code).toBe('NOT_AUTHORIZED')
    expect((await client.get('/v1/apps')).status).toBe(200)
    await control('POST', '/faults', {
      operation: '*',
      kind: 'status',
      status: 429,
      code: 'RATE_LIMIT_EXCEEDED',
      retryAfterSeconds: 7,
      times: 0,
    })
    for (let n = 0; n < 3; n += 1) expect((await faulty.get('/v1/apps')).headers.get('retry-after')).toBe('7')
    const { body } = await control('GET', '/faults')
    expect(body.faults[0]).toMatchObject({ hits: 3, left: null })
    expect((await control('DELETE', `/faults/${body.faults[0].id}`)).status).toBe(204)
    expect((await client.get('/v1/apps')).status).toBe(200)
    expect((await control('GET', '/log')).body.statuses.apps_getCollection).toMatchObject({ 0: 1, 401: 1, 429: 3 })
  })

  it('come at random, and at the same requests for the same seed', async () => {
    const hits = async (seed: string) => {
      const { control, faulty } = await start()
      const fault = { operation: '*', kind: 'status', status: 401, code: 'NOT_AUTHORIZED', times: 0, chance: 0.3, seed }
      await control('POST', '/faults', fault)
      const statuses: number[] = []
      for (let n = 0; n < 40; n += 1) statuses.push((await faulty.get('/v1/apps')).status)
      return statuses.join(' ')
    }
    const [first, again, other] = [await hits('a'), await hits('a'), await hits('b')]
    expect(again).toBe(first)
    expect(other).not.toBe(first)
    const refused = first.split('401').length - 1
    expect(refused).toBeGreaterThan(4)
    expect(refused).toBeLessThan(25)
  })

  it('delay what a read sees of a write', async () => {
    const { simulator, client } = await start({ settings: { readDelayMs: { bundleIds: 600_000 } } })
    const id = await newBundleId(client, 'com.acme.slow')
    expect((await client.get(`/v1/bundleIds/${id}`)).status).toBe(404)
    expect((await client.get('/v1/bundleIds')).list).toEqual([])
    simulator.world.clock.advance(600_000)
    expect((await client.get(`/v1/bundleIds/${id}`)).status).toBe(200)
  })
})

describe('settings', () => {
  it('are replaced whole: an empty object of delays or limits leaves none', async () => {
    const { control, client } = await start({
      settings: { readDelayMs: { bundleIds: 600_000 }, certificateQuota: { DEVELOPMENT: 1 } },
    })
    const given = await control('PATCH', '/settings', { readDelayMs: { devices: 5 } })
    expect(given.body.readDelayMs).toEqual({ devices: 5 })
    expect((await client.get(`/v1/bundleIds/${await newBundleId(client, 'com.acme.quick')}`)).status).toBe(200)
    const { status, body } = await control('PATCH', '/settings', { readDelayMs: {}, certificateQuota: {} })
    expect(status).toBe(200)
    expect(body).toMatchObject({ readDelayMs: {}, certificateQuota: {} })
    expect(Object.keys({ ...body.readDelayMs, ...body.certificateQuota })).toEqual([])
    await newCertificate(client)
    await newCertificate(client)
  })

  it('that another setting is not touched by stay', async () => {
    const { control } = await start({ settings: { readDelayMs: { bundleIds: 7 } } })
    const { body } = await control('PATCH', '/settings', { hourlyLimit: 10 })
    expect(body).toMatchObject({ hourlyLimit: 10, readDelayMs: { bundleIds: 7 } })
  })

  it.each([
    ['readDelayMs', { bundleId: 5000 }, 'bundleIds'],
    ['certificateQuota', { DEVELOPMNT: 2 }, 'DEVELOPMENT'],
    ['reviewDemands', ['screenshot'], 'screenshots'],
  ])('%s with a name that nothing reads is refused, with the names that are known', async (field, value, known) => {
    const { control } = await start()
    const before = (await control('GET', '/settings')).body
    const { status, body } = await control('PATCH', '/settings', { hourlyLimit: 1, [field]: value })
    expect(status).toBe(400)
    expect(JSON.stringify(body)).toContain(known)
    expect((await control('GET', '/settings')).body).toEqual(before)
  })
})

describe('state', () => {
  it('is saved, loaded into another simulator, and goes on working with the same keys and certificates', async () => {
    const { simulator, control, client, file } = await start()
    const id = await newBundleId(client, 'com.acme.saved')
    const certificate = await newCertificate(client)
    simulator.world.clock.advance(3_600_000)
    const { body } = await control('GET', '/state')
    const copy = await startSimulator({ snapshot: body })
    open.push(copy)
    const other = clientFor(copy, file)
    expect((await other.get(`/v1/bundleIds/${id}`)).status).toBe(200)
    expect((await other.get(`/v1/certificates/${certificate}`)).status).toBe(200)
    expect(await copy.rootPem()).toBe(await simulator.rootPem())
    expect(copy.world.clock.now() - simulator.world.clock.now()).toBeLessThan(60_000)
    await newBundleId(other, 'com.acme.more')
    expect((await control('POST', '/reset')).status).toBe(204)
    expect((await client.get('/v1/apps')).status).toBe(401)
  })

  it('of simulators in one process is not shared', async () => {
    const [a, b] = [await start(), await start()]
    await newBundleId(a.client, 'com.acme.same')
    await newBundleId(b.client, 'com.acme.same')
    expect((await clientFor(b.simulator, a.file).get('/v1/apps')).status).toBe(401)
  })
})

describe('the command', () => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const command = (...args: string[]) => ['--import', import.meta.resolve('tsx'), main, ...args]
  const SLOW_START_MS = 120_000

  it(
    'prints its address and that of its page, seeded, and ends on SIGTERM',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'simulator-'))
      const seed = join(folder, 'seed.json')
      writeFileSync(seed, JSON.stringify({ teams: [{ name: 'Acme', teamId: 'ACMETEAM01' }] }))
      const child = spawn(process.execPath, command('--port', '0', '--seed', seed), {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = new Promise((resolve) => child.once('exit', resolve))
      try {
        const printed = await new Promise<string>((resolve) =>
          child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())),
        )
        const [url = '', page] = printed.split('\n')
        expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
        expect(page).toBe(`# page and control API: ${url}/_simulator/`)
        const key = await fetch(`${url}/_simulator/teams/ACMETEAM01/keys`, { method: 'POST', body: '{}' })
        expect(key.status).toBe(201)
        child.kill('SIGTERM')
        expect(await ended).toBe(0)
      } finally {
        child.kill('SIGKILL')
        rmSync(folder, { recursive: true })
      }
    },
    SLOW_START_MS,
  )

  it(
    'says what a flag takes',
    () => {
      expect(() => execFileSync(process.execPath, command('--port', 'many'), { stdio: 'pipe' })).toThrow(
        /--port takes a whole number, not "many"/,
      )
    },
    SLOW_START_MS,
  )
})
