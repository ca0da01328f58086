import { createHash, randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { type Answer, type Client, clientFor, created, creation, modification, one, startWithTeam } from './client.ts'

const PART_BYTES = 5 * 1024 * 1024
const DUPLICATE = 'ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE'
let simulator: Simulator
let client: Client
let teamId: string
let app: string

beforeAll(async () => {
  ;({ simulator, client, teamId } = await startWithTeam({ settings: { hourlyLimit: null, buildInspection: 'none' } }))
  const seed = {
    apps: [
      {
        name: 'Acme',
        bundleId: 'com.acme.app',
        versions: [{ versionString: '1.0', state: 'READY_FOR_DISTRIBUTION' }, { versionString: '1.1' }],
      },
    ],
    builds: [{ app: 'com.acme.app', version: '7', versionString: '1.1' }],
  }
  app = (await simulator.seedTeam(teamId, seed)).apps?.[0] ?? ''
})
afterAll(() => simulator.close())

interface Operation {
  readonly method: string
  readonly url: string
  readonly offset: number
  readonly length: number
  readonly partNumber: number
  readonly expiration: string
  readonly entityTag?: string
  readonly requestHeaders: readonly { readonly name: string; readonly value: string }[]
}

const code = (answer: Answer) => [answer.status, answer.error?.code]
const operationsOf = ({ data }: Answer) => data.attributes.uploadOperations as Operation[]
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes)

function begin(cfBundleVersion: string, cfBundleShortVersionString = '1.1', platform = 'IOS', as = client) {
  const attributes = { cfBundleShortVersionString, cfBundleVersion, platform }
  return as.post('/v1/buildUploads', creation('buildUploads', attributes, { app: one('apps', app) }))
}

function reserve(upload: string, fileSize: number, assetType = 'ASSET') {
  const attributes = { assetType, fileName: 'Acme.ipa', fileSize, uti: 'com.apple.ipa' }
  const within = { buildUpload: one('buildUploads', upload) }
  return client.post('/v1/buildUploadFiles', creation('buildUploadFiles', attributes, within))
}

function send({ method, url, requestHeaders }: Operation, body: Uint8Array, more: Record<string, string> = {}) {
  const headers = { ...Object.fromEntries(requestHeaders.map(({ name, value }) => [name, value])), ...more }
  return fetch(url, { method, headers, body: new Uint8Array(body) })
}

function part(bytes: Buffer, { offset, length }: Operation): Buffer {
  return bytes.subarray(offset, offset + length)
}

function commit(id: string, more: object = {}) {
  return client.patch(`/v1/buildUploadFiles/${id}`, modification('buildUploadFiles', id, { uploaded: true, ...more }))
}

const stateOf = ({ data }: Answer) => data.attributes.state as { state: string; errors: { code: string }[] }
const read = (upload: string) => client.get(`/v1/buildUploads/${upload}?include=build,assetFile`)

async function control(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
  const answer = await fetch(`${simulator.controlUrl}${path}`, init)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, unknown>
}

/** A small upload from beginning to commit. */
async function upload(number: string, version = '1.1', more: object = {}): Promise<{ id: string; committed: Answer }> {
  const id = created(await begin(number, version))
  const reserved = await reserve(id, 10)
  const bytes = Buffer.from('0123456789')
  for (const operation of operationsOf(reserved)) expect((await send(operation, bytes)).status).toBe(200)
  return { id, committed: await commit(reserved.data.id, more) }
}

