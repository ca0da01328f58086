import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import {
  askForProfile,
  type Client,
  creation,
  newBundleId,
  newCertificate,
  newDevice,
  one,
  startWithTeam,
} from './client.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

let simulator: Simulator
let client: Client

beforeAll(async () => {
  ;({ simulator, client } = await startWithTeam())
})
afterAll(() => simulator.close())

describe('two builds at once', () => {
  it('that make the same profile name: one 201, the others 409', async () => {
    const bundleId = await newBundleId(client, 'com.acme.race')
    const [certificate, device] = [await newCertificate(client), await newDevice(client, 1)]
    const wish = { name: 'Race', bundleId, certificates: [certificate], devices: [device] }
    const answers = await Promise.all(Array.from({ length: 6 }, () => askForProfile(client, wish)))
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409, 409, 409])
    expect((await client.get('/v1/profiles?filter[name]=Race')).list).toHaveLength(1)
  })

  it('that want the last free place for a certificate: one gets it', async () => {
    await newCertificate(client, 'DISTRIBUTION')
    await newCertificate(client, 'DISTRIBUTION')
    const body = creation('certificates', { certificateType: 'DISTRIBUTION', csrContent: SIGNING_REQUEST })
    const answers = await Promise.all(Array.from({ length: 4 }, () => client.post('/v1/certificates', body)))
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409])
    expect((await client.get('/v1/certificates?filter[certificateType]=DISTRIBUTION')).paging.total).toBe(3)
  })

  it('that register one bundle ID, one capability, one device: one each', async () => {
    const statuses = async (path: string, body: unknown) =>
      (await Promise.all([client.post(path, body), client.post(path, body)])).map((answer) => answer.status).sort()
    const identifier = 'com.acme.twice'
    expect(await statuses('/v1/bundleIds', creation('bundleIds', { identifier, name: 'x', platform: 'IOS' }))).toEqual([
      201, 409,
    ])
    const [found] = (await client.get(`/v1/bundleIds?filter[identifier]=${identifier}`)).list
    const owner = { bundleId: one('bundleIds', String(found?.id)) }
    const capability = creation('bundleIdCapabilities', { capabilityType: 'MAPS' }, owner)
    expect(await statuses('/v1/bundleIdCapabilities', capability)).toEqual([201, 409])
    const device = creation('devices', { name: 'x', platform: 'IOS', udid: 'f'.repeat(40) })
    expect(await statuses('/v1/devices', device)).toEqual([201, 409])
  })

  it('one changes capabilities while the other makes a profile: the profile is INVALID or has them', async () => {
    const bundleId = await newBundleId(client, 'com.acme.between')
    const [certificate] = (await client.get('/v1/certificates?filter[certificateType]=DEVELOPMENT')).list
    const [device] = (await client.get('/v1/devices?limit=1')).list
    const body = creation(
      'bundleIdCapabilities',
      { capabilityType: 'HOMEKIT' },
      { bundleId: one('bundleIds', bundleId) },
    )
    const [profile] = await Promise.all([
      askForProfile(client, {
        name: 'Between',
        bundleId,
        certificates: [String(certificate?.id)],
        devices: [String(device?.id)],
      }),
      client.post('/v1/bundleIdCapabilities', body),
    ])
    const { attributes } = (await client.get(`/v1/profiles/${profile.data.id}`)).data
    const content = Buffer.from(String(attributes.profileContent ?? ''), 'base64').toString('latin1')
    expect(attributes.profileState === 'INVALID' || content.includes('com.apple.developer.homekit')).toBe(true)
  })
})
