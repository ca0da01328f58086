import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { clientFor, many, one, udid } from './client.ts'
import {
  capability,
  linked,
  madeBy,
  Portal,
  portalBundleId,
  portalCertificate,
  signIn,
  startPortal,
} from './portal-browser.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

let simulator: Simulator
let portal: Portal

beforeAll(async () => {
  ;({ simulator, portal } = await startPortal({ settings: { hourlyLimit: null } }))
})
afterAll(() => simulator.close())

const code = (answer: { status: number; error: { code: string } }) => [answer.status, answer.error?.code]

async function change(id: string, ...entries: object[]) {
  const { data } = await portal.get(`bundleIds/${id}`)
  const { name, identifier, seedId } = data.attributes
  return await portal.patch('bundleIds', id, { name, identifier, seedId }, { bundleIdCapabilities: { data: entries } })
}

describe('reads and writes', () => {
  it('serve the stores of the documented API', async () => {
    const client = clientFor(simulator, simulator.createKey(portal.teamId))
    const id = await portalBundleId(portal, 'com.acme.shared')
    expect((await client.get(`/v1/bundleIds/${id}`)).data.attributes.identifier).toBe('com.acme.shared')
    const device = madeBy(await portal.create('devices', { name: 'Phone', udid: udid(1), platform: 'IOS' }))
    expect((await client.get('/v1/devices')).list.map((each) => each.id)).toEqual([device])
    await client.patch(`/v1/devices/${device}`, {
      data: { type: 'devices', id: device, attributes: { name: 'Renamed' } },
    })
    expect((await portal.get('devices')).list[0]?.attributes.name).toBe('Renamed')
  })

  it('take queries from the tunnel, and from the address when the tunnel has none', async () => {
    await portalBundleId(portal, 'com.acme.query')
    const wanted = 'filter%5Bidentifier%5D=com.acme.query&include=bundleIdCapabilities'
    const tunnelled = await portal.get('bundleIds', wanted)
    expect(tunnelled.list).toHaveLength(1)
    expect(tunnelled.included.map(({ id }) => id)).toEqual([`${tunnelled.list[0]?.id}_IN_APP_PURCHASE`])
    for (const nothing of [null, '']) {
      expect((await portal.get(`bundleIds?${wanted}`, nothing)).list).toHaveLength(1)
    }
    expect(tunnelled.headers.get('content-type')).toContain('json')
  })

  it('page through links that lead back with and without the doubled base', async () => {
    for (let n = 0; n < 5; n += 1)
      madeBy(await portal.create('appGroups', { name: `G ${n}`, identifier: `group.page${n}` }))
    const first = await portal.get('appGroups', 'limit=2')
    expect(first.paging).toMatchObject({ total: 5, limit: 2 })
    const next = new URL(first.links.next ?? '')
    expect(next.pathname).toBe('/developer/services-account/v1/appGroups')
    const path = next.pathname.replace('/developer', '')
    for (const asked of [path, `/services-account/v1${path}`]) {
      const second = await portal.get(`${asked}${next.search}`, null)
      expect(second.list.map(({ attributes }) => attributes.identifier)).toEqual(['group.page2', 'group.page3'])
    }
  })

  it('delete through the tunnel', async () => {
    const id = await portalBundleId(portal, 'com.acme.short')
    const deleted = await portal.delete(`bundleIds/${id}`)
    // spaceship parses an answer that has a type, and nothing can not be parsed.
    expect([deleted.status, deleted.headers.get('content-type')]).toEqual([204, null])
    expect(code(await portal.get(`bundleIds/${id}`))).toEqual([404, 'NOT_FOUND'])
  })

  it('find the team of a PATCH that names none', async () => {
    const device = madeBy(await portal.create('devices', { name: 'Pad', udid: udid(2), platform: 'IOS' }))
    const data = { type: 'devices', id: device, attributes: { status: 'DISABLED' } }
    const answer = await portal.raw('PATCH', `devices/${device}`, { data }, { 'content-type': 'application/json' })
    expect(answer.data.attributes.status).toBe('DISABLED')
    expect(code(await portal.raw('PATCH', 'devices/NOPE', { data: { ...data, id: 'NOPE' } }))).toEqual([
      404,
      'NOT_FOUND',
    ])
  })
})

