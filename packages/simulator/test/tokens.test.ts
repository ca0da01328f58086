import { createSign, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import type { ApiKeyFile } from '../src/world/api-key.ts'
import { clientFor, creation, newBundleId, signToken, startWithTeam } from './client.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

let simulator: Simulator
let file: ApiKeyFile
let teamId: string

beforeAll(async () => {
  ;({ simulator, file, teamId } = await startWithTeam())
})
afterAll(() => simulator.close())

const now = () => simulator.world.clock.now()
const seconds = () => Math.floor(now() / 1_000)

async function statusOf(token: string | undefined, path = '/v1/bundleIds', method = 'GET'): Promise<number> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return (await fetch(`${simulator.url}${path}`, { method, headers })).status
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

describe('tokens', () => {
  it('are taken with a text or a list as audience, without iat, and with iat a minute back and 20 minutes ahead', async () => {
    expect(await statusOf(await signToken(file, now()))).toBe(200)
    expect(await statusOf(await signToken(file, now(), { aud: ['appstoreconnect-v1'] }))).toBe(200)
    expect(await statusOf(await signToken(file, now(), { iat: undefined }))).toBe(200)
    expect(await statusOf(await signToken(file, now(), { iat: seconds() - 60, exp: seconds() + 1_200 }))).toBe(200)
  })

  it.each([
    ['another audience', { aud: 'apple-developer-enterprise-v1' }],
    ['no audience', { aud: undefined }],
    ['another issuer', { iss: '00000000-0000-4000-8000-000000000000' }],
    ['no issuer', { iss: undefined }],
    ['no expiry', { exp: undefined }],
    ['an expiry that is no number', { exp: '9999999999' }],
    ['an unreadable scope', { scope: 'GET /v1/bundleIds' }],
  ])('with %s are refused', async (_name, claims) => {
    const answer = await fetch(`${simulator.url}/v1/bundleIds`, {
      headers: { authorization: `Bearer ${await signToken(file, now(), claims)}` },
    })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ errors: [{ status: '401', code: 'NOT_AUTHORIZED' }] })
  })

  it('that are over, too long or from the future are refused', async () => {
    for (const claims of [
      { exp: seconds() - 1 },
      { exp: seconds() + 1_210 },
      { iat: seconds() + 60, exp: seconds() + 120 },
      { nbf: seconds() + 60 },
    ]) {
      expect(await statusOf(await signToken(file, now(), claims))).toBe(401)
    }
  })

  it('run out by the simulated clock', async () => {
    const token = await signToken(file, now(), { exp: seconds() + 60 })
    expect(await statusOf(token)).toBe(200)
    simulator.world.clock.advance(61_000)
    expect(await statusOf(token)).toBe(401)
    simulator.world.clock.advance(-61_000)
  })

  it('need a signature of the registered key in the raw form', async () => {
    const good = await signToken(file, now())
    const [header = '', payload = ''] = good.split('.')
    const der = createSign('sha256')
      .update(`${header}.${payload}`)
      .sign(file.privateKey ?? '', 'base64url')
    const hs256 = `${encode({ alg: 'HS256', kid: file.keyId })}.${payload}.${Buffer.alloc(32).toString('base64url')}`
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const forged = { ...file, privateKey: stranger.export({ type: 'pkcs8', format: 'pem' }).toString() }
    const refused = [
      undefined,
      '',
      'x',
      'x.y.z',
      `${header}.${payload}.`,
      `${header}.${payload}.${der}`,
      `${encode({ alg: 'none', kid: file.keyId })}.${payload}.`,
      hs256,
      await signToken(forged, now()),
      await signToken(file, now(), {}, { kid: 'UNKNOWN123' }),
      `${good}x`,
    ]
    for (const token of refused) expect(await statusOf(token), String(token)).toBe(401)
  })

  it('of a revoked key are refused, and also those that were taken before', async () => {
    const other = simulator.createKey(teamId)
    const token = await signToken(other, now())
    expect(await statusOf(token)).toBe(200)
    simulator.revokeKey(other.keyId)
    expect(await statusOf(token)).toBe(401)
    expect(await statusOf(await signToken(other, now(), { jti: '2' }))).toBe(401)
  })

  it('with a scope reach what the scope names and nothing else', async () => {
    const scope = ['GET /v1/bundleIds?filter[platform]=IOS', 'GET /devices']
    const token = await signToken(file, now(), { scope })
    expect(await statusOf(token, '/v1/bundleIds?filter[platform]=IOS&limit=5&sort=id')).toBe(200)
    expect(await statusOf(token, '/v1/devices')).toBe(200)
    expect(await statusOf(token, '/v1/bundleIds')).toBe(403)
    expect(await statusOf(token, '/v1/certificates')).toBe(403)
    expect(await statusOf(token, '/v1/devices', 'POST')).toBe(403)
  })
})

