import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { DEFAULT_SETTINGS } from '../src/world/settings.ts'
import {
  askForProfile,
  type Client,
  clientFor,
  creation,
  many,
  modification,
  newBundleId,
  newCertificate,
  newDevice,
  one,
  startWithTeam,
  udid,
} from './client.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

const YEAR_MS = 366 * 86_400_000

let simulator: Simulator
let client: Client
let teamId: string

beforeAll(async () => {
  ;({ simulator } = await startWithTeam())
})
beforeEach(() => {
  // A team of its own for each test; the simulator and its keys for certificates are shared.
  simulator.world.settings = { ...DEFAULT_SETTINGS, hourlyLimit: null }
  simulator.world.clock.advance(-simulator.world.clock.offsetMs())
  ;({ teamId } = simulator.createTeam({ name: 'Acme' }))
  client = clientFor(simulator, simulator.createKey(teamId))
})
afterAll(() => simulator.close())

let made = 0
/** An identifier that no other test has taken. */
function fresh(): string {
  made += 1
  return `com.acme.rule${made}`
}

describe('bundle IDs', () => {
  const post = (attributes: Record<string, unknown>) =>
    client.post('/v1/bundleIds', creation('bundleIds', { name: 'Acme', platform: 'IOS', ...attributes }))

  it('are unique over all teams, in any case, and strangers may own one', async () => {
    const identifier = fresh()
    await newBundleId(client, identifier)
    const other = clientFor(simulator, simulator.createKey(simulator.createTeam({ name: 'Other' }).teamId))
    const taken = await other.post('/v1/bundleIds', creation('bundleIds', { identifier, name: 'x', platform: 'IOS' }))
    expect([taken.status, taken.error.code]).toEqual([409, 'ENTITY_ERROR.ATTRIBUTE.INVALID'])
    expect(taken.error.detail).toContain(`App ID with Identifier '${identifier}' is not available`)
    expect((await post({ identifier: identifier.toUpperCase() })).status).toBe(409)
    simulator.world.settings = { ...simulator.world.settings, takenIdentifiers: ['com.stranger.app'] }
    expect((await post({ identifier: 'com.stranger.app' })).error.detail).toContain('is not available')
  })

  it('refuse bad identifiers, names and foreign prefixes', async () => {
    for (const identifier of ['', 'a b', 'a..b', '.a', 'a.', 'a_b', 'a.*.b', 'x'.repeat(300)]) {
      expect((await post({ identifier })).error.source, identifier).toEqual({ pointer: '/data/attributes/identifier' })
    }
    for (const name of ['', 'Acme-App', 'Äpfel', 'a\u0000b']) {
      expect((await post({ identifier: fresh(), name })).error.source).toEqual({ pointer: '/data/attributes/name' })
    }
    expect((await post({ identifier: fresh(), seedId: 'XXXXXXXXXX' })).status).toBe(409)
    expect((await post({ identifier: fresh(), seedId: teamId })).status).toBe(201)
    expect((await post({ identifier: fresh(), seedId: null })).status).toBe(201)
  })

  it('come with in-app purchase, wildcards with nothing', async () => {
    const id = await newBundleId(client, fresh())
    const { list, paging } = await client.get(`/v1/bundleIds/${id}/bundleIdCapabilities`)
    expect(list.map((item) => item.id)).toEqual([`${id}_IN_APP_PURCHASE`])
    expect(paging).toEqual({ total: 1, limit: 2_147_483_647 })
    const wildcard = await newBundleId(client, `${fresh()}.*`)
    expect((await client.get(`/v1/bundleIds/${wildcard}/bundleIdCapabilities`)).list).toEqual([])
  })

  it('are renamed, and deleted with their profiles unless an app uses them', async () => {
    const identifier = fresh()
    const id = await newBundleId(client, identifier)
    const renamed = await client.patch(`/v1/bundleIds/${id}`, modification('bundleIds', id, { name: 'New Name' }))
    expect(renamed.data.attributes.name).toBe('New Name')
    const certificate = await newCertificate(client)
    const profile = await askForProfile(client, {
      name: 'gone soon',
      bundleId: id,
      certificates: [certificate],
      devices: [await newDevice(client, 1)],
    })
    await simulator.seedTeam(teamId, { apps: [{ name: 'Acme', bundleId: identifier }] })
    const refused = await client.delete(`/v1/bundleIds/${id}`)
    expect([refused.status, refused.error.code]).toEqual([409, 'ENTITY_ERROR'])
    expect((await client.get(`/v1/bundleIds/${id}/app`)).data.attributes.bundleId).toBe(identifier)
    const unused = await newBundleId(client, fresh())
    expect((await client.get(`/v1/bundleIds/${unused}/app`)).data).toBeNull()
    expect((await client.delete(`/v1/bundleIds/${unused}`)).status).toBe(204)
    expect((await client.get(`/v1/bundleIds/${unused}`)).status).toBe(404)
    expect((await client.get(`/v1/profiles/${profile.data.id}`)).status).toBe(200)
  })
})

