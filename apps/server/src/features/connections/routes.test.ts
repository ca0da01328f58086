import { generateKeyPairSync } from 'node:crypto'
import { auditRoutes } from '@cordon/api/audit/routes'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { noticeRoutes } from '@cordon/api/notices/routes'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DATABASES, type SignedIn } from '../../../test/harness.ts'
import {
  authorisationOf,
  authorise,
  codeOf,
  connect,
  createApp,
  errorOf,
  fetchPortalData,
  joinTeam,
  type KeyFile,
  type ServerWorld,
  startBuild,
  startWorld,
} from '../../../test/world.ts'

const ISSUER = '57246542-96fe-1a63-e053-0824d011072a'

describe.each(DATABASES)('connections on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let world: ServerWorld
    let dana: SignedIn
    let robin: SignedIn
    beforeAll(async () => {
      world = await startWorld(database)
      dana = await world.server.setUp()
      robin = await world.server.addPerson(dana, { email: 'robin@example.com' })
    })
    beforeEach(() => {
      world.simulator.world.faults.clear()
      world.clock.advance(1_000)
    })
    afterAll(() => world?.close())

    /** Everything stored about connections: a refused call must leave it as it was. */
    const stored = async () => {
      const { queries } = world.server.platform.db
      const connections = await queries.selectFrom('connections').select(['id', 'name', 'secret_version']).execute()
      const secrets = await queries.selectFrom('connection_secrets').select(['connection_id', 'version']).execute()
      return { connections, secrets }
    }

    const refusedWithoutTrace = async (call: () => Promise<unknown>) => {
      const before = await stored()
      const error = await errorOf(call())
      expect(await stored()).toEqual(before)
      return error
    }

    const read = (connectionId: string, by = dana) =>
      by.client.call(connectionRoutes.read, { params: { connectionId } })

    test.each([
      ['team', 'Admin', ['passed', 'passed', 'passed', 'passed']],
      ['enterprise', 'Admin', ['passed', 'passed', 'passed', 'passed']],
      ['individual', 'that of its user', ['passed', 'not_applicable', 'not_applicable', 'passed']],
    ] as const)('a %s key is tried against Apple and stored with each check', async (kind, role, results) => {
      const key = world.newKey(kind)
      const connection = await connect(dana, key, `${kind} key`)
      expect(connection).toMatchObject({ name: `${kind} key`, health: { state: 'healthy' }, usedBy: [] })
      expect(connection.summary).toMatchObject({ kind, keyId: key.keyId, issuerId: key.issuerId ?? null, role })
      expect(connection.health.checks.map(({ result }) => result)).toEqual(results)
      expect(await read(connection.id)).toEqual(connection)
    })

    test('no answer of any call shows the key again', async () => {
      const key = world.newKey()
      const connection = await connect(dana, key, 'Hidden')
      const answers = [
        connection,
        await read(connection.id),
        await dana.client.call(connectionRoutes.list, { query: { limit: 200 } }),
        await dana.client.call(connectionRoutes.test, { params: { connectionId: connection.id } }),
        await dana.client.call(auditRoutes.ofInstance, { query: { limit: 200 } }),
      ]
      expect(JSON.stringify(answers)).not.toContain(secretLine(key))
    })

    test('the form tells the fields, what is accepted, and that individual keys are never released', async () => {
      const { items } = await dana.client.call(connectionRoutes.types)
      const [form] = items
      expect(form?.title).toBe('App Store Connect API key')
      expect(form?.fields.map(({ name, label }) => `${name}: ${label}`)).toEqual([
        'name: Name',
        'key.kind: Kind of key',
        'key.issuerId: Issuer ID',
        'key.keyId: Key ID',
        'key.privateKey: Private key (.p8)',
      ])
      expect(form?.summary).toContain('never released to builds')
      expect(form?.fields[2]?.hiddenWhen).toEqual({ field: 'key.kind', values: ['individual'] })
    })

    test.each(pastedForms)('a key pasted as %s is read', async (_, damage) => {
      const key = world.newKey()
      const connection = await connect(dana, { ...key, privateKey: damage(key.privateKey) })
      expect(connection.health.state).toBe('healthy')
    })

    test.each(notKeys())('%s is refused, says why, and stores nothing', async (_, privateKey, why) => {
      const error = await refusedWithoutTrace(() => connect(dana, { ...world.newKey(), privateKey }))
      expect(error.code).toBe('connection.private_key_unreadable')
      expect(error.details.field).toBe('key.privateKey')
      expect(error.detail).toMatch(why)
      expect(error.detail).toContain('"key.privateKey"')
    })

    test.each([
      ['key.keyId', { keyId: 'SHORT' }, '10 capital letters and digits'],
      ['key.keyId', { keyId: '2x9r4hxf34' }, '10 capital letters and digits'],
      ['key.issuerId', { issuerId: 'not-a-uuid' }, 'UUID'],
      ['key.privateKey', { privateKey: '' }, '.p8'],
      ['key.privateKey', { privateKey: 'x'.repeat(1_000_000) }, '16,384 characters'],
      ['key.kind', { kind: 'personal' }, '"team", "individual", "enterprise"'],
    ])('a wrong %s is named with what is accepted (%#)', async (field, change, accepted) => {
      const error = await refusedWithoutTrace(() => connect(dana, { ...world.newKey(), ...change } as KeyFile))
      expect(error.code).toBe('request.invalid')
      expect(error.details.fields).toMatchObject([{ field, message: expect.stringContaining(accepted) }])
    })

    test('a name with a control character is named, and nothing is stored', async () => {
      const error = await refusedWithoutTrace(() => connect(dana, world.newKey(), 'a\u0000b'))
      expect(error.details.fields).toMatchObject([{ field: 'name', message: expect.stringContaining('control') }])
    })

    test('a body of 3 MB is refused with the limit', async () => {
      const call = () => connect(dana, { ...world.newKey(), privateKey: 'x'.repeat(3_000_000) })
      const error = await refusedWithoutTrace(call)
      expect(error).toMatchObject({ status: 413, code: 'request.too_large', details: { limitBytes: 2 * 1024 * 1024 } })
    })

    test('a team key needs its issuer, and an individual key has none', async () => {
      const { issuerId: _, ...team } = world.newKey('team')
      const missing = await refusedWithoutTrace(() => connect(dana, team))
      expect(missing).toMatchObject({ code: 'connection.issuer_missing', details: { field: 'key.issuerId' } })
      const individual = { ...world.newKey('individual'), issuerId: ISSUER }
      const unexpected = await refusedWithoutTrace(() => connect(dana, individual))
      expect(unexpected).toMatchObject({ code: 'connection.issuer_unexpected', details: { field: 'key.issuerId' } })
    })

    test('a key that Apple does not know is not stored, and the checks are shown', async () => {
      const key = world.newKey()
      world.simulator.revokeKey(key.keyId)
      const error = await refusedWithoutTrace(() => connect(dana, key))
      expect(error).toMatchObject({ status: 422, code: 'connection.rejected_by_apple' })
      expect(error.details.checks).toMatchObject([{ name: 'key_accepted', result: 'failed' }, {}, {}, {}])
    })

    test('a push key, which reads like any other, is rejected by Apple and not stored', async () => {
      const key = { ...world.newKey(), privateKey: p256() }
      const error = await refusedWithoutTrace(() => connect(dana, key))
      expect(error.code).toBe('connection.rejected_by_apple')
      expect(error.remedy).toContain('push')
    })

    test('who insists stores a rejected key, marked as rejected', async () => {
      const key = world.newKey()
      world.simulator.revokeKey(key.keyId)
      const connection = await connect(dana, key, 'Insisted', true)
      expect(connection.health).toMatchObject({ state: 'rejected', checks: [{ result: 'failed' }, {}, {}, {}] })
    })

    test('a missing agreement is told as such, and nothing is stored', async () => {
      const key = world.newKey()
      withdrawAgreements(world, key)
      const error = await refusedWithoutTrace(() => connect(dana, key))
      expect(error).toMatchObject({ status: 422, code: 'connection.agreements_missing' })
      expect(error.remedy).toContain('Account Holder')
      const insisted = await connect(dana, key, 'Waits for the agreement', true)
      expect(insisted.health.state).toBe('agreement_needed')
    })

    test('an Apple that cannot be reached is told as such, and nothing is stored', async () => {
      const key = world.newKey()
      world.simulator.world.faults.add({ operation: '*', kind: 'drop', times: 0 })
      const error = await refusedWithoutTrace(() => connect(dana, key))
      expect(error).toMatchObject({ status: 503, code: 'connection.apple_unreachable' })
      const insisted = await connect(dana, key, 'Untested', true)
      expect(insisted.health).toMatchObject({ state: 'untested', checkedAt: null })
    })

    test("a used-up request limit is told with Apple's own waiting time, and nothing is stored", async () => {
      const key = world.newKey()
      world.simulator.world.faults.add({
        operation: '*',
        kind: 'status',
        status: 429,
        retryAfterSeconds: 900,
        times: 0,
      })
      const error = await refusedWithoutTrace(() => connect(dana, key))
      expect(error).toMatchObject({ status: 503, code: 'connection.apple_rate_limited' })
      expect(error.details.retryAfterSeconds).toBe(900)
    })

    test('the same key twice is one connection, also when both come at once', async () => {
      const key = world.newKey()
      const results = await Promise.allSettled([connect(dana, key, 'A'), connect(dana, key, 'B')])
      const [kept] = results.filter((result) => result.status === 'fulfilled')
      const error = await refusedWithoutTrace(() => connect(dana, key, 'C'))
      expect(error.code).toBe('connection.already_stored')
      expect(error.details.connectionId).toBe(kept?.value.id)
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect((await connect(robin, key, 'Robin has it too')).owner.email).toBe('robin@example.com')
    })

    test('what is not the caller’s own is not found', async () => {
      const connection = await connect(dana, world.newKey())
      expect(await codeOf(read(connection.id, robin))).toBe('connection.not_found')
      const params = { connectionId: connection.id }
      expect(await codeOf(robin.client.call(connectionRoutes.remove, { params }))).toBe('connection.not_found')
    })

    test('a test tells the health now, also when Apple rejects the key or is away', async () => {
      const key = world.newKey()
      const connection = await connect(dana, key)
      const params = { connectionId: connection.id }
      const tried = () => dana.client.call(connectionRoutes.test, { params })
      world.clock.advance(60_000)
      const fine = await tried()
      expect(fine.health).toMatchObject({ state: 'healthy', checkedAt: new Date(world.clock.now()).toISOString() })
      world.simulator.world.faults.add({ operation: '*', kind: 'drop', times: 0 })
      const away = await tried()
      expect(away.health).toMatchObject({ state: 'unreachable', checkedAt: fine.health.checkedAt })
      expect(away.summary).toMatchObject({ role: 'Admin' })
      world.simulator.world.faults.clear()
      world.simulator.revokeKey(key.keyId)
      expect((await tried()).health.state).toBe('rejected')
    })

    test('a replaced key serves the same connection and the same authorisations', async () => {
      const connection = await connect(dana, world.newKey())
      const app = await createApp(dana)
      await authorise(dana, app.id, connection.id)
      const build = await startBuild(dana, app.id)
      const next = world.newKey()
      const params = { connectionId: connection.id }
      const replaced = await dana.client.call(connectionRoutes.replaceKey, { params, body: { key: next } })
      expect(replaced).toMatchObject({
        id: connection.id,
        summary: { keyId: next.keyId },
        usedBy: [{ state: 'active' }],
      })
      expect(replaced.keyReplacedAt).not.toBeNull()
      expect((await fetchPortalData(build)).body).toMatchObject({ key_id: next.keyId, private_key: next.privateKey })
    })

    test('a key that Apple rejects does not replace the old one', async () => {
      const key = world.newKey()
      const connection = await connect(dana, key)
      const bad = world.newKey()
      world.simulator.revokeKey(bad.keyId)
      const params = { connectionId: connection.id }
      const call = () => dana.client.call(connectionRoutes.replaceKey, { params, body: { key: bad } })
      expect((await refusedWithoutTrace(call)).code).toBe('connection.rejected_by_apple')
      expect((await read(connection.id)).summary).toMatchObject({ keyId: key.keyId })
    })

    test('a key of another connection does not replace the old one', async () => {
      const [first, second] = [world.newKey(), world.newKey()]
      const connection = await connect(dana, first)
      await connect(dana, second, 'Second')
      const params = { connectionId: connection.id }
      const call = () => dana.client.call(connectionRoutes.replaceKey, { params, body: { key: second } })
      expect((await refusedWithoutTrace(call)).code).toBe('connection.already_stored')
    })

    test('only one secret row is left after replacements, two of them at once', async () => {
      const connection = await connect(dana, world.newKey())
      const params = { connectionId: connection.id }
      const replace = (key: KeyFile) => dana.client.call(connectionRoutes.replaceKey, { params, body: { key } })
      await Promise.all([replace(world.newKey()), replace(world.newKey())])
      const rows = (await stored()).secrets.filter(({ connection_id }) => connection_id === connection.id)
      expect(rows).toEqual([{ connection_id: connection.id, version: 3 }])
      expect((await dana.client.call(connectionRoutes.test, { params })).health.state).toBe('healthy')
    })

    test('an old secret row put back does not open', async () => {
      const { db } = world.server.platform
      const connection = await connect(dana, world.newKey())
      const params = { connectionId: connection.id }
      const old = await db.queries
        .selectFrom('connection_secrets')
        .selectAll()
        .where('connection_id', '=', connection.id)
        .executeTakeFirstOrThrow()
      await dana.client.call(connectionRoutes.replaceKey, { params, body: { key: world.newKey() } })
      await db.queries.insertInto('connection_secrets').values(old).execute()
      await db.queries.updateTable('connections').set({ secret_version: 1 }).where('id', '=', connection.id).execute()
      const error = await errorOf(dana.client.call(connectionRoutes.test, { params }))
      expect(error.status).toBe(500)
    })

    test('a rename keeps everything else', async () => {
      const connection = await connect(dana, world.newKey())
      const params = { connectionId: connection.id }
      const renamed = await dana.client.call(connectionRoutes.change, { params, body: { name: 'Renamed' } })
      expect(renamed).toEqual({ ...connection, name: 'Renamed' })
    })

    test('a transferred connection belongs to the new person, who is told, and suspends where they do not lead', async () => {
      const connection = await connect(dana, world.newKey(), 'Handed over')
      const [led, other] = [await createApp(dana, 'Led'), await createApp(dana, 'Other')]
      await joinTeam(dana, led.id, robin, 'admin')
      await joinTeam(dana, other.id, robin, 'developer')
      for (const app of [led, other]) await authorise(dana, app.id, connection.id)
      const params = { connectionId: connection.id }
      await dana.client.call(connectionRoutes.transfer, { params, body: { email: 'Robin@Example.com' } })
      expect(await codeOf(read(connection.id))).toBe('connection.not_found')
      expect((await read(connection.id, robin)).usedBy).toMatchObject([
        { appName: 'Led', state: 'active' },
        { appName: 'Other', state: 'suspended' },
      ])
      expect((await authorisationOf(dana, other.id)).current).toMatchObject({
        state: 'suspended',
        suspendedReason: 'connection_transferred',
      })
      const { items } = await robin.client.call(noticeRoutes.list, { query: {} })
      expect(items.map(({ kind }) => kind)).toContain('connection_received')
    })

    test('a connection is given to nobody who is not here, nor to who has the same key', async () => {
      const key = world.newKey()
      const connection = await connect(dana, key)
      await connect(robin, key)
      const params = { connectionId: connection.id }
      const give = (email: string) => () => dana.client.call(connectionRoutes.transfer, { params, body: { email } })
      expect((await refusedWithoutTrace(give('nobody@example.com'))).code).toBe('connection.person_not_found')
      expect((await refusedWithoutTrace(give('robin@example.com'))).code).toBe('connection.already_theirs')
    })

    test('a removed connection is gone with its secret, and who leads the apps is told', async () => {
      const connection = await connect(dana, world.newKey(), 'Removed')
      const app = await createApp(robin, 'Left behind')
      await joinTeam(robin, app.id, dana, 'admin')
      await authorise(robin, app.id, connection.id)
      const build = await startBuild(robin, app.id)
      await dana.client.call(connectionRoutes.remove, { params: { connectionId: connection.id } })
      expect(JSON.stringify(await stored())).not.toContain(connection.id)
      expect((await authorisationOf(robin, app.id)).current).toBeNull()
      expect((await fetchPortalData(build)).body).toMatchObject({ cordon: { reason: 'nothing_authorised' } })
      const { items } = await robin.client.call(noticeRoutes.list, { query: {} })
      expect(items[0]).toMatchObject({ kind: 'connection_removed', body: expect.stringContaining('Dana') })
    })

    test('every change is in the log with who did it and the key id', async () => {
      const key = world.newKey()
      const connection = await connect(dana, key, 'Logged')
      const params = { connectionId: connection.id }
      await dana.client.call(connectionRoutes.change, { params, body: { restricted: true } })
      await dana.client.call(connectionRoutes.test, { params })
      await dana.client.call(connectionRoutes.remove, { params })
      const { items } = await dana.client.call(auditRoutes.ofInstance, { query: { limit: 200 } })
      const own = items.filter(({ object }) => object.id === connection.id)
      expect(own.map(({ action, actor }) => `${actor.name}: ${action}`).sort()).toEqual([
        'Dana: connection.created',
        'Dana: connection.removed',
        'Dana: connection.restriction_changed',
        'Dana: connection.tested',
      ])
      expect(own.find(({ action }) => action === 'connection.created')?.details).toMatchObject({ keyId: key.keyId })
    })
  })
})

