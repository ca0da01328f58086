import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPlayed, type ListedOperation, listAppleOperations } from '../src/app-store-connect/operation-list.ts'
import { registry } from '../src/app-store-connect/registry.ts'
import type { Simulator } from '../src/simulator.ts'
import { type Client, clientFor, created, creation, many, one, startWithTeam, udid } from './client.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

let simulator: Simulator
let client: Client
let faulty: Client
let ids: Readonly<Record<string, readonly string[]>>

beforeAll(async () => {
  const started = await startWithTeam({ settings: { betaReviewDemandsContact: false } })
  ;({ simulator, client } = started)
  faulty = clientFor(simulator, started.file, { isChecked: false })
  const seeded = await simulator.seedTeam(started.teamId, {
    users: [{ username: 'kim@example.com', roles: ['DEVELOPER'] }],
    merchantIds: [{ identifier: 'merchant.com.acme.all' }],
    passTypeIds: [{ identifier: 'pass.com.acme.all' }],
    bundleIds: [{ identifier: 'com.acme.all', capabilities: ['PUSH_NOTIFICATIONS'] }],
    apps: [{ name: 'Acme', bundleId: 'com.acme.all' }],
    devices: [{ name: 'Phone', udid: udid(1) }],
    certificates: [{ certificateType: 'DEVELOPMENT', csrContent: SIGNING_REQUEST }],
    profiles: [{ name: 'Dev', profileType: 'IOS_APP_DEVELOPMENT', bundleId: 'com.acme.all' }],
    builds: [{ app: 'com.acme.all', version: '1', usesNonExemptEncryption: false }],
  })
  ids = { ...seeded, ...(await makeStorePage(client, seeded.apps?.[0] ?? '', seeded.builds?.[0] ?? '')) }
})
afterAll(() => simulator.close())

/** One of everything that hangs on an app. */
async function makeStorePage(client: Client, app: string, build: string): Promise<Record<string, string[]>> {
  const first = async (path: string) => [(await client.get(path)).list[0]?.id ?? '']
  const make = async (type: string, attributes: object, relationship: string, target: string, id: string) => [
    created(await client.post(`/v1/${type}`, creation(type, { ...attributes }, { [relationship]: one(target, id) }))),
  ]
  const appStoreVersions = await first(`/v1/apps/${app}/appStoreVersions`)
  const appInfos = await first(`/v1/apps/${app}/appInfos`)
  const localizations = await first(`/v1/appStoreVersions/${appStoreVersions[0]}/appStoreVersionLocalizations`)
  const type = { screenshotDisplayType: 'APP_IPHONE_67' }
  const within = ['appStoreVersionLocalization', 'appStoreVersionLocalizations', localizations[0] ?? ''] as const
  const appScreenshotSets = await make('appScreenshotSets', type, ...within)
  const file = { fileName: 'a.png', fileSize: 10 }
  const [set = ''] = appScreenshotSets
  const previewType = { previewType: 'IPHONE_67' }
  const appPreviewSets = await make('appPreviewSets', previewType, ...within)
  const [previewSet = ''] = appPreviewSets
  const [version = ''] = appStoreVersions
  const appStoreReviewDetails = await make('appStoreReviewDetails', {}, 'appStoreVersion', 'appStoreVersions', version)
  const [detail = ''] = appStoreReviewDetails
  const number = { cfBundleShortVersionString: '9.0', cfBundleVersion: '1', platform: 'IOS' }
  const buildUploads = await make('buildUploads', number, 'app', 'apps', app)
  const binary = { assetType: 'ASSET', fileName: 'a.ipa', fileSize: 10, uti: 'com.apple.ipa' }
  const [upload = ''] = buildUploads
  const betaGroups = await make('betaGroups', { name: 'Friends' }, 'app', 'apps', app)
  const tester = creation('betaTesters', { email: 'kim@example.com' }, { betaGroups: many('betaGroups', betaGroups) })
  return {
    appStoreVersions,
    appInfos,
    appStoreVersionLocalizations: localizations,
    appInfoLocalizations: await first(`/v1/appInfos/${appInfos[0]}/appInfoLocalizations`),
    appCategories: ['GAMES'],
    appScreenshotSets,
    appScreenshots: await make('appScreenshots', file, 'appScreenshotSet', 'appScreenshotSets', set),
    appPreviewSets,
    appPreviews: await make('appPreviews', file, 'appPreviewSet', 'appPreviewSets', previewSet),
    appStoreReviewDetails,
    appStoreReviewAttachments: await make(
      'appStoreReviewAttachments',
      file,
      'appStoreReviewDetail',
      'appStoreReviewDetails',
      detail,
    ),
    reviewSubmissions: await make('reviewSubmissions', {}, 'app', 'apps', app),
    webhooks: await make(
      'webhooks',
      { name: 'CI', url: 'http://127.0.0.1:9/', secret: 's', enabled: false, eventTypes: [] },
      'app',
      'apps',
      app,
    ),
    buildUploads,
    buildUploadFiles: await make('buildUploadFiles', binary, 'buildUpload', 'buildUploads', upload),
    buildBetaDetails: [build],
    betaAppReviewDetails: [app],
    betaAppReviewSubmissions: await make('betaAppReviewSubmissions', {}, 'build', 'builds', build),
    preReleaseVersions: await first('/v1/preReleaseVersions'),
    betaGroups,
    betaTesters: [created(await client.post('/v1/betaTesters', tester))],
    betaBuildLocalizations: await make('betaBuildLocalizations', { locale: 'en-US' }, 'build', 'builds', build),
    betaAppLocalizations: await make('betaAppLocalizations', { locale: 'en-US' }, 'app', 'apps', app),
  }
}

