import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAppStoreConnectBuilds } from '../src/adapters/app-store-connect/builds.ts'
import { createAppStoreConnectTestFlight } from '../src/adapters/app-store-connect/testflight.ts'
import type { StoreBuild } from '../src/engine/builds/port.ts'
import { distribute, type TestFlightWish } from '../src/engine/testflight/distribute.ts'
import type { TestFlightPort } from '../src/engine/testflight/port.ts'
import { openStore, type Store } from './store.ts'

const NOTHING: TestFlightWish = { notes: {}, groups: [], testers: [], submitsForReview: false }
let store: Store
beforeAll(async () => {
  store = await openStore()
  await store.apple.betaGroups.create({ app: store.appId, name: 'Team', isInternalGroup: true })
  await store.apple.betaGroups.create({ app: store.appId, name: 'Friends', isInternalGroup: false })
})
afterAll(() => store.close())

/** A processed build, as the upload leaves it. */
async function newBuild(number: string): Promise<StoreBuild> {
  const seeded = await store.simulator.seedTeam(store.teamId, {
    builds: [{ app: 'com.acme.app', version: number, versionString: '1.1' }],
  })
  return current(seeded.builds?.[0] ?? '')
}

async function current(id: string): Promise<StoreBuild> {
  const build = await createAppStoreConnectBuilds(store.apple).readBuild(id)
  if (build === undefined) throw new Error(`no build ${id}`)
  return build
}

function give(build: StoreBuild, wish: Partial<TestFlightWish>, port = createAppStoreConnectTestFlight(store.apple)) {
  return distribute(
    { ...NOTHING, ...wish },
    {
      app: { id: store.appId, bundleId: 'com.acme.app' },
      platform: 'IOS',
      build,
      port,
      onChange: () => {},
    },
  )
}

const writes = async () => {
  const { counts } = await store.control<{ counts: Record<string, number> }>('GET', '/log')
  const writing = Object.entries(counts).filter(([name]) => /create|update|delete|ToManyRelationship$/i.test(name))
  return writing.reduce((sum, [, count]) => sum + count, 0)
}

test('a build gets its answer about encryption, its texts, groups and testers; once more, almost nothing is written', async () => {
  const build = await newBuild('100')
  const wish = {
    usesNonExemptEncryption: false,
    notes: { 'en-US': 'Try the tide.', 'de-DE': 'Bitte die Gezeiten prüfen.' },
    groups: ['Team', 'Friends'],
    testers: [{ email: 'ada@acme.test' }],
  }
  const friendsOnly = { ...wish, groups: ['Friends'] }
  const { changes } = await give(build, friendsOnly)
  expect(changes).toEqual([
    'encryption: none, or exempt',
    'what to test, en-US',
    'what to test, de-DE',
    'tester ada@acme.test in Friends',
    'groups: Friends',
  ])
  expect((await current(build.id)).usesNonExemptEncryption).toBe(false)
  const texts = (await store.apple.betaBuildLocalizations.list(build.id)).items
  expect(texts.map(({ locale, whatsNew }) => [locale, whatsNew])).toEqual(
    expect.arrayContaining([
      ['en-US', 'Try the tide.'],
      ['de-DE', 'Bitte die Gezeiten prüfen.'],
    ]),
  )
  const before = await writes()
  const again = await give(await current(build.id), friendsOnly)
  expect(again.changes).toEqual(['groups: Friends'])
  expect(await writes()).toBe(before + 1)
})

test('a build of people outside goes to beta review once; one of the team does not', async () => {
  const build = await newBuild('101')
  // The simulator plays no beta review yet: the port keeps what it would.
  const reviews = new Set<string>()
  const port: TestFlightPort = {
    ...createAppStoreConnectTestFlight(store.apple),
    readReview: async (buildId) => (reviews.has(buildId) ? 'waiting' : undefined),
    submitForReview: async (buildId) => {
      if (reviews.has(buildId)) throw new Error('handed in twice')
      reviews.add(buildId)
    },
  }
  const wish = { usesNonExemptEncryption: false, submitsForReview: true }
  await give(build, { ...wish, groups: ['Team'] }, port)
  expect(reviews.size).toBe(0)
  const answered = await current(build.id)
  expect((await give(answered, { ...wish, groups: ['Friends'] }, port)).changes).toContain('handed to beta review')
  expect((await give(answered, { ...wish, groups: ['Friends'] }, port)).changes).not.toContain('handed to beta review')
  expect([...reviews]).toEqual([build.id])
})

test('older builds end, the newest and this one stay', async () => {
  const build = await newBuild('102')
  const { changes } = await give(build, { keepsBuilds: 2 })
  const live = (await store.apple.builds.list({ app: store.appId, expired: false })).items
  expect(live).toHaveLength(2)
  expect(live.map(({ id }) => id)).toContain(build.id)
  expect(changes.every((line) => line.endsWith('has ended'))).toBe(true)
})

describe('refused, before anything is written', () => {
  test.each<[string, Partial<TestFlightWish>, string]>([
    ['a group that is not there', { groups: ['Friend'] }, 'testflight.group_not_found'],
    ['a text that is too long', { notes: { 'en-US': 'a'.repeat(4001) } }, 'testflight.text_invalid'],
    ['an empty text', { notes: { 'en-US': ' ' } }, 'testflight.text_invalid'],
    ['a locale that is none', { notes: { english: 'All' } }, 'testflight.text_invalid'],
    ['a tester without an address', { testers: [{ email: 'ada' }], groups: ['Team'] }, 'testflight.tester_invalid'],
    ['testers without a group', { testers: [{ email: 'ada@acme.test' }] }, 'testflight.testers_without_group'],
  ])('%s', async (_, wish, code) => {
    const build = await newBuild(String(200 + Math.floor(Math.random() * 1e6)))
    const before = await writes()
    await expect(give(build, wish)).rejects.toMatchObject({ code })
    expect(await writes()).toBe(before)
  })

  test('testers while the question about encryption is open', async () => {
    const build = await newBuild('103')
    await expect(give(build, { groups: ['Friends'] })).rejects.toMatchObject({
      code: 'testflight.encryption_unanswered',
    })
  })

  test('another answer than the one that Apple has', async () => {
    const build = await newBuild('104')
    await give(build, { usesNonExemptEncryption: false })
    await expect(give(await current(build.id), { usesNonExemptEncryption: true })).rejects.toMatchObject({
      code: 'testflight.encryption_answered_otherwise',
    })
  })
})
