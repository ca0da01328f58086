import { X509Certificate } from 'node:crypto'
import { createCsr } from '@cordon/signing/csr'
import { readProfile } from '@cordon/signing/provisioning-profile'
import { generateSigningKey } from '@cordon/signing/rsa-key'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppStoreConnect } from '../src/app-store-connect/client.ts'
import { checkKey } from '../src/app-store-connect/key-check.ts'
import { fakeTime } from './fake-time.ts'
import { clientOf, control, type KeyFile, methodsOf, newTeam, noting } from './simulated-apple.ts'

const called = new Set<string>()
const csr = generateSigningKey().then((key) => createCsr(key, { commonName: 'Acme' }))
const udid = (number: number) => `00008030-${number.toString(16).toUpperCase().padStart(16, '0')}`

let simulator: Simulator
let teamId: string
let file: KeyFile
let apple: AppStoreConnect

beforeAll(async () => {
  simulator = await startSimulator()
  ;({ teamId, file } = await newTeam(simulator, { role: 'ADMIN' }))
  apple = noting(clientOf(simulator, file), called)
})
afterAll(() => simulator.close())

const seed = <T>(body: unknown) => control<T>(simulator, 'POST', `/teams/${teamId}/seed`, body)
const fault = (body: unknown) => control(simulator, 'POST', '/faults', body)
const setUp = (body: unknown) => control(simulator, 'PATCH', '/settings', body)

test('bundle IDs: register, rename, find exactly, delete', async () => {
  const created = await apple.bundleIds.create({ identifier: 'com.acme.app', name: 'Acme', platform: 'IOS' })
  expect(created).toMatchObject({ identifier: 'com.acme.app', platform: 'UNIVERSAL', seedId: teamId })
  const decoy = await apple.bundleIds.create({
    identifier: 'com.acme.app.widget',
    name: 'Acme widget',
    platform: 'IOS',
  })
  const { items } = await apple.bundleIds.list({
    identifiers: ['com.acme.app'],
    include: ['bundleIdCapabilities', 'profiles'],
  })
  expect(items.map(({ id }) => id)).toEqual([created.id])
  expect(items[0]?.capabilities).toMatchObject({ isComplete: true, items: [{ capabilityType: 'IN_APP_PURCHASE' }] })
  expect(items[0]?.profiles).toMatchObject({ ids: [], isComplete: true })
  expect(await apple.bundleIds.modify(created.id, { name: 'Acme renamed' })).toMatchObject({ name: 'Acme renamed' })
  expect(await apple.bundleIds.read(created.id)).toMatchObject({ name: 'Acme renamed', identifier: 'com.acme.app' })
  expect(await apple.bundleIds.first()).toHaveProperty('identifier')
  await apple.bundleIds.delete(decoy.id)
  await expect(apple.bundleIds.read(decoy.id)).rejects.toMatchObject({ code: 'apple.not_found' })
  await expect(
    apple.bundleIds.create({ identifier: 'com.acme.app', name: 'Acme', platform: 'IOS' }),
  ).rejects.toMatchObject({ code: 'apple.identifier_not_available' })
})

test('capabilities: on, settings, off', async () => {
  const { id } = await apple.bundleIds.create({ identifier: 'com.acme.caps', name: 'Acme caps', platform: 'IOS' })
  const settings = (level: string) => [
    { key: 'DATA_PROTECTION_PERMISSION_LEVEL', options: [{ key: level, enabled: true }] },
  ]
  const wanted = { bundleId: id, capabilityType: 'DATA_PROTECTION', settings: settings('COMPLETE_PROTECTION') }
  const made = await apple.bundleIdCapabilities.create(wanted)
  expect(made).toMatchObject({ capabilityType: 'DATA_PROTECTION' })
  const name = { id: made.id, bundleId: id }
  const changed = await apple.bundleIdCapabilities.modify(name, { settings: settings('PROTECTED_UNLESS_OPEN') })
  expect(JSON.stringify(changed.settings)).toContain('"key":"PROTECTED_UNLESS_OPEN","enabled":true')
  const types = async () =>
    (await apple.bundleIdCapabilities.list(id)).items.map(({ capabilityType }) => capabilityType)
  expect(await types()).toContain('DATA_PROTECTION')
  expect((await apple.bundleIds.capabilitiesOf(id)).items).toHaveLength(2)
  await expect(apple.bundleIdCapabilities.create(wanted)).rejects.toMatchObject({
    status: expect.any(Number),
    kind: 'upstream',
  })
  await apple.bundleIdCapabilities.delete(name)
  expect(await types()).not.toContain('DATA_PROTECTION')
})

