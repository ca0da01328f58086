import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AGE_RATING_ANSWERS, AGE_RATING_LEVELS } from '../../delivery/test/age-rating.ts'
import { makeIpa } from '../../delivery/test/make-ipa.ts'
import { writeInto } from '../../delivery/test/page-tree.ts'
import { png } from '../../delivery/test/png.ts'
import { newStoreProfile } from '../../delivery/test/store-profile.ts'
import { otherClient, runDeploy } from './deploy-bench.ts'
import { type Bench, openBench } from './harness.ts'
import { openReportServer, type ReportServer } from './report-server.ts'

const lines = (names: readonly string[], value: string) => names.map((name) => `  ${name}: ${value}\n`).join('')
const pageWith = (locale: string) => `release:
  copyright: 2026 Acme
categories:
  primary_category: WEATHER
age_rating:
${lines(AGE_RATING_LEVELS, 'NONE')}${lines(AGE_RATING_ANSWERS, 'false')}review:
  first_name: Ada
  last_name: Lovelace
  phone_number: +49 30 1234567
  email_address: ada@acme.example
locales:
  en-US:
${locale}`
const TEXTS = `    description: Tides.
    keywords: tide
    support_url: https://acme.example
    release_notes: Faster.
`

let bench: Bench
let server: ReportServer
beforeAll(async () => {
  bench = await openBench()
  server = await openReportServer()
  await bench.simulator.seedTeam(bench.teamId, {
    apps: ['com.acme.whole', 'com.acme.lacking', 'com.acme.left'].map((bundleId) => ({
      ...{ name: bundleId, bundleId },
      versions: [{ versionString: '1.0', state: 'READY_FOR_DISTRIBUTION' }],
    })),
  })
})
afterAll(async () => {
  server.close()
  await bench.close()
})

const profiles = new Map<string, Buffer>()
async function ipaOf(bundleId: string, buildNumber: string): Promise<string> {
  const profile = profiles.get(bundleId) ?? (await newStoreProfile(bench.simulator, bench.teamId, bundleId))
  profiles.set(bundleId, profile)
  return makeIpa(join(bench.folder, `${bundleId}-${buildNumber}.ipa`), { bundleId, buildNumber, profile })
}

/** Uploads, writes the store page and hands it in, as one run of a pipeline does. */
async function ship(ipaPath: string, page: string, changes: Readonly<Record<string, string>> = {}) {
  bench.said.length = 0
  const given = {
    ...{ ...bench.keyInputs, ...server.build },
    ...{ ipa_path: ipaPath, metadata_folder: page, skip_metadata: 'no', skip_screenshots: 'no' },
    ...{ submit_for_review: 'yes', uses_non_exempt_encryption: 'no', ...changes },
  }
  const { result } = await runDeploy(bench, given)
  return result
}

/** What Apple holds of an app. */
async function heldOf(bundleId: string) {
  const apple = otherClient(bench)
  const [app] = (await apple.apps.list({ bundleIds: [bundleId] })).items
  const versions = (await apple.appStoreVersions.listOf(app?.id ?? '')).items
  const submissions = (await apple.reviewSubmissions.listOf(app?.id ?? '')).items
  return { version: versions.find((one) => one.versionString === '1.1'), submissions }
}
/** What the last run has told of the way to App Review. */
const reported = () => {
  const actions = server.reports.at(-1)?.actions ?? []
  return actions.slice(actions.findIndex(({ action }) => action.endsWith('-store-page')) + 1)
}
const doneTo = (action: string, reason: string) => ({ action, subject: 'version 1.1', outcome: 'done', reason })
const uploads = () => bench.simulator.world.journal.counts().buildUploads_createInstance ?? 0
const posted = () => bench.simulator.world.journal.counts().reviewSubmissions_updateInstance ?? 0

describe('submit_for_review with a key', () => {
  const page = () => join(bench.folder, 'whole')
  const ipa = (buildNumber: string) => ipaOf('com.acme.whole', buildNumber)
  let submissionId: string | undefined

  test('uploads the build, writes the page, and App Review has the version with that build', async () => {
    writeInto(page(), 'metadata.yml', pageWith(TEXTS))
    writeInto(page(), 'screenshots/en-US/1.png', png(1320, 2868, 1))
    const result = await ship(await ipa('8'), page())
    submissionId = result.submissionId
    expect(result).toMatchObject({ version: '1.1', buildNumber: '8', parts: { found: 0 } })
    expect(result.pageWrites).toBeGreaterThan(5)
    expect(bench.said.at(-1)).toBe('version 1.1 is handed to App Review')
    const { version, submissions } = await heldOf('com.acme.whole')
    expect(version).toMatchObject({ appVersionState: 'WAITING_FOR_REVIEW', buildId: result.buildId })
    expect(submissions).toEqual([
      expect.objectContaining({ id: submissionId, state: 'WAITING_FOR_REVIEW', platform: 'IOS' }),
    ])
    expect(reported()).toEqual([
      doneTo('attach-build', `build ${result.buildId}`),
      doneTo('submit-for-review', `submission ${submissionId}`),
    ])
  })

  test('a second run sends nothing, hands nothing in, and says what stands', async () => {
    const before = posted()
    const result = await ship(await ipa('8'), page())
    expect(result).toMatchObject({ submissionId, version: '1.1', pageWrites: 0, parts: { sent: 0 } })
    expect(bench.said).toContain('! the store page stays as it is: version 1.1 is WAITING_FOR_REVIEW')
    expect(bench.said.at(-1)).toBe('version 1.1 is handed in already')
    expect(posted()).toBe(before)
    const reason = `submission ${submissionId} was handed in already`
    expect(reported()).toEqual([{ action: 'keep-submission', subject: 'version 1.1', outcome: 'reused', reason }])
    expect((await heldOf('com.acme.whole')).submissions).toHaveLength(1)
  })

  test('another build of the version that App Review has is refused before it goes up, and what was handed in stays', async () => {
    const before = [posted(), uploads()]
    await expect(ship(await ipa('9'), page())).rejects.toMatchObject({
      code: 'metadata.version_not_editable',
      detail: expect.stringContaining('1.1 is WAITING_FOR_REVIEW'),
      remedy: expect.stringContaining('cordon metadata cancel'),
    })
    expect([posted(), uploads()]).toEqual(before)
    const { submissions } = await heldOf('com.acme.whole')
    expect(submissions).toEqual([expect.objectContaining({ state: 'WAITING_FOR_REVIEW' })])
  })
})