describe('what a key may do', () => {
  it('follows its role', async () => {
    const tries = [
      ['GET', '/v1/users'],
      ['GET', '/v1/apps'],
      ['GET', '/v1/bundleIds'],
      ['POST', '/v1/bundleIds'],
      ['POST', '/v1/devices'],
      ['POST', '/v1/profiles'],
    ] as const
    // An empty body is 400 where the role reaches, 403 where it does not.
    const rights: Record<string, number[]> = {
      ADMIN: [200, 200, 200, 400, 400, 400],
      APP_MANAGER: [403, 200, 200, 403, 403, 400],
      DEVELOPER: [403, 200, 200, 403, 400, 400],
      MARKETING: [403, 200, 403, 403, 403, 403],
    }
    for (const [role, expected] of Object.entries(rights)) {
      const client = clientFor(simulator, simulator.createKey(teamId, { role: role as 'ADMIN' }))
      const statuses: number[] = []
      for (const [method, path] of tries) statuses.push((await client.request(method, path)).status)
      expect(statuses, role).toEqual(expected)
    }
  })

  it('separates development from distribution, and Developer ID belongs to the Account Holder', async () => {
    const ask = async (role: 'DEVELOPER' | 'APP_MANAGER' | 'ADMIN' | 'ACCOUNT_HOLDER', certificateType: string) => {
      const client = clientFor(simulator, simulator.createKey(teamId, { role }))
      const body = creation('certificates', { certificateType, csrContent: 'no request' })
      return (await client.post('/v1/certificates', body)).status
    }
    // 409 is the bad CSR: the role has been passed.
    expect(await ask('DEVELOPER', 'DEVELOPMENT')).toBe(409)
    expect(await ask('DEVELOPER', 'DISTRIBUTION')).toBe(403)
    expect(await ask('APP_MANAGER', 'DISTRIBUTION')).toBe(403)
    expect(await ask('ADMIN', 'DISTRIBUTION')).toBe(409)
    expect(await ask('ADMIN', 'DEVELOPER_ID_APPLICATION')).toBe(403)
    expect(await ask('ACCOUNT_HOLDER', 'DEVELOPER_ID_APPLICATION')).toBe(409)
  })

  it('of an individual kind never reaches provisioning', async () => {
    const individual = simulator.createKey(teamId, { kind: 'individual' })
    expect(individual.issuerId).toBeNull()
    const client = clientFor(simulator, individual)
    expect((await client.get('/v1/apps')).status).toBe(200)
    const refused = await client.get('/v1/profiles')
    expect(refused.status).toBe(403)
    expect(refused.error).toMatchObject({
      code: 'FORBIDDEN_ERROR',
      detail: 'The API key in use does not allow this request',
    })
    const withIssuer = await signToken(individual, now(), { iss: 'x' })
    expect(await statusOf(withIssuer, '/v1/apps')).toBe(401)
    expect(await statusOf(await signToken(individual, now(), { sub: undefined }), '/v1/apps')).toBe(401)
  })

  it('ends while an agreement is missing or the membership is not active', async () => {
    const client = clientFor(simulator, file)
    const team = simulator.world.teams.get(teamId)
    if (team === undefined) throw new Error('no team')
    team.agreementsInForce = false
    const refused = await client.get('/v1/apps')
    expect(refused.status).toBe(403)
    expect(refused.error).toMatchObject({
      code: 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED',
      links: { see: '/agreements' },
    })
    team.agreementsInForce = true
    team.membershipActive = false
    expect((await client.get('/v1/apps')).status).toBe(200)
    expect((await client.get('/v1/bundleIds')).error.detail).toContain('not associated with an active membership')
    team.membershipActive = true
  })
})

