import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { udid } from './client.ts'
import { type Portal, signIn, startPortal } from './portal-browser.ts'
import { refusal, tryOut } from './portal-legacy.ts'

let simulator: Simulator
let portal: Portal

beforeAll(async () => {
  ;({ simulator, portal } = await startPortal({ settings: { hourlyLimit: null } }))
})
afterAll(() => simulator.close())

describe('every answer', () => {
  it('has the envelope, csrf headers and the person’s role', async () => {
    const answer = await portal.legacy('ios/device/listDevices.action', { pageNumber: '1', pageSize: '500' })
    expect(answer.headers.get('content-type')).toContain('application/json')
    expect([answer.headers.has('csrf'), answer.headers.has('csrf_ts')]).toEqual([true, true])
    expect(answer.body).toMatchObject({
      resultCode: 0,
      protocolVersion: 'QH65B2',
      userLocale: 'en_US',
      httpCode: 200,
      isAgent: true,
      isAdmin: false,
      isMember: false,
      pageNumber: 1,
      pageSize: 500,
      totalRecords: 0,
      devices: [],
    })
    expect(answer.body.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  })
})

describe('teams', () => {
  it('are those of the person, by name, with memberships and roles', async () => {
    const zebra = simulator.createTeam({ name: 'Zebra', teamId: 'ZEBRA00001', kind: 'enterprise' })
    simulator.createTeam({ name: 'Strangers', teamId: 'STRANGER01' })
    const roles = ['ADMIN'] as const
    const person = await signIn(simulator, zebra.teamId, roles, 'both@example.com')
    const account = simulator.world.appleIds.accounts.get('both@example.com')
    if (account === undefined) throw new Error('no account')
    const memberships = [...account.memberships, { teamId: portal.teamId, roles: ['DEVELOPER'] as const }]
    simulator.world.appleIds.accounts.set('both@example.com', { ...account, memberships })
    const { teams } = tryOut(await person.legacy('listTeams.action'))
    expect(teams.map((team: { teamId: string; type: string }) => [team.teamId, team.type])).toEqual([
      ['ACMETEAM01', 'Company/Organization'],
      ['ZEBRA00001', 'In-House'],
    ])
    expect(teams[1]).toMatchObject({
      status: 'active',
      name: 'Zebra',
      memberships: [{ status: 'active', platform: 'ios', availableDeviceSlots: 100 }],
      currentTeamMember: { email: 'both@example.com', roles: ['TEAM_ADMIN'] },
    })
    expect(teams[0].currentTeamMember.roles).toEqual(['TEAM_MEMBER'])
  })
})

describe('refusals', () => {
  it('1100 without a session and with one that the portal has forgotten, HTTP 200', async () => {
    const answer = await fetch(`${simulator.url}/developer/services-account/QH65B2/account/listTeams.action`, {
      method: 'POST',
    })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      resultCode: 1100,
      userString: expect.stringMatching(/^Your session has expired/),
    })
    const before = simulator.world.settings
    simulator.world.settings = { ...before, portalSessionHours: 0 }
    const person = await signIn(simulator, portal.teamId, ['ADMIN'], 'short@example.com')
    simulator.world.settings = before
    expect((await person.legacy('listTeams.action')).resultCode).toBe(1100)
    expect((await person.browser.olympus()).status).toBe(200)
  })

  it('403 for a change without a csrf token; lists need none', async () => {
    portal.tokens = {}
    const wish = { deviceClasses: 'iphone', deviceNumbers: udid(90), deviceNames: 'Ninety' }
    const answer = await portal.legacy('ios/device/addDevices.action', wish)
    expect([answer.status, answer.resultCode]).toEqual([403, 403])
    portal.tokens = {}
    expect((await portal.legacy('ios/device/listDevices.action')).resultCode).toBe(0)
    expect((await portal.legacy('ios/device/addDevices.action', wish)).resultCode).toBe(0)
  })

  it('for teams of others, lapsed memberships, and agreements that wait', async () => {
    const own = portal.teamId
    portal.teamId = 'NOTEAM0001'
    expect((await portal.legacy('ios/device/listDevices.action')).userString).toContain('Access Unavailable')
    portal.teamId = own
    const team = simulator.world.teams.get(own)
    if (team === undefined) throw new Error('no team')
    team.membershipActive = false
    expect((await portal.legacy('ios/device/listDevices.action')).userString).toContain('Access Unavailable')
    expect((await portal.legacy('listTeams.action')).body.teams[0].status).toBe('expired')
    team.membershipActive = true
    expect(tryOut(await portal.legacyJson('listPendingAgreements', { languageIsoCode: 'en' })).agreements).toEqual([])
    team.agreementsInForce = false
    expect((await portal.legacy('ios/device/listDevices.action')).userString).toContain('Program License Agreement')
    const pending = tryOut(await portal.legacyJson('listPendingAgreements', { languageIsoCode: 'en' }))
    expect(pending.agreements).toHaveLength(1)
    team.agreementsInForce = true
  })

  it('for roles that do not reach', async () => {
    const marketing = await signIn(simulator, portal.teamId, ['MARKETING'])
    const answer = await marketing.legacy('ios/identifiers/listAppIds.action')
    expect([answer.resultCode, answer.resultString]).toEqual([1200, 'webservice.operationNotAllowed'])
    const manager = await signIn(simulator, portal.teamId, ['APP_MANAGER'])
    expect((await manager.legacy('ios/identifiers/listAppIds.action')).resultCode).toBe(0)
    const wish = { name: 'Manager', identifier: 'com.acme.manager', type: 'explicit' }
    expect((await manager.legacy('ios/identifiers/addAppId.action', wish)).resultCode).toBe(1200)
  })

  it('503 as a result code or as a page, on the first host only', async () => {
    const before = simulator.world.settings
    simulator.world.settings = { ...before, portalMaintenance: 'result-code' }
    expect(refusal(await portal.legacy('listTeams.action'))).toEqual([200, 503, undefined])
    simulator.world.settings = { ...before, portalMaintenance: 'page' }
    const page = await portal.legacy('listTeams.action')
    expect(page.status).toBe(503)
    expect(page.bytes.toString('utf8')).toContain('503 Service Temporarily Unavailable')
    portal.host = '/developer-mdn'
    expect((await portal.legacy('listTeams.action')).resultCode).toBe(0)
    portal.host = '/developer'
    simulator.world.settings = before
  })

  it('404 for actions that are none, and texts without markup', async () => {
    expect((await portal.legacy('ios/identifiers/nothing.action')).status).toBe(404)
    const wish = { name: 'x', identifier: '<script>', type: 'explicit' }
    const answer = await portal.legacy('ios/identifiers/addAppId.action', { ...wish, name: 'Script' })
    expect(answer.userString).toContain('&lt;script&gt;')
  })

  it('429 when the budget is used up', async () => {
    const before = simulator.world.settings
    simulator.world.settings = { ...before, hourlyLimit: 1 }
    simulator.world.rateLimits.reset()
    expect((await portal.legacy('listTeams.action')).resultCode).toBe(0)
    expect((await portal.legacy('listTeams.action')).status).toBe(429)
    simulator.world.settings = before
  })
})
