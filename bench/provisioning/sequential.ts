import { identityOf } from '@cordon/apple/app-store-connect/client'
import { createTokenSource } from '@cordon/apple/app-store-connect/token'
import { DISTRIBUTIONS, ENTITLEMENTS, type Shape } from './shape.ts'
import { clock, type Team, udidOf } from './team.ts'

/** A resource as it comes from Apple; only what the replay follows. */
interface Resource {
  readonly id: string
  readonly attributes: Readonly<Record<string, unknown>>
}

/** Asks Apple: one request, one answer. */
type Ask = (method: string, path: string, body?: unknown) => Promise<{ data: Resource[]; next: string | undefined }>

type Distribution = (typeof DISTRIBUTIONS)[number]

interface Replay {
  readonly ask: Ask
  readonly shape: Shape
  readonly certificateIds: Readonly<Record<string, readonly string[]>>
  readonly deviceIds: readonly string[]
}

const PROFILE_TYPES = {
  development: 'IOS_APP_DEVELOPMENT',
  'app-store': 'IOS_APP_STORE',
  'ad-hoc': 'IOS_APP_ADHOC',
} as const satisfies Record<Distribution, string>

/**
 * Replays the request pattern of the engines that exist: everything one after the other, a request per certificate, devices in
 * pages of 20, four requests per bundle ID and distribution method. Finds out itself what is there.
 */
export async function replaySequentially(team: Team, shape: Shape): Promise<void> {
  const ask = await asking(team)
  const certificateIds: Record<string, string[]> = { development: [], distribution: [] }
  for (const { serial, kind } of team.certificates) {
    const { data } = await ask('GET', `/v1/certificates?filter[serialNumber]=${serial}`)
    certificateIds[kind]?.push(...data.map(({ id }) => id))
  }
  const deviceIds = await ensureDevices(ask, shape)
  const replay = { ask, shape, certificateIds, deviceIds }
  for (const distribution of DISTRIBUTIONS.slice(0, shape.distributions))
    for (const identifier of identifiersOf(shape)) await ensureProfile(replay, identifier, distribution)
}

/** The bundle IDs of the app. No one is part of another. */
export function identifiersOf({ bundleIds }: Shape): readonly string[] {
  return Array.from({ length: bundleIds }, (_, index) => `com.acme.part${String(index + 1).padStart(3, '0')}`)
}

async function ensureDevices(ask: Ask, { devices, register }: Shape): Promise<readonly string[]> {
  const listed: Resource[] = []
  let next: string | undefined = '/v1/devices?filter[status]=ENABLED&filter[platform]=IOS&limit=20'
  while (next !== undefined) {
    const page: Awaited<ReturnType<Ask>> = await ask('GET', next)
    listed.push(...page.data)
    next = page.next
  }
  const known = new Set(listed.map(({ attributes }) => attributes.udid))
  for (let number = devices + 1; number <= devices + register; number += 1) {
    if (known.has(udidOf(number))) continue
    const attributes = { name: 'Test device', platform: 'IOS', udid: udidOf(number) }
    listed.push(...(await ask('POST', '/v1/devices', { data: { type: 'devices', attributes } })).data)
  }
  return listed.map(({ id }) => id)
}

async function ensureProfile(replay: Replay, identifier: string, distribution: Distribution): Promise<void> {
  const { ask } = replay
  const name = `Sequential iOS ${distribution} - (${identifier})`
  const query = `filter[name]=${encodeURIComponent(name)}&filter[profileType]=${PROFILE_TYPES[distribution]}&limit=1`
  const [profile] = (await ask('GET', `/v1/profiles?${query}`)).data
  if (profile !== undefined) return checkProfile(replay, profile)
  const bundleId = await ensureBundleId(replay, identifier)
  await ask('POST', '/v1/profiles', profileBody(replay, { name, distribution, bundleId }))
}

async function checkProfile({ ask }: Replay, { id }: Resource): Promise<void> {
  const [bundleId] = (await ask('GET', `/v1/profiles/${id}/bundleId`)).data
  await ask('GET', `/v1/bundleIds/${bundleId?.id}/bundleIdCapabilities`)
  await ask('GET', `/v1/profiles/${id}/certificates?limit=20`)
}

async function ensureBundleId({ ask, shape }: Replay, identifier: string): Promise<string> {
  const { data } = await ask('GET', `/v1/bundleIds?filter[identifier]=${identifier}&limit=20`)
  const found = data.find(({ attributes }) => attributes.identifier === identifier)
  if (found !== undefined) {
    await ask('GET', `/v1/bundleIds/${found.id}/bundleIdCapabilities`)
    return found.id
  }
  const attributes = { identifier, name: identifier.replaceAll('.', ' '), platform: 'IOS' }
  const [made] = (await ask('POST', '/v1/bundleIds', { data: { type: 'bundleIds', attributes } })).data
  const id = made?.id ?? ''
  for (const [, , capabilityType] of ENTITLEMENTS.slice(0, shape.entitlements)) {
    const relationships = { bundleId: { data: { type: 'bundleIds', id } } }
    const data = { type: 'bundleIdCapabilities', attributes: { capabilityType }, relationships }
    await ask('POST', '/v1/bundleIdCapabilities', { data })
  }
  return id
}

function profileBody(
  { certificateIds, deviceIds }: Replay,
  { name, distribution, bundleId }: { name: string; distribution: Distribution; bundleId: string },
): unknown {
  const many = (type: string, ids: readonly string[]) => ({ data: ids.map((id) => ({ type, id })) })
  const kind = distribution === 'development' ? 'development' : 'distribution'
  const relationships = {
    bundleId: { data: { type: 'bundleIds', id: bundleId } },
    certificates: many('certificates', certificateIds[kind] ?? []),
    ...(distribution !== 'app-store' && { devices: many('devices', deviceIds) }),
  }
  return {
    data: { type: 'profiles', attributes: { name, profileType: PROFILE_TYPES[distribution] }, relationships },
  }
}

async function asking({ simulator, key }: Team): Promise<Ask> {
  const token = await createTokenSource(identityOf(key), clock).token()
  return async (method, path, body) => {
    const response = await fetch(new URL(path, simulator.url), {
      method,
      headers: { authorization: `Bearer ${token.reveal()}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    const { data, links } = (await response.json()) as { data: Resource | Resource[]; links?: { next?: string } }
    return { data: Array.isArray(data) ? data : [data], next: links?.next }
  }
}