describe('bundle IDs', () => {
  it('have a type, and take what spaceship sends along', async () => {
    const id = await portalBundleId(portal, 'com.acme.spaceship')
    const answer = await portal.patch(
      'bundleIds',
      id,
      { permissions: { edit: true, delete: true }, seedId: portal.teamId },
      { bundleIdCapabilities: { data: [capability('PUSH_NOTIFICATIONS')] } },
    )
    expect(answer.status).toBe(200)
    expect(answer.data.attributes).toMatchObject({ bundleType: 'bundle', platform: 'UNIVERSAL', wildcard: false })
    const { list } = await portal.get(`bundleIds/${id}/bundleIdCapabilities`)
    expect(list.map(({ attributes }) => attributes.capabilityType)).toEqual(['IN_APP_PURCHASE', 'PUSH_NOTIFICATIONS'])
  })

  it('are renamed, and keep their identifier', async () => {
    const id = await portalBundleId(portal, 'com.acme.rename')
    expect((await portal.patch('bundleIds', id, { name: 'Better' })).data.attributes.name).toBe('Better')
    expect(code(await portal.patch('bundleIds', id, { identifier: 'com.acme.other' }))).toEqual([
      409,
      'ENTITY_ERROR.ATTRIBUTE.INVALID',
    ])
  })

  it('change capabilities with settings, and leave what is as wished', async () => {
    const id = await portalBundleId(portal, 'com.acme.settings')
    const level = (key: string) =>
      capability('DATA_PROTECTION', {
        settings: [{ key: 'DATA_PROTECTION_PERMISSION_LEVEL', options: [{ key, enabled: true }] }],
      })
    await change(id, level('PROTECTED_UNLESS_OPEN'), capability('ICLOUD'), capability('APP_ATTEST'))
    const consent = { key: 'TIBURON_APP_CONSENT', options: [{ key: 'PRIMARY_APP_CONSENT', enabled: true }] }
    const answer = await change(id, capability('APPLE_ID_AUTH', { settings: [consent] }))
    expect(answer.status).toBe(200)
    const { list } = await portal.get(`bundleIds/${id}/bundleIdCapabilities`)
    const settings = Object.fromEntries(
      list.map(({ attributes }) => {
        const [setting] = (attributes.settings ?? []) as { key: string; options: { key: string }[] }[]
        return [String(attributes.capabilityType), setting && [setting.key, setting.options[0]?.key]]
      }),
    )
    expect(settings).toEqual({
      IN_APP_PURCHASE: undefined,
      DATA_PROTECTION: ['DATA_PROTECTION_PERMISSION_LEVEL', 'PROTECTED_UNLESS_OPEN'],
      ICLOUD: ['ICLOUD_VERSION', 'XCODE_6'],
      APP_ATTEST: undefined,
      APPLE_ID_AUTH: ['TIBURON_APP_CONSENT', 'PRIMARY_APP_CONSENT'],
    })
    await change(id, capability('APP_ATTEST', { enabled: false }), capability('ICLOUD', { enabled: false }))
    expect((await portal.get(`bundleIds/${id}/bundleIdCapabilities`)).paging.total).toBe(3)
    expect((await portal.delete(`bundleIdCapabilities/${id}_DATA_PROTECTION`)).status).toBe(204)
  })

  it('refuse what does not exist, and then change nothing', async () => {
    const id = await portalBundleId(portal, 'com.acme.refused')
    const answer = await change(id, capability('PUSH_NOTIFICATIONS'), capability('NO_SUCH_THING'))
    expect(code(answer)).toEqual([409, 'ENTITY_ERROR.RELATIONSHIP.INVALID'])
    const unknown = await change(id, capability('APP_GROUPS', {}, { appGroups: linked('appGroups', ['NOPE']) }))
    expect(code(unknown)).toEqual([409, 'ENTITY_ERROR.RELATIONSHIP.INVALID'])
    expect((await portal.get(`bundleIds/${id}/bundleIdCapabilities`)).paging.total).toBe(1)
  })

  it('may be an App Clip of an app', async () => {
    const app = await portalBundleId(portal, 'com.acme.app')
    const parent = { parentBundleId: { data: { type: 'bundleIds', id: app } } }
    const clip = await portal.create(
      'bundleIds',
      { identifier: 'com.acme.app.Clip', name: 'Clip', platform: 'IOS', bundleType: 'onDemandInstallCapable' },
      { bundleIdCapabilities: { data: [capability('ON_DEMAND_INSTALL_CAPABLE', {}, parent)] } },
    )
    expect(clip.data.attributes.bundleType).toBe('onDemandInstallCapable')
    const { list } = await portal.get(`bundleIds/${clip.data.id}/bundleIdCapabilities`)
    const own = list.find(({ attributes }) => attributes.capabilityType === 'ON_DEMAND_INSTALL_CAPABLE')
    expect(own?.relationships.parentBundleId?.data).toEqual({ type: 'bundleIds', id: app })
  })

  it('may be service IDs, which keys do not see', async () => {
    const app = await portalBundleId(portal, 'com.acme.primary')
    const seedId = portal.teamId
    const wish = { identifier: 'com.acme.web', name: 'Web', platform: 'SERVICES', seedId }
    const id = madeBy(await portal.create('bundleIds', wish, { bundleIdCapabilities: { data: [] } }))
    const inputs = [{ key: 'APPLE_ID_AUTH_WEB_DOMAIN', values: [{ value: 'acme.example' }] }]
    const consent = { appConsentBundleId: { data: { type: 'bundleIds', id: app } } }
    await change(id, capability('APPLE_ID_AUTH', { inputs }, consent))
    const [found] = (await portal.get(`bundleIds/${id}/bundleIdCapabilities`)).list
    expect(found?.attributes.inputs).toEqual(inputs)
    expect(found?.relationships.appConsentBundleId?.data).toEqual({ type: 'bundleIds', id: app })
    expect((await portal.get('bundleIds', 'filter[platform]=SERVICES')).list.map((each) => each.id)).toEqual([id])
    const client = clientFor(simulator, simulator.createKey(portal.teamId))
    expect((await client.get(`/v1/bundleIds/${id}`)).status).toBe(404)
    await change(id)
    expect((await portal.get(`bundleIds/${id}/bundleIdCapabilities`)).list).toEqual([])
  })

  it('tell which capabilities they may have', async () => {
    const wildcard = madeBy(
      await portal.create('bundleIds', { identifier: 'com.acme.*', name: 'All', platform: 'IOS' }),
    )
    const explicit = await portalBundleId(portal, 'com.acme.offers')
    const offered = async (id: string) =>
      (await portal.get('capabilities', `filter[bundleId]=${id}&limit=200`)).list.map((each) => each.id)
    expect(await offered(explicit)).toEqual(expect.arrayContaining(['PUSH_NOTIFICATIONS', 'APP_GROUPS', 'APP_ATTEST']))
    expect(await offered(wildcard)).not.toContain('PUSH_NOTIFICATIONS')
    expect(await offered(wildcard)).toContain('APP_GROUPS')
    expect(code(await change(wildcard, capability('PUSH_NOTIFICATIONS')))).toEqual([409, 'ENTITY_ERROR'])
  })
})

