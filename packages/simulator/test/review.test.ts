import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { QUESTIONS } from '../src/app-store-connect/age-rating-declarations/questions.ts'
import type { Simulator } from '../src/simulator.ts'
import { type Answer, type Client, created, creation, many, modification, one, startWithTeam } from './client.ts'
import { png } from './png.ts'

const DAY_MS = 86_400_000
let simulator: Simulator
let client: Client
let teamId: string
let app: string
let build: string

beforeAll(async () => {
  ;({ simulator, client, teamId } = await startWithTeam({ settings: { hourlyLimit: null } }))
  const seeded = await simulator.seedTeam(teamId, {
    apps: [
      {
        name: 'Acme',
        bundleId: 'com.acme.app',
        versions: [{ versionString: '1.0', state: 'READY_FOR_DISTRIBUTION' }, { versionString: '1.1' }],
      },
      { name: 'First', bundleId: 'com.acme.first' },
    ],
    builds: [{ app: 'com.acme.app', version: '1', versionString: '1.1', usesNonExemptEncryption: false }],
  })
  app = seeded.apps?.[0] ?? ''
  build = seeded.builds?.[0] ?? ''
})
afterAll(() => simulator.close())

const code = (answer: Answer) => [answer.status, answer.error?.code]

async function send(reserved: Answer, bytes: Buffer): Promise<void> {
  const operations = reserved.data.attributes.uploadOperations as {
    url: string
    offset: number
    length: number
    requestHeaders: { name: string; value: string }[]
  }[]
  for (const { url, offset, length, requestHeaders } of operations) {
    const headers = Object.fromEntries(requestHeaders.map(({ name, value }) => [name, value]))
    const body = new Uint8Array(bytes.subarray(offset, offset + length))
    expect((await fetch(url, { method: 'PUT', headers, body })).status).toBe(200)
  }
}

async function upload(
  type: string,
  attributes: Record<string, unknown>,
  within: Record<string, ReturnType<typeof one>>,
  bytes: Buffer,
) {
  const reserved = await client.post(`/v1/${type}`, creation(type, { fileSize: bytes.length, ...attributes }, within))
  const id = created(reserved)
  await send(reserved, bytes)
  const sourceFileChecksum = createHash('md5').update(bytes).digest('hex')
  return await client.patch(`/v1/${type}/${id}`, modification(type, id, { uploaded: true, sourceFileChecksum }))
}

async function versionOf(versionString: string, of = app): Promise<string> {
  const found = await client.get(`/v1/apps/${of}/appStoreVersions?filter[versionString]=${versionString}`)
  return found.list[0]?.id ?? ''
}

async function localizationOf(version: string): Promise<string> {
  return (await client.get(`/v1/appStoreVersions/${version}/appStoreVersionLocalizations`)).list[0]?.id ?? ''
}

async function move(version: string, state: string): Promise<void> {
  const path = `${simulator.controlUrl}/teams/${teamId}/appStoreVersions/${version}`
  expect((await fetch(path, { method: 'PATCH', body: JSON.stringify({ state }) })).status).toBe(200)
}

const stateOf = async (version: string) =>
  (await client.get(`/v1/appStoreVersions/${version}`)).data.attributes.appVersionState