test('devices: register, rename, disable; a second registration in another spelling is refused by name', async () => {
  const made = await apple.devices.create({ name: 'Ada', udid: udid(0xabc), platform: 'IOS' })
  expect(made).toMatchObject({ name: 'Ada', status: 'ENABLED', udid: udid(0xabc) })
  expect((await apple.devices.list({ udids: [udid(0xabc).toLowerCase().replace('-', '')] })).items).toEqual([made])
  await expect(
    apple.devices.create({ name: 'Bob', udid: udid(0xabc).toLowerCase(), platform: 'IOS' }),
  ).rejects.toMatchObject({ code: 'apple.device_exists' })
  expect(await apple.devices.modify(made.id, { name: 'Eve', status: 'DISABLED' })).toMatchObject({
    name: 'Eve',
    status: 'DISABLED',
  })
  expect(await apple.devices.read(made.id)).toMatchObject({ status: 'DISABLED' })
})

test('certificates: issued for a request, found, and refused beyond the quota', async () => {
  const made = await apple.certificates.create({ csr: await csr, certificateType: 'DISTRIBUTION' })
  const content = new X509Certificate(made.certificateContent ?? new Uint8Array())
  expect(content.subject).toContain(`OU=${teamId}`)
  expect(made.expirationDate).toBe(Date.parse(content.validTo))
  expect((await apple.certificates.list({ serialNumbers: [content.serialNumber.toLowerCase()] })).items).toEqual([made])
  expect((await apple.certificates.list({ types: ['DEVELOPMENT'] })).items).toEqual([])
  expect(await apple.certificates.read(made.id)).toEqual(made)
  expect(await apple.certificates.first()).toEqual(made)
  expect(await apple.certificates.modify(made.id, { activated: true })).toMatchObject({ id: made.id })
  await setUp({ certificateQuota: { DISTRIBUTION: 1 } })
  await expect(apple.certificates.create({ csr: await csr, certificateType: 'DISTRIBUTION' })).rejects.toMatchObject({
    code: 'apple.certificate_limit_reached',
  })
  await setUp({ certificateQuota: { DISTRIBUTION: 3 } })
  await apple.certificates.delete(made.id)
  expect((await apple.certificates.list()).items).toEqual([])
  await expect(apple.certificates.create({ csr: 'no request', certificateType: 'DISTRIBUTION' })).rejects.toMatchObject(
    {
      code: 'apple.certificate_request_invalid',
    },
  )
})

