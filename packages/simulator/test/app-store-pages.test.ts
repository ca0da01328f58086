import { createHash } from 'node:crypto'
import { imageSize } from 'image-size'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import {
  type Answer,
  type Client,
  clientFor,
  created,
  creation,
  many,
  modification,
  one,
  startWithTeam,
} from './client.ts'
import { png } from './png.ts'

let simulator: Simulator
let client: Client
let teamId: string
let app: string
let version: string
let localization: string

beforeAll(async () => {
  ;({ simulator, client, teamId } = await startWithTeam({ settings: { hourlyLimit: null } }))
  const ids = await simulator.seedTeam(teamId, { apps: [{ name: 'Acme', bundleId: 'com.acme.app' }] })
  app = ids.apps?.[0] ?? ''
  version = (await client.get(`/v1/apps/${app}/appStoreVersions`)).list[0]?.id ?? ''
  localization = (await client.get(`/v1/appStoreVersions/${version}/appStoreVersionLocalizations`)).list[0]?.id ?? ''
})
afterAll(() => simulator.close())

const code = (answer: Answer) => [answer.status, answer.error?.code]
const DUPLICATE = 'ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE'

async function control(method: string, path: string, body: object): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${simulator.controlUrl}${path}`, { method, headers, body: JSON.stringify(body) })
  return answer.status
}
const moveTo = (id: string, state: string) => control('PATCH', `/teams/${teamId}/appStoreVersions/${id}`, { state })

async function newApp(name: string, versions: object[]): Promise<string> {
  const bundleId = `com.acme.${name.toLowerCase().replaceAll(' ', '-')}`
  return (await simulator.seedTeam(teamId, { apps: [{ name, bundleId, versions }] })).apps?.[0] ?? ''
}
const versionsOf = async (id: string) => (await client.get(`/v1/apps/${id}/appStoreVersions?limit=50`)).list
const newVersion = (id: string, versionString: string, more: object = {}) =>
  client.post(
    '/v1/appStoreVersions',
    creation('appStoreVersions', { platform: 'IOS', versionString, ...more }, { app: one('apps', id) }),
  )

describe('a seeded app', () => {
  it('has an info and a version, each in its first language', async () => {
    const found = await client.get(`/v1/apps/${app}?include=appInfos,appStoreVersions`)
    expect(found.included.map(({ type, attributes }) => [type, attributes.appStoreState]).sort()).toEqual([
      ['appInfos', 'PREPARE_FOR_SUBMISSION'],
      ['appStoreVersions', 'PREPARE_FOR_SUBMISSION'],
    ])
    expect(found.included.find(({ type }) => type === 'appStoreVersions')?.attributes).toMatchObject({
      platform: 'IOS',
      versionString: '1.0',
      appVersionState: 'PREPARE_FOR_SUBMISSION',
      releaseType: 'AFTER_APPROVAL',
    })
    const texts = await client.get(
      `/v1/appStoreVersions/${version}/appStoreVersionLocalizations?include=appStoreVersion`,
    )
    expect(texts.list.map(({ attributes }) => attributes.locale)).toEqual(['en-US'])
    expect(texts.included.map(({ id }) => id)).toEqual([version])
  })

  it.each([
    ['appStoreVersions.appStoreState', 'PREPARE_FOR_SUBMISSION', 'READY_FOR_SALE'],
    ['appStoreVersions.appVersionState', 'PREPARE_FOR_SUBMISSION', 'READY_FOR_DISTRIBUTION'],
    ['appStoreVersions.platform', 'IOS', 'MAC_OS'],
  ])('is found by %s', async (filter, right, wrong) => {
    const bundleId = 'filter[bundleId]=com.acme.app'
    expect((await client.get(`/v1/apps?${bundleId}&filter[${filter}]=${right}`)).list).toHaveLength(1)
    expect((await client.get(`/v1/apps?${bundleId}&filter[${filter}]=${wrong}`)).list).toEqual([])
  })
})

describe('versions', () => {
  it('are made one at a time for a platform, and another when that is on sale', async () => {
    const id = await newApp('One by one', [{ versionString: '1.0', state: 'READY_FOR_DISTRIBUTION' }])
    const second = await newVersion(id, '1.1', { copyright: '2026 Acme', releaseType: 'MANUAL' })
    expect(second.data.attributes).toMatchObject({
      versionString: '1.1',
      copyright: '2026 Acme',
      releaseType: 'MANUAL',
    })
    const third = await newVersion(id, '1.2')
    expect(code(third)).toEqual([409, 'ENTITY_ERROR.RELATIONSHIP.INVALID'])
    expect(third.error.detail).toContain('You cannot create a new version of the App in the current state')
    expect(await moveTo(second.data.id, 'READY_FOR_DISTRIBUTION')).toBe(200)
    expect((await versionsOf(id)).map(({ attributes }) => attributes.appStoreState)).toEqual([
      'REPLACED_WITH_NEW_VERSION',
      'READY_FOR_SALE',
    ])
    expect(code(await newVersion(id, '1.1'))).toEqual([409, DUPLICATE])
    expect(created(await newVersion(id, '1.2'))).toBeTruthy()
    const state = 'filter[appStoreState]=READY_FOR_SALE,PREPARE_FOR_SUBMISSION&filter[platform]=IOS'
    const found = await client.get(`/v1/apps/${id}/appStoreVersions?${state}&include=build,app`)
    expect(found.list.map(({ attributes }) => attributes.versionString)).toEqual(['1.1', '1.2'])
  })

  it.each([
    ['a bad number', { versionString: '1.0-beta' }, 'ENTITY_ERROR.ATTRIBUTE.INVALID'],
    ['an unknown platform', { platform: 'WATCH_OS' }, 'ENTITY_ERROR.ATTRIBUTE.INVALID'],
    ['a release type that is none', { releaseType: 'SOON' }, 'ENTITY_ERROR.ATTRIBUTE.INVALID'],
    ['a date that is none', { earliestReleaseDate: 'tomorrow' }, 'ENTITY_ERROR.ATTRIBUTE.TYPE'],
  ])('refuse %s', async (_what, attributes, expected) => {
    expect(code(await newVersion(app, '9.9', attributes))).toEqual([409, expected])
  })

  it('are changed while they can be edited, and not once they are submitted', async () => {
    const id = await newApp('Edited', [{}])
    const [own = { id: '' }] = await versionsOf(id)
    const date = '2027-01-01T00:00:00Z'
    const change = (attributes: Record<string, unknown>) =>
      client.patch(`/v1/appStoreVersions/${own.id}`, modification('appStoreVersions', own.id, attributes))
    const changed = await change({ versionString: '1.0.1', releaseType: 'SCHEDULED', earliestReleaseDate: date })
    expect(changed.data.attributes).toMatchObject({ versionString: '1.0.1', earliestReleaseDate: date })
    await moveTo(own.id, 'WAITING_FOR_REVIEW')
    expect(code(await change({ copyright: 'x' }))).toEqual([409, 'STATE_ERROR'])
    expect(code(await client.delete(`/v1/appStoreVersions/${own.id}`))).toEqual([409, 'STATE_ERROR'])
    await moveTo(own.id, 'DEVELOPER_REJECTED')
    expect((await change({ copyright: 'x' })).status).toBe(200)
    expect((await client.delete(`/v1/appStoreVersions/${own.id}`)).status).toBe(204)
    expect(code(await client.get(`/v1/appStoreVersions/${own.id}`))).toEqual([404, 'NOT_FOUND'])
  })

  it('are not listed of their own, and offer what Apple offers', async () => {
    expect(code(await client.get('/v1/appStoreVersions'))).toEqual([403, 'FORBIDDEN_ERROR'])
    expect(code(await client.get(`/v1/appStoreVersions/${version}/app`))).toEqual([404, 'PATH_ERROR'])
  })

  it('take a build that fits, by relationship or address, and let it go', async () => {
    const id = await newApp('Built', [{}])
    const [own = { id: '' }] = await versionsOf(id)
    const build = (number: string, more: object = {}) => ({ app: 'com.acme.built', version: number, ...more })
    const { builds = [] } = await simulator.seedTeam(teamId, {
      builds: [
        build('1'),
        build('2', { versionString: '2.0' }),
        build('3', { processingMs: 60_000 }),
        build('4', { platform: 'MAC_OS' }),
        { app: 'com.acme.app', version: '1' },
      ],
    })
    const link = (buildId: string | null) =>
      client.patch(`/v1/appStoreVersions/${own.id}/relationships/build`, {
        data: buildId === null ? null : { type: 'builds', id: buildId },
      })
    for (const wrong of [...builds.slice(1), 'NOPE']) {
      expect(code(await link(wrong))).toEqual([409, 'ENTITY_ERROR.RELATIONSHIP.INVALID'])
    }
    expect((await link(builds[0] ?? '')).status).toBe(204)
    expect((await client.get(`/v1/appStoreVersions/${own.id}/build`)).data.id).toBe(builds[0])
    expect((await client.get(`/v1/builds/${builds[0]}/appStoreVersion`)).data.id).toBe(own.id)
    expect((await link(null)).status).toBe(204)
    expect((await client.get(`/v1/appStoreVersions/${own.id}/build`)).data).toBeNull()
    const patched = await client.patch(`/v1/appStoreVersions/${own.id}`, {
      data: {
        ...modification('appStoreVersions', own.id, {}).data,
        relationships: { build: one('builds', builds[0] ?? '') },
      },
    })
    expect(patched.status).toBe(200)
  })
})

describe('texts of versions', () => {
  const make = (locale: string, texts: object = {}, id = version) =>
    client.post(
      '/v1/appStoreVersionLocalizations',
      creation('appStoreVersionLocalizations', { locale, ...texts }, { appStoreVersion: one('appStoreVersions', id) }),
    )
  const change = (id: string, attributes: Record<string, unknown>) =>
    client.patch(`/v1/appStoreVersionLocalizations/${id}`, modification('appStoreVersionLocalizations', id, attributes))

  it('are made per language, changed, emptied and deleted; the first language stays', async () => {
    const id = created(await make('de-DE', { description: 'Gut', keywords: 'a,b', supportUrl: 'https://acme.example' }))
    const changed = await change(id, { description: 'Besser', keywords: null, promotionalText: 'Neu' })
    expect(changed.data.attributes).toMatchObject({ description: 'Besser', keywords: null, promotionalText: 'Neu' })
    const listed = await client.get(`/v1/appStoreVersions/${version}/appStoreVersionLocalizations?filter[locale]=de-DE`)
    expect(listed.list.map((each) => each.id)).toEqual([id])
    expect(code(await make('de-DE'))).toEqual([409, DUPLICATE])
    expect((await client.delete(`/v1/appStoreVersionLocalizations/${id}`)).status).toBe(204)
    expect((await client.delete(`/v1/appStoreVersionLocalizations/${localization}`)).status).toBe(409)
  })

  it.each([
    ['description', 4_000],
    ['keywords', 100],
    ['promotionalText', 170],
  ])('%s may have %i characters', async (name, limit) => {
    expect((await change(localization, { [name]: 'ä'.repeat(limit) })).status).toBe(200)
    expect(code(await change(localization, { [name]: 'ä'.repeat(limit + 1) }))).toEqual([
      409,
      'ENTITY_ERROR.ATTRIBUTE.INVALID',
    ])
  })

  it('tell nothing new of a first version, and carry over to the next but for that', async () => {
    const first = await change(localization, { whatsNew: 'Everything' })
    expect(code(first)).toEqual([409, 'STATE_ERROR'])
    expect(first.error.source?.pointer).toBe('/data/attributes/whatsNew')
    const id = await newApp('Carried', [{}])
    const textsOf = async (ofVersion: string) =>
      (await client.get(`/v1/appStoreVersions/${ofVersion}/appStoreVersionLocalizations`)).list
    const [own = { id: '' }] = await versionsOf(id)
    const [english = { id: '' }] = await textsOf(own.id)
    await change(english.id, { description: 'Old and good' })
    await moveTo(own.id, 'READY_FOR_DISTRIBUTION')
    const next = created(await newVersion(id, '2.0'))
    const [copy = { id: '', attributes: {} }] = await textsOf(next)
    expect(copy.attributes).toMatchObject({ locale: 'en-US', description: 'Old and good', whatsNew: null })
    expect((await change(copy.id, { whatsNew: 'Faster' })).status).toBe(200)
    expect(code(await change(english.id, { description: 'Too late' }))).toEqual([409, 'STATE_ERROR'])
    expect((await change(english.id, { promotionalText: 'Always' })).status).toBe(200)
  })

  it('refuse a language that is none and a version that is none', async () => {
    expect(code(await make('en-ZZ'))).toEqual([409, 'ENTITY_ERROR.ATTRIBUTE.INVALID'])
    expect(code(await make('fr-FR', {}, 'NOPE'))).toEqual([409, 'ENTITY_ERROR.RELATIONSHIP.INVALID'])
  })
})

describe('app infos', () => {
  const make = (appInfo: string, locale: string, name: string) =>
    client.post(
      '/v1/appInfoLocalizations',
      creation('appInfoLocalizations', { locale, name }, { appInfo: one('appInfos', appInfo) }),
    )
  const infosOf = async (id: string) => (await client.get(`/v1/apps/${id}/appInfos`)).list

  it('are two while a version is prepared, and only the one to edit is open', async () => {
    const id = await newApp('Two infos', [{ state: 'READY_FOR_DISTRIBUTION' }])
    expect((await infosOf(id)).map(({ attributes }) => attributes.state)).toEqual(['READY_FOR_DISTRIBUTION'])
    const next = created(await newVersion(id, '2.0'))
    const infos = await infosOf(id)
    expect(infos.map(({ attributes }) => attributes.appStoreState)).toEqual([
      'READY_FOR_SALE',
      'PREPARE_FOR_SUBMISSION',
    ])
    const [live = { id: '' }, edited = { id: '' }] = infos
    expect(code(await make(live.id, 'de-DE', 'Zwei'))).toEqual([409, 'STATE_ERROR'])
    created(await make(edited.id, 'de-DE', 'Zwei'))
    await moveTo(next, 'IN_REVIEW')
    expect((await infosOf(id)).map(({ attributes }) => attributes.state)).toEqual([
      'READY_FOR_DISTRIBUTION',
      'IN_REVIEW',
    ])
    await moveTo(next, 'READY_FOR_DISTRIBUTION')
    const [left = { id: '' }, ...more] = await infosOf(id)
    expect([left.id, more]).toEqual([edited.id, []])
  })

  it('have names that are short, permitted and nobody else’s, and name the app', async () => {
    const id = await newApp('Named', [{}])
    const [info = { id: '' }] = await infosOf(id)
    const [english = { id: '' }] = (await client.get(`/v1/appInfos/${info.id}/appInfoLocalizations?include=appInfo`))
      .list
    const rename = (name: string) =>
      client.patch(
        `/v1/appInfoLocalizations/${english.id}`,
        modification('appInfoLocalizations', english.id, { name, subtitle: 'Fine' }),
      )
    expect((await rename('Renamed app')).data.attributes).toMatchObject({ name: 'Renamed app', subtitle: 'Fine' })
    expect((await client.get(`/v1/apps/${id}`)).data.attributes.name).toBe('Renamed app')
    expect(code(await rename('a'.repeat(31)))).toEqual([409, 'ENTITY_ERROR.ATTRIBUTE.INVALID'])
    expect((await rename('Party 🎉')).error.detail).toMatch(/App Name contains certain Unicode/)
    expect((await rename('acme')).error.detail).toContain('The App Name you entered is already being used')
    expect((await client.delete(`/v1/appInfoLocalizations/${english.id}`)).status).toBe(409)
  })

  it('have categories', async () => {
    const [info = { id: '' }] = await infosOf(app)
    const category = (id: string | null) => ({ data: id === null ? null : { type: 'appCategories', id } })
    const change = (relationships: object) =>
      client.patch(`/v1/appInfos/${info.id}`, { data: { type: 'appInfos', id: info.id, relationships } })
    const places = { primaryCategory: category('GAMES'), primarySubcategoryOne: category('GAMES_PUZZLE') }
    expect((await change(places)).status).toBe(200)
    const found = await client.get(
      `/v1/appInfos/${info.id}/primaryCategory?include=subcategories&limit[subcategories]=50`,
    )
    expect(found.data.id).toBe('GAMES')
    expect(found.included.map(({ id }) => id)).toContain('GAMES_PUZZLE')
    expect((await change({ primarySubcategoryOne: category(null) })).status).toBe(200)
    expect((await client.get(`/v1/appInfos/${info.id}/primarySubcategoryOne`)).data).toBeNull()
    expect(code(await change({ primaryCategory: category('NOPE') }))).toEqual([
      409,
      'ENTITY_ERROR.RELATIONSHIP.INVALID',
    ])
    const roots = await client.get('/v1/appCategories?exists[parent]=false&limit=100')
    expect(roots.list.map(({ id }) => id)).toEqual(expect.arrayContaining(['GAMES', 'UTILITIES']))
    expect(roots.list.map(({ id }) => id)).not.toContain('GAMES_PUZZLE')
  })
})

describe('screenshots', () => {
  let set: string
  beforeAll(async () => {
    set = created(await newSet('APP_IPHONE_67'))
  })

  const newSet = (screenshotDisplayType: string, id = localization) =>
    client.post(
      '/v1/appScreenshotSets',
      creation(
        'appScreenshotSets',
        { screenshotDisplayType },
        { appStoreVersionLocalization: one('appStoreVersionLocalizations', id) },
      ),
    )
  const reserve = (fileName: string, fileSize: number, id = set) =>
    client.post(
      '/v1/appScreenshots',
      creation('appScreenshots', { fileName, fileSize }, { appScreenshotSet: one('appScreenshotSets', id) }),
    )
  const commit = (id: string, bytes: Buffer, sourceFileChecksum = createHash('md5').update(bytes).digest('hex')) =>
    client.patch(`/v1/appScreenshots/${id}`, modification('appScreenshots', id, { uploaded: true, sourceFileChecksum }))
  type Operation = {
    method: string
    url: string
    offset: number
    length: number
    requestHeaders: { name: string; value: string }[]
  }
  const operationsOf = ({ data }: Answer) => data.attributes.uploadOperations as Operation[]
  const stateOf = ({ data }: Answer) =>
    data.attributes.assetDeliveryState as { state: string; errors: { code: string }[] }

  async function put({ method, url, offset, length, requestHeaders }: Operation, bytes: Buffer): Promise<Response> {
    const headers = Object.fromEntries(requestHeaders.map(({ name, value }) => [name, value]))
    return await fetch(url, { method, headers, body: new Uint8Array(bytes.subarray(offset, offset + length)) })
  }

  async function upload(bytes: Buffer, id = set): Promise<Answer> {
    const reserved = await reserve('shot.png', bytes.length, id)
    for (const operation of operationsOf(reserved)) expect((await put(operation, bytes)).status).toBe(200)
    return await commit(created(reserved), bytes)
  }

  it('are reserved, uploaded in parts out of order, committed, and done', async () => {
    const bytes = png(1290, 2796, 'rgb', 11 * 1024 * 1024)
    const reserved = await reserve('large.png', bytes.length)
    expect(stateOf(reserved)).toEqual({ state: 'AWAITING_UPLOAD', errors: [], warnings: [] })
    const operations = operationsOf(reserved)
    const order = operations.map(({ offset }) => offset / 5_242_880)
    expect(order).not.toEqual([0, 1, 2])
    expect([...order].sort()).toEqual([0, 1, 2])
    for (const operation of operations) {
      const answer = await put(operation, bytes)
      const part = bytes.subarray(operation.offset, operation.offset + operation.length)
      const digest = createHash('md5').update(part).digest('hex').toUpperCase()
      expect([answer.status, answer.headers.get('etag')]).toEqual([200, `"${digest}"`])
    }
    const before = simulator.world.settings
    simulator.world.settings = { ...before, assetProcessingMs: 60_000 }
    const committed = await commit(reserved.data.id, bytes)
    expect(stateOf(committed).state).toBe('UPLOAD_COMPLETE')
    expect(operationsOf(committed)).toBeNull()
    simulator.world.clock.advance(60_000)
    simulator.world.settings = before
    const done = await client.get(`/v1/appScreenshots/${reserved.data.id}?include=appScreenshotSet`)
    expect(stateOf(done).state).toBe('COMPLETE')
    expect(done.data.attributes.imageAsset).toMatchObject({ width: 1290, height: 2796 })
    expect(code(await commit(reserved.data.id, bytes))).toEqual([409, 'STATE_ERROR'])
  })

  it('are shown to anybody at the address of their picture: the same picture in other bytes', async () => {
    const bytes = png(1290, 2796)
    const { data } = await upload(bytes)
    const asset = data.attributes.imageAsset as { templateUrl: string; width: number; height: number }
    const address = (width: number, format: string) =>
      asset.templateUrl.replace('{w}', `${width}`).replace('{h}', `${asset.height}`).replace('{f}', format)
    const shown = await fetch(address(asset.width, 'png'))
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/png'])
    const copy = Buffer.from(await shown.arrayBuffer())
    expect(copy.equals(bytes)).toBe(false)
    expect(imageSize(copy)).toMatchObject({ type: 'png', width: 1290, height: 2796 })
    const pixels = (picture: Buffer) => picture.subarray(picture.indexOf('IDAT'))
    expect(pixels(copy).equals(pixels(bytes))).toBe(true)
    expect((await fetch(address(100, 'png'))).status).toBe(501)
    expect((await fetch(address(asset.width, 'jpg'))).status).toBe(501)
    expect((await fetch(address(asset.width, 'png').replace(/thumb\/[^/]+/, 'thumb/none'))).status).toBe(404)
    const withToken = await fetch(address(asset.width, 'png'), { headers: { authorization: 'Bearer token' } })
    expect(withToken.status).toBe(400)
    expect((await client.delete(`/v1/appScreenshots/${data.id}`)).status).toBe(204)
    expect((await fetch(address(asset.width, 'png'))).status).toBe(404)
  })

  it('keep their picture while a later version shows it too, and no longer', async () => {
    const id = await newApp('Copies', [{ versionString: '1.0' }])
    const [first] = await versionsOf(id)
    const setIn = async (owner: string) => {
      const [texts] = (await client.get(`/v1/appStoreVersions/${owner}/appStoreVersionLocalizations`)).list
      const sets = await client.get(`/v1/appStoreVersionLocalizations/${texts?.id}/appScreenshotSets`)
      return { texts: texts?.id ?? '', set: sets.list[0]?.id ?? '' }
    }
    const { texts } = await setIn(first?.id ?? '')
    const within = { appStoreVersionLocalization: one('appStoreVersionLocalizations', texts) }
    const wish = creation('appScreenshotSets', { screenshotDisplayType: 'APP_IPHONE_67' }, within)
    const set = created(await client.post('/v1/appScreenshotSets', wish))
    const { data } = await upload(png(1290, 2796), set)
    const { templateUrl } = data.attributes.imageAsset as { templateUrl: string }
    const shown = async () =>
      (await fetch(templateUrl.replace('{w}', '1290').replace('{h}', '2796').replace('{f}', 'png'))).status
    await moveTo(first?.id ?? '', 'READY_FOR_DISTRIBUTION')
    const second = created(await newVersion(id, '1.1'))
    const copy = await setIn(second)
    await moveTo(first?.id ?? '', 'PREPARE_FOR_SUBMISSION')
    expect((await client.delete(`/v1/appScreenshotSets/${set}`)).status).toBe(204)
    expect(await shown()).toBe(200)
    expect((await client.delete(`/v1/appScreenshotSets/${copy.set}`)).status).toBe(204)
    expect(await shown()).toBe(404)
  })

  it.each([
    ['a size that is none of the display', png(100, 100), undefined, 'IMG_BAD_DIMENSIONS'],
    ['transparency', png(1290, 2796, 'rgba'), undefined, 'IMG_ALPHA_NOT_ALLOWED'],
    ['what is no picture', Buffer.from('nothing'), undefined, 'IMG_INVALID'],
    ['another file than was told', png(1290, 2796), '0'.repeat(32), 'CHECKSUM_MISMATCH'],
  ])('fail for %s', async (_what, bytes, checksum, expected) => {
    const reserved = await reserve('bad.png', bytes.length)
    for (const operation of operationsOf(reserved)) await put(operation, bytes)
    const committed = await commit(reserved.data.id, bytes, checksum)
    expect([stateOf(committed).state, stateOf(committed).errors[0]?.code]).toEqual(['FAILED', expected])
    expect((await client.delete(`/v1/appScreenshots/${reserved.data.id}`)).status).toBe(204)
  })

  it('take parts only as they were told: length, header, address, time', async () => {
    const bytes = png(1290, 2796)
    const reserved = await reserve('strict.png', bytes.length)
    const [operation] = operationsOf(reserved)
    if (operation === undefined) throw new Error('no operation')
    expect((await put(operation, bytes.subarray(1))).status).toBe(400)
    expect((await put({ ...operation, requestHeaders: [] }, bytes)).status).toBe(403)
    expect((await put({ ...operation, url: `${operation.url}0` }, bytes)).status).toBe(403)
    expect((await put({ ...operation, url: operation.url.replace(/[^/]+\?/, 'nothing?') }, bytes)).status).toBe(404)
    expect(code(await commit(reserved.data.id, bytes))).toEqual([409, 'STATE_ERROR'])
    simulator.world.clock.advance(8 * 86_400_000)
    expect((await put(operation, bytes)).status).toBe(403)
    simulator.world.clock.advance(-8 * 86_400_000)
    expect((await client.delete(`/v1/appScreenshots/${reserved.data.id}`)).status).toBe(204)
  })

  it('have an order that is written whole', async () => {
    const own = created(await newSet('APP_IPHONE_65'))
    const ids = []
    for (let n = 0; n < 3; n += 1) ids.push((await upload(png(1242, 2688), own)).data.id)
    const path = `/v1/appScreenshotSets/${own}/relationships/appScreenshots`
    const reversed = ids.toReversed()
    expect((await client.patch(path, many('appScreenshots', reversed))).status).toBe(204)
    const listed = await client.get(`/v1/appScreenshotSets/${own}/appScreenshots?limit=2`)
    expect(listed.list.map(({ id }) => id)).toEqual(reversed.slice(0, 2))
    const rest = await client.get(listed.links.next ?? '')
    expect(rest.list.map(({ id }) => id)).toEqual(reversed.slice(2))
    expect(code(await client.patch(path, many('appScreenshots', ids.slice(1))))).toEqual([
      409,
      'ENTITY_ERROR.RELATIONSHIP.INVALID',
    ])
    const included = await client.get(
      `/v1/appStoreVersionLocalizations/${localization}/appScreenshotSets?filter[screenshotDisplayType]=APP_IPHONE_65&include=appScreenshots`,
    )
    expect(included.included.map(({ id }) => id)).toEqual(reversed)
  })

  it('are ten in a set, and one set for a display', async () => {
    const own = created(await newSet('APP_DESKTOP'))
    expect(code(await newSet('APP_DESKTOP'))).toEqual([409, DUPLICATE])
    for (let n = 0; n < 10; n += 1) created(await reserve(`${n}.png`, 10, own))
    expect(code(await reserve('11.png', 10, own))).toEqual([409, 'ENTITY_ERROR'])
    expect((await client.delete(`/v1/appScreenshotSets/${own}`)).status).toBe(204)
    expect(code(await newSet('APP_IPHONE_69'))).toEqual([409, 'ENTITY_ERROR.ATTRIBUTE.INVALID'])
    expect(code(await newSet('APP_APPLE_TV', 'NOPE'))).toEqual([409, 'ENTITY_ERROR.RELATIONSHIP.INVALID'])
    expect(code(await reserve('none.png', 0))).toEqual([409, 'ENTITY_ERROR.ATTRIBUTE.INVALID'])
  })

  it('go over to the next version, and are locked in one that is submitted', async () => {
    const id = await newApp('Pictured', [{}])
    const [own = { id: '' }] = await versionsOf(id)
    const firstText = async (ofVersion: string) =>
      (await client.get(`/v1/appStoreVersions/${ofVersion}/appStoreVersionLocalizations`)).list[0]?.id ?? ''
    const text = await firstText(own.id)
    const mine = created(await newSet('APP_IPHONE_67', text))
    const shot = await upload(png(1290, 2796), mine)
    await moveTo(own.id, 'READY_FOR_DISTRIBUTION')
    expect(code(await client.delete(`/v1/appScreenshots/${shot.data.id}`))).toEqual([409, 'STATE_ERROR'])
    expect(code(await reserve('late.png', 10, mine))).toEqual([409, 'STATE_ERROR'])
    const next = created(await newVersion(id, '2.0'))
    const sets = await client.get(
      `/v1/appStoreVersionLocalizations/${await firstText(next)}/appScreenshotSets?include=appScreenshots`,
    )
    expect(sets.included.map(({ attributes }) => attributes.fileName)).toEqual(['shot.png'])
    expect(sets.included[0]?.id).not.toBe(shot.data.id)
  })
})

describe('roles', () => {
  it('write with the App Manager’s, read with the Developer’s', async () => {
    const developer = clientFor(simulator, simulator.createKey(teamId, { role: 'DEVELOPER' }))
    const manager = clientFor(simulator, simulator.createKey(teamId, { role: 'APP_MANAGER' }))
    const body = modification('appStoreVersions', version, { copyright: '2026' })
    expect((await developer.get(`/v1/appStoreVersions/${version}`)).status).toBe(200)
    expect(code(await developer.patch(`/v1/appStoreVersions/${version}`, body))).toEqual([403, 'FORBIDDEN_ERROR'])
    expect((await manager.patch(`/v1/appStoreVersions/${version}`, body)).status).toBe(200)
  })
})