describe.each([
  ['appGroups', 'group.', 'APP_GROUPS'],
  ['cloudContainers', 'iCloud.', 'ICLOUD'],
  ['merchantIds', 'merchant.', 'APPLE_PAY'],
])('%s', (type, prefix, capabilityType) => {
  it('are created, listed, found, assigned, read back and deleted', async () => {
    const identifier = `${prefix}com.acme.${type.toLowerCase()}`
    const id = madeBy(await portal.create(type, { name: 'Shared', identifier }))
    expect((await portal.get(`${type}/${id}`)).data.attributes).toEqual({
      name: 'Shared',
      identifier,
      prefix: portal.teamId,
      canEdit: true,
      canDelete: true,
    })
    const query = `filter[identifier]=${identifier}`
    expect((await portal.get(type, query)).list.map((each) => each.id)).toEqual([id])
    const bundleId = await portalBundleId(portal, `com.acme.with-${type}`)
    await change(bundleId, capability(capabilityType, {}, { [type]: linked(type, [id]) }))
    const { list, included } = await portal.get('bundleIds', `filter[id]=${bundleId}&include=bundleIdCapabilities`)
    expect(list).toHaveLength(1)
    const own = included.find(({ attributes }) => attributes.capabilityType === capabilityType)
    expect(own?.relationships[type]?.data).toEqual([{ type, id }])
    expect((await portal.delete(`${type}/${id}`)).status).toBe(204)
    const after = await portal.get(`bundleIds/${bundleId}/bundleIdCapabilities`)
    const left = after.list.find(({ attributes }) => attributes.capabilityType === capabilityType)
    expect(left?.relationships[type]?.data).toEqual([])
  })

  it('are refused twice, without their prefix, and with a name that is none', async () => {
    const identifier = `${prefix}com.acme.twice`
    madeBy(await portal.create(type, { name: 'Once', identifier }))
    const refusals = [
      { name: 'Twice', identifier },
      { name: 'Wrong', identifier: 'com.acme.plain' },
      { name: 'a_b', identifier: `${prefix}com.acme.name` },
    ]
    for (const wish of refusals) {
      expect(code(await portal.create(type, wish))).toEqual([409, 'ENTITY_ERROR.ATTRIBUTE.INVALID'])
    }
    expect(code(await portal.create(type, { name: 'Missing' }))).toEqual([409, 'ENTITY_ERROR.ATTRIBUTE.REQUIRED'])
  })
})