describe('previews', () => {
  const film = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypmp42'), Buffer.alloc(100)])
  let set: string

  it('are uploaded into a set, ordered, looked at', async () => {
    const localization = await localizationOf(await versionOf('1.1'))
    const within = { appStoreVersionLocalization: one('appStoreVersionLocalizations', localization) }
    set = created(
      await client.post('/v1/appPreviewSets', creation('appPreviewSets', { previewType: 'IPHONE_67' }, within)),
    )
    const into = { appPreviewSet: one('appPreviewSets', set) }
    const wish = { fileName: 'a.mp4', mimeType: 'video/mp4', previewFrameTimeCode: '00:00:05:01' }
    const first = await upload('appPreviews', wish, into, film)
    expect(first.data.attributes).toMatchObject({
      previewFrameTimeCode: '00:00:05:01',
      videoDeliveryState: { state: 'COMPLETE' },
      assetDeliveryState: { state: 'COMPLETE' },
    })
    const text = await upload('appPreviews', { fileName: 'b.mp4' }, into, Buffer.from('no film at all'))
    expect(text.data.attributes.videoDeliveryState).toMatchObject({
      state: 'FAILED',
      errors: [{ code: 'MOV_INVALID' }],
    })
    const third = await upload('appPreviews', { fileName: 'c.mov', mimeType: 'video/quicktime' }, into, film)
    expect(
      code(await client.post('/v1/appPreviews', creation('appPreviews', { fileName: 'd', fileSize: 1 }, into))),
    ).toEqual([409, 'ENTITY_ERROR'])
    expect((await client.delete(`/v1/appPreviews/${text.data.id}`)).status).toBe(204)
    const order = [third.data.id, first.data.id]
    const path = `/v1/appPreviewSets/${set}/relationships/appPreviews`
    expect((await client.patch(path, many('appPreviews', order))).status).toBe(204)
    const read = await client.get(
      `/v1/appStoreVersionLocalizations/${localization}/appPreviewSets?include=appPreviews&filter[previewType]=IPHONE_67`,
    )
    expect(read.list[0]?.relationships.appPreviews?.data).toEqual(order.map((id) => ({ type: 'appPreviews', id })))
    const moved = modification('appPreviews', order[0] ?? '', { previewFrameTimeCode: '00:00:01:00' })
    expect((await client.patch(`/v1/appPreviews/${order[0]}`, moved)).data.attributes.previewFrameTimeCode).toBe(
      '00:00:01:00',
    )
  })
})

