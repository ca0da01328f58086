import { X509Certificate } from 'node:crypto'
import { DAY_MS } from '@cordon/core/instant'
import { createCsr } from '@cordon/signing/csr'
import { readProfile } from '@cordon/signing/provisioning-profile'
import { generateSigningKey } from '@cordon/signing/rsa-key'
import type { SimulatorOptions } from '@cordon/simulator/simulator'
import { describe, expect, test } from 'vitest'
import { createPortalClient, type PortalClient } from '../src/portal/client.ts'
import { IDENTIFIER_KINDS, type IdentifierKind } from '../src/portal/identifiers.ts'
import { type AccountWish, EMAIL, type SignInRig, signedIn, signInRig } from './apple-id-simulator.ts'

const csr = generateSigningKey().then((key) => createCsr(key, { commonName: 'Acme' }))
const udid = (number: number) => `00008030-${number.toString(16).toUpperCase().padStart(16, '0')}`

interface PortalRig extends SignInRig {
  readonly portal: PortalClient
}

async function portalRig(wish: AccountWish = {}, options: SimulatorOptions = {}): Promise<PortalRig> {
  const rig = await signInRig({ secondFactor: 'none', ...wish }, options)
  const { session } = await signedIn(rig)
  return { ...rig, portal: createPortalClient(rig.context, session, { teamId: rig.teamId, kind: 'organization' }) }
}

/** The portal through a network that does something to some requests. */
function throughNetwork(rig: PortalRig, network: (url: URL, pass: () => Promise<Response>) => Promise<Response>) {
  const context = rig.contextWith({ fetch: (url, init) => network(url, () => fetch(url, init)) })
  return createPortalClient(context, rig.portal.session(), rig.portal.team)
}

const broken = (code: string) =>
  Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(), { code }) })

test('what keys can do is done through the portal as well', async () => {
  const { portal, teamId, requests } = await portalRig().then((rig) => ({ ...rig, requests: rig.portal.requests }))
  const bundleId = await portal.bundleIds.create({ identifier: 'com.acme.app', name: 'Acme', platform: 'IOS' })
  expect(bundleId).toMatchObject({ identifier: 'com.acme.app', seedId: teamId })
  const device = await portal.devices.create({ name: 'Phone', udid: udid(1), platform: 'IOS' })
  const certificate = await portal.certificates.create({ csr: await csr, certificateType: 'DEVELOPMENT' })
  expect(new X509Certificate(certificate.certificateContent ?? '').subject).toContain('Apple Development')
  const profile = await portal.profiles.create({
    name: 'Acme development',
    profileType: 'IOS_APP_DEVELOPMENT',
    bundleId: bundleId.id,
    certificates: [certificate.id],
    devices: [device.id],
  })
  expect(readProfile(profile.profileContent ?? new Uint8Array()).devices).toEqual([udid(1)])
  expect((await portal.profiles.list({ types: ['IOS_APP_DEVELOPMENT'] })).items).toHaveLength(1)
  await portal.profiles.delete(profile.id)
  expect((await portal.profiles.list({ types: ['IOS_APP_DEVELOPMENT'] })).items).toEqual([])
  await portal.certificates.delete(certificate.id)
  expect((await portal.certificates.list()).items).toEqual([])
  expect(requests()).toBeGreaterThan(8)
})

test('lists are read to the end', async () => {
  const rig = await portalRig()
  await rig.simulator.seedTeam(rig.teamId, {
    bundleIds: Array.from({ length: 450 }, (_, n) => ({ identifier: `com.acme.n${n}`, name: `N ${n}` })),
  })
  const { items, isTruncated } = await rig.portal.bundleIds.list()
  expect([items.length, isTruncated]).toEqual([450, false])
  expect(await rig.portal.records.appIds('ios')).toHaveLength(450)
})