test('profiles: made, told apart by name, followed beyond 50 devices, deleted', async () => {
  const { items: devices } = await seededDevices(60)
  const bundleId = await apple.bundleIds.create({
    identifier: 'com.acme.profiles',
    name: 'Acme profiles',
    platform: 'IOS',
  })
  const certificate = await apple.certificates.create({ csr: await csr, certificateType: 'DEVELOPMENT' })
  const wished = {
    name: 'Acme development',
    profileType: 'IOS_APP_DEVELOPMENT',
    bundleId: bundleId.id,
    certificates: [certificate.id],
    devices: devices.map(({ id }) => id),
  }
  const made = await apple.profiles.create(wished)
  const other = await apple.profiles.create({ ...wished, name: 'Acme development 2' })
  expect(readProfile(made.profileContent ?? new Uint8Array())).toMatchObject({
    name: 'Acme development',
    uuid: made.uuid,
  })
  await expect(apple.profiles.create(wished)).rejects.toMatchObject({ code: 'apple.profile_name_taken' })

  const listed = await apple.profiles.list({
    names: ['Acme development'],
    types: ['IOS_APP_DEVELOPMENT'],
    states: ['ACTIVE'],
    include: ['bundleId', 'certificates', 'devices'],
  })
  expect(listed.items.map(({ id }) => id)).toEqual([made.id])
  expect(listed.items[0]).toMatchObject({
    bundleId: bundleId.id,
    certificates: { ids: [certificate.id], isComplete: true },
    devices: { total: 60, isComplete: false },
  })
  expect(listed.included).toMatchObject({ bundleIds: [{ id: bundleId.id }], certificates: [{ id: certificate.id }] })
  expect(listed.included.devices).toHaveLength(50)
  expect((await apple.profiles.devicesOf(made.id)).items).toHaveLength(60)
  expect((await apple.profiles.certificatesOf(made.id)).items).toEqual([certificate])
  expect(await apple.profiles.bundleIdOf(made.id)).toMatchObject({ identifier: 'com.acme.profiles' })
  expect(await apple.profiles.read(made.id, { include: ['bundleId'] })).toMatchObject({ bundleId: bundleId.id })
  expect((await apple.bundleIds.profilesOf(bundleId.id)).items.map(({ id }) => id).sort()).toEqual(
    [made.id, other.id].sort(),
  )
  await apple.profiles.delete(other.id)
  await expect(apple.profiles.delete(other.id)).rejects.toMatchObject({ code: 'apple.not_found' })

  await apple.certificates.delete(certificate.id)
  expect(await apple.profiles.read(made.id)).toMatchObject({ profileState: 'INVALID' })
})

async function seededDevices(count: number) {
  const devices = Array.from({ length: count }, (_, index) => ({
    name: `Device ${index}`,
    udid: udid(index + 1),
    platform: 'IOS',
  }))
  await seed({ devices })
  return apple.devices.list({ udids: devices.map((device) => device.udid) })
}

test('app records and members are read', async () => {
  const names = ['com.acme.store', 'com.acme.store2']
  await seed({ bundleIds: names.map((identifier) => ({ identifier, name: 'Acme', platform: 'IOS' })) })
  await seed({ apps: names.map((bundleId, index) => ({ name: `Acme ${index}`, bundleId, sku: `SKU${index}` })) })
  await seed({ users: [{ username: 'ada@example.com', roles: ['DEVELOPER'] }] })
  const { items } = await apple.apps.list({ bundleIds: ['com.acme.store'] })
  expect(items).toMatchObject([{ name: 'Acme 0', bundleId: 'com.acme.store' }])
  expect(await apple.apps.read(items[0]?.id ?? '')).toEqual(items[0])
  expect(await apple.apps.first()).toHaveProperty('bundleId')
  const { items: users } = await apple.users.list()
  const ada = users.find(({ username }) => username === 'ada@example.com')
  expect(ada?.roles).toEqual(['DEVELOPER'])
  expect(await apple.users.read(ada?.id ?? '')).toEqual(ada)
  expect(await apple.users.first()).toHaveProperty('roles')
})

test('a list longer than a page is read to its end, whatever the order of the pages', async () => {
  const { teamId: other, file: key } = await newTeam(simulator, { role: 'ADMIN' })
  const bundleIds = Array.from({ length: 450 }, (_, index) => ({
    identifier: `com.many.n${index}`,
    name: 'Many',
    platform: 'IOS',
  }))
  await control(simulator, 'POST', `/teams/${other}/seed`, { bundleIds })
  const client = clientOf(simulator, key)
  const { items } = await client.bundleIds.list()
  expect(new Set(items.map(({ identifier }) => identifier)).size).toBe(450)
  expect(client.requests()).toBe(3)
  const wanted = bundleIds.map(({ identifier }) => identifier)
  expect((await client.bundleIds.list({ identifiers: wanted, include: ['bundleIdCapabilities'] })).items).toHaveLength(
    450,
  )
})

