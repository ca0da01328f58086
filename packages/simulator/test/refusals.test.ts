import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { type Client, created, creation, modification, one, startWithTeam } from './client.ts'

const GIB = 1024 ** 3
let simulator: Simulator
let client: Client
let app: string

beforeAll(async () => {
  const started = await startWithTeam()
  ;({ simulator, client } = started)
  const versions = [{ versionString: '1.1' }, { versionString: '2.0', platform: 'MAC_OS' }]
  const seed = { apps: [{ name: 'Acme', bundleId: 'com.acme.app', versions }] }
  app = (await simulator.seedTeam(started.teamId, seed)).apps?.[0] ?? ''
})
afterAll(() => simulator.close())

it.each([
  ['IOS', 4 * GIB, 201],
  ['IOS', 4 * GIB + 1, 409],
  ['MAC_OS', 4 * GIB + 1, 201],
])('a file for %s may have %i bytes: %i', async (platform, fileSize, status) => {
  const attributes = { cfBundleShortVersionString: '3.0', cfBundleVersion: '1', platform }
  const upload = created(
    await client.post('/v1/buildUploads', creation('buildUploads', attributes, { app: one('apps', app) })),
  )
  const file = { assetType: 'ASSET', fileName: 'Acme', fileSize, uti: 'com.apple.ipa' }
  const within = { buildUpload: one('buildUploads', upload) }
  const answer = await client.post('/v1/buildUploadFiles', creation('buildUploadFiles', file, within))
  expect(answer.status).toBe(status)
  if (status === 409) expect(answer.error.source).toEqual({ pointer: '/data/attributes/fileSize' })
})

const FIRST_OF_APP: readonly (readonly [type: string, list: string, name: string])[] = [
  ['appStoreVersionLocalizations', 'appStoreVersions', 'supportUrl'],
  ['appStoreVersionLocalizations', 'appStoreVersions', 'marketingUrl'],
  ['appInfoLocalizations', 'appInfos', 'privacyPolicyUrl'],
]

it.each(FIRST_OF_APP)('an address that is none is refused in %s of %s: %s', async (type, list, name) => {
  const owner = (await client.get(`/v1/apps/${app}/${list}`)).list[0]?.id
  const id = (await client.get(`/v1/${list}/${owner}/${type}`)).list[0]?.id ?? ''
  const write = (value: string | null) => client.patch(`/v1/${type}/${id}`, modification(type, id, { [name]: value }))
  for (const value of ['acme.example', 'ftp://acme.example', 'not an address']) {
    const { status, error } = await write(value)
    expect([status, error.code, error.detail, error.source?.pointer]).toEqual([
      409,
      'ENTITY_ERROR.ATTRIBUTE.INVALID',
      'The format of the url is invalid.',
      `/data/attributes/${name}`,
    ])
  }
  expect((await write('https://acme.example/help')).status).toBe(200)
  expect((await write(null)).status).toBe(200)
})

it('an address that is none is refused in what testers read, when it is made and when it is changed', async () => {
  const make = (marketingUrl: string) =>
    client.post(
      '/v1/betaAppLocalizations',
      creation('betaAppLocalizations', { locale: 'de-DE', marketingUrl }, { app: one('apps', app) }),
    )
  expect((await make('acme')).error.source?.pointer).toBe('/data/attributes/marketingUrl')
  const id = created(await make('https://acme.example'))
  const changed = modification('betaAppLocalizations', id, { privacyPolicyUrl: 'acme' })
  expect((await client.patch(`/v1/betaAppLocalizations/${id}`, changed)).status).toBe(409)
})
