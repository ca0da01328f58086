import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStorePort } from '../src/adapters/app-store-connect/store-port.ts'
import { pushMetadata, submitForReview } from '../src/engine/metadata/index.ts'
import type { StorePort } from '../src/engine/metadata/port.ts'
import type { ReviewChange } from '../src/engine/review/changes.ts'
import { releaseVersion, steerPhasedRelease } from '../src/engine/review/release.ts'
import { cancelSubmission } from '../src/engine/review/review.ts'
import { AGE_RATING_ANSWERS, AGE_RATING_LEVELS } from './age-rating.ts'
import { writeInto } from './page-tree.ts'
import { png } from './png.ts'
import { openStore, type Store } from './store.ts'

let store: Store
let port: StorePort
let app: { id: string; bundleId: string }
let buildId: string
const folder = mkdtempSync(join(tmpdir(), 'cordon-page-'))

beforeAll(async () => {
  store = await openStore()
  const seeded = await store.simulator.seedTeam(store.teamId, {
    apps: [
      {
        name: 'Reviewed',
        bundleId: 'com.acme.reviewed',
        versions: [{ versionString: '1.0', state: 'READY_FOR_DISTRIBUTION' }, { versionString: '1.1' }],
      },
    ],
    builds: [{ app: 'com.acme.reviewed', version: '7', versionString: '1.1', usesNonExemptEncryption: false }],
  })
  app = { id: seeded.apps?.[0] ?? '', bundleId: 'com.acme.reviewed' }
  buildId = seeded.builds?.[0] ?? ''
  port = createStorePort(store.apple, { sleep: store.options.sleep })
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const common = () => ({ app, port, platform: 'IOS', log: () => {}, sleep: store.options.sleep }) as const
const push = () =>
  pushMetadata({
    ...common(),
    folder,
    version: undefined,
    updatesVersion: true,
    parts: { texts: true, screenshots: true },
  })
const submit = () => submitForReview({ ...common(), version: '1.1', buildId })
const version = async () => (await port.listVersions(app.id, 'IOS')).find((one) => one.version === '1.1')
const move = async (state: string) =>
  store.control('PATCH', `/teams/${store.teamId}/appStoreVersions/${(await version())?.id}`, { state })

test('a version that lacks much is refused with everything that Apple names', async () => {
  const failure = await submit().catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'metadata.review_refused', details: { version: '1.1' } })
  const { fields } = (failure as { details: { fields: { field: string }[] } }).details
  expect(fields.map(({ field }) => field)).toEqual(
    expect.arrayContaining([
      'metadata/en-US/description.txt',
      'metadata/en-US/release_notes.txt',
      'appStoreVersions.appStoreReviewDetail',
    ]),
  )
})

test('Apple’s refusal stands also when the places of what is missing cannot be found', async () => {
  const broken: StorePort = { ...port, listTexts: () => Promise.reject(new Error('no answer')) }
  const failure = await submitForReview({ ...common(), port: broken, version: '1.1', buildId }).catch((error) => error)
  expect(failure).toMatchObject({ code: 'metadata.review_refused' })
  expect(failure.details.fields.map(({ field }: { field: string }) => field)).toContain(
    'appStoreVersionLocalizations.description',
  )
})

test('a whole page: age rating, what App Review is told, phased release, a film; a second push writes nothing', async () => {
  const lines = (names: readonly string[], value: string) => names.map((name) => `  ${name}: ${value}\n`).join('')
  writeInto(
    folder,
    'metadata.yml',
    `release:
  copyright: 2026 Acme
  release_type: MANUAL
  phased_release: true
categories:
  primary_category: WEATHER
age_rating:
${lines(AGE_RATING_LEVELS, 'NONE')}${lines(AGE_RATING_ANSWERS, 'false')}review:
  first_name: Ada
  last_name: Lovelace
  phone_number: +49 30 1234567
  email_address: ada@acme.example
  demo_user: tester
  demo_password: "0123"
locales:
  en-US:
    description: Tides.
    keywords: tide
    support_url: https://acme.example
    release_notes: Faster.
`,
  )
  writeInto(folder, 'screenshots/en-US/1.png', png(1320, 2868, 1))
  const film = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypmp42'), Buffer.alloc(100)])
  writeInto(folder, 'app_previews/en-US/tour IPHONE_67.mp4', film)
  writeInto(folder, 'app_previews/en-US/tour IPHONE_67.frame.txt', '00:00:05:01')
  expect((await push()).writes).toBeGreaterThan(6)
  expect((await version())?.review?.values).toMatchObject({ contactFirstName: 'Ada', demoAccountRequired: true })
  expect((await push()).writes).toBe(0)
  writeInto(folder, 'app_previews/en-US/tour IPHONE_67.frame.txt', '00:00:02:00')
  expect((await push()).writes).toBe(1)
})