describe('a binary in parts', () => {
  const bytes = randomBytes(3 * PART_BYTES + 1234)
  bytes.fill(0, PART_BYTES, 2 * PART_BYTES)
  let id: string
  let file: string
  let operations: Operation[]

  it('is asked for in parts of 5 MiB that are not sorted, by addresses for seven days', async () => {
    const begun = await begin('8')
    id = created(begun)
    expect(begun.data.attributes).toMatchObject({
      cfBundleVersion: '8',
      platform: 'IOS',
      uploadedDate: null,
      state: { state: 'AWAITING_UPLOAD', errors: [], warnings: [], infos: [] },
    })
    const reserved = await reserve(id, bytes.length)
    file = created(reserved)
    operations = operationsOf(reserved)
    const order = operations.map(({ partNumber }) => partNumber)
    expect(order).not.toEqual([1, 2, 3, 4])
    expect([...order].sort()).toEqual([1, 2, 3, 4])
    for (const { method, offset, length, partNumber, requestHeaders, entityTag } of operations) {
      expect([method, offset, length]).toEqual([
        'PUT',
        (partNumber - 1) * PART_BYTES,
        partNumber < 4 ? PART_BYTES : 1234,
      ])
      expect([requestHeaders, entityTag]).toEqual([
        [{ name: 'Content-Type', value: 'application/octet-stream' }],
        undefined,
      ])
    }
    const left = Date.parse(operations[0]?.expiration ?? '') - simulator.world.clock.now()
    expect(Math.round(left / 86_400_000)).toBe(7)
  })

  it('is taken in any order, each part answered and remembered by its tag', async () => {
    const [first, ...rest] = operations
    if (first === undefined) throw new Error('no operation')
    const answer = await send(first, part(bytes, first))
    const tag = md5(part(bytes, first)).digest('hex').toUpperCase()
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, `"${tag}"`])
    expect(operationsOf(await client.get(`/v1/buildUploadFiles/${file}`)).map(({ entityTag }) => entityTag)).toEqual([
      tag,
      undefined,
      undefined,
      undefined,
    ])
    expect(code(await commit(file))).toEqual([409, 'STATE_ERROR'])
    const statuses = await Promise.all(rest.map(async (each) => (await send(each, part(bytes, each))).status))
    expect(statuses).toEqual([200, 200, 200])
  })

  it('takes a part again in the place of the one before, and nothing of a part that breaks off', async () => {
    const [first] = operations
    if (first === undefined) throw new Error('no operation')
    expect((await send(first, randomBytes(first.length))).status).toBe(200)
    expect((await send(first, part(bytes, first))).status).toBe(200)
    await new Promise<void>((resolve) => {
      const headers = { 'content-type': 'application/octet-stream', 'content-length': first.length }
      const broken = httpRequest(first.url, { method: 'PUT', headers })
      broken.on('error', () => resolve())
      broken.write(randomBytes(1000), () => broken.destroy(new Error('broken off')))
    })
    const received = await control('GET', `/teams/${teamId}/buildUploadFiles/${file}`)
    expect(received).toMatchObject({
      receivedBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
    const times = (received.parts as { offset: number; times: number }[]).map((each) => [each.offset, each.times])
    expect(times).toContainEqual([first.offset, 3])
  })

  it('has a composite checksum after the commit, and becomes a build', async () => {
    const committed = await commit(file)
    const sums = [0, 1, 2, 3].map((index) => md5(bytes.subarray(index * PART_BYTES, (index + 1) * PART_BYTES)).digest())
    const hash = `${md5(Buffer.concat(sums)).digest('hex')}-4-${PART_BYTES}`
    expect(committed.data.attributes).toMatchObject({
      assetDeliveryState: { state: 'COMPLETE', errors: [] },
      uploadOperations: null,
      sourceFileChecksums: { composite: { hash, algorithm: 'MD5' } },
    })
    expect(code(await commit(file))).toEqual([409, 'STATE_ERROR'])
    const done = await read(id)
    expect(stateOf(done).state).toBe('COMPLETE')
    expect(done.included.map((each) => [each.type, each.id])).toEqual([
      ['builds', id],
      ['buildUploadFiles', file],
    ])
    expect((await client.get(`/v1/builds/${id}?include=buildUpload,preReleaseVersion`)).data.attributes).toMatchObject({
      version: '8',
      processingState: 'VALID',
    })
    expect(code(await client.delete(`/v1/buildUploads/${id}`))).toEqual([409, 'STATE_ERROR'])
  })
})