test('a page that lacks something: Apple’s words with the place of each part, and nothing is handed in', async () => {
  const page = join(bench.folder, 'lacking')
  writeInto(page, 'metadata.yml', pageWith('    description: Tides.\n    keywords: tide\n'))
  const failure = await ship(await ipaOf('com.acme.lacking', '8'), page).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'metadata.review_refused', details: { version: '1.1' } })
  const { fields } = (failure as { details: { fields: readonly { field: string }[] } }).details
  expect(fields.map(({ field }) => field)).toEqual(
    expect.arrayContaining(['metadata/en-US/support_url.txt', 'metadata/en-US/release_notes.txt']),
  )
  const { version, submissions } = await heldOf('com.acme.lacking')
  expect(server.reports.at(-1)).toMatchObject({ outcome: 'failure', summary: 'metadata.review_refused' })
  expect(reported()).toEqual([doneTo('attach-build', `build ${version?.buildId}`)])
  expect(version).toMatchObject({ appVersionState: 'PREPARE_FOR_SUBMISSION' })
  expect(submissions.map(({ state }) => state)).not.toContain('WAITING_FOR_REVIEW')
})

describe('a version in a submission that was never handed in', () => {
  const page = () => join(bench.folder, 'left')
  const bundleId = 'com.acme.left'

  /** A run that ended between putting the version into a submission and handing that in. */
  async function leaveInDraft(): Promise<string> {
    const apple = otherClient(bench)
    const { version, submissions } = await heldOf(bundleId)
    await apple.reviewSubmissions.cancel(submissions.find(({ state }) => state === 'WAITING_FOR_REVIEW')?.id ?? '')
    await bench.simulator.world.clock.advance(600_000)
    const [app] = (await apple.apps.list({ bundleIds: [bundleId] })).items
    const draft = await apple.reviewSubmissions.create({ appId: app?.id ?? '', platform: 'IOS' })
    await apple.reviewSubmissions.addVersion(draft.id, version?.id ?? '')
    expect((await heldOf(bundleId)).version).toMatchObject({ appVersionState: 'READY_FOR_REVIEW' })
    return draft.id
  }

  test('is taken out, written with the new build, and handed in', async () => {
    writeInto(page(), 'metadata.yml', pageWith(TEXTS))
    writeInto(page(), 'screenshots/en-US/1.png', png(1320, 2868, 1))
    await ship(await ipaOf(bundleId, '8'), page())
    const draftId = await leaveInDraft()
    writeInto(page(), 'metadata.yml', pageWith(TEXTS.replace('Faster.', 'Faster still.')))
    const result = await ship(await ipaOf(bundleId, '9'), page())
    expect(result).toMatchObject({ version: '1.1', buildNumber: '9', pageWrites: 1, submissionId: draftId })
    expect(bench.said).toContain('version 1.1 is taken out of a submission that was never handed in')
    const { version } = await heldOf(bundleId)
    expect(version).toMatchObject({ appVersionState: 'WAITING_FOR_REVIEW', buildId: result.buildId })
    expect(reported()).toEqual([
      doneTo('take-out-of-draft', `submission ${draftId}, which was never handed in`),
      doneTo('attach-build', `build ${result.buildId}`),
      doneTo('submit-for-review', `submission ${draftId}`),
    ])
  })

  test('is told with what was done when handing it in fails, and where it was left', async () => {
    const draftId = await leaveInDraft()
    const operation = 'reviewSubmissions_updateInstance'
    bench.simulator.world.faults.add({ operation, kind: 'status', status: 409, code: 'STATE_ERROR' })
    const failing = ship(await ipaOf(bundleId, '9'), page())
    await expect(failing).rejects.toMatchObject({ code: 'metadata.review_refused' })
    expect(server.reports.at(-1)).toMatchObject({ outcome: 'failure' })
    expect(reported()).toEqual([
      doneTo('take-out-of-draft', `submission ${draftId}, which was never handed in`),
      doneTo('put-into-draft', `submission ${draftId}, which is not handed in`),
    ])
    await ship(await ipaOf(bundleId, '9'), page())
  })

  test('stays there when no review is wanted, and the error tells its state', async () => {
    await leaveInDraft()
    const refused = ship(await ipaOf(bundleId, '10'), page(), { submit_for_review: 'no' })
    await expect(refused).rejects.toMatchObject({
      code: 'metadata.version_not_editable',
      detail: expect.stringContaining('1.1 is READY_FOR_REVIEW'),
      remedy: expect.stringContaining('cordon metadata cancel'),
    })
    expect((await heldOf(bundleId)).version).toMatchObject({ appVersionState: 'READY_FOR_REVIEW' })
  })
})