const all = listAppleOperations()
const played = all.filter((operation) => isPlayed(operation, registry))
/** Queries without which an operation lists nothing. */
const queries = (): Readonly<Record<string, string>> => ({
  betaAppReviewSubmissions_getCollection: `?filter[build]=${ids.builds?.[0]}`,
  betaAppReviewDetails_getCollection: `?filter[app]=${ids.apps?.[0]}`,
  reviewSubmissions_getCollection: `?filter[app]=${ids.apps?.[0]}`,
})
const pathOf = ({ id, path, type }: ListedOperation) =>
  `${path.replace('{id}', ids[type]?.[0] ?? 'NONE')}${queries()[id] ?? ''}`

describe('what is played of Apple’s document', () => {
  it.each(played.filter(({ method }) => method === 'GET').map((operation) => [operation.id, operation] as const))(
    '%s answers 200 in its documented form, and 404 for an id that is none',
    async (id, operation) => {
      const answer = await client.get(pathOf(operation))
      expect(answer.status, answer.text).toBe(200)
      expect(Object.keys(simulator.world.journal.counts())).toContain(id)
      if (operation.path.includes('{id}')) {
        expect((await client.get(operation.path.replace('{id}', 'NONE0NONE0'))).status).toBe(404)
      }
    },
  )

  it('is refused without a token and while an agreement is missing, each operation', async () => {
    for (const operation of played) {
      const bare = await fetch(`${simulator.url}${pathOf(operation)}`, { method: operation.method })
      expect([operation.id, bare.status]).toEqual([operation.id, 401])
    }
    const [team] = simulator.world.teams.values()
    if (team === undefined) throw new Error('no team')
    team.agreementsInForce = false
    for (const operation of played) {
      const answer = await client.request(operation.method, pathOf(operation))
      expect([operation.id, answer.status]).toEqual([operation.id, 403])
    }
    team.agreementsInForce = true
  })

  it('is all that there is: every other operation answers 501 and names itself', async () => {
    const rest = all.filter((operation) => !isPlayed(operation, registry))
    expect(played.length + rest.length).toBe(all.length)
    for (const { id, method, path } of rest) {
      const answer = await faulty.request(method, path.replace('{id}', '1'))
      expect([id, answer.status, answer.error.code]).toEqual([id, 501, 'NOT_SIMULATED'])
      expect(answer.error.detail).toContain(`'${id}'`)
    }
  })
})
