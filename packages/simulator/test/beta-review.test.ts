import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { type Answer, type Client, created, creation, modification, one, startWithTeam } from './client.ts'

let simulator: Simulator
let client: Client
let teamId: string
let app: string
let builds: readonly string[]

beforeAll(async () => {
  ;({ simulator, client, teamId } = await startWithTeam())
  const build = (version: string, more: object = {}) => ({ app: 'com.acme.app', version, ...more })
  const seeded = await simulator.seedTeam(teamId, {
    apps: [{ name: 'Acme', bundleId: 'com.acme.app' }],
    builds: [
      build('1', { usesNonExemptEncryption: false }),
      build('2'),
      build('3', { usesNonExemptEncryption: false }),
    ],
  })
  app = seeded.apps?.[0] ?? ''
  builds = seeded.builds ?? []
})
afterAll(() => simulator.close())

const code = (answer: Answer) => [answer.status, answer.error?.code]
const nth = (index: number) => builds[index] ?? ''
const submit = (build: string) =>
  client.post('/v1/betaAppReviewSubmissions', creation('betaAppReviewSubmissions', {}, { build: one('builds', build) }))

describe('beta review', () => {
  it('needs a contact, what testers read, and an answer about encryption', async () => {
    const refused = await submit(nth(0))
    expect(refused.errors.map(({ source }) => source?.pointer?.split('/').at(-1))).toEqual([
      'contactFirstName',
      'contactLastName',
      'contactPhone',
      'contactEmail',
      'description',
      'feedbackEmail',
    ])
    const contact = {
      contactFirstName: 'Kim',
      contactLastName: 'Lee',
      contactPhone: '+49 151 2345678',
      contactEmail: 'kim@example.com',
    }
    const [detail] = (await client.get(`/v1/betaAppReviewDetails?filter[app]=${app}`)).list
    const id = detail?.id ?? ''
    const told = await client.patch(`/v1/betaAppReviewDetails/${id}`, modification('betaAppReviewDetails', id, contact))
    expect(told.data.attributes).toMatchObject({ ...contact, notes: null })
    const texts = { locale: 'en-US', description: 'Try it', feedbackEmail: 'beta@example.com' }
    const within = { app: one('apps', app) }
    created(await client.post('/v1/betaAppLocalizations', creation('betaAppLocalizations', texts, within)))
    expect(code(await submit(nth(1)))).toEqual([409, 'STATE_ERROR'])
    expect(code(await client.get('/v1/betaAppReviewSubmissions'))).toEqual([400, 'PARAMETER_ERROR.REQUIRED'])
  })

  it('waits, is decided, and spares the next build of the version', async () => {
    const first = await submit(nth(0))
    expect([first.status, first.data.attributes.betaReviewState]).toEqual([201, 'WAITING_FOR_REVIEW'])
    expect(code(await submit(nth(0)))).toEqual([409, 'ENTITY_ERROR'])
    const state = async (path: string) => (await client.get(path)).data.attributes
    expect(await state(`/v1/builds/${nth(0)}/buildBetaDetail`)).toMatchObject({
      externalBuildState: 'WAITING_FOR_BETA_REVIEW',
    })
    const path = `${simulator.controlUrl}/teams/${teamId}/builds/${nth(0)}`
    await fetch(path, { method: 'PATCH', body: JSON.stringify({ betaReview: 'IN_BETA_TESTING' }) })
    expect(await state(`/v1/builds/${nth(0)}/betaAppReviewSubmission`)).toMatchObject({ betaReviewState: 'APPROVED' })
    expect((await submit(nth(2))).data.attributes.betaReviewState).toBe('APPROVED')
    const found = await client.get('/v1/builds?filter[betaAppReviewSubmission.betaReviewState]=APPROVED')
    expect(found.list.map(({ id }) => id)).toEqual([nth(0), nth(2)])
  })

  it('is followed by a message to testers, unless they get one anyway', async () => {
    const notify = (build: string) =>
      client.post('/v1/buildBetaNotifications', creation('buildBetaNotifications', {}, { build: one('builds', build) }))
    expect((await notify(nth(0))).status).toBe(201)
    expect(code(await notify(nth(1)))).toEqual([409, 'STATE_ERROR'])
    const auto = modification('buildBetaDetails', nth(0), { autoNotifyEnabled: true })
    await client.patch(`/v1/buildBetaDetails/${nth(0)}`, auto)
    expect((await notify(nth(0))).error.detail).toContain('already enabled')
  })
})