test('a film that Apple cannot use is told by name, and is sent again by the next push', async () => {
  writeInto(folder, 'app_previews/en-US/tour IPHONE_67.mp4', 'no film')
  const failed = {
    code: 'metadata.media_failed',
    details: { fields: [{ field: 'en-US/tour IPHONE_67.mp4 (IPHONE_67)' }] },
  }
  await expect(push()).rejects.toMatchObject(failed)
  await expect(push()).rejects.toMatchObject(failed)
  rmSync(join(folder, 'app_previews'), { recursive: true })
})

test('a version that was put into a submission and not handed in is taken out by cancel, and can be edited again', async () => {
  const refusal = { operation: 'reviewSubmissions_updateInstance', status: 409, code: 'STATE_ERROR' }
  await store.control('POST', '/faults', { ...refusal, kind: 'status' })
  await expect(submit()).rejects.toMatchObject({ code: 'metadata.review_refused' })
  const [open] = await port.listOpenSubmissions(app.id, 'IOS')
  expect((await version())?.state).toBe('READY_FOR_REVIEW')
  const context = { port, sleep: store.options.sleep, log: () => {} }
  expect(await cancelSubmission({ appId: app.id, platform: 'IOS' }, context)).toEqual({ submissionId: open?.id })
  expect((await version())?.state).toBe('PREPARE_FOR_SUBMISSION')
})

test('submitted with its build; once more is no second submission; taken back; handed in again', async () => {
  const first = await submit()
  expect(await version()).toMatchObject({ state: 'WAITING_FOR_REVIEW', buildId })
  expect(await submit()).toEqual(first)
  await expect(push()).rejects.toMatchObject({ code: 'metadata.version_not_editable' })
  await store.control('PATCH', '/settings', { reviewCancelMs: 20_000 })
  const context = { port, sleep: store.options.sleep, log: () => {} }
  const changes: ReviewChange[] = []
  const impatient = { ...context, sleep: async () => {}, onChange: (change: ReviewChange) => changes.push(change) }
  await expect(cancelSubmission({ appId: app.id, platform: 'IOS' }, impatient)).rejects.toMatchObject({
    code: 'metadata.submission_busy',
  })
  expect(changes, 'Apple was asked, and takes longer than anybody waits').toEqual([{ kind: 'taken-back', ...first }])
  expect(await cancelSubmission({ appId: app.id, platform: 'IOS' }, context)).toEqual(first)
  await expect(cancelSubmission({ appId: app.id, platform: 'IOS' }, context)).rejects.toMatchObject({
    code: 'metadata.nothing_to_cancel',
  })
  const second = await submit()
  expect(second.submissionId).not.toBe(first.submissionId)
  await move('IN_REVIEW')
  await move('REJECTED')
  expect(await submit()).toEqual(second)
  expect((await version())?.state).toBe('WAITING_FOR_REVIEW')
})

test('released by hand, then paused and given to everybody', async () => {
  await expect(releaseVersion(port, { appId: app.id, platform: 'IOS', version: undefined })).rejects.toMatchObject({
    code: 'metadata.version_missing',
  })
  await move('IN_REVIEW')
  await move('PENDING_DEVELOPER_RELEASE')
  const wanted = { appId: app.id, platform: 'IOS', version: undefined } as const
  expect(await releaseVersion(port, wanted)).toEqual({ version: '1.1' })
  expect(await steerPhasedRelease(port, wanted, 'PAUSED')).toEqual({ version: '1.1' })
  expect((await version())?.phasedRelease?.state).toBe('PAUSED')
  await steerPhasedRelease(port, wanted, 'COMPLETE')
  expect((await version())?.phasedRelease?.state).toBe('COMPLETE')
})