describe('certificates', () => {
  it('name who asked, and are made for the person', async () => {
    const id = await portalCertificate(portal, 'DEVELOPMENT')
    const { attributes } = (await portal.get(`certificates/${id}`)).data
    expect(attributes).toMatchObject({
      status: 'Issued',
      displayName: 'Kim Sample',
      name: 'Apple Development: Kim Sample',
      requesterEmail: 'account-holder@example.com',
      requesterFirstName: 'Kim',
      certificateTypeId: '83Q87W3TGH',
      csrContent: null,
    })
    const x509 = new X509Certificate(Buffer.from(String(attributes.certificateContent), 'base64'))
    expect(x509.subject).toContain('Apple Development: Kim Sample')
    expect(BigInt(`0x${x509.serialNumber}`).toString()).toBe(attributes.serialNumDecimal)
  })

  it.each([
    ['PEM', SIGNING_REQUEST],
    ['PEM with CRLF', SIGNING_REQUEST.replaceAll('\n', '\r\n')],
    ['base64', SIGNING_REQUEST.replace(/-----[A-Z ]+-----|\n/g, '')],
  ])('take a request as %s', async (_form, csrContent) => {
    const answer = await portal.create('certificates', { certificateType: 'IOS_DISTRIBUTION', csrContent })
    expect(answer.status).toBe(201)
    expect((await portal.delete(`certificates/${answer.data.id}`)).status).toBe(204)
  })

  it('come in types that no key is offered', async () => {
    const installer = await portalCertificate(portal, 'DEVELOPER_ID_INSTALLER')
    const bundleId = await portalBundleId(portal, 'com.acme.push')
    const push = await portal.create(
      'certificates',
      { certificateType: 'APPLE_PUSH_SERVICES', csrContent: SIGNING_REQUEST },
      { bundleId: one('bundleIds', bundleId) },
    )
    expect(push.data.attributes).toMatchObject({ ownerId: bundleId, ownerType: 'bundle', displayName: 'com.acme.push' })
    const found = await portal.get('certificates', 'filter[certificateType]=DEVELOPER_ID_INSTALLER,APPLE_PUSH_SERVICES')
    expect(found.list.map(({ id }) => id)).toEqual([installer, push.data.id])
    const client = clientFor(simulator, simulator.createKey(portal.teamId))
    expect((await client.get(`/v1/certificates/${installer}`)).status).toBe(404)
    const without = { certificateType: 'APPLE_PUSH_SERVICES', csrContent: SIGNING_REQUEST }
    expect(code(await portal.create('certificates', without))).toEqual([409, 'ENTITY_ERROR.RELATIONSHIP.INVALID'])
  })

  it('are limited per type', async () => {
    for (let n = 0; n < 3; n += 1) await portalCertificate(portal, 'DISTRIBUTION')
    const answer = await portal.create('certificates', { certificateType: 'DISTRIBUTION', csrContent: SIGNING_REQUEST })
    expect(code(answer)).toEqual([409, 'ENTITY_ERROR'])
    expect(answer.error.detail).toContain('already have a current Apple Distribution certificate')
  })
})