describe('the upload host', () => {
  it('refuses what is not the request that it asked for', async () => {
    const reserved = await reserve(created(await begin('20')), 3)
    const [operation] = operationsOf(reserved)
    if (operation === undefined) throw new Error('no operation')
    const status = async (answer: Promise<Response>) => (await answer).status
    const bytes = Buffer.from('abc')
    expect(await status(send(operation, Buffer.from('ab')))).toBe(400)
    expect(await status(send(operation, Buffer.from('abcd')))).toBe(400)
    expect(await status(send({ ...operation, requestHeaders: [] }, bytes))).toBe(403)
    expect(await status(send({ ...operation, url: operation.url.replace(/=(\w{8})\w*$/, '=$1') }, bytes))).toBe(403)
    expect(await status(send(operation, bytes, { authorization: 'Bearer x' }))).toBe(400)
    simulator.world.clock.advance(7 * 86_400_000)
    expect(await status(send(operation, bytes))).toBe(403)
    expect(code(await commit(reserved.data.id))).toEqual([409, 'STATE_ERROR'])
    simulator.world.clock.advance(-7 * 86_400_000)
    expect(await status(send(operation, bytes))).toBe(200)
  })

  it('plays faults on parts', async () => {
    const reserved = await reserve(created(await begin('21')), 3)
    const [operation] = operationsOf(reserved)
    if (operation === undefined) throw new Error('no operation')
    simulator.world.faults.add({ operation: 'uploads_put', kind: 'status', status: 503 })
    simulator.world.faults.add({ operation: 'uploads_put', kind: 'drop', when: 'after', skip: 1 })
    expect((await send(operation, Buffer.from('abc'))).status).toBe(503)
    expect(operationsOf(await client.get(`/v1/buildUploadFiles/${reserved.data.id}`))[0]?.entityTag).toBeUndefined()
    await expect(send(operation, Buffer.from('abc'))).rejects.toThrow()
    expect(operationsOf(await client.get(`/v1/buildUploadFiles/${reserved.data.id}`))[0]?.entityTag).toBeDefined()
  })
})

describe('processing', () => {
  it('takes the time that the settings tell, and so does the build', async () => {
    const before = simulator.world.settings
    simulator.world.settings = {
      ...before,
      buildUploadProcessingMs: 100_000,
      buildAppearsMs: 200_000,
      buildProcessingMs: 400_000,
      buildHasUploadId: false,
    }
    const { id } = await upload('30')
    const buildOf = async () => (await read(id)).included.find(({ type }) => type === 'builds')
    expect([stateOf(await read(id)).state, await buildOf()]).toEqual(['PROCESSING', undefined])
    simulator.world.clock.advance(100_000)
    expect([stateOf(await read(id)).state, await buildOf()]).toEqual(['COMPLETE', undefined])
    simulator.world.clock.advance(200_000)
    const build = await buildOf()
    expect(build?.id).not.toBe(id)
    expect(build?.attributes.processingState).toBe('PROCESSING')
    simulator.world.clock.advance(400_000)
    expect((await buildOf())?.attributes.processingState).toBe('VALID')
    simulator.world.settings = before
  })

  it('fails for versions that are closed, and for checksums that are not those of the file', async () => {
    const codes = async ({ id }: { id: string }) => {
      const { state, errors } = stateOf(await read(id))
      return [state, ...errors.map((error) => error.code)]
    }
    expect(await codes(await upload('1', '1.0'))).toEqual(['FAILED', '90062', '90186'])
    expect(await codes(await upload('1', '0.9'))).toEqual(['FAILED', '90062', '90478'])
    const right = { file: { hash: md5(Buffer.from('0123456789')).digest('hex'), algorithm: 'MD5' } }
    expect(await codes(await upload('31', '1.1', { sourceFileChecksums: right }))).toEqual(['COMPLETE'])
    const wrong = { composite: { hash: `${'0'.repeat(32)}-1-10`, algorithm: 'MD5' } }
    const failed = await upload('32', '1.1', { sourceFileChecksums: wrong })
    expect(failed.committed.data.attributes.assetDeliveryState).toMatchObject({ state: 'FAILED' })
    expect(await codes(failed)).toEqual(['FAILED', 'CHECKSUM_MISMATCH'])
    // A failed upload uses no number up; of two under way with the same number, the second fails.
    const twice = [created(await begin('32')), created(await begin('32'))]
    for (const id of twice) {
      const reserved = await reserve(id, 1)
      for (const operation of operationsOf(reserved)) await send(operation, Buffer.from('x'))
      await commit(reserved.data.id)
    }
    expect(await codes({ id: twice[0] ?? '' })).toEqual(['COMPLETE'])
    expect(await codes({ id: twice[1] ?? '' })).toEqual(['FAILED', '90189'])
  })

  it('ends as a test wants it to', async () => {
    const errors = [{ code: '90683', description: 'Missing purpose string in Info.plist' }]
    const id = created(await begin('33'))
    await control('PATCH', `/teams/${teamId}/buildUploads/${id}`, { state: 'FAILED', errors })
    const reserved = await reserve(id, 1)
    for (const operation of operationsOf(reserved)) await send(operation, Buffer.from('x'))
    await commit(reserved.data.id)
    expect(stateOf(await read(id))).toMatchObject({ state: 'FAILED', errors })
    const warnings = [{ code: '90626', description: 'Invalid Siri support' }]
    const complete = { state: 'COMPLETE', warnings, processingState: 'INVALID', forMs: 60_000 }
    await control('PATCH', `/teams/${teamId}/buildUploads/${id}`, complete)
    expect(stateOf(await read(id))).toMatchObject({ state: 'PROCESSING', errors: [], warnings: [] })
    simulator.world.clock.advance(60_000)
    const done = await read(id)
    expect(stateOf(done)).toMatchObject({ state: 'COMPLETE', warnings })
    expect(done.included.find(({ type }) => type === 'builds')?.attributes.processingState).toBe('INVALID')
  })
})

