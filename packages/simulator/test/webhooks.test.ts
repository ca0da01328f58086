import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { EVENT_TYPES } from '../src/app-store-connect/webhooks/event-types.ts'
import type { Simulator } from '../src/simulator.ts'
import { type Answer, type Client, clientFor, created, creation, modification, one, startWithTeam } from './client.ts'

const SECRET = 'ssh'
let simulator: Simulator
let client: Client
let teamId: string
let app: string
let webhook: string
let receiver: Server
let url: string
let status = 200
let received: {
  signature: unknown
  body: string
  data: { id: string; type: string; attributes: Record<string, string> }
}[]

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      received.push({ signature: request.headers['x-apple-signature'], body, data: JSON.parse(body).data })
      response.writeHead(status).end('noted')
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
  ;({ simulator, client, teamId } = await startWithTeam({ settings: { hourlyLimit: null, buildInspection: 'none' } }))
  app = (await simulator.seedTeam(teamId, { apps: [{ name: 'Acme', bundleId: 'com.acme.app' }] })).apps?.[0] ?? ''
})
beforeEach(() => {
  received = []
  status = 200
})
afterAll(async () => {
  await simulator.close()
  receiver.close()
})

const code = (answer: Answer) => [answer.status, answer.error?.code]
const newWebhook = (more: object = {}, as = client) => {
  const attributes = { name: 'CI', url, secret: SECRET, enabled: true, eventTypes: [...EVENT_TYPES], ...more }
  return as.post('/v1/webhooks', creation('webhooks', attributes, { app: one('apps', app) }))
}
const sent = async () => {
  await simulator.world.outbox.idle()
  return received.map(({ data }) => [data.type, ...Object.values(data.attributes).slice(0, -1)])
}

async function upload(number: string): Promise<string> {
  const attributes = { cfBundleShortVersionString: '1.0', cfBundleVersion: number, platform: 'IOS' }
  const id = created(
    await client.post('/v1/buildUploads', creation('buildUploads', attributes, { app: one('apps', app) })),
  )
  const file = { assetType: 'ASSET', fileName: 'a.ipa', fileSize: 1, uti: 'com.apple.ipa' }
  const reserved = await client.post(
    '/v1/buildUploadFiles',
    creation('buildUploadFiles', file, { buildUpload: one('buildUploads', id) }),
  )
  const [operation] = reserved.data.attributes.uploadOperations as { url: string }[]
  const headers = { 'content-type': 'application/octet-stream' }
  await fetch(operation?.url ?? '', { method: 'PUT', headers, body: 'x' })
  const done = modification('buildUploadFiles', reserved.data.id, { uploaded: true })
  expect((await client.patch(`/v1/buildUploadFiles/${reserved.data.id}`, done)).status).toBe(200)
  return id
}