describe('devices and profiles', () => {
  it('refuse a UDID twice and one that is none', async () => {
    const wish = { name: 'Twice', udid: udid(70), platform: 'IOS' }
    madeBy(await portal.create('devices', wish))
    expect(code(await portal.create('devices', wish))).toEqual([409, 'ENTITY_ERROR'])
    const bad = await portal.create('devices', { ...wish, udid: 'phone' })
    expect(code(bad)).toEqual([409, 'ENTITY_ERROR.ATTRIBUTE.INVALID'])
  })

  it('make, list and delete profiles, and refuse a name in use', async () => {
    const bundleId = await portalBundleId(portal, 'com.acme.profile')
    const certificate = await portalCertificate(portal, 'IOS_DEVELOPMENT')
    const device = madeBy(await portal.create('devices', { name: 'Test phone', udid: udid(71), platform: 'IOS' }))
    const wish = { name: 'Dev', profileType: 'IOS_APP_DEVELOPMENT', templateName: null }
    const relationships = {
      bundleId: one('bundleIds', bundleId),
      certificates: many('certificates', [certificate]),
      devices: many('devices', [device]),
    }
    const id = madeBy(await portal.create('profiles', wish, relationships))
    const query = 'filter[profileType]=IOS_APP_DEVELOPMENT&include=bundleId,certificates,devices'
    const listed = await portal.get('profiles', query)
    expect(listed.list.map(({ attributes }) => attributes.profileState)).toEqual(['ACTIVE'])
    expect(listed.included.map((each) => each.id).sort()).toEqual([bundleId, certificate, device].sort())
    for (const part of ['bundleId', 'certificates', 'devices']) {
      expect((await portal.get(`profiles/${id}/${part}`)).status).toBe(200)
    }
    const again = await portal.create('profiles', wish, relationships)
    expect(again.error.detail).toMatch(/^Multiple profiles found with the name/)
    const without = await portal.create(
      'profiles',
      { ...wish, name: 'B' },
      { ...relationships, certificates: many('certificates', ['NOPE']) },
    )
    expect(without.error.detail).toContain('There are no current certificates on this team matching')
    expect((await portal.delete(`profiles/${id}`)).status).toBe(204)
  })

  it('make in-house profiles for the Mac in an enterprise team only', async () => {
    const { teamId } = simulator.createTeam({ name: 'Big', kind: 'enterprise' })
    const big = await signIn(simulator, teamId, ['ADMIN'], 'big@example.com')
    const bundleId = madeBy(
      await big.create('bundleIds', { identifier: 'com.big.mac', name: 'Mac', platform: 'MAC_OS' }),
    )
    const certificate = await portalCertificate(big, 'MAC_APP_DISTRIBUTION')
    const relationships = { bundleId: one('bundleIds', bundleId), certificates: many('certificates', [certificate]) }
    const wish = { name: 'In-house', profileType: 'MAC_APP_INHOUSE' }
    expect((await big.create('profiles', wish, relationships)).data.attributes.profileState).toBe('ACTIVE')
    const own = {
      bundleId: one('bundleIds', await portalBundleId(portal, 'com.acme.mac')),
      certificates: many('certificates', [await portalCertificate(portal, 'MAC_APP_DISTRIBUTION')]),
    }
    expect(code(await portal.create('profiles', wish, own))).toEqual([409, 'ENTITY_ERROR'])
  })
})

