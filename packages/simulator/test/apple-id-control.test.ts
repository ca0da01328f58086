import { describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { Browser } from './apple-id-browser.ts'
import { EMAIL, PASSWORD, startOpen } from './apple-id-start.ts'

async function start(): Promise<{ simulator: Simulator; teamId: string; control: ReturnType<typeof controlOf> }> {
  const simulator = await startOpen()
  const { teamId } = simulator.createTeam({ name: 'Acme' })
  return { simulator, teamId, control: controlOf(simulator) }
}

function controlOf(simulator: Simulator) {
  return async (method: string, path: string, body?: unknown) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const answer = await fetch(`${simulator.controlUrl}${path}`, init)
    const text = await answer.text()
    return { status: answer.status, text, body: text === '' ? undefined : JSON.parse(text) }
  }
}

const account = { email: EMAIL, password: PASSWORD }

describe('Apple IDs by the control API', () => {
  it('are made, with what is usual where nothing is said', async () => {
    const { control, teamId } = await start()
    const made = await control('POST', '/accounts', account)
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({
      email: EMAIL,
      protocol: 's2k',
      secondFactor: 'two-factor',
      phones: [{ id: 1, number: '+49 1511 2345685', pushMode: 'sms', canReceive: true }],
      devices: [{ name: 'iPhone' }],
      memberships: [{ teamId, roles: ['ACCOUNT_HOLDER'] }],
      providers: [{ name: 'Acme' }],
      switches: { locked: false, refusal: 'none', repair: 'none', givesTrust: true, fixedCode: null },
      codes: [],
      sessions: [],
      trust: [],
    })
    expect((await control('GET', '/accounts')).body.accounts).toEqual([made.body])
    expect((await control('GET', `/accounts/${EMAIL.toUpperCase()}`)).body).toEqual(made.body)
    expect((await control('DELETE', `/accounts/${EMAIL}`)).status).toBe(204)
    expect((await control('GET', `/accounts/${EMAIL}`)).body.error.code).toBe('simulator.unknown_thing')
  })

  it('tell their codes and what is in force, and neither passwords nor cookies', async () => {
    const { control, simulator } = await start()
    await control('POST', '/accounts', account)
    const browser = new Browser(simulator)
    await browser.enterPassword(EMAIL, PASSWORD)
    const { codes } = (await control('GET', `/accounts/${EMAIL}/codes`)).body
    expect(codes).toEqual([{ to: 'device', code: simulator.codeOf(EMAIL), at: expect.any(String) }])
    await browser.checkDeviceCode(codes[0].code)
    await browser.trust()
    const shown = await control('GET', `/accounts/${EMAIL}`)
    const [session, trust] = [shown.body.sessions[0], shown.body.trust[0]]
    expect(Date.parse(session.endsAt) - Date.parse(session.startedAt)).toBe(8 * 3_600_000)
    expect(Date.parse(trust.endsAt) - Date.parse(trust.givenAt)).toBe(30 * 86_400_000)
    expect(browser.secretCookies().length).toBeGreaterThan(3)
    for (const value of browser.secretCookies()) expect(shown.text).not.toContain(value)
    await control('PATCH', '/clock', { advanceMs: 31 * 86_400_000 })
    expect((await control('GET', `/accounts/${EMAIL}`)).body).toMatchObject({ sessions: [], trust: [] })
  })

  it('change at any time, and lose sessions and trust when told to', async () => {
    const { control, simulator } = await start()
    await control('POST', '/accounts', account)
    const browser = new Browser(simulator)
    await browser.signIn(EMAIL, PASSWORD)
    const [session] = (await control('GET', `/accounts/${EMAIL}`)).body.sessions
    expect(session.portalEndsAt).toBe(session.endsAt)

    expect((await control('DELETE', `/accounts/${EMAIL}/portal-sessions`)).status).toBe(204)
    const [halved] = (await control('GET', `/accounts/${EMAIL}`)).body.sessions
    expect(Date.parse(halved.portalEndsAt)).toBeLessThanOrEqual(simulator.world.clock.now())
    expect((await browser.olympus()).status).toBe(200)

    expect((await control('DELETE', `/accounts/${EMAIL}/sessions`)).status).toBe(204)
    expect((await browser.olympus()).status).toBe(401)
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(200)
    expect((await control('DELETE', `/accounts/${EMAIL}/trust`)).status).toBe(204)
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(409)

    const change = { secondFactor: 'none', firstName: 'Ada', switches: { repair: 'privacy' } }
    const changed = await control('PATCH', `/accounts/${EMAIL}`, change)
    expect(changed.body).toMatchObject({ firstName: 'Ada', secondFactor: 'none', lastName: 'Eloper' })
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(412)
    await control('PATCH', `/accounts/${EMAIL}`, { switches: { locked: true } })
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(403)
    await control('PATCH', `/accounts/${EMAIL}`, { unlock: true, switches: { repair: 'none' } })
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(200)
  })

  it('give a session without a sign-in', async () => {
    const { control, simulator } = await start()
    await control('POST', '/accounts', account)
    const { status, body } = await control('POST', `/accounts/${EMAIL}/sessions`)
    expect(status).toBe(201)
    for (const cookie of [body.cookie, simulator.openWebSession(EMAIL)]) {
      const answer = await fetch(`${simulator.url}/appstoreconnect/olympus/v1/session`, { headers: { cookie } })
      expect(await answer.json()).toMatchObject({ user: { emailAddress: EMAIL } })
    }
  })

  it('come with a seed, and go with a reset', async () => {
    const { control } = await start()
    const seed = {
      teams: [{ name: 'Seeded', teamId: 'SEEDED0001' }],
      accounts: [{ ...account, memberships: [{ teamId: 'SEEDED0001', roles: ['DEVELOPER'], provider: null }] }],
    }
    const seeded = await control('POST', '/seed', seed)
    expect(seeded.body.accounts).toMatchObject([
      { memberships: [{ teamId: 'SEEDED0001', roles: ['DEVELOPER'] }], providers: [] },
    ])
    await control('POST', '/reset')
    expect((await control('GET', '/accounts')).body).toEqual({ accounts: [] })
    const started = await startOpen({ seed })
    expect(started.world.appleIds.accounts.has(EMAIL)).toBe(true)
  })

  it.each([
    ['no e-mail', { password: PASSWORD }],
    ['an e-mail that is none', { email: 'dev', password: PASSWORD }],
    ['no password', { email: EMAIL }],
    ['a field that nothing reads', { ...account, twoFactor: true }],
    ['a phone without its country', { ...account, phones: [{ number: '0151123456' }] }],
    ['a second factor that is unknown', { ...account, secondFactor: 'retina' }],
    ['a team that is unknown', { ...account, memberships: [{ teamId: 'NOTEAM0001' }] }],
    ['a role that is unknown', { ...account, memberships: [{ teamId: 'ACME000001', roles: ['KING'] }] }],
    ['a switch that is unknown', { ...account, switches: { mood: 'bad' } }],
    ['a switch with another value', { ...account, switches: { refusal: 'maybe' } }],
    ['a code that is none', { ...account, switches: { fixedCode: 'abc' } }],
    ['a salt that begins with zero', { ...account, salt: `00${'1'.repeat(30)}` }],
  ])('are refused with %s', async (_what, wish) => {
    const { control, simulator } = await start()
    simulator.createTeam({ name: 'Other', teamId: 'ACME000001' })
    const { status, body } = await control('POST', '/accounts', wish)
    expect([400, 404]).toContain(status)
    expect(body.error.code).toMatch(/^simulator\./)
    expect(simulator.world.appleIds.accounts.size).toBe(0)
  })

  it('are refused when the e-mail is taken, whatever its case', async () => {
    const { control } = await start()
    await control('POST', '/accounts', account)
    expect((await control('POST', '/accounts', { ...account, email: 'DEV@example.com' })).status).toBe(400)
  })
})