describe('capabilities', () => {
  const enable = (bundleId: string, capabilityType: string, settings?: unknown) =>
    client.post(
      '/v1/bundleIdCapabilities',
      creation(
        'bundleIdCapabilities',
        { capabilityType, ...(settings === undefined ? {} : { settings }) },
        { bundleId: one('bundleIds', bundleId) },
      ),
    )

  it('have composed ids, exist once, and are switched off', async () => {
    const id = await newBundleId(client, fresh())
    expect((await enable(id, 'PUSH_NOTIFICATIONS')).data.id).toBe(`${id}_PUSH_NOTIFICATIONS`)
    expect((await enable(id, 'GAME_CENTER')).data.id).toBe(`${id}_GAME_CENTER_IOS`)
    const twice = await enable(id, 'PUSH_NOTIFICATIONS')
    expect([twice.status, twice.error.code]).toEqual([409, 'ENTITY_ERROR'])
    expect((await client.delete(`/v1/bundleIdCapabilities/${id}_PUSH_NOTIFICATIONS`)).status).toBe(204)
    expect((await enable(id, 'PUSH_NOTIFICATIONS')).status).toBe(201)
  })

  it('check their settings and refuse fields that are only for reading', async () => {
    const id = await newBundleId(client, fresh())
    const option = { key: 'XCODE_6', enabled: true }
    const icloud = await enable(id, 'ICLOUD', [{ key: 'ICLOUD_VERSION', options: [option] }])
    expect(icloud.data.attributes.settings).toMatchObject([
      {
        key: 'ICLOUD_VERSION',
        allowedInstances: 'SINGLE',
        options: [{ key: 'XCODE_6', enabled: true }],
      },
    ])
    const bad: [string, unknown][] = [
      ['DATA_PROTECTION', [{ key: 'ICLOUD_VERSION', options: [option] }]],
      ['DATA_PROTECTION', [{ key: 'DATA_PROTECTION_PERMISSION_LEVEL', options: [option] }]],
      ['DATA_PROTECTION', [{ key: 'DATA_PROTECTION_PERMISSION_LEVEL', options: [] }]],
      ['DATA_PROTECTION', [{ key: 'DATA_PROTECTION_PERMISSION_LEVEL', name: 'x', options: [] }]],
      ['HEALTHKIT', [{ key: 'ICLOUD_VERSION', options: [option] }]],
      ['NOT_A_CAPABILITY', null],
      ['APP_ATTEST', null],
    ]
    for (const [type, settings] of bad) expect((await enable(id, type, settings)).status, type).toBe(409)
    const level = {
      key: 'DATA_PROTECTION_PERMISSION_LEVEL',
      options: [{ key: 'PROTECTED_UNLESS_OPEN', enabled: true }],
    }
    await enable(id, 'DATA_PROTECTION')
    const path = `/v1/bundleIdCapabilities/${id}_DATA_PROTECTION`
    const changed = await client.patch(
      path,
      modification('bundleIdCapabilities', `${id}_DATA_PROTECTION`, { settings: [level] }),
    )
    expect(JSON.stringify(changed.data.attributes)).toContain(
      '"PROTECTED_UNLESS_OPEN","name":"Protected Unless Open","description":null,"enabledByDefault":false,"enabled":true',
    )
  })

  it('of a wildcard are few', async () => {
    const id = await newBundleId(client, `${fresh()}.*`)
    expect((await enable(id, 'PUSH_NOTIFICATIONS')).status).toBe(409)
    expect((await enable(id, 'DATA_PROTECTION')).status).toBe(201)
  })

  it('of a bundle ID that is not there are refused', async () => {
    expect((await enable('NOPE', 'MAPS')).error.detail).toBe("There is no App ID with ID 'NOPE' on this team.")
  })
})