describe('rules', () => {
  it('refuse a used number, a platform that the app has not, a version that is none', async () => {
    const used = await begin('7')
    expect(code(used)).toEqual([409, DUPLICATE])
    const [error] = JSON.parse(used.text).errors
    expect([error.source.pointer, Number(error.meta.previousBundleVersion) >= 7]).toEqual([
      '/data/attributes/cfBundleVersion',
      true,
    ])
    expect(code(await begin('7.0'))).toEqual([409, DUPLICATE])
    expect((await begin('7', '1.2')).status).toBe(201)
    expect((await begin('40', '1.1', 'TV_OS')).error.source?.pointer).toBe('/data/attributes/platform')
    expect((await begin('forty')).error.source?.pointer).toBe('/data/attributes/cfBundleVersion')
    const other = creation('buildUploads', { cfBundleShortVersionString: '1', cfBundleVersion: '1', platform: 'IOS' })
    expect(code(await client.post('/v1/buildUploads', other))).toEqual([409, 'ENTITY_ERROR.RELATIONSHIP.REQUIRED'])
  })

  it('let uploads be listed, and withdrawn while they wait', async () => {
    const id = created(await begin('41'))
    const file = created(await reserve(id, 5))
    expect(code(await reserve(id, 5))).toEqual([409, 'ENTITY_ERROR'])
    expect((await client.get(`/v1/buildUploads/${id}/buildUploadFiles`)).list.map((each) => each.id)).toEqual([file])
    const query = 'filter[cfBundleVersion]=41&filter[platform]=IOS&filter[state]=AWAITING_UPLOAD&sort=-uploadedDate'
    const found = await client.get(`/v1/apps/${app}/buildUploads?${query}&include=assetFile`)
    expect(found.list.map((each) => each.id)).toEqual([id])
    expect((await client.delete(`/v1/buildUploads/${id}`)).status).toBe(204)
    expect(code(await client.get(`/v1/buildUploadFiles/${file}`))).toEqual([404, 'NOT_FOUND'])
  })

  it('process when every reserved file is there', async () => {
    const id = created(await begin('42'))
    const files = [await reserve(id, 1), await reserve(id, 1, 'ASSET_SPI')]
    for (const reserved of files) {
      expect(stateOf(await read(id)).state).toBe('AWAITING_UPLOAD')
      for (const operation of operationsOf(reserved)) await send(operation, Buffer.from('x'))
      await commit(reserved.data.id)
    }
    expect(stateOf(await read(id)).state).toBe('COMPLETE')
  })

  it('let developers upload, unless it is disputed, and nobody without an agreement', async () => {
    const as = (role: 'DEVELOPER' | 'MARKETING') => clientFor(simulator, simulator.createKey(teamId, { role }))
    expect(code(await begin('43', '1.1', 'IOS', as('MARKETING')))).toEqual([403, 'FORBIDDEN_ERROR'])
    expect((await begin('43', '1.1', 'IOS', as('DEVELOPER'))).status).toBe(201)
    const before = simulator.world.settings
    simulator.world.settings = { ...before, developerUploads: false }
    expect(code(await begin('43', '1.1', 'IOS', as('DEVELOPER')))).toEqual([403, 'FORBIDDEN_ERROR'])
    simulator.world.settings = before
    const team = simulator.world.teams.get(teamId)
    if (team === undefined) throw new Error('no team')
    team.agreementsInForce = false
    expect(code(await begin('43'))).toEqual([403, 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED'])
    team.agreementsInForce = true
  })
})