describe('refusals', () => {
  it('401 without a session, and with one that the portal has forgotten', async () => {
    const nobody = await fetch(`${simulator.url}/developer/services-account/v1/devices`, { method: 'POST' })
    expect(nobody.status).toBe(401)
    expect(await nobody.json()).toMatchObject({ errors: [{ code: 'NOT_AUTHORIZED' }] })
    expect([nobody.headers.has('csrf'), nobody.headers.has('csrf_ts')]).toEqual([true, true])
    const late = await signIn(simulator, portal.teamId, ['ADMIN'], 'late@example.com')
    simulator.world.settings = { ...simulator.world.settings, portalSessionHours: 1 }
    const soon = await signIn(simulator, portal.teamId, ['ADMIN'], 'soon@example.com')
    simulator.world.settings = { ...simulator.world.settings, portalSessionHours: null }
    simulator.world.clock.advance(3_600_000)
    expect(code(await soon.get('devices'))).toEqual([401, 'NOT_AUTHORIZED'])
    expect((await soon.browser.olympus()).status).toBe(200)
    expect((await late.get('devices')).status).toBe(200)
    simulator.world.clock.advance(-3_600_000)
  })

  it('403 without a csrf token that was given to the session, and only for what changes something', async () => {
    const other = await signIn(simulator, portal.teamId, ['ADMIN'], 'other@example.com')
    const wish = { name: 'Csrf', identifier: 'group.com.acme.csrf' }
    for (const tokens of [{}, { csrf: 'made-up', csrf_ts: '1' }, other.tokens, { ...portal.tokens, csrf_ts: '1' }]) {
      const person = new Portal(portal.browser, portal.teamId)
      person.tokens = { ...tokens }
      expect(code(await person.create('appGroups', wish))).toEqual([403, 'FORBIDDEN_ERROR'])
      person.tokens = { ...tokens }
      expect((await person.get('appGroups')).status).toBe(200)
    }
    expect((await portal.create('appGroups', wish)).status).toBe(201)
  })

  it('403 for teams that the person is no member of, and for memberships that have lapsed', async () => {
    const { teamId } = simulator.createTeam({ name: 'Strangers' })
    for (const team of [teamId, 'NOTEAM0001', '']) {
      const person = new Portal(portal.browser, team)
      const answer = await person.get('devices')
      expect(code(answer)).toEqual([403, 'FORBIDDEN_ERROR'])
      expect(answer.error.detail).toContain('not associated with an active membership')
    }
    const team = simulator.world.teams.get(portal.teamId)
    if (team === undefined) throw new Error('no team')
    team.membershipActive = false
    expect((await portal.get('devices')).error.detail).toContain('not associated with an active membership')
    team.membershipActive = true
    team.agreementsInForce = false
    expect(code(await portal.get('devices'))).toEqual([403, 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED'])
    team.agreementsInForce = true
  })

  it.each([
    ['DEVELOPER', { bundleIds: 403, devices: 201, DEVELOPMENT: 201, IOS_DISTRIBUTION: 403 }],
    ['APP_MANAGER', { bundleIds: 403, devices: 403, DEVELOPMENT: 403, IOS_DISTRIBUTION: 403 }],
    ['MARKETING', { bundleIds: 403, devices: 403, DEVELOPMENT: 403, IOS_DISTRIBUTION: 403 }],
    ['ADMIN', { bundleIds: 201, devices: 201, DEVELOPMENT: 201, IOS_DISTRIBUTION: 201 }],
  ] as const)('403 for what the role %s may not', async (role, expected) => {
    const person = await signIn(simulator, portal.teamId, [role])
    const certificate = (certificateType: string) =>
      person.create('certificates', { certificateType, csrContent: SIGNING_REQUEST })
    const number = Object.keys(expected).length + role.length * 10
    const seen = {
      bundleIds: await person.create('bundleIds', {
        identifier: `com.${role}`.replace('_', ''),
        name: role.replace('_', ''),
        platform: 'IOS',
      }),
      devices: await person.create('devices', { name: role, udid: udid(1_000 + number), platform: 'IOS' }),
      DEVELOPMENT: await certificate('DEVELOPMENT'),
      IOS_DISTRIBUTION: await certificate('IOS_DISTRIBUTION'),
    }
    expect(Object.fromEntries(Object.entries(seen).map(([name, { status }]) => [name, status]))).toEqual(expected)
    expect((await person.get('devices')).status).toBe(role === 'MARKETING' ? 403 : 200)
  })

  it('lets an App Manager write whom the list of users allows it', async () => {
    await simulator.seedTeam(portal.teamId, {
      users: [{ username: 'manager@example.com', roles: ['APP_MANAGER'], provisioningAllowed: true }],
    })
    const manager = await signIn(simulator, portal.teamId, ['APP_MANAGER'], 'manager@example.com')
    expect((await manager.create('devices', { name: 'M', udid: udid(4_000), platform: 'IOS' })).status).toBe(201)
  })

  it('404, 405, 409 and 400 for addresses, verbs and bodies that are none', async () => {
    expect(code(await portal.get('nothings'))).toEqual([404, 'PATH_ERROR'])
    expect(code(await portal.get('devices/NOPE'))).toEqual([404, 'NOT_FOUND'])
    expect(code(await portal.delete('devices/NOPE'))).toEqual([403, 'FORBIDDEN_ERROR'])
    expect((await portal.raw('GET', 'devices', undefined)).status).toBe(405)
    expect((await portal.raw('POST', 'devices', 'text', { 'x-http-method-override': 'GET' })).status).toBe(400)
    expect(code(await portal.create('devices', { name: 'No UDID', platform: 'IOS' }))).toEqual([
      409,
      'ENTITY_ERROR.ATTRIBUTE.REQUIRED',
    ])
    expect(code(await portal.get('devices', 'filter[nothing]=1'))).toEqual([400, 'PARAMETER_ERROR.ILLEGAL'])
  })

  it('429 when the budget is used up', async () => {
    const before = simulator.world.settings
    simulator.world.settings = { ...before, hourlyLimit: 1 }
    simulator.world.rateLimits.reset()
    expect((await portal.get('devices')).headers.get('x-rate-limit')).toContain('user-hour-rem:0')
    expect(code(await portal.get('devices'))).toEqual([429, 'RATE_LIMIT_EXCEEDED'])
    simulator.world.settings = before
  })

  it('503 on the first host while it is closed, and nothing on the second', async () => {
    const before = simulator.world.settings
    simulator.world.settings = { ...before, portalMaintenance: 'page' }
    expect((await portal.send('POST', '/services-account/v1/devices')).status).toBe(503)
    portal.host = '/developer-mdn'
    expect((await portal.get('devices')).status).toBe(200)
    portal.host = '/developer'
    simulator.world.settings = before
  })

  it('play faults by the operation’s name', async () => {
    const operation = 'portal_devices_getCollection'
    simulator.world.faults.add({ operation, kind: 'status', status: 500 })
    expect((await portal.get('devices')).status).toBe(500)
    expect((await portal.get('devices')).status).toBe(200)
    expect(simulator.world.journal.exchanges().at(-1)).toMatchObject({
      operation,
      account: 'account-holder@example.com',
    })
  })
})