test.each([
  ['answered 504 after the effect', { kind: 'status', status: 504, when: 'after' }],
  ['answered 500 before the effect', { kind: 'status', status: 500, when: 'before' }],
  ['cut off after the effect', { kind: 'drop', when: 'after' }],
  ['cut off before the effect', { kind: 'drop', when: 'before' }],
])('every kind of write that is %s happens exactly once', async (what, shape) => {
  const client = clientOf(simulator, file)
  const suffix = `n${[...what].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 99_991, 7)}`
  const failing = (operation: string) => fault({ operation, ...shape })

  await failing('bundleIds_createInstance')
  const identifier = `com.acme.${suffix}`
  const bundleId = await client.bundleIds.create({ identifier, name: 'Acme', platform: 'IOS' })
  expect((await client.bundleIds.list({ identifiers: [identifier] })).items).toHaveLength(1)

  await failing('bundleIds_updateInstance')
  expect(await client.bundleIds.modify(bundleId.id, { name: `Acme ${suffix}` })).toMatchObject({
    name: `Acme ${suffix}`,
  })

  await failing('bundleIdCapabilities_createInstance')
  const made = await client.bundleIdCapabilities.create({ bundleId: bundleId.id, capabilityType: 'ASSOCIATED_DOMAINS' })
  await failing('bundleIdCapabilities_deleteInstance')
  await client.bundleIdCapabilities.delete({ id: made.id, bundleId: bundleId.id })
  expect((await client.bundleIdCapabilities.list(bundleId.id)).items).toHaveLength(1)

  await failing('devices_createInstance')
  const device = await client.devices.create({
    name: suffix,
    udid: udid(Number.parseInt(suffix.slice(1), 10) + 0x10000),
    platform: 'IOS',
  })
  expect((await client.devices.list({ udids: [device.udid ?? ''] })).items).toHaveLength(1)

  await failing('certificates_createInstance')
  const certificate = await client.certificates.create({ csr: await csr, certificateType: 'IOS_DEVELOPMENT' })
  const mine = (await client.certificates.list({ types: ['IOS_DEVELOPMENT'] })).items.filter(
    ({ id }) => id === certificate.id,
  )
  expect(mine).toHaveLength(1)

  await failing('profiles_createInstance')
  const profile = await client.profiles.create({
    name: `Acme ${suffix}`,
    profileType: 'IOS_APP_DEVELOPMENT',
    bundleId: bundleId.id,
    certificates: [certificate.id],
    devices: [device.id],
  })
  expect((await client.profiles.list({ names: [`Acme ${suffix}`] })).items.map(({ id }) => id)).toEqual([profile.id])
  await failing('profiles_deleteInstance')
  await client.profiles.delete(profile.id)
  expect((await client.profiles.list({ names: [`Acme ${suffix}`] })).items).toEqual([])

  await failing('certificates_deleteInstance')
  await client.certificates.delete(certificate.id)
  expect(await control(simulator, 'GET', '/faults')).toEqual({ faults: [] })
})

test('a profile for a bundle ID made a moment ago is waited for when asked, and only then', async () => {
  // Its time stands still unless somebody sleeps: a slow machine does not bring the bundle ID nearer.
  const time = fakeTime()
  const own = await startSimulator({ clock: time.clock, settings: { readDelayMs: { bundleIds: 5_000 } } })
  try {
    const team = await newTeam(own, { role: 'ADMIN' })
    const client = clientOf(own, team.file, time)
    const certificate = await client.certificates.create({ csr: await csr, certificateType: 'DISTRIBUTION' })
    const { id } = await client.bundleIds.create({ identifier: 'com.acme.fresh', name: 'Fresh', platform: 'IOS' })
    const wished = { name: 'Fresh', profileType: 'IOS_APP_STORE', bundleId: id, certificates: [certificate.id] }
    await expect(client.profiles.create(wished)).rejects.toMatchObject({ code: 'apple.bundle_id_missing' })
    expect(time.slept).toEqual([])
    expect(await client.profiles.create({ ...wished, awaitsCreation: true })).toMatchObject({ name: 'Fresh' })
    const sleptMs = time.slept.reduce((sum, ms) => sum + ms, 0)
    expect(sleptMs).toBeGreaterThanOrEqual(5_000)
  } finally {
    await own.close()
  }
})