test('a capability is switched on, changed and switched off through its bundle ID; others stay', async () => {
  const { portal } = await portalRig()
  const { id: bundleId } = await portal.bundleIds.create({ identifier: 'com.acme.caps', name: 'Caps', platform: 'IOS' })
  const settings = (key: string) => [{ key: 'ICLOUD_VERSION', options: [{ key, enabled: true }] }]
  const made = await portal.bundleIdCapabilities.create({
    bundleId,
    capabilityType: 'ICLOUD',
    settings: settings('XCODE_6'),
  })
  expect(made).toMatchObject({ capabilityType: 'ICLOUD', settings: settings('XCODE_6') })
  await portal.bundleIdCapabilities.create({ bundleId, capabilityType: 'PUSH_NOTIFICATIONS' })
  const on = async () => (await portal.bundleIdCapabilities.list(bundleId)).items.map((one) => one.capabilityType)
  expect((await on()).sort()).toEqual(['ICLOUD', 'IN_APP_PURCHASE', 'PUSH_NOTIFICATIONS'])
  const changed = await portal.bundleIdCapabilities.modify({ id: made.id, bundleId }, { settings: settings('XCODE_5') })
  expect(changed.settings).toEqual(expect.arrayContaining(settings('XCODE_5')))
  await portal.bundleIdCapabilities.delete({ id: made.id, bundleId })
  expect((await on()).sort()).toEqual(['IN_APP_PURCHASE', 'PUSH_NOTIFICATIONS'])
})

const NAMES: Readonly<Record<IdentifierKind, string>> = {
  'app-group': 'group.com.acme.shared',
  'icloud-container': 'iCloud.com.acme.box',
  merchant: 'merchant.com.acme.shop',
}
const CAPABILITIES: Readonly<Record<IdentifierKind, string>> = {
  'app-group': 'APP_GROUPS',
  'icloud-container': 'ICLOUD',
  merchant: 'APPLE_PAY',
}

describe.each(IDENTIFIER_KINDS)('an identifier of kind %s', (kind) => {
  test('is made, listed, attached, and stands in the detail of the bundle ID', async () => {
    const { portal } = await portalRig()
    const { id } = await portal.bundleIds.create({ identifier: 'com.acme.app', name: 'Acme', platform: 'IOS' })
    expect(await portal.identifiers.list(kind)).toEqual([])
    const made = await portal.identifiers.create({ kind, identifier: NAMES[kind], name: 'Acme shared' })
    expect(made).toEqual({ kind, id: expect.any(String), identifier: NAMES[kind], name: 'Acme shared' })
    expect(await portal.identifiers.list(kind)).toEqual([made])
    await portal.bundleIdCapabilities.create({ bundleId: id, capabilityType: CAPABILITIES[kind] })
    expect((await portal.identifiers.attached(id))[kind]).toEqual([])
    await portal.identifiers.attach(id, kind, [made.id])
    expect((await portal.identifiers.attached(id))[kind]).toMatchObject([{ id: made.id, identifier: NAMES[kind] }])
    const second = await portal.identifiers.create({ kind, identifier: `${NAMES[kind]}2`, name: 'Acme second' })
    await portal.identifiers.attach(id, kind, [made.id, second.id])
    expect((await portal.identifiers.attached(id))[kind]).toHaveLength(2)
  })

  test('that is there already is refused in words that say so', async () => {
    const { portal } = await portalRig()
    const wanted = { kind, identifier: NAMES[kind], name: 'Acme' }
    await portal.identifiers.create(wanted)
    await expect(portal.identifiers.create(wanted)).rejects.toMatchObject({
      code: 'apple.portal_identifier_not_available',
    })
  })
})

test('what the older calls know of devices, certificates and profiles is read, and files come as they are', async () => {
  const { portal } = await portalRig()
  const bundleId = await portal.bundleIds.create({ identifier: 'com.acme.app', name: 'Acme', platform: 'IOS' })
  const device = await portal.devices.create({ name: 'Phone', udid: udid(7), platform: 'IOS' })
  const certificate = await portal.certificates.create({ csr: await csr, certificateType: 'IOS_DEVELOPMENT' })
  const made = await portal.profiles.create({
    name: 'Acme development',
    profileType: 'IOS_APP_DEVELOPMENT',
    bundleId: bundleId.id,
    certificates: [certificate.id],
    devices: [device.id],
  })
  expect(await portal.records.appIds('ios')).toMatchObject([
    { id: bundleId.id, identifier: 'com.acme.app', isWildcard: false },
  ])
  expect(await portal.records.devices('ios')).toMatchObject([{ id: device.id, udid: udid(7), status: 'enabled' }])
  const [record] = await portal.records.certificates('ios', ['5QPB9NHCEI'])
  if (record === undefined) throw new Error('no certificate')
  expect(record).toMatchObject({ typeId: '5QPB9NHCEI', canDownload: true })
  expect(await portal.records.downloadCertificate('ios', record)).toEqual(certificate.certificateContent)
  expect(await portal.records.certificates('ios', ['R58UK2EWSO'])).toEqual([])
  const profiles = await portal.records.profiles('ios')
  expect(profiles).toMatchObject([{ id: made.id, uuid: made.uuid, status: 'Active', isManagedByXcode: false }])
  expect(profiles[0]?.expiresAt).toBeDefined()
  expect(await portal.records.downloadProfile('ios', made.id)).toEqual(made.profileContent)
})