describe('the Enterprise host', () => {
  it('takes only its own teams and audience, and links to itself', async () => {
    const enterprise = simulator.createTeam({ name: 'Big Corp', kind: 'enterprise' })
    const key = simulator.createKey(enterprise.teamId)
    const audience = 'apple-developer-enterprise-v1'
    const client = clientFor(simulator, key, { base: simulator.enterpriseUrl, audience })
    const id = await newBundleId(client, 'com.big.app')
    const answer = await client.get(`/v1/bundleIds/${id}`)
    expect(answer.data.links.self).toBe(`${simulator.enterpriseUrl}/v1/bundleIds/${id}`)
    expect((await clientFor(simulator, key).get('/v1/bundleIds')).status).toBe(401)
    expect((await clientFor(simulator, key, { audience }).get('/v1/bundleIds')).status).toBe(401)
    const standard = clientFor(simulator, file, { base: simulator.enterpriseUrl })
    expect((await standard.get('/v1/bundleIds')).status).toBe(401)
  })
})

describe('rate limits', () => {
  it('count an hour per key, tell what is left, and answer 429 until the hour has rolled on', async () => {
    const limited = await startWithTeam({ settings: { hourlyLimit: 3 } })
    const { client } = limited
    const other = clientFor(limited.simulator, limited.simulator.createKey(limited.teamId))
    const first = await client.get('/v1/apps')
    expect(first.headers.get('x-rate-limit')).toBe('user-hour-lim:3;user-hour-rem:2;')
    await client.get('/v1/apps')
    await client.get('/v1/apps')
    const refused = await client.get('/v1/apps')
    expect(refused.status).toBe(429)
    expect(refused.error.code).toBe('RATE_LIMIT_EXCEEDED')
    expect((await other.get('/v1/apps')).status).toBe(200)
    limited.simulator.world.clock.advance(3_600_001)
    expect((await client.get('/v1/apps')).status).toBe(200)
    await limited.simulator.close()
  })

  it('refuse a burst while the hour has plenty left', async () => {
    const limited = await startWithTeam({ settings: { burstLimit: { requests: 2, windowMs: 600_000 } } })
    const { client } = limited
    await client.get('/v1/apps')
    await client.get('/v1/apps')
    const refused = await client.get('/v1/apps')
    expect([refused.status, refused.headers.get('x-rate-limit')]).toEqual([
      429,
      'user-hour-lim:3600;user-hour-rem:3598;',
    ])
    limited.simulator.world.clock.advance(600_001)
    expect((await client.get('/v1/apps')).status).toBe(200)
    await limited.simulator.close()
  })

  it('count writes a minute when that is set', async () => {
    const limited = await startWithTeam({ settings: { minuteWriteLimit: 1 } })
    const body = creation('certificates', { certificateType: 'DEVELOPMENT', csrContent: `${SIGNING_REQUEST}x` })
    const first = await limited.client.post('/v1/certificates', body)
    expect(first.headers.get('x-rate-limit')).toBe('user-minute-lim:1;user-minute-rem:0;')
    expect((await limited.client.post('/v1/certificates', body)).status).toBe(429)
    expect((await limited.client.get('/v1/certificates')).status).toBe(200)
    await limited.simulator.close()
  })
})

describe('every answer', () => {
  it('carries a request id of 26 characters and the simulated time', async () => {
    simulator.world.clock.advance(86_400_000)
    const answer = await clientFor(simulator, file).get('/v1/apps')
    expect(answer.headers.get('x-request-id')).toMatch(/^[A-Z2-7]{26}$/)
    const told = Date.parse(answer.headers.get('date') ?? '')
    expect(Math.abs(told - now())).toBeLessThan(60_000)
    simulator.world.clock.advance(-86_400_000)
  })
})
