import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { instant, plusMs } from '@cordon/core/instant'
import { afterAll, expect, test } from 'vitest'
import { NOON } from '../../test/fake-time.ts'
import { inTurn, listOf, type Reply, refusal, rig, TEAM_KEY } from '../../test/scripted-apple.ts'

const folder = mkdtempSync(join(tmpdir(), 'cordon-resources-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A certificate and a signing request of the same key, made by openssl. */
function certified(name: string) {
  const file = (end: string) => join(folder, `${name}.${end}`)
  const run = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' })
  run('req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', file('key'), '-subj', '/CN=csr', '-out', file('csr'))
  run(
    'req',
    '-x509',
    '-key',
    file('key'),
    '-subj',
    '/CN=x/OU=9QJ7KW3C4M',
    '-days',
    '9',
    '-outform',
    'DER',
    '-out',
    file('der'),
  )
  return { csr: readFileSync(file('csr'), 'utf8'), certificateContent: readFileSync(file('der')).toString('base64') }
}

const mine = certified('mine')
const other = certified('other')
const certificate = (id: string, attributes: Record<string, unknown>) => ({ type: 'certificates', id, attributes })
const bundleId = (id: string, identifier: string, more = {}) => ({
  type: 'bundleIds',
  id,
  attributes: { identifier, name: 'Acme', platform: 'UNIVERSAL', seedId: '9QJ7KW3C4M' },
  ...more,
})
const linkage = (type: string, ids: readonly string[], total?: number) => ({
  data: ids.map((id) => ({ type, id })),
  ...(total !== undefined && { meta: { paging: { total, limit: 50 } } }),
})
const gatewayTimeout: Reply = { status: 504 }

test('identifiers are compared exactly: parts of words, which Apple finds too, are left out', async () => {
  const { client } = await rig(() =>
    listOf([bundleId('B1', 'com.acme.app'), bundleId('B2', 'com.acme.app.widget'), bundleId('B3', 'com.acme.APP')]),
  )
  expect((await client.bundleIds.list({ identifiers: ['com.acme.app'] })).items.map(({ id }) => id)).toEqual(['B1'])
})

test('apps, profiles, devices and certificates are compared exactly too', async () => {
  const app = (id: string, bundle: string) => ({ type: 'apps', id, attributes: { bundleId: bundle } })
  const apps = await rig(() => listOf([app('1', 'com.acme.app2'), app('2', 'com.acme.app')]))
  expect((await apps.client.apps.list({ bundleIds: ['com.acme.app'] })).items).toEqual([
    { id: '2', bundleId: 'com.acme.app' },
  ])

  const profile = (id: string, name: string) => ({
    type: 'profiles',
    id,
    attributes: { name, profileType: 'IOS_APP_STORE' },
  })
  const profiles = await rig(() => listOf([profile('1', 'Acme store old'), profile('2', 'Acme store')]))
  expect((await profiles.client.profiles.list({ names: ['Acme store'] })).items.map(({ id }) => id)).toEqual(['2'])

  const device = (id: string, udid: string) => ({ type: 'devices', id, attributes: { udid } })
  const devices = await rig(() =>
    listOf([device('1', '00008030-001A2B3C4D5E802E'), device('2', '00008030-001A2B3C4D5E802F')]),
  )
  expect(
    (await devices.client.devices.list({ udids: ['00008030001a2b3c4d5e802e'] })).items.map(({ id }) => id),
  ).toEqual(['1'])

  const serial = (id: string, serialNumber: string) =>
    certificate(id, { serialNumber, certificateType: 'DISTRIBUTION' })
  const certificates = await rig(() => listOf([serial('1', '0A1B'), serial('2', 'A1B0')]))
  expect((await certificates.client.certificates.list({ serialNumbers: ['a1b'] })).items.map(({ id }) => id)).toEqual([
    '1',
  ])
  expect((await certificates.client.certificates.list({ types: ['DEVELOPMENT'] })).items).toEqual([])
})

test('values beyond the document, nulls, gaps and both date forms are read', async () => {
  const { client } = await rig(() =>
    listOf([
      {
        type: 'devices',
        id: 'D1',
        attributes: {
          name: null,
          status: 'PROCESSING',
          deviceClass: 'APPLE_SILICON_MAC',
          platform: 'VISION_OS',
          addedDate: '2019-03-07T13:11:26.000+0000',
          novelty: { a: 1 },
        },
      },
      { type: 'devices', id: 'D2', attributes: { addedDate: '2019-09-24T06:02:48-07:00', model: 7 } },
      { type: 'devices', id: 'D3', attributes: { addedDate: 'soon' } },
      { type: 'devices', id: 'D4' },
    ]),
  )
  expect((await client.devices.list()).items).toEqual([
    {
      id: 'D1',
      status: 'PROCESSING',
      deviceClass: 'APPLE_SILICON_MAC',
      platform: 'VISION_OS',
      addedDate: instant(Date.parse('2019-03-07T13:11:26Z')),
    },
    { id: 'D2', addedDate: instant(Date.parse('2019-09-24T13:02:48Z')) },
    { id: 'D3' },
    { id: 'D4' },
  ])
})

test('bundle IDs come with their capabilities in one request, and say when the list is cut', async () => {
  const capability = (id: string, capabilityType: string, settings: unknown = null) => ({
    type: 'bundleIdCapabilities',
    id,
    attributes: { capabilityType, settings },
  })
  const iCloud = [
    {
      key: 'ICLOUD_VERSION',
      name: 'x',
      options: [
        { key: 'XCODE_6', enabled: true },
        { key: 'XCODE_5', enabled: false },
      ],
    },
  ]
  const { client, apple } = await rig(() =>
    listOf(
      [
        bundleId('B1', 'com.acme.app', {
          relationships: { bundleIdCapabilities: linkage('bundleIdCapabilities', ['B1_ICLOUD', 'B1_MAPS']) },
        }),
        bundleId('B2', 'com.acme.ext', {
          relationships: { bundleIdCapabilities: linkage('bundleIdCapabilities', ['B2_MAPS'], 60) },
        }),
      ],
      {
        included: [
          capability('B1_ICLOUD', 'ICLOUD', iCloud),
          capability('B1_MAPS', 'MAPS'),
          capability('B2_MAPS', 'MAPS'),
        ],
      },
    ),
  )
  const { items } = await client.bundleIds.list({
    identifiers: ['com.acme.app', 'com.acme.ext'],
    include: ['bundleIdCapabilities'],
  })
  expect(items[0]?.capabilities).toEqual({
    isComplete: true,
    items: [
      {
        id: 'B1_ICLOUD',
        capabilityType: 'ICLOUD',
        settings: [
          {
            key: 'ICLOUD_VERSION',
            options: [
              { key: 'XCODE_6', enabled: true },
              { key: 'XCODE_5', enabled: false },
            ],
          },
        ],
      },
      { id: 'B1_MAPS', capabilityType: 'MAPS' },
    ],
  })
  expect(items[1]?.capabilities?.isComplete).toBe(false)
  expect(Object.fromEntries(apple.received[0]?.query ?? [])).toEqual({
    'filter[identifier]': 'com.acme.app,com.acme.ext',
    include: 'bundleIdCapabilities',
    'limit[bundleIdCapabilities]': '50',
    limit: '200',
  })
})

test('a profile tells what it was made from, and that more than 50 devices are not all listed', async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `D${index}`)
  const { client } = await rig(({ path }) =>
    path.endsWith('/devices')
      ? listOf(Array.from({ length: 60 }, (_, index) => ({ type: 'devices', id: `D${index}` })))
      : listOf(
          [
            {
              type: 'profiles',
              id: 'P1',
              attributes: { name: 'Acme', profileContent: 'AAEC', profileState: 'ACTIVE' },
              relationships: {
                bundleId: { data: { type: 'bundleIds', id: 'B1' } },
                certificates: linkage('certificates', ['C1']),
                devices: linkage('devices', ids, 60),
              },
            },
          ],
          { included: [bundleId('B1', 'com.acme.app'), certificate('C1', { serialNumber: '0A' })] },
        ),
  )
  const { items, included } = await client.profiles.list({ include: ['bundleId', 'certificates', 'devices'] })
  expect(items[0]).toMatchObject({
    bundleId: 'B1',
    certificates: { ids: ['C1'], isComplete: true },
    devices: { ids, total: 60, isComplete: false },
    profileContent: Uint8Array.of(0, 1, 2),
  })
  expect(included).toMatchObject({
    bundleIds: [{ identifier: 'com.acme.app' }],
    certificates: [{ serialNumber: '0A' }],
    devices: [],
  })
  expect((await client.profiles.devicesOf('P1')).items).toHaveLength(60)
})