describe('refusals', () => {
  test('an expired session is told by both kinds of calls, without a second try', async () => {
    const rig = await portalRig()
    rig.advance(DAY_MS)
    const before = rig.exchanges.length
    await expect(rig.portal.devices.list()).rejects.toMatchObject({ code: 'apple.portal_session_expired' })
    await expect(rig.portal.identifiers.list('app-group')).rejects.toMatchObject({
      code: 'apple.portal_session_expired',
    })
    expect(rig.exchanges.length - before).toBe(2)
  })

  test('a pending agreement and an ended membership are the account holder\u2019s move', async () => {
    const rig = await portalRig()
    const team = rig.simulator.world.teams.get(rig.teamId)
    if (team === undefined) throw new Error('no team')
    team.agreementsInForce = false
    await expect(rig.portal.devices.list()).rejects.toMatchObject({ code: 'apple.agreements_required' })
    await expect(rig.portal.identifiers.list('app-group')).rejects.toMatchObject({ code: 'apple.agreements_required' })
    Object.assign(team, { agreementsInForce: true, membershipActive: false })
    await expect(rig.portal.devices.list()).rejects.toMatchObject({ code: 'apple.membership_inactive' })
    await expect(rig.portal.identifiers.list('app-group')).rejects.toMatchObject({ code: 'apple.membership_inactive' })
  })

  test('a profile whose name is in use, a second device, a full quota: as with a key', async () => {
    const rig = await portalRig({}, { settings: { certificateQuota: { DEVELOPMENT: 1 } } })
    const { portal } = rig
    const device = { name: 'Phone', udid: udid(1), platform: 'IOS' } as const
    await portal.devices.create(device)
    await expect(portal.devices.create(device)).rejects.toMatchObject({ code: 'apple.device_exists' })
    const certificate = { csr: await csr, certificateType: 'DEVELOPMENT' } as const
    const { id } = await portal.certificates.create(certificate)
    await expect(portal.certificates.create(certificate)).rejects.toMatchObject({
      code: 'apple.certificate_limit_reached',
    })
    const bundleId = await portal.bundleIds.create({ identifier: 'com.acme.app', name: 'Acme', platform: 'IOS' })
    const profile = { name: 'Acme', profileType: 'IOS_APP_STORE', bundleId: bundleId.id, certificates: [id] } as const
    await expect(portal.profiles.create(profile)).rejects.toMatchObject({ kind: 'upstream' })
  })

  test('a role that may only read is told as such', async () => {
    const rig = await portalRig()
    rig.simulator.changeAccount(EMAIL, { memberships: [{ teamId: rig.teamId, roles: ['MARKETING'] }] })
    await expect(
      rig.portal.bundleIds.create({ identifier: 'com.acme.app', name: 'Acme', platform: 'IOS' }),
    ).rejects.toMatchObject({ code: 'apple.apple_id_role_insufficient' })
  })
})

describe('maintenance', () => {
  test.each(['page', 'result-code'] as const)(
    'of the first host is passed by through the second: %s',
    async (portalMaintenance) => {
      const rig = await portalRig()
      rig.simulator.world.settings = { ...rig.simulator.world.settings, portalMaintenance }
      const made = await rig.portal.identifiers.create({ kind: 'app-group', identifier: 'group.a', name: 'A' })
      expect(await rig.portal.identifiers.list('app-group')).toEqual([made])
      const bundleId = await rig.portal.bundleIds.create({ identifier: 'com.acme.app', name: 'Acme', platform: 'IOS' })
      expect((await rig.portal.bundleIds.list()).items).toMatchObject([{ id: bundleId.id }])
    },
  )
})