describe('review', () => {
  let version: string
  let detail: string
  let submission: string

  const submissionState = async (id = submission) =>
    (await client.get(`/v1/reviewSubmissions/${id}`)).data.attributes.state
  const open = () =>
    client.post('/v1/reviewSubmissions', creation('reviewSubmissions', { platform: 'IOS' }, { app: one('apps', app) }))
  const add = (id = submission) =>
    client.post(
      '/v1/reviewSubmissionItems',
      creation(
        'reviewSubmissionItems',
        {},
        { reviewSubmission: one('reviewSubmissions', id), appStoreVersion: one('appStoreVersions', version) },
      ),
    )
  const change = (attributes: Record<string, unknown>, id = submission) =>
    client.patch(`/v1/reviewSubmissions/${id}`, modification('reviewSubmissions', id, attributes))

  it('tells everything that is missing, by resource', async () => {
    version = await versionOf('1.1')
    submission = created(await open())
    expect(code(await open())).toEqual([409, 'STATE_ERROR'])
    expect(code(await change({ submitted: true }))).toEqual([409, 'STATE_ERROR'])
    const refused = await add()
    expect(code(refused)).toEqual([409, 'STATE_ERROR.ENTITY_STATE_INVALID'])
    const { associatedErrors } = JSON.parse(refused.text).errors[0].meta as {
      associatedErrors: Record<string, { code: string; source?: { pointer: string } }[]>
    }
    const localization = await localizationOf(version)
    const lacking = (path: string) =>
      associatedErrors[path]?.map(({ code: each, source }) => source?.pointer.split('/').at(-1) ?? each)
    expect(lacking(`/v1/appStoreVersions/${version}`)).toEqual(['build', 'appStoreReviewDetail', 'copyright'])
    expect(lacking(`/v1/appStoreVersionLocalizations/${localization}`)).toEqual([
      'description',
      'keywords',
      'supportUrl',
      'whatsNew',
      'STATE_ERROR.SCREENSHOT_REQUIRED.APP_IPHONE_67',
    ])
    const infos = Object.keys(associatedErrors).filter((path) => /appInfos|ageRating/.test(path))
    expect(infos.map((path) => lacking(path)?.length)).toEqual([Object.keys(QUESTIONS).length, 1])
  })

  it('is told whom to ask, with files', async () => {
    const of = { appStoreVersion: one('appStoreVersions', version) }
    const words = {
      contactFirstName: 'Kim',
      contactLastName: 'Lee',
      contactEmail: 'kim@example.com',
      demoAccountRequired: false,
      notes: 'Tap twice',
    }
    const bad = creation('appStoreReviewDetails', { ...words, contactPhone: '0151 234' }, of)
    expect((await client.post('/v1/appStoreReviewDetails', bad)).error.source?.pointer).toBe(
      '/data/attributes/contactPhone',
    )
    detail = created(await client.post('/v1/appStoreReviewDetails', creation('appStoreReviewDetails', words, of)))
    expect(code(await client.post('/v1/appStoreReviewDetails', creation('appStoreReviewDetails', words, of)))).toEqual([
      409,
      'ENTITY_ERROR',
    ])
    const phone = modification('appStoreReviewDetails', detail, { contactPhone: '+49 151 2345678' })
    expect((await client.patch(`/v1/appStoreReviewDetails/${detail}`, phone)).data.attributes).toMatchObject({
      ...words,
      contactPhone: '+49 151 2345678',
    })
    const within = { appStoreReviewDetail: one('appStoreReviewDetails', detail) }
    const file = await upload('appStoreReviewAttachments', { fileName: 'how.pdf' }, within, Buffer.from('how to'))
    expect(file.data.attributes.assetDeliveryState).toMatchObject({ state: 'COMPLETE' })
    const read = await client.get(
      `/v1/appStoreVersions/${version}/appStoreReviewDetail?include=appStoreReviewAttachments`,
    )
    expect(read.included.map(({ id }) => id)).toEqual([file.data.id])
    expect((await client.delete(`/v1/appStoreReviewAttachments/${file.data.id}`)).status).toBe(204)
  })

  it('takes a version that has everything', async () => {
    const localization = await localizationOf(version)
    const texts = { description: 'd', keywords: 'k', supportUrl: 'https://acme.example', whatsNew: 'w' }
    await client.patch(
      `/v1/appStoreVersionLocalizations/${localization}`,
      modification('appStoreVersionLocalizations', localization, texts),
    )
    await client.patch(
      `/v1/appStoreVersions/${version}`,
      modification('appStoreVersions', version, { copyright: '2026' }),
    )
    await client.patch(`/v1/appStoreVersions/${version}/relationships/build`, one('builds', build))
    const set = created(
      await client.post(
        '/v1/appScreenshotSets',
        creation(
          'appScreenshotSets',
          { screenshotDisplayType: 'APP_IPHONE_67' },
          { appStoreVersionLocalization: one('appStoreVersionLocalizations', localization) },
        ),
      ),
    )
    const picture = Buffer.from(png(1320, 2868))
    await upload('appScreenshots', { fileName: 'a.png' }, { appScreenshotSet: one('appScreenshotSets', set) }, picture)
    const infos = await client.get(`/v1/apps/${app}/appInfos`)
    const info = infos.list.find(({ attributes }) => attributes.state === 'PREPARE_FOR_SUBMISSION')?.id ?? ''
    const categories = {
      data: { type: 'appInfos', id: info, relationships: { primaryCategory: one('appCategories', 'UTILITIES') } },
    }
    expect((await client.patch(`/v1/appInfos/${info}`, categories)).status).toBe(200)
    const rating = (await client.get(`/v1/appInfos/${info}/ageRatingDeclaration`)).data
    const answers = Object.fromEntries(
      Object.entries(QUESTIONS).map(([name, { kind }]) => [name, kind === 'boolean' ? false : 'NONE']),
    )
    const answered = await client.patch(
      `/v1/ageRatingDeclarations/${rating.id}`,
      modification('ageRatingDeclarations', rating.id, answers),
    )
    expect(answered.data.attributes).toMatchObject(answers)
    const item = await add()
    expect([item.status, item.data.attributes.state]).toEqual([201, 'READY_FOR_REVIEW'])
    expect(await stateOf(version)).toBe('READY_FOR_REVIEW')
    const second = created(await open())
    const refused = await add(second)
    expect(refused.text).toContain(`already added to another reviewSubmission with id ${submission}`)
    expect((await client.delete(`/v1/reviewSubmissionItems/${item.data.id}`)).status).toBe(204)
    expect(await stateOf(version)).toBe('PREPARE_FOR_SUBMISSION')
    created(await add())
  })

  it('goes from waiting to a rejection, again, and to the end', async () => {
    expect((await change({ submitted: true })).data.attributes).toMatchObject({ state: 'WAITING_FOR_REVIEW' })
    expect(code(await change({ submitted: true }))).toEqual([409, 'STATE_ERROR'])
    await move(version, 'IN_REVIEW')
    expect(await submissionState()).toBe('IN_REVIEW')
    await move(version, 'REJECTED')
    expect(await submissionState()).toBe('UNRESOLVED_ISSUES')
    const [item] = (await client.get(`/v1/reviewSubmissions/${submission}/items?include=appStoreVersion`)).list
    expect(item?.attributes.state).toBe('REJECTED')
    expect(code(await change({ submitted: true }))).toEqual([409, 'STATE_ERROR'])
    const id = item?.id ?? ''
    const resolved = modification('reviewSubmissionItems', id, { resolved: true })
    expect((await client.patch(`/v1/reviewSubmissionItems/${id}`, resolved)).status).toBe(200)
    expect((await change({ submitted: true })).status).toBe(200)
    expect(await stateOf(version)).toBe('WAITING_FOR_REVIEW')
  })

  it('is canceled, which takes a while', async () => {
    const before = simulator.world.settings
    simulator.world.settings = { ...before, reviewCancelMs: 60_000 }
    expect((await change({ canceled: true })).data.attributes.state).toBe('CANCELING')
    expect(await stateOf(version)).toBe('DEVELOPER_REJECTED')
    const list = `/v1/reviewSubmissions?filter[app]=${app}&filter[platform]=IOS&filter[state]=READY_FOR_REVIEW`
    const next = (await client.get(list)).list[0]?.id ?? ''
    expect(code(await add(next))).toEqual([409, 'STATE_ERROR.ENTITY_STATE_INVALID'])
    simulator.world.clock.advance(60_000)
    simulator.world.settings = before
    expect(await submissionState()).toBe('COMPLETE')
    expect(code(await change({ canceled: true }))).toEqual([409, 'STATE_ERROR'])
    created(await add(next))
    await change({ submitted: true }, next)
    expect([await submissionState(), await submissionState(next)]).toEqual(['COMPLETE', 'WAITING_FOR_REVIEW'])
    expect(code(await client.get('/v1/reviewSubmissions'))).toEqual([400, 'PARAMETER_ERROR.REQUIRED'])
  })

  it('leads to a release by hand, in phases', async () => {
    const of = { appStoreVersion: one('appStoreVersions', version) }
    const plan = (target = of) =>
      client.post('/v1/appStoreVersionPhasedReleases', creation('appStoreVersionPhasedReleases', {}, target))
    const id = created(await plan())
    expect(code(await plan())).toEqual([409, 'ENTITY_ERROR'])
    const release = () =>
      client.post('/v1/appStoreVersionReleaseRequests', creation('appStoreVersionReleaseRequests', {}, of))
    expect(code(await release())).toEqual([409, 'STATE_ERROR'])
    await move(version, 'PENDING_DEVELOPER_RELEASE')
    expect((await release()).status).toBe(201)
    expect(await stateOf(version)).toBe('READY_FOR_DISTRIBUTION')
    const read = async () =>
      (await client.get(`/v1/appStoreVersions/${version}/appStoreVersionPhasedRelease`)).data.attributes
    const set = (phasedReleaseState: string) =>
      client.patch(
        `/v1/appStoreVersionPhasedReleases/${id}`,
        modification('appStoreVersionPhasedReleases', id, { phasedReleaseState }),
      )
    expect(await read()).toMatchObject({ phasedReleaseState: 'ACTIVE', currentDayNumber: 1, totalPauseDuration: 0 })
    simulator.world.clock.advance(2 * DAY_MS)
    expect((await set('PAUSED')).data.attributes).toMatchObject({ phasedReleaseState: 'PAUSED', currentDayNumber: 3 })
    simulator.world.clock.advance(5 * DAY_MS)
    expect((await set('ACTIVE')).data.attributes).toMatchObject({ currentDayNumber: 3, totalPauseDuration: 5 })
    expect(code(await set('INACTIVE'))).toEqual([409, 'STATE_ERROR'])
    expect(code(await client.delete(`/v1/appStoreVersionPhasedReleases/${id}`))).toEqual([409, 'STATE_ERROR'])
    simulator.world.clock.advance(5 * DAY_MS)
    expect(await read()).toMatchObject({ phasedReleaseState: 'COMPLETE', currentDayNumber: 7 })
    const apps = await client.get('/v1/apps?filter[bundleId]=com.acme.first')
    const first = await versionOf('1.0', apps.list[0]?.id)
    expect(code(await plan({ appStoreVersion: one('appStoreVersions', first) }))).toEqual([409, 'STATE_ERROR'])
  })
})