test('exactly 50 related resources without a total may be more', async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `D${index}`)
  const { client } = await rig(() =>
    listOf([{ type: 'profiles', id: 'P1', relationships: { devices: linkage('devices', ids) } }]),
  )
  expect((await client.profiles.list({ include: ['devices'] })).items[0]?.devices?.isComplete).toBe(false)
})

test.each([
  [2, 0, true],
  [50, 0, false],
  [50, 50, true],
  [10, 11, false],
  [0, 0, true],
])('%i listed devices with a total of %i: complete is %s', async (listed, total, isComplete) => {
  const ids = Array.from({ length: listed }, (_, index) => `D${index}`)
  const profile = { type: 'profiles', id: 'P1', relationships: { devices: linkage('devices', ids, total) } }
  const { client } = await rig(() => listOf([profile]))
  expect((await client.profiles.list({ include: ['devices'] })).items[0]?.devices).toMatchObject({ ids, isComplete })
})

test('a certificate made behind an error is found by the public key of the request', async () => {
  const listed = listOf([
    certificate('C1', { certificateType: 'DISTRIBUTION', certificateContent: other.certificateContent }),
    certificate('C2', { certificateType: 'DISTRIBUTION', certificateContent: null }),
    certificate('C3', { certificateType: 'DISTRIBUTION', certificateContent: mine.certificateContent }),
  ])
  const { client } = await rig(({ method }) => (method === 'POST' ? gatewayTimeout : listed))
  expect(await client.certificates.create({ csr: mine.csr, certificateType: 'DISTRIBUTION' })).toMatchObject({
    id: 'C3',
  })
})