describe('certificates', () => {
  const post = (attributes: Record<string, unknown>) =>
    client.post('/v1/certificates', creation('certificates', attributes))

  it('are limited per type; revoking frees a place, expiry too', async () => {
    const ids = [await newCertificate(client, 'DISTRIBUTION'), await newCertificate(client, 'DISTRIBUTION')]
    await newCertificate(client, 'DISTRIBUTION')
    const over = await post({ certificateType: 'DISTRIBUTION', csrContent: SIGNING_REQUEST })
    expect([over.status, over.error.code]).toEqual([409, 'ENTITY_ERROR'])
    expect(over.error.detail).toMatch(/already have a current .* certificate or a pending certificate request/)
    await newCertificate(client, 'IOS_DISTRIBUTION')
    expect((await client.delete(`/v1/certificates/${ids[0]}`)).status).toBe(204)
    expect((await client.get(`/v1/certificates/${ids[0]}`)).status).toBe(404)
    await newCertificate(client, 'DISTRIBUTION')
    simulator.world.clock.advance(YEAR_MS)
    await newCertificate(client, 'DISTRIBUTION')
    expect((await client.get('/v1/certificates?filter[certificateType]=DISTRIBUTION')).list).toHaveLength(4)
  })

  it('carry every key that clients look for, with Apple’s names', async () => {
    const id = await newCertificate(client, 'DISTRIBUTION')
    const { attributes } = (await client.get(`/v1/certificates/${id}`)).data
    expect(attributes).toMatchObject({
      name: 'Apple Distribution: Acme',
      displayName: 'Acme',
      platform: null,
      csrContent: null,
      activated: null,
    })
    expect(attributes.serialNumber).toMatch(/^[0-9A-F]{32}$/)
    expect(attributes.expirationDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000$/)
    const development = (await client.get(`/v1/certificates/${await newCertificate(client, 'IOS_DEVELOPMENT')}`)).data
    expect(development.attributes).toMatchObject({ displayName: 'Created via API', platform: 'IOS' })
  })

  it('refuse what is no signing request, and types that need an identifier', async () => {
    const bad = await post({ certificateType: 'DEVELOPMENT', csrContent: 'hello' })
    expect(bad.error).toMatchObject({
      code: 'ENTITY_ERROR.ATTRIBUTE.INVALID',
      source: { pointer: '/data/attributes/csrContent' },
    })
    expect((await post({ certificateType: 'PASS_TYPE_ID', csrContent: SIGNING_REQUEST })).status).toBe(409)
    expect((await post({ certificateType: 'IDENTITY_ACCESS', csrContent: SIGNING_REQUEST })).status).toBe(409)
    expect((await post({ certificateType: 'NONSENSE', csrContent: SIGNING_REQUEST })).status).toBe(409)
    const id = await newCertificate(client)
    const changed = await client.patch(`/v1/certificates/${id}`, modification('certificates', id, { activated: false }))
    expect(changed.data.attributes.activated).toBe(false)
  })
})