describe('a change whose answer is lost', () => {
  test('through the API\u2019s copy is looked for and found', async () => {
    const rig = await portalRig()
    let isLost = false
    const portal = throughNetwork(rig, async (url, pass) => {
      const answer = await pass()
      if (!url.pathname.endsWith('/v1/bundleIds') || isLost) return answer
      isLost = true
      throw broken('ECONNRESET')
    })
    const made = await portal.bundleIds.create({ identifier: 'com.acme.app', name: 'Acme', platform: 'IOS' })
    expect((await portal.bundleIds.list()).items).toMatchObject([{ id: made.id }])
  })

  test.each([
    ['a broken connection', () => Promise.reject(broken('ECONNRESET'))],
    ['a gateway\u2019s page', async () => new Response('<h3>Bad Gateway</h3>', { status: 502 })],
    ['an answer that is none', async () => new Response('<html>', { status: 200 })],
  ])('through the older calls is not repeated: %s', async (_name, lost) => {
    const rig = await portalRig()
    let sent = 0
    const portal = throughNetwork(rig, async (url, pass) => {
      const answer = await pass()
      if (!url.pathname.endsWith('addApplicationGroup.action')) return answer
      sent += 1
      return lost()
    })
    const wanted = { kind: 'app-group', identifier: 'group.a', name: 'A' } as const
    await expect(portal.identifiers.create(wanted)).rejects.toMatchObject({ code: 'apple.write_unconfirmed' })
    expect(sent).toBe(1)
    expect(await portal.identifiers.list('app-group')).toMatchObject([{ identifier: 'group.a' }])
  })

  test('that never left is sent again, and not looked for', async () => {
    const rig = await portalRig()
    const verbs: string[] = []
    const context = rig.contextWith({
      fetch: (url, init) => {
        if (!url.pathname.endsWith('/v1/bundleIds')) return fetch(url, init)
        verbs.push(new Headers(init.headers).get('x-http-method-override') ?? init.method ?? '')
        return verbs.length === 1 ? Promise.reject(broken('ECONNREFUSED')) : fetch(url, init)
      },
    })
    const portal = createPortalClient(context, rig.portal.session(), rig.portal.team)
    await portal.bundleIds.create({ identifier: 'com.acme.app', name: 'Acme', platform: 'IOS' })
    expect(verbs).toEqual(['POST', 'POST'])
  })
})

test('a gateway\u2019s page on a reading call is outlasted', async () => {
  const rig = await portalRig()
  let failures = 2
  const portal = throughNetwork(rig, (url, pass) => {
    if (!url.pathname.endsWith('listApplicationGroups.action') || failures-- <= 0) return pass()
    return Promise.resolve(new Response('<title>503 Service Temporarily Unavailable</title>', { status: 200 }))
  })
  expect(await portal.identifiers.list('app-group')).toEqual([])
})

test('a change carries the proof that the portal gave last, and asks for one when it has none', async () => {
  const rig = await portalRig()
  const seen: { path: string; csrf: string | null }[] = []
  const context = rig.contextWith({
    fetch: (url, init) => {
      seen.push({ path: url.pathname, csrf: new Headers(init.headers).get('csrf') })
      return fetch(url, init)
    },
  })
  const portal = createPortalClient(context, rig.portal.session(), rig.portal.team)
  await portal.identifiers.create({ kind: 'app-group', identifier: 'group.a', name: 'A' })
  expect(seen.map(({ path }) => path.split('/').at(-1))).toEqual(['listTeams.action', 'addApplicationGroup.action'])
  expect(seen[0]?.csrf).toBeNull()
  expect(seen[1]?.csrf).toMatch(/.+/)
})

test('the session that is handed back has the renewed cookies and is still good', async () => {
  const rig = await portalRig()
  await rig.portal.devices.list()
  const again = createPortalClient(rig.context, rig.portal.session(), rig.portal.team)
  expect((await again.devices.list()).items).toEqual([])
})
