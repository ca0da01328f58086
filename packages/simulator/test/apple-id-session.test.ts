import { describe, expect, it } from 'vitest'
import { Browser, type Seen } from './apple-id-browser.ts'
import { advance, EMAIL, HOUR_MS, MINUTE_MS, PASSWORD, startOpen, startWithAccount } from './apple-id-start.ts'

describe('a web session', () => {
  it('ends after eight hours; password and trust give a new one without a code', async () => {
    const { browser, simulator } = await startWithAccount()
    await browser.signIn(EMAIL, PASSWORD)
    advance(simulator, 8 * HOUR_MS - MINUTE_MS)
    expect((await browser.olympus()).status).toBe(200)
    advance(simulator, MINUTE_MS)
    expect((await browser.olympus()).text.startsWith('Unauthenticated\n')).toBe(true)
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(200)
    expect((await browser.olympus()).status).toBe(200)
  })

  it('lasts as long as a setting says', async () => {
    const { browser, simulator } = await startWithAccount({}, { settings: { webSessionHours: 0.5 } })
    await browser.signIn(EMAIL, PASSWORD)
    advance(simulator, 29 * MINUTE_MS)
    expect((await browser.olympus()).status).toBe(200)
    advance(simulator, MINUTE_MS)
    expect((await browser.olympus()).status).toBe(401)
  })

  it('is ended by /logout with its cookies, and by the page that leads to; not without them', async () => {
    const { browser } = await startWithAccount()
    for (const path of ['/appstoreconnect/logout', '/idmsa/appleauth/signout?asop=destroy-session']) {
      for (const method of path.includes('logout') ? ['GET', 'HEAD'] : ['GET']) {
        await browser.signIn(EMAIL, PASSWORD)
        await browser.send(method, path, { withCookies: false })
        expect((await browser.olympus()).status).toBe(200)
        await browser.send(method, path)
        expect((await browser.olympus()).status).toBe(401)
      }
    }
    // Trust outlives it.
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(200)
  })

  it('tells who is signed in, and renews its cookies', async () => {
    const { browser } = await startWithAccount({ firstName: 'Ada', lastName: 'Byron' })
    await browser.signIn(EMAIL, PASSWORD)
    const { status, json, setCookies } = await browser.olympus()
    expect(status).toBe(200)
    expect(json).toMatchObject({
      user: { fullName: 'Ada Byron', firstName: 'Ada', lastName: 'Byron', emailAddress: EMAIL },
      roles: ['ACCOUNT_HOLDER'],
      availableProviders: [{ name: 'Acme', subType: 'ORGANIZATION' }],
    })
    expect(setCookies[0]).toMatch(/^dqsid=[\w-]+; Max-Age=1800; Path=\/; Secure; HttpOnly$/)
    expect(setCookies[1]).toMatch(/^itctx=[\w-]+; Domain=apple.com; /)
  })

  it('without a team has no provider', async () => {
    const { browser } = await startWithAccount({ memberships: [] })
    await browser.signIn(EMAIL, PASSWORD)
    const { status, json } = await browser.olympus()
    expect([status, json.provider, json.availableProviders]).toEqual([200, undefined, []])
  })
})

describe('providers', () => {
  async function withTwo() {
    const simulator = await startOpen()
    const [acme, twin] = [simulator.createTeam({ name: 'Acme' }), simulator.createTeam({ name: 'Acme' })]
    simulator.createAccount({
      email: EMAIL,
      password: PASSWORD,
      secondFactor: 'none',
      memberships: [
        { teamId: acme.teamId, provider: { providerId: 1001 } },
        { teamId: twin.teamId, roles: ['DEVELOPER'], provider: { providerId: 1002, name: 'Acme Studios' } },
      ],
    })
    const browser = new Browser(simulator)
    await browser.signIn(EMAIL, PASSWORD)
    return { simulator, browser }
  }
  type Session = { provider: { providerId: number; publicProviderId: string }; roles: string[] }
  const chosen = ({ json }: Seen) => {
    const { provider, roles } = json as unknown as Session
    return [provider.providerId, roles]
  }

  it('are chosen by number, as spaceship does', async () => {
    const { browser } = await withTwo()
    expect(chosen(await browser.olympus())).toEqual([1001, ['ACCOUNT_HOLDER']])
    const body = { provider: { providerId: 1002 } }
    const headers = { 'x-requested-with': 'olympus-ui' }
    const switched = await browser.send('POST', '/appstoreconnect/olympus/v1/session', { body, headers })
    expect([switched.status, ...chosen(switched)]).toEqual([200, 1002, ['DEVELOPER']])
    expect(chosen(await browser.olympus())[0]).toBe(1002)
    const stranger = { provider: { providerId: 9999 } }
    expect((await browser.send('POST', '/appstoreconnect/olympus/v1/session', { body: stranger })).status).toBe(403)
    expect(chosen(await browser.olympus())[0]).toBe(1002)
  })

  it('are chosen by a JSON:API document, as expo does', async () => {
    const { browser } = await withTwo()
    const { json } = await browser.olympus()
    const [, second] = json.availableProviders as { publicProviderId: string }[]
    const ask = (id: string) =>
      browser.send('POST', '/appstoreconnect/olympus/v1/providerSwitchRequests', {
        body: {
          data: {
            type: 'providerSwitchRequests',
            relationships: { provider: { data: { type: 'providers', id } } },
          },
        },
      })
    expect((await ask('00000000-0000-4000-8000-000000000000')).status).toBe(403)
    expect((await ask(second?.publicProviderId ?? '')).status).toBe(201)
    expect(chosen(await browser.olympus())[0]).toBe(1002)
  })

  it('tell agreements that wait to be accepted', async () => {
    const { browser, simulator } = await withTwo()
    const messages = async () => (await browser.send('GET', '/appstoreconnect/olympus/v1/contractMessages')).json
    expect(await messages()).toEqual([])
    for (const team of simulator.world.teams.values()) team.agreementsInForce = false
    expect(await messages()).toMatchObject([{ group: 'Agreements', priority: 1, subject: expect.any(String) }])
    browser.cookies.clear()
    for (const path of ['session', 'contractMessages'])
      expect((await browser.send('GET', `/appstoreconnect/olympus/v1/${path}`)).status).toBe(401)
  })
})