describe('devices', () => {
  const post = (attributes: Record<string, unknown>) =>
    client.post('/v1/devices', creation('devices', { name: 'Phone', platform: 'IOS', ...attributes }))

  it('take the three forms of UDIDs, spell them as Apple does, and exist once in any spelling', async () => {
    const old = 'A'.repeat(40)
    expect((await post({ udid: old })).data.attributes.udid).toBe('a'.repeat(40))
    expect((await post({ udid: udid(1).toLowerCase() })).data.attributes.udid).toBe(udid(1))
    const mac = '12345678-1234-1234-1234-1234567890ab'
    expect((await post({ udid: mac })).status).toBe(409)
    const registered = await post({ udid: mac, platform: 'MAC_OS', name: 'Mac' })
    expect(registered.data.attributes).toMatchObject({ deviceClass: 'MAC', udid: mac.toUpperCase() })
    for (const again of [udid(1), udid(1).toLowerCase()]) {
      const twice = await post({ udid: again })
      expect([twice.status, twice.error.code]).toEqual([409, 'ENTITY_ERROR'])
      expect(twice.error.detail).toBe(`A device with number '${again}' already exists on this team.`)
    }
    for (const bad of ['', 'x', '00008030–001C2D3E4F50802E', `${udid(2)}0`, 'a'.repeat(39)]) {
      expect((await post({ udid: bad })).error.source, bad).toEqual({ pointer: '/data/attributes/udid' })
    }
  })

  it('are limited per class, disabled ones count, and none can be deleted', async () => {
    simulator.world.settings = { ...simulator.world.settings, devicesPerClass: 2 }
    const id = await newDevice(client, 1)
    await newDevice(client, 2)
    const disabled = await client.patch(
      `/v1/devices/${id}`,
      modification('devices', id, { status: 'DISABLED', name: 'Old' }),
    )
    expect(disabled.data.attributes).toMatchObject({ status: 'DISABLED', name: 'Old' })
    expect((await post({ udid: udid(3) })).status).toBe(409)
    expect((await post({ udid: udid(4), name: 'iPad' })).data.attributes.deviceClass).toBe('IPAD')
    expect((await client.delete(`/v1/devices/${id}`)).error.code).toBe('FORBIDDEN_ERROR')
    expect((await client.get('/v1/devices?filter[status]=DISABLED')).list).toHaveLength(1)
  })

  it('of young memberships are processed for a while', async () => {
    simulator.world.settings = {
      ...simulator.world.settings,
      deviceProcessing: { afterDevices: 1, durationMs: 60_000 },
    }
    await newDevice(client, 1)
    const id = await newDevice(client, 2)
    const status = async () => (await client.get(`/v1/devices/${id}`)).data.attributes.status
    expect(await status()).toBe('PROCESSING')
    simulator.world.clock.advance(60_001)
    expect(await status()).toBe('ENABLED')
  })
})

