import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAppStoreConnectBuilds } from '../src/adapters/app-store-connect/builds.ts'
import { createPartSender } from '../src/adapters/app-store-connect/send-part.ts'
import type { BuildUploadPort } from '../src/engine/builds/port.ts'
import { deliverBuild, uploadBuild } from '../src/engine/builds/upload-build.ts'
import { type IpaWish, makeIpa } from './make-ipa.ts'
import { openStore, receivedOf, type Store } from './store.ts'

const MIB = 1024 * 1024
let store: Store
let builds = 20
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store.close())

/** An .ipa with a number that nobody has used. */
function ipa(wish: IpaWish = {}): Promise<string> {
  const buildNumber = String(builds++)
  // The team's profile is for com.acme.app; an app of another name gets one that nobody signed.
  const profile = wish.bundleId === undefined ? { profile: store.profile } : {}
  return makeIpa(join(store.folder, `${buildNumber}.ipa`), { buildNumber, ...profile, ...wish })
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

const kinds = () => store.options.events.map(({ kind }) => kind)
const received = (uploadId: string) => receivedOf(store, uploadId)
const puts = () => store.control<{ counts: Record<string, number> }>('GET', '/log').then(({ counts }) => counts)
const bytesSent = async () => (await puts()).uploads_put ?? 0
const reservations = async () => (await puts()).buildUploads_createInstance ?? 0

test('an .ipa arrives as it is, in parts, and becomes a build', async () => {
  const path = await ipa({ payloadBytes: 23 * MIB + 17 })
  const { uploadId, build, partsSent, partsFound, wish } = await deliverBuild(path, {}, store.options)
  expect({ partsSent, partsFound }).toEqual({ partsSent: 5, partsFound: 0 })
  expect(wish).toMatchObject({ app: { id: store.appId }, platform: 'IOS', version: '1.1' })
  expect(build).toMatchObject({ state: 'valid', version: '1.1', buildNumber: wish.buildNumber })
  expect(await received(uploadId)).toMatchObject({ receivedBytes: statSync(path).size, sha256: await sha256Of(path) })
  expect(kinds()).toEqual(expect.arrayContaining(['checked', 'reserved', 'sent', 'committed', 'processing']))
})

test('run again, the same file is found at Apple and nothing is sent', async () => {
  const path = await ipa()
  const first = await deliverBuild(path, {}, store.options)
  const before = await puts()
  const again = await deliverBuild(path, {}, store.options)
  expect(again).toMatchObject({ uploadId: first.uploadId, partsSent: 0, build: { id: first.build.id } })
  expect(await puts()).toMatchObject({
    uploads_put: before.uploads_put,
    buildUploads_createInstance: before.buildUploads_createInstance,
  })
})

test('a reservation alone does not make a file known to Apple; its parts do', async () => {
  const path = await ipa()
  const known: boolean[] = []
  const options = {
    ...store.options,
    beforeSending: async (_: unknown, isKnown: boolean) => {
      known.push(isKnown)
    },
  }
  const broken = { ...store.options.port, reserveFile: () => Promise.reject(new Error('ended')) }
  await expect(uploadBuild(path, {}, { ...options, port: broken })).rejects.toThrow('ended')
  await uploadBuild(path, {}, options)
  await uploadBuild(path, {}, options)
  expect(known).toEqual([false, false, true])
})

describe('what breaks on the way', () => {
  test('a fifth of the parts fail once: only those are sent again', async () => {
    const path = await ipa({ payloadBytes: 74 * MIB })
    const failing = new Set([2, 5, 9])
    const tries = new Map<number, number>()
    const send = createPartSender()
    const sendPart: BuildUploadPort['sendPart'] = async (part, body, signal) => {
      const index = part.offset / (5 * MIB)
      tries.set(index, (tries.get(index) ?? 0) + 1)
      if (tries.get(index) === 1 && failing.has(index)) {
        if (index === 2) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
        if (index === 5) return { status: 503, entityTag: undefined }
        return { ...(await send(part, body, signal)), entityTag: 'f'.repeat(32) }
      }
      return send(part, body, signal)
    }
    const port = createAppStoreConnectBuilds(store.apple, { sendPart })
    const { uploadId, partsSent } = await uploadBuild(path, {}, { ...store.options, port })
    expect(partsSent).toBe(15)
    expect([...tries].filter(([, count]) => count > 1).map(([index]) => index)).toEqual([...failing])
    expect(await received(uploadId)).toMatchObject({ sha256: await sha256Of(path) })
  })

  test('faults of the storage itself, before and after it has the part', async () => {
    const path = await ipa({ payloadBytes: 24 * MIB })
    store.simulator.world.faults.add({ operation: 'uploads_put', kind: 'status', status: 503 })
    store.simulator.world.faults.add({ operation: 'uploads_put', kind: 'drop', when: 'after', skip: 1 })
    const { uploadId, partsSent } = await uploadBuild(path, {}, store.options)
    expect(partsSent).toBe(5)
    const { sha256, parts } = await received(uploadId)
    expect(sha256).toBe(await sha256Of(path))
    expect(parts.reduce((sum, { times }) => sum + times, 0)).toBe(6)
  })

  test('a part that stays unsendable ends the run; the next one sends what is missing', async () => {
    const path = await ipa({ payloadBytes: 23 * MIB })
    const send = createPartSender()
    const sendPart: BuildUploadPort['sendPart'] = async (part, body, signal) =>
      part.offset === 15 * MIB ? { status: 500, entityTag: undefined } : send(part, body, signal)
    const port = createAppStoreConnectBuilds(store.apple, { sendPart })
    const broken = uploadBuild(path, {}, { ...store.options, port, concurrency: 1 })
    await expect(broken).rejects.toMatchObject({ code: 'delivery.part_failed', details: { part: 4, tries: 6 } })
    const { uploadId, partsSent, partsFound } = await uploadBuild(path, {}, store.options)
    expect({ partsSent, partsFound }).toEqual({ partsSent: 2, partsFound: 3 })
    const { sha256, parts } = await received(uploadId)
    expect(sha256).toBe(await sha256Of(path))
    expect(parts.map(({ times }) => times)).toEqual([1, 1, 1, 1, 1])
  })

  test('a refusal that no repetition changes is told at once', async () => {
    const path = await ipa()
    const port = createAppStoreConnectBuilds(store.apple, {
      sendPart: async () => ({ status: 400, entityTag: undefined }),
    })
    const refused = uploadBuild(path, {}, { ...store.options, port })
    await expect(refused).rejects.toMatchObject({ code: 'delivery.part_refused', details: { part: 1, status: 400 } })
  })

  test('an address that has expired while parts are sent is asked for anew', async () => {
    const path = await ipa({ payloadBytes: 23 * MIB })
    const send = createPartSender()
    let isFirst = true
    const sendPart: BuildUploadPort['sendPart'] = async (part, body, signal) => {
      if (!isFirst) return send(part, body, signal)
      isFirst = false
      return { status: 403, entityTag: undefined }
    }
    const port = createAppStoreConnectBuilds(store.apple, { sendPart })
    expect(await uploadBuild(path, {}, { ...store.options, port })).toMatchObject({ partsSent: 5 })
  })

  test('an upload whose addresses are all over is given up, and a new one begins', async () => {
    const path = await ipa()
    const port = createAppStoreConnectBuilds(store.apple, {
      sendPart: async () => ({ status: 400, entityTag: undefined }),
    })
    await expect(uploadBuild(path, {}, { ...store.options, port })).rejects.toThrow()
    const open = await waiting()
    store.simulator.world.clock.advance(8 * 86_400_000)
    const { uploadId } = await uploadBuild(path, {}, store.options)
    expect(open).not.toContain(uploadId)
    expect((await received(uploadId)).sha256).toBe(await sha256Of(path))
    expect(await waiting()).toHaveLength(open.length - 1)
  })

  test('a file that changes on the way is not committed', async () => {
    const path = await ipa({ payloadBytes: 8 * MIB })
    const send = createPartSender()
    const sendPart: BuildUploadPort['sendPart'] = async (part, body, signal) => {
      const bytes = readFileSync(path)
      bytes[100] = (bytes[100] ?? 0) ^ 1
      writeFileSync(path, bytes)
      return send(part, body, signal)
    }
    const port = createAppStoreConnectBuilds(store.apple, { sendPart })
    const changed = uploadBuild(path, {}, { ...store.options, port })
    await expect(changed).rejects.toMatchObject({ code: 'delivery.file_changed' })
  })

  test('a commit that Apple answers with a gateway’s page is looked for, not repeated', async () => {
    const path = await ipa()
    const commits = async () => (await puts()).buildUploadFiles_updateInstance ?? 0
    const before = await commits()
    store.simulator.world.faults.add({
      operation: 'buildUploadFiles_updateInstance',
      kind: 'status',
      status: 504,
      when: 'after',
    })
    const { uploadId } = await uploadBuild(path, {}, store.options)
    expect((await received(uploadId)).sha256).toBe(await sha256Of(path))
    expect(await commits()).toBe(before + 1)
  })

  test('a reservation that Apple answers so does not become two', async () => {
    const path = await ipa()
    const before = (await waiting()).length
    store.simulator.world.faults.add({
      operation: 'buildUploads_createInstance',
      kind: 'status',
      status: 503,
      when: 'after',
    })
    await uploadBuild(path, {}, store.options)
    expect(await waiting()).toHaveLength(before)
  })
})

async function waiting(): Promise<readonly string[]> {
  const { items } = await store.apple.buildUploads.list(store.appId)
  return items.filter(({ state }) => state?.state === 'AWAITING_UPLOAD').map(({ id }) => id)
}

test('records of uploads are for this user alone, and hold no address', async () => {
  const { stateFolder } = store.options
  const names = readdirSync(stateFolder)
  expect(names.length).toBeGreaterThan(0)
  expect(names.filter((name) => name.endsWith('.lock'))).toEqual([])
  expect(statSync(stateFolder).mode & 0o777).toBe(0o700)
  for (const name of names) {
    const path = join(stateFolder, name)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8')).not.toMatch(/http|Signature|PRIVATE/)
  }
})

test('one file is not uploaded by two at once', async () => {
  const path = await ipa({ payloadBytes: 23 * MIB })
  const both = await Promise.allSettled([uploadBuild(path, {}, store.options), uploadBuild(path, {}, store.options)])
  const refused = both.filter((one) => one.status === 'rejected')
  expect(refused.map(({ reason }) => reason.code)).toEqual(['delivery.upload_running'])
})

describe('before a byte is sent', () => {
  const device = { ProvisionedDevices: ['00008101-000A1B2C3D4E001E'] }
  const cases: readonly (readonly [string, IpaWish, Parameters<typeof uploadBuild>[1], string])[] = [
    ['a number that is taken', { buildNumber: '7' }, {}, 'delivery.build_number_used'],
    ['the same number written otherwise', { buildNumber: '7.0' }, {}, 'delivery.build_number_used'],
    ['an app without a record', { bundleId: 'com.acme.unknown' }, {}, 'delivery.app_not_found'],
    ['a record whose name only begins alike', { bundleId: 'com.acme' }, {}, 'delivery.app_not_found'],
    ['another app than the one meant', {}, { bundleId: 'com.acme.app.other' }, 'delivery.wrong_app'],
    ['an app id that is none', {}, { appId: '99' }, 'delivery.app_not_found'],
    ['another platform', {}, { platform: 'TV_OS' }, 'delivery.platform_mismatch'],
    ['a development profile', { profile: device }, {}, 'delivery.profile_not_for_store'],
    ['no profile', { profile: null }, {}, 'delivery.profile_missing'],
    ['an expired profile', { profile: { ExpirationDate: new Date(0) } }, {}, 'delivery.profile_expired'],
    [
      'a profile of another app',
      { profile: { Entitlements: { 'application-identifier': 'ABCDE12345.com.acme.x' } } },
      {},
      'delivery.profile_mismatch',
    ],
    ['a profile that is none', { profile: { UUID: undefined } }, {}, 'delivery.profile_unreadable'],
    ['no icon', { icon: false }, {}, 'delivery.icon_missing'],
    ['an icon that nothing names', { info: { CFBundleIconName: undefined } }, {}, 'delivery.icon_missing'],
    ['a missing key', { info: { MinimumOSVersion: undefined } }, {}, 'delivery.info_key_missing'],
    ['a build number that is none', { buildNumber: '8b' }, {}, 'delivery.version_invalid'],
  ]
  test.each(cases)('%s is refused', async (_, wish, wanted, code) => {
    const path = await ipa(wish)
    const before = await reservations()
    const [error] = (await Promise.allSettled([uploadBuild(path, wanted, store.options)])) as [PromiseRejectedResult]
    expect(error.reason).toMatchObject({ code, remedy: expect.stringMatching(/^[A-Z]/) })
    expect(await reservations()).toBe(before)
  })

  test('everything that is wrong is told at once, with what Apple says', async () => {
    const path = await ipa({ buildNumber: '7', profile: { ...device, ExpirationDate: new Date(0) }, icon: false })
    const before = [await bytesSent(), await reservations()]
    const failed = uploadBuild(path, {}, store.options)
    await expect(failed).rejects.toMatchObject({
      code: 'delivery.several_problems',
      details: {
        problems: [
          'delivery.profile_not_for_store',
          'delivery.profile_expired',
          'delivery.icon_missing',
          'delivery.build_number_used',
        ].map((code) => expect.objectContaining({ code })),
      },
    })
    expect([await bytesSent(), await reservations()]).toEqual(before)
  })

  test('an agreement that is missing is named', async () => {
    const path = await ipa()
    await store.control('PATCH', `/teams/${store.teamId}`, { agreementsInForce: false })
    const failed = uploadBuild(path, {}, store.options)
    await expect(failed).rejects.toMatchObject({ code: 'apple.agreements_required' })
    await store.control('PATCH', `/teams/${store.teamId}`, { agreementsInForce: true })
  })

  test('a role that may not upload is named, and nothing is left at Apple', async () => {
    const other = await openStore({ role: 'MARKETING' })
    const path = await ipa()
    const failed = uploadBuild(path, {}, { ...other.options, stateFolder: join(store.folder, 'other') })
    await expect(failed).rejects.toMatchObject({ code: 'apple.forbidden_role' })
    await other.close()
  })
})

describe('after the upload', () => {
  const settings = () => store.simulator.world.settings

  test('Apple is waited for, also when the build has another id and comes late', async () => {
    const before = settings()
    const slow = { buildUploadProcessingMs: 60_000, buildAppearsMs: 60_000, buildProcessingMs: 600_000 }
    store.simulator.world.settings = { ...before, ...slow, buildHasUploadId: false }
    const { uploadId, build } = await deliverBuild(await ipa(), {}, store.options)
    expect(build).toMatchObject({ state: 'valid' })
    expect(build.id).not.toBe(uploadId)
    const impatient = deliverBuild(await ipa(), {}, { ...store.options, patienceMs: 30_000 })
    await expect(impatient).rejects.toMatchObject({
      code: 'delivery.processing_slow',
      details: { state: 'processing' },
    })
    store.simulator.world.settings = before
  })

  test('what Apple refuses is told in its words and ours', async () => {
    const failed = deliverBuild(await ipa({ version: '1.0' }), {}, store.options)
    await expect(failed).rejects.toMatchObject({
      code: 'delivery.processing_failed',
      details: {
        problems: [
          { code: '90062', text: expect.stringContaining('raise CFBundleShortVersionString') },
          { code: '90186' },
        ],
      },
    })
  })
})