describe('webhooks', () => {
  it('are made, listed without their secret, changed; for managers and up', async () => {
    const made = await newWebhook()
    webhook = created(made)
    expect(made.text).not.toContain(SECRET)
    expect((await client.get(`/v1/apps/${app}/webhooks`)).list.map(({ id }) => id)).toEqual([webhook])
    const renamed = await client.patch(`/v1/webhooks/${webhook}`, modification('webhooks', webhook, { name: 'Build' }))
    expect(renamed.data.attributes).toMatchObject({ name: 'Build', url, enabled: true })
    expect((await newWebhook({ url: 'ftp://x' })).error.source?.pointer).toBe('/data/attributes/url')
    expect(code(await newWebhook({ eventTypes: ['NEWS'] }))).toEqual([409, 'ENTITY_ERROR.ATTRIBUTE.INVALID'])
    const developer = clientFor(simulator, simulator.createKey(teamId, { role: 'DEVELOPER' }))
    expect(code(await newWebhook({}, developer))).toEqual([403, 'FORBIDDEN_ERROR'])
    expect(code(await developer.get(`/v1/apps/${app}/webhooks`))).toEqual([403, 'FORBIDDEN_ERROR'])
  })

  it('are pinged, signed over the exact bytes', async () => {
    const pinged = await client.post(
      '/v1/webhookPings',
      creation('webhookPings', {}, { webhook: one('webhooks', webhook) }),
    )
    expect(pinged.status).toBe(201)
    expect(await sent()).toEqual([['webhookPingCreated']])
    const [{ body, signature, data } = { body: '', signature: '', data: undefined }] = received
    expect(signature).toBe(`hmacsha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`)
    expect(data).toMatchObject({ version: 1, attributes: { timestamp: expect.any(String) } })
    const read = await client.get(`/v1/webhooks/${webhook}/deliveries?include=event&filter[deliveryState]=SUCCEEDED`)
    expect(read.list[0]?.attributes).toMatchObject({
      redelivery: false,
      request: { url },
      response: { httpStatusCode: 200, body: 'noted' },
    })
    expect(read.included[0]?.attributes).toMatchObject({ ping: true, payload: body })
  })

  it('are told of uploads as they go, and of builds, when their time has come', async () => {
    const before = simulator.world.settings
    simulator.world.settings = { ...before, buildUploadProcessingMs: 60_000, buildProcessingMs: 60_000 }
    const id = await upload('1')
    const state = 'buildUploadStateUpdated'
    const begun = [
      [state, 'AWAITING_UPLOAD'],
      [state, 'AWAITING_UPLOAD', 'PROCESSING'],
    ]
    expect(await sent()).toEqual(begun)
    expect(JSON.parse(received[1]?.body ?? '').data.relationships.instance.data).toEqual({ type: 'buildUploads', id })
    simulator.world.clock.advance(60_000)
    const complete = [...begun, [state, 'PROCESSING', 'COMPLETE']]
    expect(await sent()).toEqual(complete)
    simulator.world.clock.advance(60_000)
    expect(await sent()).toEqual([
      ...complete,
      ['buildBetaDetailExternalBuildStateUpdated', 'PROCESSING', 'MISSING_EXPORT_COMPLIANCE'],
    ])
    simulator.world.settings = before
  })

  it('are told of versions', async () => {
    const [version] = (await client.get(`/v1/apps/${app}/appStoreVersions`)).list
    const path = `${simulator.controlUrl}/teams/${teamId}/appStoreVersions/${version?.id}`
    await fetch(path, { method: 'PATCH', body: JSON.stringify({ state: 'IN_REVIEW' }) })
    expect(await sent()).toEqual([['appStoreVersionAppVersionStateUpdated', 'PREPARE_FOR_SUBMISSION', 'IN_REVIEW']])
  })

  it('are told twice and out of order when a test wants that, under the same id', async () => {
    const before = simulator.world.settings
    simulator.world.settings = { ...before, webhooksTellTwice: true, webhooksTellLastFirst: true }
    await upload('2')
    const states = (await sent()).filter(([type]) => type === 'buildUploadStateUpdated').map((each) => each.at(-1))
    expect(states).toEqual(['AWAITING_UPLOAD', 'AWAITING_UPLOAD', 'COMPLETE', 'COMPLETE', 'PROCESSING', 'PROCESSING'])
    expect(received[0]?.data.id).toBe(received[1]?.data.id)
    simulator.world.settings = before
  })

  it('that fail are remembered, and told again on demand; off they are told nothing', async () => {
    status = 500
    await client.post('/v1/webhookPings', creation('webhookPings', {}, { webhook: one('webhooks', webhook) }))
    await sent()
    const read = await client.get(`/v1/webhooks/${webhook}/deliveries?filter[deliveryState]=FAILED`)
    expect(read.list[0]?.attributes).toMatchObject({ response: { httpStatusCode: 500 } })
    status = 200
    const template = { template: one('webhookDeliveries', read.list[0]?.id ?? '') }
    const again = await client.post('/v1/webhookDeliveries', creation('webhookDeliveries', {}, template))
    expect(again.data.attributes).toMatchObject({ redelivery: true, deliveryState: 'PENDING' })
    await sent()
    expect(received[1]?.body).toBe(received[0]?.body)
    await client.patch(`/v1/webhooks/${webhook}`, modification('webhooks', webhook, { enabled: false }))
    received = []
    await upload('3')
    expect(await sent()).toEqual([])
  })

  it('reach no other machine, and are ten at the most', async () => {
    const outside = created(await newWebhook({ url: 'https://hooks.acme.example/apple' }))
    await client.post('/v1/webhookPings', creation('webhookPings', {}, { webhook: one('webhooks', outside) }))
    await sent()
    const read = await client.get(`/v1/webhooks/${outside}/deliveries`)
    expect(read.list[0]?.attributes).toMatchObject({ deliveryState: 'FAILED', response: null })
    for (let made = 2; made < 10; made += 1) created(await newWebhook())
    expect(code(await newWebhook())).toEqual([409, 'ENTITY_ERROR'])
    expect((await client.delete(`/v1/webhooks/${outside}`)).status).toBe(204)
    created(await newWebhook())
  })
})
