import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import {
  askForProfile,
  type Client,
  clientFor,
  creation,
  modification,
  newBundleId,
  one,
  type Resource,
  startWithTeam,
  udid,
} from './client.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

const IS_LONG = process.env.CORDON_TEST_LONG !== undefined
const PATIENCE_MS = IS_LONG ? 3_600_000 : 120_000

const CERTIFICATES = 2
const DEVICES = 4

let simulator: Simulator

beforeAll(async () => {
  ;({ simulator } = await startWithTeam({
    settings: {
      hourlyLimit: null,
      disabledDeviceInvalidates: true,
      certificateQuota: { DEVELOPMENT: CERTIFICATES },
      devicesPerClass: DEVICES,
    },
  }))
})
afterAll(() => simulator.close())

/** What a client knows while it acts at random: ids of things that may or may not be there any more. */
interface Known {
  readonly client: Client
  readonly bundleIds: string[]
  readonly certificates: string[]
  readonly devices: string[]
  readonly profiles: string[]
  next: number
}

type Act = readonly [kind: keyof typeof ACTS, a: number, b: number]

function pick(ids: readonly string[], n: number): string {
  return ids[n % Math.max(ids.length, 1)] ?? 'NONE'
}

function remember(list: string[], data: Resource | undefined): void {
  if (data?.id !== undefined) list.push(data.id)
}

const ACTS = {
  makeProfile: async (known: Known, a: number, b: number) => {
    const wish = {
      name: `P${a % 4}`,
      bundleId: pick(known.bundleIds, b),
      certificates: [pick(known.certificates, a)],
      devices: [pick(known.devices, b), pick(known.devices, a)],
    }
    remember(known.profiles, (await askForProfile(known.client, wish)).data)
  },
  deleteProfile: async ({ client, profiles }: Known, a: number) => {
    await client.delete(`/v1/profiles/${pick(profiles, a)}`)
  },
  makeCertificate: async ({ client, certificates }: Known) => {
    const body = creation('certificates', { certificateType: 'DEVELOPMENT', csrContent: SIGNING_REQUEST })
    remember(certificates, (await client.post('/v1/certificates', body)).data)
  },
  revokeCertificate: async ({ client, certificates }: Known, a: number) => {
    await client.delete(`/v1/certificates/${pick(certificates, a)}`)
  },
  registerDevice: async ({ client, devices }: Known, a: number) => {
    const body = creation('devices', { name: 'x', platform: 'IOS', udid: udid(a) })
    remember(devices, (await client.post('/v1/devices', body)).data)
  },
  switchDevice: async ({ client, devices }: Known, a: number, b: number) => {
    const id = pick(devices, a)
    await client.patch(
      `/v1/devices/${id}`,
      modification('devices', id, { status: b % 2 === 0 ? 'DISABLED' : 'ENABLED' }),
    )
  },
  enableCapability: async ({ client, bundleIds }: Known, a: number, b: number) => {
    const capabilityType = ['MAPS', 'HOMEKIT', 'SIRIKIT'][b % 3]
    const owner = { bundleId: one('bundleIds', pick(bundleIds, a)) }
    await client.post('/v1/bundleIdCapabilities', creation('bundleIdCapabilities', { capabilityType }, owner))
  },
  disableCapability: async ({ client, bundleIds }: Known, a: number, b: number) => {
    await client.delete(`/v1/bundleIdCapabilities/${pick(bundleIds, a)}_${['MAPS', 'HOMEKIT', 'SIRIKIT'][b % 3]}`)
  },
  deleteBundleId: async (known: Known, a: number) => {
    if (a % 3 !== 0) return
    await known.client.delete(`/v1/bundleIds/${pick(known.bundleIds, a)}`)
    known.next += 1
    known.bundleIds.push(await newBundleId(known.client, `com.acme.i${simulator.world.journal.total()}n${known.next}`))
  },
} as const

async function all(client: Client, path: string, limit: number): Promise<Resource[]> {
  const items: Resource[] = []
  let next: string | undefined = `${path}?limit=${limit}`
  while (next !== undefined) {
    const page = await client.get(next)
    items.push(...page.list)
    next = page.links.next
    if (next === undefined) expect(page.paging.total).toBe(items.length)
  }
  return items
}

