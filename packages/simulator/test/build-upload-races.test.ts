import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { type Answer, type Client, created, creation, modification, one, startWithTeam } from './client.ts'
import { type Operation, stateOf } from './upload.ts'

let simulator: Simulator
let client: Client
let teamId: string
let app: string

beforeAll(async () => {
  ;({ simulator, client, teamId } = await startWithTeam({ settings: { hourlyLimit: null } }))
  app = (await simulator.seedTeam(teamId, { apps: [{ name: 'Acme', bundleId: 'com.acme.app' }] })).apps?.[0] ?? ''
})
afterAll(() => simulator.close())

const code = (answer: Answer) => [answer.status, answer.error?.code]

/** Sends a reserved file. */
async function send(reserved: Answer, bytes: Buffer): Promise<string> {
  for (const { method, url, offset, length, requestHeaders } of reserved.data.attributes
    .uploadOperations as Operation[]) {
    const headers = Object.fromEntries(requestHeaders.map(({ name, value }) => [name, value]))
    const body = new Uint8Array(bytes.subarray(offset, offset + length))
    expect((await fetch(url, { method, headers, body })).status).toBe(200)
  }
  return created(reserved)
}

/** Has whoever reads the bytes of the newest upload wait until it is let go. */
function holdReaders() {
  const pending = [...simulator.world.uploads.values()].at(-1)
  if (pending === undefined) throw new Error('no upload')
  const { spool } = pending
  const read = spool.read.bind(spool)
  let [begin, letGo] = [() => {}, () => {}]
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const gate = new Promise<void>((resolve) => {
    letGo = resolve
  })
  spool.read = async function* held(regions) {
    begin()
    await gate
    yield* read(regions)
  }
  return { begun, letGo: () => letGo() }
}

describe('while a build upload is looked at', () => {
  let nextNumber = 1
  const reserve = (upload: string, assetType: string, fileSize: number) => {
    const file = { assetType, fileName: 'Acme.ipa', fileSize, uti: 'com.apple.ipa' }
    const within = { buildUpload: one('buildUploads', upload) }
    return client.post('/v1/buildUploadFiles', creation('buildUploadFiles', file, within))
  }
  const commit = (file: string) =>
    client.patch(`/v1/buildUploadFiles/${file}`, modification('buildUploadFiles', file, { uploaded: true }))
  const read = (upload: string) => client.get(`/v1/buildUploads/${upload}`)

  /** An upload whose only file is committed and not read yet. */
  async function begin() {
    const attributes = { cfBundleShortVersionString: '1.0', cfBundleVersion: `${nextNumber++}`, platform: 'IOS' }
    const wish = creation('buildUploads', attributes, { app: one('apps', app) })
    const upload = created(await client.post('/v1/buildUploads', wish))
    const file = await send(await reserve(upload, 'ASSET', 9), Buffer.from('no archive'.slice(0, 9)))
    const { begun, letGo } = holdReaders()
    const committed = commit(file)
    await begun
    return { upload, file, committed, letGo }
  }

  it('it is processed, takes no file, and cannot be deleted', async () => {
    const { upload, file, committed, letGo } = await begin()
    expect(stateOf(await read(upload)).state).toBe('PROCESSING')
    // Writes of a team wait for each other.
    const others = [client.delete(`/v1/buildUploads/${upload}`), reserve(upload, 'ASSET_DESCRIPTION', 1)]
    letGo()
    expect((await committed).status).toBe(200)
    expect((await Promise.all(others)).map(code)).toEqual([
      [409, 'STATE_ERROR'],
      [409, 'STATE_ERROR'],
    ])
    expect(stateOf(await read(upload)).errors.map((one) => one.code)).toEqual(['90072'])
    expect((await client.get(`/v1/buildUploads/${upload}/buildUploadFiles`)).list.map(({ id }) => id)).toEqual([file])
  })

  it('what a test decides stands', async () => {
    const { upload, committed, letGo } = await begin()
    const answer = await fetch(`${simulator.controlUrl}/teams/${teamId}/buildUploads/${upload}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ state: 'COMPLETE' }),
    })
    expect(answer.status).toBe(200)
    letGo()
    await committed
    expect(stateOf(await read(upload))).toMatchObject({ state: 'COMPLETE', errors: [] })
  })
})