describe('the simulator', () => {
  it('logs what was asked and by whom, and no password, code, proof or cookie', async () => {
    const { browser, simulator } = await startWithAccount({ phones: [{ number: '+49 1511 2345685' }] })
    await browser.signIn(EMAIL, PASSWORD)
    await browser.step('PUT', '/verify/phone', { phoneNumber: { id: 1 }, mode: 'sms' })
    await browser.checkPhoneCode('918273')
    await browser.send('POST', '/idmsa/appleauth/auth/signin', { body: { accountName: EMAIL, password: PASSWORD } })
    await browser.olympus()
    const exchanges = simulator.world.journal.exchanges()
    expect(simulator.world.journal.counts()).toEqual({
      idmsa_initSignIn: 1,
      idmsa_readSignInPage: 1,
      idmsa_completeSignIn: 1,
      idmsa_readSecondFactor: 1,
      idmsa_checkDeviceCode: 1,
      idmsa_trustBrowser: 1,
      idmsa_sendPhoneCode: 1,
      idmsa_checkPhoneCode: 1,
      idmsa_plainSignIn: 1,
      olympus_readSession: 1,
    })
    expect(exchanges.find(({ operation }) => operation === 'idmsa_completeSignIn')).toMatchObject({
      account: EMAIL,
      requestBody: { accountName: EMAIL },
    })
    const log = JSON.stringify(exchanges)
    const account = simulator.world.appleIds.accounts.get(EMAIL)
    const secrets = [
      PASSWORD,
      '918273',
      ...(account?.sentCodes.map(({ code }) => code) ?? []),
      ...browser.secretCookies(),
      ...Object.values(browser.session),
    ]
    expect(browser.secretCookies().length).toBeGreaterThan(3)
    for (const secret of secrets) expect(log).not.toContain(secret)
    for (const field of ['"c"', '"m1"', '"a"', '"securityCode"', '"password"']) expect(log).not.toContain(field)
  })

  it('repeats codes with the same random bytes, and sends a fixed one when told to', async () => {
    const constant = () => {
      let n = 0
      return (size: number) => Uint8Array.from({ length: size }, () => (n++ * 89 + 41) & 0xff)
    }
    const codes: (string | null)[] = []
    for (let n = 0; n < 2; n += 1) {
      const { browser, simulator } = await startWithAccount({}, { random: constant() })
      await browser.enterPassword(EMAIL, PASSWORD)
      codes.push(simulator.codeOf(EMAIL))
    }
    expect(codes[0]).toMatch(/^\d{6}$/)
    expect(codes[1]).toBe(codes[0])
    const { browser, simulator } = await startWithAccount({ switches: { fixedCode: '246810' } })
    await browser.enterPassword(EMAIL, PASSWORD)
    expect(simulator.codeOf(EMAIL)).toBe('246810')
    expect((await browser.checkDeviceCode('246810')).status).toBe(204)
  })

  it('keeps accounts, sessions, trust and sign-ins under way in a saved state', async () => {
    const { browser, simulator } = await startWithAccount()
    await browser.signIn(EMAIL, PASSWORD)
    const second = new Browser(simulator)
    await second.enterPassword(EMAIL, PASSWORD)
    const state = await (await fetch(`${simulator.controlUrl}/state`)).json()
    expect(JSON.stringify(state)).not.toContain(PASSWORD)
    const restored = await startOpen({ snapshot: state })
    const [one, other] = [new Browser(restored), new Browser(restored)]
    for (const [name, kept] of browser.cookies) one.cookies.set(name, kept)
    expect((await one.olympus()).json).toMatchObject({ provider: { name: 'Acme' } })
    expect((await one.enterPassword(EMAIL, PASSWORD)).status).toBe(200)
    other.session = second.session
    expect((await other.checkDeviceCode(restored.codeOf(EMAIL) ?? '')).status).toBe(204)
  })

  it('refuses a state whose accounts can not be read, and keeps its own', async () => {
    const { browser, simulator } = await startWithAccount()
    const state = (await (await fetch(`${simulator.controlUrl}/state`)).json()) as Record<string, unknown>
    const body = JSON.stringify({ ...state, appleIds: { accounts: 'none' } })
    expect((await fetch(`${simulator.controlUrl}/state`, { method: 'PUT', body })).status).toBe(400)
    expect((await browser.signIn(EMAIL, PASSWORD)).status).toBe(204)
  })

  it('takes a state that was saved before there were accounts', async () => {
    const { simulator } = await startWithAccount()
    const state = (await (await fetch(`${simulator.controlUrl}/state`)).json()) as Record<string, unknown>
    const { appleIds: _, settings, ...rest } = state
    const { webSessionHours: __, ...earlier } = settings as Record<string, unknown>
    const restored = await startOpen({ snapshot: { ...rest, settings: earlier } })
    expect(restored.world.appleIds.accounts.size).toBe(0)
    expect(restored.world.settings.webSessionHours).toBe(8)
  })
})
