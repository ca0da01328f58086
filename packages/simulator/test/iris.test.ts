import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/simulator.ts'
import type { KeyRole } from '../src/world/api-key.ts'
import { Browser } from './apple-id-browser.ts'
import { type Answer, clientFor, creation, modification, one, readAnswer } from './client.ts'
import { png } from './png.ts'
import { PASSWORD } from './portal-browser.ts'

let simulator: Simulator
let teamId: string
let iris: Iris

/** A person on App Store Connect's site: cookies of a real sign-in. */
class Iris {
  readonly browser: Browser

  constructor(browser: Browser) {
    this.browser = browser
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const cookie = this.browser.cookieHeader('appstoreconnect.apple.com')
    const answer = await fetch(path.startsWith('http') ? path : `${simulator.url}/appstoreconnect/iris/v1/${path}`, {
      method,
      headers: {
        ...(cookie === '' ? {} : { cookie }),
        'content-type': 'application/json',
        'x-csrf-itc': '[asc-ui]',
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return readAnswer(await answer.text(), answer.status, answer.headers)
  }

  get = (path: string) => this.send('GET', path)
  post = (path: string, body: unknown) => this.send('POST', path, body)
  patch = (path: string, body: unknown) => this.send('PATCH', path, body)
  delete = (path: string) => this.send('DELETE', path)
}

async function signIn(email: string, memberships: { teamId: string; roles: readonly KeyRole[] }[]): Promise<Iris> {
  simulator.createAccount({ email, password: PASSWORD, secondFactor: 'none', iterations: 1_000, memberships })
  const browser = new Browser(simulator)
  expect((await browser.signIn(email, PASSWORD)).status).toBe(200)
  return new Iris(browser)
}

/** An id of the client's own, for what the document writes along. */
const own = (name: string) => `\${${name}}`

/** What both @expo/apple-utils and spaceship send to make an app record. */
function newApp(
  name: string,
  bundleId: string,
  more: Record<string, unknown> = {},
  platforms: readonly string[] = ['IOS'],
) {
  return {
    data: {
      type: 'apps',
      attributes: { sku: `SKU ${name}`, primaryLocale: 'en-US', bundleId, ...more },
      relationships: {
        appStoreVersions: {
          data: platforms.map((platform) => ({ type: 'appStoreVersions', id: own(`store-version-${platform}`) })),
        },
        appInfos: { data: [{ type: 'appInfos', id: own('new-appInfo-id') }] },
      },
    },
    included: [
      {
        type: 'appInfos',
        id: own('new-appInfo-id'),
        relationships: {
          appInfoLocalizations: { data: [{ type: 'appInfoLocalizations', id: own('new-appInfoLocalization-id') }] },
        },
      },
      { type: 'appInfoLocalizations', id: own('new-appInfoLocalization-id'), attributes: { locale: 'en-US', name } },
      ...platforms.map((platform) => ({
        type: 'appStoreVersions',
        id: own(`store-version-${platform}`),
        attributes: { platform, versionString: '1.0' },
      })),
    ],
  }
}

beforeAll(async () => {
  simulator = await startSimulator({ settings: { hourlyLimit: null } })
  ;({ teamId } = simulator.createTeam({ name: 'Acme', teamId: 'ACMETEAM01' }))
  await simulator.seedTeam(teamId, {
    bundleIds: ['one', 'two', 'three', 'four', 'five'].map((name) => ({ identifier: `com.acme.${name}` })),
    apps: [{ name: 'Seeded', bundleId: 'com.acme.seeded' }],
  })
  iris = await signIn('holder@example.com', [{ teamId, roles: ['ACCOUNT_HOLDER'] }])
})
afterAll(() => simulator.close())

const code = (answer: Answer) => [answer.status, answer.error?.code]

describe('app records', () => {
  it('are made here, with an info and a version for each platform, and are the documented API’s too', async () => {
    const made = await iris.post('apps', newApp('First app', 'com.acme.one', {}, ['IOS', 'TV_OS']))
    expect(made.status).toBe(201)
    expect(made.data.attributes).toMatchObject({ name: 'First app', bundleId: 'com.acme.one', sku: 'SKU First app' })
    const client = clientFor(simulator, simulator.createKey(teamId))
    const found = await client.get(`/v1/apps/${made.data.id}?include=appInfos,appStoreVersions`)
    expect(found.included.map(({ type, attributes }) => [type, attributes.platform]).sort()).toEqual([
      ['appInfos', undefined],
      ['appStoreVersions', 'IOS'],
      ['appStoreVersions', 'TV_OS'],
    ])
    const info = found.included.find(({ type }) => type === 'appInfos')?.id
    const names = await client.get(`/v1/appInfos/${info}/appInfoLocalizations`)
    expect(names.list.map(({ attributes }) => [attributes.locale, attributes.name])).toEqual([['en-US', 'First app']])
    expect((await client.get('/v1/bundleIds?filter[identifier]=com.acme.one&include=app')).included[0]?.id).toBe(
      made.data.id,
    )
  })

  it('are not made with a key', async () => {
    const client = clientFor(simulator, simulator.createKey(teamId))
    const answer = await client.post('/v1/apps', newApp('Keyed', 'com.acme.two'))
    expect(code(answer)).toEqual([403, 'FORBIDDEN_ERROR'])
    expect(answer.error.detail).toContain("does not allow 'CREATE'")
  })

  it.each([
    ['an unregistered bundle ID', newApp('Unregistered', 'com.acme.nowhere'), /The bundleID is not available/],
    ['a bundle ID in use', newApp('Again', 'com.acme.one'), /Bundle ID you entered has already been used/],
    ['a name in use', newApp('first APP', 'com.acme.two'), /The App Name you entered is already being used/],
    [
      'a name with pictures',
      newApp('Party 🎉', 'com.acme.two'),
      /App Name contains certain Unicode(.*)characters that are not permitted/,
    ],
    ['a SKU in use', newApp('Sku', 'com.acme.two', { sku: 'SKU First app' }), /SKU you entered has already been used/],
    ['a language that is none', newApp('Language', 'com.acme.two', { primaryLocale: 'xx' }), /not a valid locale/],
    ['a platform that is none', newApp('Watch', 'com.acme.two', {}, ['WATCH_OS']), /Name a version/],
    ['what is not written along', { ...newApp('Alone', 'com.acme.two'), included: [] }, /holds no resource of type/],
  ])('are refused for %s, and leave nothing behind', async (_what, body, detail) => {
    const before = (await iris.get('apps?limit=200')).paging.total
    const answer = await iris.post('apps', body)
    expect(answer.status).toBe(409)
    expect(answer.error.detail).toMatch(detail)
    expect((await iris.get('apps?limit=200')).paging.total).toBe(before)
  })

  it('need a role that may make them', async () => {
    const developer = await signIn('developer@example.com', [{ teamId, roles: ['DEVELOPER'] }])
    const refused = await developer.post('apps', newApp('Developed', 'com.acme.three'))
    expect(code(refused)).toEqual([403, 'FORBIDDEN_ERROR'])
    expect(refused.error.detail).toContain('The API key in use does not allow this request')
    const manager = await signIn('manager@example.com', [{ teamId, roles: ['DEVELOPER', 'APP_MANAGER'] }])
    expect((await manager.post('apps', newApp('Managed', 'com.acme.three'))).status).toBe(201)
  })
})

describe('the documented resources', () => {
  it('are read and written with cookies, links lead back here', async () => {
    const list = await iris.get('apps?filter[bundleId]=com.acme.seeded&limit=1')
    const [app] = list.list
    expect(app?.links.self).toBe(`${simulator.url}/appstoreconnect/iris/v1/apps/${app?.id}`)
    const [version] = (await iris.get(`apps/${app?.id}/appStoreVersions?include=appStoreVersionSubmission`)).list
    const id = version?.id ?? ''
    const changed = await iris.patch(
      `appStoreVersions/${id}`,
      modification('appStoreVersions', id, { copyright: '2026' }),
    )
    expect(changed.data.attributes.copyright).toBe('2026')
    const first = await iris.get('apps?limit=1')
    const second = await iris.get(first.links.next ?? '')
    expect(second.status).toBe(200)
    expect(second.list[0]?.id).not.toBe(first.list[0]?.id)
  })

  it('include screenshots that are uploaded to the same simulator', async () => {
    const [app] = (await iris.get('apps?filter[bundleId]=com.acme.seeded')).list
    const [version] = (await iris.get(`apps/${app?.id}/appStoreVersions`)).list
    const [text] = (await iris.get(`appStoreVersions/${version?.id}/appStoreVersionLocalizations`)).list
    const within = { appStoreVersionLocalization: one('appStoreVersionLocalizations', text?.id ?? '') }
    const attributes = { screenshotDisplayType: 'APP_IPHONE_67' }
    const set = await iris.post('appScreenshotSets', creation('appScreenshotSets', attributes, within))
    const bytes = png(1320, 2868)
    const file = { fileName: 'a.png', fileSize: bytes.length }
    const reserved = await iris.post(
      'appScreenshots',
      creation('appScreenshots', file, { appScreenshotSet: one('appScreenshotSets', set.data.id) }),
    )
    const [operation] = reserved.data.attributes.uploadOperations as { url: string }[]
    expect(operation?.url.startsWith(`${simulator.url}/uploads/`)).toBe(true)
    const headers = { 'content-type': 'image/png' }
    const put = await fetch(operation?.url ?? '', { method: 'PUT', headers, body: new Uint8Array(bytes) })
    expect(put.status).toBe(200)
    const sourceFileChecksum = createHash('md5').update(bytes).digest('hex')
    const { id } = reserved.data
    const commit = modification('appScreenshots', id, { uploaded: true, sourceFileChecksum })
    const committed = await iris.patch(`appScreenshots/${id}`, commit)
    expect(committed.data.attributes.assetDeliveryState).toMatchObject({ state: 'COMPLETE' })
    expect((await iris.delete(`appScreenshots/${id}`)).status).toBe(204)
  })

  it('belong to the provider that is chosen', async () => {
    const other = simulator.createTeam({ name: 'Orchard', teamId: 'ORCHARD001' })
    const person = await signIn('both@example.com', [
      { teamId, roles: ['ADMIN'] },
      { teamId: other.teamId, roles: ['MARKETING'] },
    ])
    expect((await person.get('apps')).paging.total).toBeGreaterThan(0)
    const provider = [...simulator.world.appleIds.providers.values()].find((each) => each.teamId === other.teamId)
    const body = { provider: { providerId: provider?.providerId } }
    expect((await person.browser.send('POST', '/appstoreconnect/olympus/v1/session', { body })).status).toBe(200)
    expect((await person.get('apps')).paging.total).toBe(0)
    expect((await person.get('users')).status).toBe(403)
  })
})

describe('refusals', () => {
  it('401 without a session and after it has ended, in JSON', async () => {
    const nobody = new Iris(new Browser(simulator))
    expect(code(await nobody.get('apps'))).toEqual([401, 'NOT_AUTHORIZED'])
    const person = await signIn('gone@example.com', [{ teamId, roles: ['ADMIN'] }])
    expect((await person.get('apps')).status).toBe(200)
    await fetch(`${simulator.controlUrl}/accounts/gone@example.com/sessions`, { method: 'DELETE' })
    expect(code(await person.get('apps'))).toEqual([401, 'NOT_AUTHORIZED'])
  })

  it('501 for what is not played, 404 for addresses, 403 for what is not offered', async () => {
    expect(code(await iris.get('territories'))).toEqual([501, 'NOT_SIMULATED'])
    expect(code(await iris.get('nothings'))).toEqual([404, 'PATH_ERROR'])
    expect(code(await iris.get('apps/NOPE'))).toEqual([404, 'NOT_FOUND'])
    expect(code(await iris.delete('apps/NOPE'))).toEqual([403, 'FORBIDDEN_ERROR'])
  })

  it('403 while an agreement waits, and for who has no access', async () => {
    const team = simulator.world.teams.get(teamId)
    if (team === undefined) throw new Error('no team')
    team.agreementsInForce = false
    expect(code(await iris.get('apps'))).toEqual([403, 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED'])
    team.agreementsInForce = true
    const outsider = await signIn('outside@example.com', [])
    expect(code(await outsider.get('apps'))).toEqual([403, 'FORBIDDEN_ERROR'])
  })

  it('429 when the budget is used up, and faults by name', async () => {
    const before = simulator.world.settings
    simulator.world.settings = { ...before, hourlyLimit: 1 }
    simulator.world.rateLimits.reset()
    expect((await iris.get('apps')).status).toBe(200)
    expect(code(await iris.get('apps'))).toEqual([429, 'RATE_LIMIT_EXCEEDED'])
    simulator.world.settings = before
    simulator.world.faults.add({ operation: 'iris_apps_getCollection', kind: 'status', status: 500 })
    expect((await iris.get('apps')).status).toBe(500)
    expect((await iris.get('apps')).status).toBe(200)
    expect(simulator.world.journal.exchanges().at(-1)).toMatchObject({
      operation: 'iris_apps_getCollection',
      account: 'holder@example.com',
      teamId,
    })
  })
})