describe('profiles', () => {
  let bundleId: string
  let development: string
  let phone: string

  beforeEach(async () => {
    bundleId = await newBundleId(client, fresh())
    development = await newCertificate(client)
    phone = await newDevice(client, 1)
  })

  const ask = (wish: {
    name?: string
    type?: string
    bundleId?: string
    certificates?: string[]
    devices?: string[]
  }) => askForProfile(client, { name: 'P', bundleId, certificates: [development], devices: [phone], ...wish })
  const stateOf = async (id: string) => {
    const { attributes } = (await client.get(`/v1/profiles/${id}`)).data
    return [attributes.profileState, attributes.profileContent === null]
  }

  it('have unique names without an asterisk', async () => {
    await ask({})
    const twice = await ask({})
    expect([twice.status, twice.error.code]).toEqual([409, 'ENTITY_ERROR'])
    expect(twice.error.detail).toContain("Multiple profiles found with the name 'P'")
    expect((await ask({ name: 'P *' })).error.source).toEqual({ pointer: '/data/attributes/name' })
  })

  it('demand devices for development and ad hoc, and forbid them for the store', async () => {
    const distribution = await newCertificate(client, 'DISTRIBUTION')
    expect((await ask({ devices: [] })).error.source).toEqual({ pointer: '/data/relationships/devices' })
    expect((await ask({ type: 'IOS_APP_ADHOC', certificates: [distribution], devices: [] })).status).toBe(409)
    expect((await ask({ type: 'IOS_APP_STORE', certificates: [distribution] })).status).toBe(409)
    expect((await ask({ type: 'IOS_APP_STORE', certificates: [distribution], devices: [], name: 'S' })).status).toBe(
      201,
    )
    const asGoWritesIt = await client.post('/v1/profiles', {
      data: {
        type: 'profiles',
        attributes: { name: 'N', profileType: 'IOS_APP_STORE' },
        relationships: {
          bundleId: { data: { type: 'bundleIds', id: bundleId } },
          certificates: { data: [{ type: 'certificates', id: distribution }] },
          devices: { data: null },
        },
      },
    })
    expect(asGoWritesIt.status).toBe(201)
    expect((await ask({ type: 'IOS_APP_ADHOC', certificates: [distribution], name: 'A' })).status).toBe(201)
    expect((await ask({ type: 'IOS_APP_INHOUSE', certificates: [distribution], devices: [], name: 'I' })).status).toBe(
      409,
    )
  })

  it('demand certificates that fit, exist and are in force, and devices that fit and are enabled', async () => {
    expect((await ask({ type: 'IOS_APP_STORE', devices: [] })).error.source).toEqual({
      pointer: '/data/relationships/certificates',
    })
    expect((await ask({ certificates: ['NOPE'] })).error.detail).toContain('no current certificates on this team')
    expect((await ask({ certificates: [] })).status).toBe(409)
    expect((await ask({ devices: ['NOPE'] })).error.detail).toContain('no current ios devices on this team')
    expect((await ask({ type: 'TVOS_APP_DEVELOPMENT' })).status).toBe(409)
    const television = await newDevice(client, 9, 'Apple TV')
    expect((await ask({ type: 'TVOS_APP_DEVELOPMENT', devices: [television], name: 'TV' })).status).toBe(201)
    await client.patch(`/v1/devices/${phone}`, modification('devices', phone, { status: 'DISABLED' }))
    expect((await ask({})).status).toBe(409)
    simulator.world.clock.advance(YEAR_MS)
    expect((await ask({ devices: [television], type: 'TVOS_APP_DEVELOPMENT', name: 'late' })).status).toBe(409)
  })

  it('leave out devices that are still being processed, silently', async () => {
    const waiting = await newDevice(client, 2)
    await fetch(`${simulator.controlUrl}/teams/${teamId}/devices/${udid(2)}`, {
      method: 'PATCH',
      body: JSON.stringify({ status: 'PROCESSING' }),
    })
    const profile = await ask({ devices: [phone, waiting] })
    expect(profile.status).toBe(201)
    const { list } = await client.get(`/v1/profiles/${profile.data.id}/devices`)
    expect(list.map((device) => device.id)).toEqual([phone])
  })

  it('of a wildcard are not for the store, and a bundle ID of another team is none', async () => {
    const wildcard = await newBundleId(client, `${fresh()}.*`)
    const distribution = await newCertificate(client, 'DISTRIBUTION')
    const store = await ask({ type: 'IOS_APP_STORE', bundleId: wildcard, certificates: [distribution], devices: [] })
    expect(store.error.detail).toBe(`You are not allowed to create 'iOS' profile with App ID '${wildcard}'.`)
    expect((await ask({ bundleId: wildcard, name: 'W' })).status).toBe(201)
    const other = clientFor(simulator, simulator.createKey(simulator.createTeam({ name: 'Other' }).teamId))
    const foreign = await newBundleId(other, fresh())
    expect((await ask({ bundleId: foreign })).error.detail).toBe(
      `There is no App ID with ID '${foreign}' on this team.`,
    )
  })

  it('turn INVALID without content when capabilities change, a certificate is revoked or runs out', async () => {
    const first = (await ask({ name: '1' })).data.id
    expect(await stateOf(first)).toEqual(['ACTIVE', false])
    const body = creation('bundleIdCapabilities', { capabilityType: 'MAPS' }, { bundleId: one('bundleIds', bundleId) })
    await client.post('/v1/bundleIdCapabilities', body)
    expect(await stateOf(first)).toEqual(['INVALID', true])
    const second = (await ask({ name: '2' })).data.id
    await client.delete(`/v1/certificates/${development}`)
    expect(await stateOf(second)).toEqual(['INVALID', true])
    expect((await client.get(`/v1/profiles/${second}/certificates`)).list).toEqual([])
    development = await newCertificate(client)
    simulator.world.clock.advance(10 * 86_400_000)
    const third = (await ask({ name: '3' })).data.id
    const invalid = await client.get('/v1/profiles?filter[profileState]=INVALID')
    expect(invalid.list).toHaveLength(2)
    simulator.world.clock.advance(360 * 86_400_000)
    expect(await stateOf(third)).toEqual(['INVALID', true])
  })

  it('stay ACTIVE when a device is disabled, unless the setting says otherwise', async () => {
    const { id } = (await ask({})).data
    const path = `/v1/devices/${phone}`
    await client.patch(path, modification('devices', phone, { status: 'DISABLED' }))
    expect(await stateOf(id)).toEqual(['ACTIVE', false])
    await client.patch(path, modification('devices', phone, { status: 'ENABLED' }))
    simulator.world.settings = { ...simulator.world.settings, disabledDeviceInvalidates: true }
    await client.patch(path, modification('devices', phone, { status: 'DISABLED' }))
    expect(await stateOf(id)).toEqual(['INVALID', true])
  })

  it('vanish from the list when they expire, not from the bundle ID, and their names still clash', async () => {
    const { id } = (await ask({})).data
    simulator.world.clock.advance(YEAR_MS)
    expect((await client.get('/v1/profiles')).list).toEqual([])
    const { list } = await client.get(`/v1/bundleIds/${bundleId}/profiles`)
    expect(list.map((profile) => [profile.id, profile.attributes.profileState])).toEqual([[id, 'EXPIRED']])
    development = await newCertificate(client)
    expect((await ask({})).error.detail).toContain('Multiple profiles found')
    expect((await client.delete(`/v1/profiles/${id}`)).status).toBe(204)
    expect((await ask({})).status).toBe(201)
  })
})

