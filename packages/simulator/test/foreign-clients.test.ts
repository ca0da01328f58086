import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  bundleIdsCreateInstance,
  bundleIdsDeleteInstance,
  bundleIdsGetCollection,
  bundleIdsUpdateInstance,
  certificatesCreateInstance,
  certificatesGetCollection,
  createClient,
  devicesCreateInstance,
  devicesGetCollection,
  devicesUpdateInstance,
  profilesCreateInstance,
  profilesGetCollection,
  profilesGetInstance,
} from 'appstore-connect-sdk'
import { ProxyAgent, fetch as undiciFetch } from 'undici'
import { afterEach, describe, expect, it } from 'vitest'
import { variablesFor } from '../src/hosts/variables.ts'
import { type Simulator, startSimulator } from '../src/simulator.ts'
import type { ApiKeyFile } from '../src/world/api-key.ts'
import { udid } from './client.ts'
import { runApart } from './run-apart.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

const open: Simulator[] = []
afterEach(async () => {
  for (const simulator of open.splice(0)) await simulator.close()
})

async function start(
  options = {},
): Promise<{ simulator: Simulator; file: ApiKeyFile; privateKey: string; issuerId: string }> {
  const simulator = await startSimulator(options)
  open.push(simulator)
  const file = simulator.createKey(simulator.createTeam({ name: 'Acme' }).teamId)
  return { simulator, file, privateKey: file.privateKey ?? '', issuerId: file.issuerId ?? '' }
}

/** Every answer that was refused without a fault. */
function refusals(simulator: Simulator): string[] {
  return simulator.world.journal
    .exchanges()
    .filter(({ status }) => status >= 400)
    .map(({ method, url, status }) => `${method} ${url} ${status}`)
}

describe('appstore-connect-sdk', () => {
  it('reads and writes bundle IDs, devices, certificates and profiles', async () => {
    const { simulator, file, privateKey, issuerId } = await start()
    const client = createClient({ issuerId, privateKeyId: file.keyId, privateKey, baseUrl: simulator.url })
    const bundle = await bundleIdsCreateInstance({
      client,
      body: { data: { type: 'bundleIds', attributes: { identifier: 'com.acme.sdk', name: 'Sdk', platform: 'IOS' } } },
    })
    const bundleId = bundle.data?.data.id ?? ''
    await bundleIdsUpdateInstance({
      client,
      path: { id: bundleId },
      body: { data: { type: 'bundleIds', id: bundleId, attributes: { name: 'Renamed' } } },
    })
    const list = await bundleIdsGetCollection({
      client,
      query: { 'filter[identifier]': ['com.acme.sdk'], include: ['bundleIdCapabilities'], limit: 10 },
    })
    expect(list.data?.data.map((one) => one.attributes?.name)).toEqual(['Renamed'])
    expect(list.data?.included?.map((one) => one.type)).toEqual(['bundleIdCapabilities'])

    const certificate = await certificatesCreateInstance({
      client,
      body: {
        data: { type: 'certificates', attributes: { certificateType: 'DEVELOPMENT', csrContent: SIGNING_REQUEST } },
      },
    })
    const certificates = await certificatesGetCollection({
      client,
      query: { 'filter[certificateType]': ['DEVELOPMENT', 'DISTRIBUTION'], 'fields[certificates]': ['serialNumber'] },
    })
    expect(certificates.data?.data.map((one) => one.id)).toEqual([certificate.data?.data.id])

    const device = await devicesCreateInstance({
      client,
      body: { data: { type: 'devices', attributes: { name: 'Phone', udid: udid(1), platform: 'IOS' } } },
    })
    const deviceId = device.data?.data.id ?? ''
    const profile = await profilesCreateInstance({
      client,
      body: {
        data: {
          type: 'profiles',
          attributes: { name: 'Sdk', profileType: 'IOS_APP_DEVELOPMENT' },
          relationships: {
            bundleId: { data: { type: 'bundleIds', id: bundleId } },
            certificates: { data: [{ type: 'certificates', id: certificate.data?.data.id ?? '' }] },
            devices: { data: [{ type: 'devices', id: deviceId }] },
          },
        },
      },
    })
    const profiles = await profilesGetCollection({
      client,
      query: { include: ['devices', 'bundleId'], sort: ['-name'] },
    })
    expect(profiles.data?.included?.map((one) => one.id).sort()).toEqual([bundleId, deviceId].sort())
    const one = await profilesGetInstance({ client, path: { id: profile.data?.data.id ?? '' } })
    expect(one.data?.data.attributes?.profileState).toBe('ACTIVE')

    await devicesUpdateInstance({
      client,
      path: { id: deviceId },
      body: { data: { type: 'devices', id: deviceId, attributes: { status: 'DISABLED' } } },
    })
    const disabled = await devicesGetCollection({ client, query: { 'filter[status]': ['DISABLED'] } })
    expect(disabled.data?.data).toHaveLength(1)
    expect((await bundleIdsDeleteInstance({ client, path: { id: bundleId } })).response?.status).toBe(204)
    expect(refusals(simulator)).toEqual([])
  })

  it('gets an error in the form that it declares', async () => {
    const { simulator, file, privateKey, issuerId } = await start()
    const client = createClient({ issuerId, privateKeyId: file.keyId, privateKey, baseUrl: simulator.url })
    const answer = await profilesGetInstance({ client, path: { id: 'NOPE' } })
    expect(answer.error).toMatchObject({ errors: [{ status: '404', code: 'NOT_FOUND' }] })
  })
})

