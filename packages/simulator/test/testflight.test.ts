import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { type Answer, type Client, created, creation, many, modification, one, startWithTeam } from './client.ts'

const DAY_MS = 86_400_000
const DUPLICATE = 'ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE'
let simulator: Simulator
let client: Client
let teamId: string
let app: string
let builds: readonly string[]

beforeAll(async () => {
  ;({ simulator, client, teamId } = await startWithTeam({ settings: { hourlyLimit: null } }))
  const build = (version: string, versionString: string, more: object = {}) => ({
    app: 'com.acme.app',
    version,
    versionString,
    ...more,
  })
  const ids = await simulator.seedTeam(teamId, {
    users: [{ username: 'kim@example.com', roles: ['DEVELOPER'] }],
    apps: [
      { name: 'Acme', bundleId: 'com.acme.app' },
      { name: 'Other', bundleId: 'com.acme.other' },
    ],
    builds: [
      build('1', '1.0', { usesNonExemptEncryption: false }),
      build('2', '1.0'),
      build('1', '1.1', { processingMs: 60_000, processingState: 'INVALID' }),
      build('1', '1.0', { platform: 'MAC_OS' }),
    ],
  })
  app = ids.apps?.[0] ?? ''
  builds = ids.builds ?? []
})
afterAll(() => simulator.close())

const code = (answer: Answer) => [answer.status, answer.error?.code]
const nth = (index: number) => builds[index] ?? ''

describe('builds', () => {
  it('are found as fastlane asks for them', async () => {
    const query = [
      `filter[app]=${app}`,
      'filter[preReleaseVersion.version]=1.0',
      'filter[preReleaseVersion.platform]=IOS',
      'filter[processingState]=PROCESSING,FAILED,INVALID,VALID',
      'include=app,buildBetaDetail,preReleaseVersion,buildBundles',
      'sort=-uploadedDate&limit=30',
    ].join('&')
    const found = await client.get(`/v1/builds?${query}`)
    expect(found.list.map(({ id }) => id).sort()).toEqual([nth(0), nth(1)].sort())
    expect(found.included.map(({ type }) => type).sort()).toEqual([
      'apps',
      'buildBetaDetails',
      'buildBetaDetails',
      'preReleaseVersions',
    ])
    expect((await client.get('/v1/builds?filter[version]=2&sort=version')).list.map(({ id }) => id)).toEqual([nth(1)])
    const answered = await client.get('/v1/builds?exists[usesNonExemptEncryption]=true')
    expect(answered.list.map(({ id }) => id)).toEqual([nth(0)])
    expect((await client.get('/v1/builds?exists[usesNonExemptEncryption]=maybe')).status).toBe(400)
  })

  it('are processed for a while, and turn out as seeded', async () => {
    const stateOf = async () => (await client.get(`/v1/builds/${nth(2)}`)).data.attributes.processingState
    expect(await stateOf()).toBe('PROCESSING')
    simulator.world.clock.advance(60_000)
    expect(await stateOf()).toBe('INVALID')
    expect((await client.get(`/v1/builds/${nth(2)}/buildBetaDetail`)).data.attributes.internalBuildState).toBe(
      'PROCESSING_EXCEPTION',
    )
    const path = `${simulator.controlUrl}/teams/${teamId}/builds/${nth(2)}`
    const body = JSON.stringify({ processingState: 'VALID' })
    expect((await fetch(path, { method: 'PATCH', body, headers: { 'content-type': 'application/json' } })).status).toBe(
      200,
    )
    expect(await stateOf()).toBe('VALID')
  })

  it('answer the question about encryption once, and are ready then', async () => {
    const detail = async () => (await client.get(`/v1/builds/${nth(1)}/buildBetaDetail?include=build`)).data.attributes
    expect(await detail()).toMatchObject({ internalBuildState: 'MISSING_EXPORT_COMPLIANCE' })
    const answer = (usesNonExemptEncryption: boolean) =>
      client.patch(`/v1/builds/${nth(1)}`, modification('builds', nth(1), { usesNonExemptEncryption }))
    expect((await answer(false)).data.attributes.usesNonExemptEncryption).toBe(false)
    expect(code(await answer(true))).toEqual([409, 'STATE_ERROR'])
    expect(await detail()).toMatchObject({
      internalBuildState: 'READY_FOR_BETA_TESTING',
      externalBuildState: 'READY_FOR_BETA_SUBMISSION',
    })
    const notify = modification('buildBetaDetails', nth(1), { autoNotifyEnabled: true })
    expect((await client.patch(`/v1/buildBetaDetails/${nth(1)}`, notify)).data.attributes.autoNotifyEnabled).toBe(true)
    expect((await client.get(`/v1/buildBetaDetails?filter[build]=${nth(1)}`)).list).toHaveLength(1)
  })

  it('end by request, and after 90 days', async () => {
    const seeded = await simulator.seedTeam(teamId, {
      builds: [
        { app: 'com.acme.other', version: '1' },
        { app: 'com.acme.other', version: '2' },
      ],
    })
    const [first = '', second = ''] = seeded.builds ?? []
    const ended = await client.patch(`/v1/builds/${first}`, modification('builds', first, { expired: true }))
    expect(ended.data.attributes.expired).toBe(true)
    expect(code(await client.patch(`/v1/builds/${first}`, modification('builds', first, { expired: false })))).toEqual([
      409,
      'STATE_ERROR',
    ])
    expect((await client.get(`/v1/builds/${second}`)).data.attributes.expired).toBe(false)
    simulator.world.clock.advance(90 * DAY_MS)
    expect((await client.get(`/v1/builds/${second}`)).data.attributes.expired).toBe(true)
    expect((await client.get(`/v1/builds/${second}/buildBetaDetail`)).data.attributes.internalBuildState).toBe(
      'EXPIRED',
    )
    simulator.world.clock.advance(-90 * DAY_MS)
  })

  it('have a number once in a train', async () => {
    const again = simulator.seedTeam(teamId, { builds: [{ app: 'com.acme.app', version: '1' }] })
    await expect(again).rejects.toThrow(/already been used/)
  })

  it('ride on trains', async () => {
    const trains = await client.get(`/v1/preReleaseVersions?filter[app]=${app}&filter[platform]=IOS&sort=-version`)
    expect(trains.list.map(({ attributes }) => attributes.version)).toEqual(['1.1', '1.0'])
    const found = await client.get(
      `/v1/preReleaseVersions?filter[app]=${app}&filter[builds.version]=2&include=builds,app`,
    )
    expect(found.list.map(({ attributes }) => attributes.version)).toEqual(['1.0'])
    const id = found.list[0]?.id
    expect((await client.get(`/v1/preReleaseVersions/${id}/builds`)).paging.total).toBe(2)
    expect((await client.get(`/v1/apps/${app}/preReleaseVersions`)).paging.total).toBe(3)
    expect((await client.get(`/v1/builds/${nth(0)}/preReleaseVersion`)).data.id).toBe(id)
  })
})