const body = (pem: string) => pem.replace(/-----.*?-----/g, '').trim()

/** What people paste instead of the file. Source: issues of real clients. */
const pastedForms: ReadonlyArray<readonly [string, (pem: string) => string]> = [
  ['the file with CRLF', (pem) => pem.replaceAll('\n', '\r\n')],
  ['one line with literal \\n', (pem) => pem.trim().replaceAll('\n', '\\n')],
  ['one line without breaks', (pem) => pem.replaceAll('\n', '')],
  ['base64 of the whole file', (pem) => Buffer.from(pem).toString('base64')],
  ['the base64 without BEGIN and END', (pem) => body(pem)],
  ['the file in quotes and spaces', (pem) => `  "${pem.trim()}"  `],
]

/** Texts that are no P-256 key in PKCS#8, and what the error says of each. */
function notKeys(): ReadonlyArray<readonly [string, string, RegExp]> {
  const pkcs8 = { type: 'pkcs8', format: 'pem' } as const
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const p256Pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const encrypted = { ...pkcs8, cipher: 'aes-256-cbc', passphrase: 'secret' } as const
  return [
    ['an RSA key', rsa.privateKey.export(pkcs8).toString(), /RSA/],
    ['a key on another curve', p384.privateKey.export(pkcs8).toString(), /another curve/],
    ['an encrypted key', p256Pair.privateKey.export(encrypted).toString(), /encrypted/],
    ['a public key', p256Pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(), /public key/],
    ['a SEC1 key', p256Pair.privateKey.export({ type: 'sec1', format: 'pem' }).toString(), /SEC1/],
    ['a truncated key', p256().slice(0, 120), /cut off or damaged/],
    ['a text with NUL', `${p256()}\u0000`, /NUL/],
    ['some other text', 'this is not a key', /not a key/],
  ]
}

function p256(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function secretLine({ privateKey }: KeyFile): string {
  return privateKey.split('\n')[1] ?? ''
}

function withdrawAgreements({ simulator }: ServerWorld, key: KeyFile): void {
  for (const team of simulator.world.teams.values()) {
    if (team.issuerId === key.issuerId) team.agreementsInForce = false
  }
}