describe('node-app-store-connect-api', () => {
  it('reads all pages, follows inclusions, creates, updates and removes', async () => {
    const { api } = await import('node-app-store-connect-api')
    // It takes only https links for whole addresses, so it is led to Apple's own names by the proxy.
    const { simulator, file, privateKey, issuerId } = await start({ proxyPort: 0 })
    const { proxyUrl, caPem } = simulator.appleHosts ?? {}
    const dispatcher = new ProxyAgent({ uri: proxyUrl ?? '', requestTls: { ca: caPem } })
    const led: typeof undiciFetch = (url, init) => undiciFetch(url, { ...init, dispatcher })
    const client = await api({ issuerId, apiKey: file.keyId, privateKey, fetch: led })
    for (let n = 0; n < 25; n += 1) {
      await client.create({ type: 'devices', attributes: { name: `Phone ${n}`, platform: 'IOS', udid: udid(n) } })
    }
    const { data: devices } = await client.readAll('devices?limit=10&sort=name')
    expect(new Set(devices.map((one) => one.id)).size).toBe(25)

    const bundleId = await client.create({
      type: 'bundleIds',
      attributes: { name: 'Node', identifier: 'com.acme.node', platform: 'IOS' },
    })
    await client.create({
      type: 'bundleIdCapabilities',
      attributes: { capabilityType: 'PUSH_NOTIFICATIONS' },
      relationships: { bundleId },
    })
    const certificate = await client.create({
      type: 'certificates',
      attributes: { certificateType: 'DISTRIBUTION', csrContent: SIGNING_REQUEST },
    })
    const profile = await client.create({
      type: 'profiles',
      attributes: { name: 'Node store', profileType: 'IOS_APP_STORE' },
      relationships: { bundleId, certificates: [certificate] },
    })
    const { data, included } = await client.read(`profiles/${profile.id}?include=bundleId,certificates`)
    expect(data.attributes.profileState).toBe('ACTIVE')
    expect(included?.bundleIds?.[bundleId.id]?.attributes?.identifier).toBe('com.acme.node')
    await client.update(bundleId, { attributes: { name: 'Renamed' } })
    await client.remove(certificate)
    expect((await client.read(`profiles/${profile.id}`)).data.attributes.profileState).toBe('INVALID')
    await client.remove(profile)
    expect((await client.readAll('profiles')).data).toEqual([])
    expect(refusals(simulator)).toEqual([])
    await dispatcher.close()
  })
})

describe('@expo/apple-utils with a key', () => {
  it('works under Apple’s own host names, led there by the proxy', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-expo-'))
    try {
      const { simulator, file, privateKey, issuerId } = await start({ proxyPort: 0, caFolder: join(folder, 'ca') })
      const { appleHosts } = simulator
      if (appleHosts === null) throw new Error('no hosts')
      const variables = Object.fromEntries(variablesFor(appleHosts).map(({ name, value }) => [name, value]))
      const job = { keyId: file.keyId, issuerId, privateKey, csrContent: SIGNING_REQUEST }
      const seen = await runApart('foreign/apple-utils.mjs', job, { ...variables, HOME: folder })
      expect(seen).toEqual({
        bundleIds: ['com.acme.expo'],
        found: true,
        capabilities: ['IN_APP_PURCHASE'],
        certificates: [true],
        devices: ['00008030-001C2D3E4F50802E'],
        profiles: [['Expo ad hoc', 'ACTIVE']],
        isValid: true,
        afterRevocation: 'INVALID',
        left: 0,
      })
      expect(refusals(simulator)).toEqual([])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