describe('groups and testers', () => {
  const newGroup = (name: string, more: object = {}, id = app) =>
    client.post('/v1/betaGroups', creation('betaGroups', { name, ...more }, { app: one('apps', id) }))
  const newTester = (email: string, groups: string[] = [], more: Record<string, unknown> = {}) =>
    client.post(
      '/v1/betaTesters',
      creation('betaTesters', { email, ...more }, { betaGroups: many('betaGroups', groups) }),
    )

  it('are made, renamed, given a link, and deleted', async () => {
    const made = await newGroup('Friends', {
      publicLinkEnabled: true,
      publicLinkLimitEnabled: true,
      publicLinkLimit: 5,
    })
    expect(made.data.attributes).toMatchObject({ name: 'Friends', isInternalGroup: false, publicLinkLimit: 5 })
    expect(made.data.attributes.publicLink).toMatch(/^https:\/\/testflight\.apple\.com\/join\/.{8}$/)
    const { id } = made.data
    const renamed = await client.patch(`/v1/betaGroups/${id}`, modification('betaGroups', id, { name: 'Family' }))
    expect(renamed.data.attributes).toMatchObject({ name: 'Family', publicLink: made.data.attributes.publicLink })
    expect(code(await newGroup('Family'))).toEqual([409, DUPLICATE])
    expect(code(await newGroup('Free', { publicLinkLimit: 10_001 }))).toEqual([409, 'ENTITY_ERROR.ATTRIBUTE.INVALID'])
    expect(code(await newGroup('Nowhere', {}, 'NOPE'))).toEqual([409, 'ENTITY_ERROR.RELATIONSHIP.INVALID'])
    expect((await client.get(`/v1/betaGroups?filter[app]=${app}&filter[name]=Family`)).list).toHaveLength(1)
    expect((await client.delete(`/v1/betaGroups/${id}`)).status).toBe(204)
  })

  it('get builds, from either side, and give them back', async () => {
    const id = created(await newGroup('Testers'))
    const linkage = many('builds', [nth(0)])
    expect((await client.post(`/v1/betaGroups/${id}/relationships/builds`, linkage)).status).toBe(204)
    expect((await client.get(`/v1/betaGroups/${id}/builds`)).list.map((each) => each.id)).toEqual([nth(0)])
    expect((await client.get(`/v1/builds?filter[betaGroups]=${id}`)).list).toHaveLength(1)
    const detail = await client.get(`/v1/builds/${nth(0)}/buildBetaDetail`)
    expect(detail.data.attributes.internalBuildState).toBe('IN_BETA_TESTING')
    const group = many('betaGroups', [id])
    expect((await client.delete(`/v1/builds/${nth(0)}/relationships/betaGroups`, group)).status).toBe(204)
    expect((await client.get(`/v1/betaGroups/${id}/builds`)).list).toEqual([])
    expect((await client.post(`/v1/builds/${nth(0)}/relationships/betaGroups`, group)).status).toBe(204)
    expect((await client.get(`/v1/betaGroups/${id}?include=builds`)).included.map((each) => each.id)).toEqual([nth(0)])
    const all = created(await newGroup('All builds', { hasAccessToAllBuilds: true }))
    expect(code(await client.post(`/v1/betaGroups/${all}/relationships/builds`, linkage))).toEqual([
      409,
      'ENTITY_ERROR',
    ])
    expect((await client.get(`/v1/betaGroups/${all}/builds`)).paging.total).toBe(4)
    const foreign = created(
      await newGroup('Foreign', {}, (await client.get('/v1/apps?filter[name]=Other')).list[0]?.id),
    )
    expect(
      code(await client.post(`/v1/builds/${nth(0)}/relationships/betaGroups`, many('betaGroups', [foreign]))),
    ).toEqual([409, 'ENTITY_ERROR.RELATIONSHIP.INVALID'])
  })

  it('get testers, who are invited once', async () => {
    const [first, second] = [created(await newGroup('First')), created(await newGroup('Second'))]
    const made = await newTester('pat@example.com', [first], { firstName: 'Pat', lastName: null })
    expect(made.data.attributes).toMatchObject({
      email: 'pat@example.com',
      firstName: 'Pat',
      state: 'INVITED',
      inviteType: 'EMAIL',
    })
    expect(code(await newTester('PAT@example.com', [first]))).toEqual([409, 'ENTITY_ERROR'])
    expect((await newTester('pat@example.com', [second])).data.id).toBe(made.data.id)
    expect(code(await newTester('nobody'))).toEqual([409, 'ENTITY_ERROR.ATTRIBUTE.INVALID'])
    const found = await client.get(
      `/v1/betaTesters?filter[email]=pat@example.com&filter[apps]=${app}&include=betaGroups,apps`,
    )
    expect(found.list.map(({ id }) => id)).toEqual([made.data.id])
    expect(found.included.map(({ id }) => id).sort()).toEqual([first, second, app].sort())
    const path = `/v1/betaTesters/${made.data.id}/relationships`
    expect((await client.delete(`${path}/betaGroups`, many('betaGroups', [first]))).status).toBe(204)
    expect((await client.get(`/v1/betaGroups/${first}/betaTesters`)).list).toEqual([])
    expect(
      (await client.post(`/v1/betaGroups/${first}/relationships/betaTesters`, many('betaTesters', [made.data.id])))
        .status,
    ).toBe(204)
    expect((await client.post(`${path}/builds`, many('builds', [nth(0)]))).status).toBe(204)
    expect((await client.get(`/v1/builds/${nth(0)}/individualTesters`)).list.map(({ id }) => id)).toEqual([
      made.data.id,
    ])
    expect(
      (await client.delete(`/v1/apps/${app}/relationships/betaTesters`, many('betaTesters', [made.data.id]))).status,
    ).toBe(204)
    expect((await client.get(`/v1/betaTesters/${made.data.id}/betaGroups`)).list).toEqual([])
    expect((await client.get(`/v1/betaTesters/${made.data.id}/builds`)).list).toEqual([])
    expect((await client.delete(`/v1/betaTesters/${made.data.id}`)).status).toBe(204)
  })

  it('come many at once, each with what became of it', async () => {
    const assign = (group: string, betaTesters: object[]) =>
      client.post(
        '/v1/bulkBetaTesterAssignments',
        creation('bulkBetaTesterAssignments', { betaTesters }, { betaGroup: one('betaGroups', group) }),
      )
    const outside = created(await newGroup('Many'))
    const people = [
      { email: 'a@example.com', firstName: 'A', errors: [] },
      { email: 'b@example.com' },
      { email: 'none' },
    ]
    const answer = await assign(outside, people)
    type Result = { assignmentResult: string; errors: { key: string }[] }
    const results = ({ data }: Answer) => data.attributes.betaTesters as Result[]
    expect(results(answer).map((each) => each.assignmentResult)).toEqual(['ASSIGNED', 'ASSIGNED', 'FAILED'])
    expect(results(await assign(outside, people.slice(0, 1)))[0]?.errors[0]?.key).toBe('Halliday.tester.already.exists')
    expect((await client.get(`/v1/betaGroups/${outside}/betaTesters`)).list).toHaveLength(2)
    const inside = created(await newGroup('Staff', { isInternalGroup: true }))
    expect(results(await assign(inside, people.slice(0, 1)))[0]?.assignmentResult).toBe(
      'NOT_QUALIFIED_FOR_INTERNAL_GROUP',
    )
    expect(code(await assign('NOPE', people))).toEqual([409, 'ENTITY_ERROR.RELATIONSHIP.INVALID'])
  })

  it('from inside take members of the team only', async () => {
    const inside = created(await newGroup('Inside', { isInternalGroup: true }))
    expect(code(await newTester('stranger@example.com', [inside]))).toEqual([409, 'ENTITY_ERROR'])
    expect((await newTester('kim@example.com', [inside])).status).toBe(201)
    expect(code(await newGroup('Linked', { isInternalGroup: true, publicLinkEnabled: true }))).toEqual([
      409,
      'ENTITY_ERROR.ATTRIBUTE.INVALID',
    ])
  })
})

