import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { deadPort, listOf, type Received, type Reply, refusal, rig, TEAM_KEY } from '../../test/scripted-apple.ts'
import type { AppStoreConnectOptions } from './client.ts'
import { type CheckName, checkKey, type KeyCheck } from './key-check.ts'

const forbidden = refusal(403, 'FORBIDDEN_ERROR', 'The API key in use does not allow this request')
const empty = listOf([])

async function check(answers: Record<string, Reply> | Reply, options: Partial<AppStoreConnectOptions> = {}) {
  const answer = ({ path }: Received): Reply =>
    typeof answers === 'string' || 'status' in answers
      ? (answers as Reply)
      : (answers[path.slice('/v1/'.length)] ?? empty)
  const { client, apple, time } = await rig(answer, options)
  return { result: await checkKey(client), apple, time }
}

const resultOf = (result: KeyCheck, name: CheckName) =>
  result.checks.find((candidate) => candidate.name === name)?.result

test('an Admin key passes every check with four small reads', async () => {
  const { result, apple } = await check({})
  expect(result).toMatchObject({
    verdict: 'accepted',
    role: 'admin',
    teamId: undefined,
    error: undefined,
    clockSkewSeconds: 0,
  })
  expect(result.checks.map(({ result: each }) => each)).toEqual(['passed', 'passed', 'passed', 'passed'])
  expect(apple.received.map(({ method, path, query }) => `${method} ${path}?${query}`).sort()).toEqual([
    'GET /v1/apps?limit=1',
    'GET /v1/bundleIds?limit=1',
    'GET /v1/certificates?limit=1',
    'GET /v1/users?limit=1',
  ])
})

test.each([
  ['app_manager_or_developer', { users: forbidden }, 'unknown', 'passed', 'accepted'],
  [
    'limited',
    { users: forbidden, certificates: forbidden, bundleIds: forbidden },
    'failed',
    'failed',
    'accepted_with_limits',
  ],
] as const)(
  'the role %s is inferred from what is forbidden',
  async (role, answers, roleResult, provisioning, verdict) => {
    const { result } = await check(answers)
    expect(result).toMatchObject({ role, verdict })
    expect(resultOf(result, 'key_accepted')).toBe('passed')
    expect(resultOf(result, 'role')).toBe(roleResult)
    expect(resultOf(result, 'provisioning_readable')).toBe(provisioning)
  },
)

test('the team id is the one in a certificate, else the prefix of a bundle ID', async () => {
  const subject = '/UID=X/CN=Apple Distribution: Acme (9QJ7KW3C4M)/OU=9QJ7KW3C4M/O=Acme/C=US'
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', '/dev/null', '-outform', 'DER']
  const der = execFileSync('openssl', [...request, '-subj', subject], { stdio: ['ignore', 'pipe', 'ignore'] })
  const certificate = { type: 'certificates', id: 'C', attributes: { certificateContent: der.toString('base64') } }
  const bundleId = { type: 'bundleIds', id: 'B', attributes: { seedId: 'OLDPREFIX1' } }
  const both = await check({ certificates: listOf([certificate]), bundleIds: listOf([bundleId]) })
  expect(both.result.teamId).toBe('9QJ7KW3C4M')
  expect((await check({ bundleIds: listOf([bundleId]) })).result.teamId).toBe('OLDPREFIX1')
})

test('a rejected key is rejected', async () => {
  const { result } = await check(refusal(401, 'NOT_AUTHORIZED'))
  expect(result).toMatchObject({ verdict: 'rejected', role: 'unknown', error: { code: 'apple.key_rejected' } })
  expect(result.checks.map(({ result: each }) => each)).toEqual(['failed', 'unknown', 'unknown', 'unknown'])
})

test.each<[string, Reply, string]>([
  ['a rate limit', { status: 429 }, 'apple.rate_limited'],
  ['a broken service', { status: 503 }, 'apple.service_failed'],
  ['a dropped connection', 'drop', 'apple.unreachable'],
])('%s says nothing about the key', async (_what, reply, code) => {
  const { result, time } = await check(reply)
  expect(result).toMatchObject({ verdict: 'undetermined', error: { code } })
  expect(result.checks.map(({ result: each }) => each)).toEqual(['unknown', 'unknown', 'unknown', 'unknown'])
  expect(Math.max(0, ...time.slept)).toBeLessThanOrEqual(20_000)
})

test('nobody there says nothing about the key', async () => {
  const { result } = await check(empty, { baseUrl: `http://127.0.0.1:${await deadPort()}` })
  expect(result).toMatchObject({ verdict: 'undetermined', error: { code: 'apple.unreachable' } })
})

test('a missing agreement is a limit, not a rejection', async () => {
  const { result } = await check(refusal(403, 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED'))
  expect(result).toMatchObject({ verdict: 'accepted_with_limits', error: { code: 'apple.agreements_required' } })
  expect(resultOf(result, 'key_accepted')).toBe('passed')
  expect(resultOf(result, 'agreements')).toBe('failed')
  expect(resultOf(result, 'role')).toBe('unknown')
})

test('an individual key is not asked for provisioning, and that is explained', async () => {
  const key = { kind: 'individual', keyId: TEAM_KEY.keyId, privateKey: TEAM_KEY.privateKey } as const
  const { result, apple } = await check({ users: forbidden }, { key })
  expect(result).toMatchObject({ verdict: 'accepted', role: 'individual', error: undefined })
  expect(resultOf(result, 'provisioning_readable')).toBe('not_applicable')
  expect(result.checks.find(({ name }) => name === 'provisioning_readable')?.explanation).toContain('individual keys')
  expect(apple.received.map(({ path }) => path).sort()).toEqual(['/v1/apps', '/v1/users'])
})

test('an Enterprise key is not asked for app records, which that programme has none of', async () => {
  const { result, apple } = await check(
    { users: refusal(404, 'PATH_ERROR') },
    { key: { ...TEAM_KEY, kind: 'enterprise' } },
  )
  expect(result).toMatchObject({ verdict: 'accepted', role: 'unknown' })
  expect(apple.received.map(({ path }) => path).sort()).toEqual(['/v1/bundleIds', '/v1/certificates', '/v1/users'])
})

test('the caller can end the check', async () => {
  const { client, apple } = await rig(() => 'hang')
  const controller = new AbortController()
  const result = checkKey(client, { signal: controller.signal })
  await apple.arrived(1)
  controller.abort(new Error('dialog closed'))
  await expect(result).rejects.toThrow('dialog closed')
})