const LISTS = ['/v1/profiles', '/v1/devices', '/v1/certificates', '/v1/bundleIds']

/** The entitlements inside a profile must be those of the capabilities that are on now. */
const GRANTED = [
  ['MAPS', 'com.apple.developer.maps'],
  ['HOMEKIT', 'com.apple.developer.homekit'],
  ['SIRIKIT', 'com.apple.developer.siri'],
] as const

async function checkActive(client: Client, profile: Resource): Promise<void> {
  const path = `/v1/profiles/${profile.id}`
  const content = Buffer.from(String(profile.attributes.profileContent), 'base64').toString('latin1')
  const certificates = (await client.get(`${path}/certificates`)).list
  expect(certificates).toHaveLength(1)
  for (const device of (await client.get(`${path}/devices`)).list) expect(device.attributes.status).toBe('ENABLED')
  const bundleId = (await client.get(`${path}/bundleId`)).data
  const on = (await client.get(`/v1/bundleIds/${bundleId.id}/bundleIdCapabilities`)).list
  const types = on.map((capability) => capability.attributes.capabilityType)
  for (const [type, entitlement] of GRANTED) expect(content.includes(entitlement)).toBe(types.includes(type))
}

async function checkInvariants(client: Client): Promise<void> {
  const profiles = await all(client, '/v1/profiles', 1)
  const names = profiles.map((profile) => profile.attributes.name)
  expect(new Set(names).size).toBe(names.length)
  for (const profile of profiles) {
    const isActive = profile.attributes.profileState === 'ACTIVE'
    expect(profile.attributes.profileContent !== null).toBe(isActive)
    if (isActive) await checkActive(client, profile)
  }
  for (const path of ['/v1/devices', '/v1/certificates', '/v1/bundleIds']) {
    const ids = (await all(client, path, 2)).map((item) => item.id)
    expect(new Set(ids).size).toBe(ids.length)
  }
  expect((await client.get('/v1/certificates')).paging.total).toBeLessThanOrEqual(CERTIFICATES)
  expect((await client.get('/v1/devices')).paging.total).toBeLessThanOrEqual(DEVICES)
  await checkLinks(client)
}

/** Every link in what the lists answer leads to an answer, or to the 501 of a resource that is not played (pass type IDs). */
async function checkLinks(client: Client): Promise<void> {
  const links = new Set<string>()
  for (const path of LISTS) {
    for (const item of (await client.get(path)).list) {
      links.add(item.links.self)
      for (const relationship of Object.values(item.relationships ?? {})) {
        links.add(relationship.links.self)
        links.add(relationship.links.related)
      }
    }
  }
  for (const link of links) {
    const answer = await client.get(link)
    expect(answer.status, link).toBe(200)
  }
}

describe('whatever clients do', () => {
  it(
    'no ACTIVE profile holds a revoked certificate, a disabled device or old capabilities; names are unique; quotas hold; links lead somewhere',
    async () => {
      const act = fc.tuple(fc.constantFrom(...(Object.keys(ACTS) as (keyof typeof ACTS)[])), fc.nat(9), fc.nat(9))
      let states = 0
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 16 }), async (acts: Act[]) => {
          const { teamId } = simulator.createTeam({ name: 'Acme' })
          const client = clientFor(simulator, simulator.createKey(teamId))
          const known: Known = { client, bundleIds: [], certificates: [], devices: [], profiles: [], next: 0 }
          known.bundleIds.push(await newBundleId(client, `com.acme.i${simulator.world.journal.total()}`))
          await ACTS.makeCertificate(known)
          for (const n of [0, 1]) await ACTS.registerDevice(known, n)
          await ACTS.makeProfile(known, 0, 0)
          for (const [kind, a, b] of acts) await ACTS[kind](known, a, b)
          states += known.profiles.length
          await checkInvariants(client)
        }),
        { numRuns: IS_LONG ? 400 : 10 },
      )
      expect(states).toBeGreaterThan(10)
    },
    PATIENCE_MS,
  )
})