describe('texts for testers', () => {
  it.each([
    ['betaBuildLocalizations', 'build', 'builds', () => nth(0), { whatsNew: 'Try it' }, { whatsNew: 'Try again' }],
    ['betaAppLocalizations', 'app', 'apps', () => app, { description: 'Fine' }, { feedbackEmail: 'a@example.com' }],
  ] as const)(
    '%s are made per language, changed, found and deleted',
    async (type, relation, target, idOf, first, next) => {
      const make = (locale: string, id = idOf(), texts: Record<string, unknown> = first) =>
        client.post(`/v1/${type}`, creation(type, { locale, ...texts }, { [relation]: one(target, id) }))
      const id = created(await make('de-DE'))
      const changed = await client.patch(`/v1/${type}/${id}`, modification(type, id, next))
      expect(changed.data.attributes).toMatchObject({ locale: 'de-DE', ...next })
      expect(code(await make('de-DE'))).toEqual([409, DUPLICATE])
      expect(code(await make('xx'))).toEqual([409, 'ENTITY_ERROR.ATTRIBUTE.INVALID'])
      expect(code(await make('fr-FR', 'NOPE'))).toEqual([409, 'ENTITY_ERROR.RELATIONSHIP.INVALID'])
      const [name = ''] = Object.keys(first)
      expect(code(await make('it', idOf(), { [name]: 'x'.repeat(4_001) }))).toEqual([
        409,
        'ENTITY_ERROR.ATTRIBUTE.INVALID',
      ])
      const found = await client.get(
        `/v1/${type}?filter[locale]=de-DE&filter[${relation}]=${idOf()}&include=${relation}`,
      )
      expect(found.list.map((each) => each.id)).toEqual([id])
      expect(found.included.map((each) => each.id)).toEqual([idOf()])
      expect((await client.get(`/v1/${type}/${id}/${relation}`)).data.id).toBe(idOf())
      expect((await client.get(`/v1/${target}/${idOf()}/${type}`)).list).toHaveLength(1)
      expect((await client.delete(`/v1/${type}/${id}`)).status).toBe(204)
    },
  )
})