test.each([
  ['ADMIN', 'admin', 'accepted'],
  ['APP_MANAGER', 'app_manager_or_developer', 'accepted'],
  ['DEVELOPER', 'app_manager_or_developer', 'accepted'],
  ['MARKETING', 'limited', 'accepted_with_limits'],
])('a key with the role %s is recognised as %s', async (role, inferred, verdict) => {
  const team = await newTeam(simulator, { role })
  const result = await checkKey(clientOf(simulator, team.file))
  expect(result).toMatchObject({ role: inferred, verdict, clockSkewSeconds: 0 })
})

test('the team id is learned when anything tells it', async () => {
  expect(await checkKey(clientOf(simulator, file))).toMatchObject({ verdict: 'accepted', teamId })
})

test('an individual key and an Enterprise key are accepted', async () => {
  const individual = await control<KeyFile>(simulator, 'POST', `/teams/${teamId}/keys`, { kind: 'individual' })
  expect(await checkKey(clientOf(simulator, individual, { kind: 'individual' }))).toMatchObject({
    verdict: 'accepted',
    role: 'individual',
  })
  const enterprise = await newTeam(simulator, { kind: 'enterprise', role: 'ADMIN' })
  expect(await checkKey(clientOf(simulator, enterprise.file, { kind: 'enterprise' }))).toMatchObject({
    verdict: 'accepted',
  })
})

test('a key of another team, a revoked key and the wrong kind are rejected', async () => {
  const other = await newTeam(simulator, { role: 'ADMIN' })
  const mixed = { ...other.file, issuerId: file.issuerId }
  expect(await checkKey(clientOf(simulator, mixed))).toMatchObject({ verdict: 'rejected' })
  const unknown = { ...file, keyId: 'ABCDEFGHIJ' }
  expect(await checkKey(clientOf(simulator, unknown))).toMatchObject({
    verdict: 'rejected',
    error: { code: 'apple.key_rejected' },
  })
  await control(simulator, 'DELETE', `/keys/${other.file.keyId}`)
  expect(await checkKey(clientOf(simulator, other.file))).toMatchObject({ verdict: 'rejected' })
  expect(await checkKey(clientOf(simulator, file, { kind: 'individual' }))).toMatchObject({ verdict: 'rejected' })
})

test('missing agreements and a lapsed membership limit a key without rejecting it', async () => {
  const team = await newTeam(simulator, { role: 'ADMIN' })
  await control(simulator, 'PATCH', `/teams/${team.teamId}`, { agreementsInForce: false })
  expect(await checkKey(clientOf(simulator, team.file))).toMatchObject({
    verdict: 'accepted_with_limits',
    error: { code: 'apple.agreements_required', details: { appleLink: '/agreements' } },
  })
  await control(simulator, 'PATCH', `/teams/${team.teamId}`, { agreementsInForce: true, membershipActive: false })
  expect(await checkKey(clientOf(simulator, team.file))).toMatchObject({
    verdict: 'accepted_with_limits',
    error: { code: 'apple.membership_inactive' },
  })
})

test('the budget of the key is told, and a used-up one says nothing about the key', async () => {
  const team = await newTeam(simulator, { role: 'ADMIN' })
  const client = clientOf(simulator, team.file)
  await client.apps.first()
  expect(client.rateLimit()).toMatchObject({ hourLimit: 3600, hourRemaining: 3599 })
  await setUp({ hourlyLimit: 1 })
  expect(await checkKey(clientOf(simulator, team.file))).toMatchObject({
    verdict: 'undetermined',
    error: { code: 'apple.rate_limited' },
  })
  await setUp({ hourlyLimit: 3600 })
})

test('a wrong clock is measured and corrected by the second token', async () => {
  const hour = 3_600_000
  const client = clientOf(simulator, file, { clock: { now: () => (Date.now() - hour) as never } })
  await client.apps.first()
  expect(Math.round(client.clockSkewMs() / 60_000)).toBe(60)
  expect(client.requests()).toBe(2)
})

/** Resources of the store, builds and TestFlight: the tests of delivery drive them. */
const DRIVEN_ELSEWHERE = /^(app(Store|Info|Screenshot|Preview)|ageRating|review|build[sU]|beta)/

test('every method of the client was driven', () => {
  const untried = methodsOf(apple).filter((name) => !called.has(name) && !DRIVEN_ELSEWHERE.test(name))
  expect(untried).toEqual([])
})