test('a full certificate quota is named', async () => {
  const { client } = await rig(() =>
    refusal(
      409,
      'ENTITY_ERROR',
      'You already have a current Distribution certificate or a pending certificate request.',
    ),
  )
  await expect(client.certificates.create({ csr: mine.csr, certificateType: 'DISTRIBUTION' })).rejects.toMatchObject({
    code: 'apple.certificate_limit_reached',
  })
})

const WISHED = {
  name: 'Acme',
  profileType: 'IOS_APP_ADHOC',
  bundleId: 'B1',
  certificates: ['C1'],
  devices: ['D1', 'D2'],
}

const made = (id: string, change: { attributes?: object; relationships?: object } = {}) => ({
  type: 'profiles',
  id,
  attributes: {
    name: 'Acme',
    profileType: 'IOS_APP_ADHOC',
    profileState: 'ACTIVE',
    createdDate: new Date(plusMs(NOON, 1_000)).toISOString(),
    ...change.attributes,
  },
  relationships: {
    bundleId: { data: { type: 'bundleIds', id: 'B1' } },
    certificates: linkage('certificates', ['C1']),
    devices: linkage('devices', ['D1']),
    ...change.relationships,
  },
})

test('a profile made behind an error is found, also when Apple left a device out', async () => {
  const { client, apple } = await rig(({ method }) => (method === 'POST' ? gatewayTimeout : listOf([made('P1')])))
  expect(await client.profiles.create(WISHED)).toMatchObject({ id: 'P1', devices: { ids: ['D1'] } })
  expect(apple.received).toHaveLength(2)
})

test.each([
  ['older', made('P1', { attributes: { createdDate: new Date(plusMs(NOON, -600_000)).toISOString() } })],
  ['invalid', made('P1', { attributes: { profileState: 'INVALID' } })],
  ['for another bundle ID', made('P1', { relationships: { bundleId: { data: { type: 'bundleIds', id: 'B2' } } } })],
  ['with another certificate', made('P1', { relationships: { certificates: linkage('certificates', ['C2']) } })],
  ['with one certificate more', made('P1', { relationships: { certificates: linkage('certificates', ['C1', 'C2']) } })],
  ['with a device that was not wished', made('P1', { relationships: { devices: linkage('devices', ['D1', 'D9']) } })],
])('a profile of the same name that is %s is not taken for ours', async (_what, found) => {
  const taken = refusal(409, 'ENTITY_ERROR', "Multiple profiles found with the name 'Acme'.")
  const { client } = await rig(inTurn(gatewayTimeout, listOf([found]), taken, listOf([found])))
  await expect(client.profiles.create(WISHED)).rejects.toMatchObject({ code: 'apple.profile_name_taken' })
})

test('a store profile is asked for without devices', async () => {
  const { client, apple } = await rig(() => ({ status: 201, json: { data: made('P1') } }))
  await client.profiles.create({ ...WISHED, devices: [] })
  expect(apple.received[0]?.body).toEqual({
    data: {
      type: 'profiles',
      attributes: { name: 'Acme', profileType: 'IOS_APP_ADHOC' },
      relationships: {
        bundleId: { data: { type: 'bundleIds', id: 'B1' } },
        certificates: { data: [{ type: 'certificates', id: 'C1' }] },
      },
    },
  })
})