describe('an Enterprise team', () => {
  it('makes in-house profiles for all devices, and none for the store', async () => {
    const enterprise = simulator.createTeam({ name: 'Big Corp', kind: 'enterprise' })
    const big = clientFor(simulator, simulator.createKey(enterprise.teamId), {
      base: simulator.enterpriseUrl,
      audience: 'apple-developer-enterprise-v1',
    })
    const wish = {
      bundleId: await newBundleId(big, fresh()),
      certificates: [await newCertificate(big, 'DISTRIBUTION')],
    }
    const inHouse = await askForProfile(big, { ...wish, name: 'In', type: 'IOS_APP_INHOUSE' })
    const content = Buffer.from(String(inHouse.data.attributes.profileContent), 'base64').toString('latin1')
    expect(content).toMatch(/<key>ProvisionsAllDevices<\/key>\s*<true\/>/)
    expect(content).not.toContain('ProvisionedDevices')
    expect((await askForProfile(big, { ...wish, name: 'Store', type: 'IOS_APP_STORE' })).status).toBe(409)
  })
})

describe('apps and users', () => {
  it('are read, changed and linked', async () => {
    const { apps = [], users = [] } = await simulator.seedTeam(teamId, {
      apps: [
        { name: 'One', bundleId: 'com.acme.one', sku: 'ONE' },
        { name: 'Two', bundleId: 'com.acme.two' },
      ],
      users: [{ username: 'kim@example.test', roles: ['DEVELOPER'], allAppsVisible: false }],
    })
    const app = await client.patch(
      `/v1/apps/${apps[0]}`,
      modification('apps', String(apps[0]), { contentRightsDeclaration: 'USES_THIRD_PARTY_CONTENT' }),
    )
    expect(app.data.attributes.contentRightsDeclaration).toBe('USES_THIRD_PARTY_CONTENT')
    const { included } = await client.get('/v1/apps?include=builds,appInfos&sort=-name')
    expect(new Set(included.map(({ type }) => type))).toEqual(new Set(['appInfos']))
    const path = `/v1/users/${users[0]}/relationships/visibleApps`
    expect((await client.post(path, many('apps', apps))).status).toBe(204)
    expect((await client.delete(path, many('apps', [String(apps[1])]))).status).toBe(204)
    expect((await client.get(path)).list).toEqual([{ type: 'apps', id: apps[0] }])
    expect((await client.patch(path, many('apps', ['123']))).status).toBe(404)
    const user = await client.patch(
      `/v1/users/${users[0]}`,
      modification('users', String(users[0]), { roles: ['APP_MANAGER'], allAppsVisible: true }),
    )
    expect(user.data.attributes).toMatchObject({ roles: ['APP_MANAGER'], allAppsVisible: true })
    expect((await client.get('/v1/users?include=visibleApps')).included).toHaveLength(2)
    expect((await client.delete(`/v1/users/${users[0]}`)).status).toBe(204)
  })
})