test('a capability made, changed or removed behind an error is found through its bundle ID', async () => {
  const settings = [{ key: 'ICLOUD_VERSION', options: [{ key: 'XCODE_6', enabled: true }] }]
  const capability = {
    type: 'bundleIdCapabilities',
    id: 'B1_ICLOUD',
    attributes: { capabilityType: 'ICLOUD', settings },
  }
  const { client, apple } = await rig(({ method }) => (method === 'GET' ? listOf([capability]) : gatewayTimeout))
  const capabilities = client.bundleIdCapabilities
  expect(await capabilities.create({ bundleId: 'B1', capabilityType: 'ICLOUD', settings })).toMatchObject({
    id: 'B1_ICLOUD',
  })
  expect(await capabilities.modify({ id: 'B1_ICLOUD', bundleId: 'B1' }, { settings })).toMatchObject({
    id: 'B1_ICLOUD',
  })
  await capabilities.delete({ id: 'B1_MAPS', bundleId: 'B1' })
  expect(apple.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /v1/bundleIdCapabilities',
    'GET /v1/bundleIds/B1/bundleIdCapabilities',
    'PATCH /v1/bundleIdCapabilities/B1_ICLOUD',
    'GET /v1/bundleIds/B1/bundleIdCapabilities',
    'DELETE /v1/bundleIdCapabilities/B1_MAPS',
    'GET /v1/bundleIds/B1/bundleIdCapabilities',
  ])
})

test('a bundle ID made behind an error is found by its identifier', async () => {
  const { client } = await rig(({ method }) =>
    method === 'POST' ? 'drop' : listOf([bundleId('B2', 'com.acme.app.widget'), bundleId('B1', 'com.acme.app')]),
  )
  expect(await client.bundleIds.create({ identifier: 'com.acme.app', name: 'Acme', platform: 'IOS' })).toMatchObject({
    id: 'B1',
  })
})

test.each<[string, string, (client: Awaited<ReturnType<typeof rig>>['client']) => Promise<unknown>]>([
  [
    'udid',
    'an en dash',
    (client) => client.devices.create({ name: 'x', udid: '00008030\u2013001A2B3C4D5E802E', platform: 'IOS' }),
  ],
  [
    'udid',
    'a megabyte',
    (client) => client.devices.create({ name: 'x', udid: 'A'.repeat(1_000_000), platform: 'IOS' }),
  ],
  ['name', 'a NUL', (client) => client.devices.create({ name: 'x\0', udid: 'A'.repeat(40), platform: 'IOS' })],
  ['name', 'nothing', (client) => client.devices.modify('D1', { name: '' })],
  [
    'identifier',
    'a space',
    (client) => client.bundleIds.create({ identifier: 'com.acme app', name: 'x', platform: 'IOS' }),
  ],
  ['name', 'a dot', (client) => client.bundleIds.create({ identifier: 'com.acme', name: 'com.acme', platform: 'IOS' })],
  ['name', 'a star', (client) => client.profiles.create({ ...WISHED, name: 'com.acme.*' })],
])('%s: %s is refused before anything is sent, saying what is accepted', async (field, _what, call) => {
  const { client, apple } = await rig(() => ({ status: 500 }))
  await expect(call(client)).rejects.toMatchObject({
    code: 'apple.input_invalid',
    details: { field, accepted: expect.any(String) },
  })
  expect(apple.received).toEqual([])
})

test.each(['com.acme.app', 'com.acme.*', '*', 'A-1'])('the identifier %s is sent', async (identifier) => {
  const { client } = await rig(() => ({ status: 201, json: { data: bundleId('B1', identifier) } }))
  expect(await client.bundleIds.create({ identifier, name: 'Acme', platform: 'IOS' })).toMatchObject({ identifier })
})

test('an id cannot lead to another path', async () => {
  const { client, apple } = await rig(() => refusal(404, 'NOT_FOUND'))
  await expect(client.devices.read('../users?x=')).rejects.toMatchObject({ code: 'apple.not_found' })
  expect(apple.received[0]?.path).toBe('/v1/devices/..%2Fusers%3Fx%3D')
  expect(() => client.devices.read('')).toThrow(TypeError)
})

test('an individual key is refused provisioning without asking Apple', async () => {
  const key = { kind: 'individual', keyId: TEAM_KEY.keyId, privateKey: TEAM_KEY.privateKey } as const
  const { client, apple } = await rig(() => listOf([]), { key })
  await expect(client.certificates.list()).rejects.toMatchObject({ code: 'apple.individual_key_cannot_provision' })
  await expect(client.profiles.delete('P1')).rejects.toMatchObject({ code: 'apple.individual_key_cannot_provision' })
  expect(apple.received).toEqual([])
  await client.apps.list()
  expect(apple.received).toHaveLength(1)
})
