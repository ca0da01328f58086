import { describe, expect, it } from 'vitest'
import { PRIME, paddedBytes } from '../src/apple-id/srp/group.ts'
import { Browser, type InitAnswer, type Seen, SrpClient } from './apple-id-browser.ts'
import { advance, codesOf, EMAIL, MINUTE_MS, namesSet, PASSWORD, startWithAccount } from './apple-id-start.ts'

describe('the widget key', () => {
  it('is told by the redirect of /logout, for GET and HEAD', async () => {
    const { browser, simulator } = await startWithAccount()
    for (const method of ['GET', 'HEAD']) {
      const answer = await browser.send(method, '/appstoreconnect/logout')
      expect(answer.status).toBe(302)
      const location = new URL(answer.headers.get('location') ?? '')
      expect(location.origin + location.pathname).toBe('https://idmsa.apple.com/appleauth/signout')
      expect(location.searchParams.get('widgetKey')).toBe(simulator.world.settings.widgetKey)
      expect(location.searchParams.get('asop')).toBe('destroy-session')
    }
  })

  it('is gone from its old address, unless a setting brings it back', async () => {
    const { browser, simulator } = await startWithAccount()
    const path = '/appstoreconnect/olympus/v1/app/config?hostname=itunesconnect.apple.com'
    const gone = await browser.send('GET', path)
    expect([gone.status, gone.headers.get('content-type')]).toEqual([404, 'text/html;charset=UTF-8'])
    expect((await browser.send('GET', '/appstoreconnect/olympus/v2/app/config')).status).toBe(401)
    simulator.world.settings = { ...simulator.world.settings, widgetKeyInConfig: true }
    expect((await browser.send('GET', path)).json).toEqual({
      authServiceUrl: 'https://idmsa.apple.com/appleauth',
      authServiceKey: simulator.world.settings.widgetKey,
    })
  })

  it('that is wrong passes the whole sign-in and then opens nothing', async () => {
    const { browser } = await startWithAccount()
    browser.widgetKey = '0'.repeat(64)
    expect((await browser.signIn(EMAIL, PASSWORD)).status).toBe(204)
    const olympus = await browser.olympus()
    expect(olympus.status).toBe(401)
    expect(olympus.text.startsWith('Unauthenticated\n')).toBe(true)
    expect(olympus.headers.get('content-type')).toContain('text/plain')
  })
})

describe('the puzzle', () => {
  it('is set with ten bits and a new challenge each time, and as hard as a setting says', async () => {
    const { browser, simulator } = await startWithAccount()
    const page = () => browser.send('GET', `/idmsa/appleauth/auth/signin?widgetKey=${browser.widgetKey}`)
    const [one, other] = [await page(), await page()]
    expect(one.headers.get('x-apple-hc-bits')).toBe('10')
    expect(one.headers.get('x-apple-hc-challenge')).toMatch(/^[0-9a-f]{32}$/)
    expect(one.headers.get('x-apple-hc-challenge')).not.toBe(other.headers.get('x-apple-hc-challenge'))
    simulator.world.settings = { ...simulator.world.settings, hashcashBits: 13 }
    expect((await page()).headers.get('x-apple-hc-bits')).toBe('13')
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(409)
  })

  it('that is not solved is 403, and the exchange can go on with a solution', async () => {
    const { browser, simulator } = await startWithAccount()
    const client = new SrpClient()
    const init = (await browser.init(EMAIL, client)).json as unknown as InitAnswer
    const { m1, m2 } = client.prove(EMAIL, PASSWORD, init)
    const body = { accountName: EMAIL, c: init.c, m1: m1.toString('base64'), m2: m2.toString('base64') }
    const solved = (await browser.puzzle()) ?? ''
    const [, , , challenge = '', , counter = '0'] = solved.split(':')
    const unsolved = [
      '',
      'nonsense',
      solved.replace(challenge, 'f'.repeat(32)),
      `1:10:20260301093000:${challenge}::${Number(counter) + 1}`,
      `1:1:20260301093000:${challenge}::${counter}`,
      `1:0:20260301093000:${challenge}::0`,
    ]
    for (const token of unsolved) {
      const refused = await browser.complete(body, token)
      expect([token, refused.status, refused.json]).toEqual([token, 403, {}])
    }
    expect((await browser.complete(body, solved)).status).toBe(409)
    const stale = (await browser.puzzle()) ?? ''
    advance(simulator, 11 * MINUTE_MS)
    expect((await browser.complete(body, stale)).status).toBe(403)
  })

  it('may be switched off', async () => {
    const { browser } = await startWithAccount({}, { settings: { hashcashBits: null } })
    expect(await browser.puzzle()).toBeUndefined()
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(409)
  })
})

describe('the password', () => {
  it.each(['s2k', 's2k_fo'] as const)('signs in as %s, whatever the case of the e-mail', async (protocol) => {
    const { browser } = await startWithAccount({ protocol, secondFactor: 'none' })
    expect((await browser.init(EMAIL)).json).toMatchObject({ protocol })
    for (const name of [EMAIL, 'Dev@Example.COM']) {
      const answer = await browser.enterPassword(name, PASSWORD)
      expect([answer.status, answer.json]).toEqual([200, { authType: 'sa' }])
      expect(namesSet(answer)).toEqual(['myacinfo', 'aa'])
    }
    expect((await browser.olympus()).status).toBe(200)
  })

  it('works many times over: no exchange depends on leading zeros', async () => {
    const { browser } = await startWithAccount({ secondFactor: 'none', iterations: 1 })
    const statuses = new Set<number>()
    for (let n = 0; n < 30; n += 1) {
      const client = new SrpClient()
      const init = (await browser.init(EMAIL, client)).json as unknown as InitAnswer
      expect(Buffer.from(init.b, 'base64')).toHaveLength(256)
      expect(Buffer.from(init.b, 'base64')[0]).not.toBe(0)
      const { m1, m2 } = client.prove(EMAIL, PASSWORD, init)
      const shortest = Buffer.from(m2.subarray(m2.findIndex((byte) => byte !== 0)))
      const proofs = { m1: m1.toString('base64'), m2: shortest.toString('base64') }
      statuses.add((await browser.complete({ accountName: EMAIL, c: init.c, ...proofs })).status)
    }
    expect([...statuses]).toEqual([200])
  })

  it('that is wrong is 401 -20101; so is an account that does not exist, after the same kind of answer', async () => {
    const { browser } = await startWithAccount()
    for (const name of [EMAIL, 'nobody@example.com']) {
      const answer = await browser.enterPassword(name, 'wrong')
      expect([answer.status, codesOf(answer)]).toEqual([401, ['-20101']])
      expect(answer.headers.get('x-apple-i-ercd')).toBe('-20101')
      expect(answer.setCookies).toEqual([])
    }
    const [real, made, again] = [
      (await browser.init(EMAIL)).json,
      (await browser.init('nobody@example.com')).json,
      (await browser.init('Nobody@example.com')).json,
    ]
    expect(Object.keys(made)).toEqual(Object.keys(real))
    expect([made.salt, made.iteration]).toEqual([again.salt, again.iteration])
    expect(made.b).not.toBe(again.b)
    expect((await browser.init('other@example.com')).json.salt).not.toBe(made.salt)
  })

  it('may be tried so often, then the account is locked: 403 -20209 even with the right one', async () => {
    const { browser, simulator } = await startWithAccount({}, { settings: { wrongPasswordsUntilLock: 3 } })
    for (let n = 0; n < 2; n += 1) await browser.enterPassword(EMAIL, 'wrong')
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(409)
    for (let n = 0; n < 3; n += 1) expect((await browser.enterPassword(EMAIL, 'wrong')).status).toBe(401)
    for (const password of [PASSWORD, 'wrong']) {
      const answer = await browser.enterPassword(EMAIL, password)
      expect([answer.status, codesOf(answer)]).toEqual([403, ['-20209']])
    }
    simulator.changeAccount(EMAIL, { unlock: true })
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(409)
  })

  it('that is changed ends every session and all trust', async () => {
    const { browser, simulator } = await startWithAccount()
    await browser.signIn(EMAIL, PASSWORD)
    expect((await browser.olympus()).status).toBe(200)
    simulator.changeAccount(EMAIL, { password: 'Battery-Staple-2' })
    expect((await browser.olympus()).status).toBe(401)
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(401)
    expect((await browser.enterPassword(EMAIL, 'Battery-Staple-2')).status).toBe(409)
  })

  it('is refused in the plain form', async () => {
    const { browser } = await startWithAccount()
    const body = { accountName: EMAIL, password: PASSWORD, rememberMe: true }
    expect((await browser.send('POST', '/idmsa/appleauth/auth/signin', { body })).status).toBe(503)
  })
})

describe('an attacker', () => {
  it('gains nothing with an A that is a multiple of N', async () => {
    const { browser } = await startWithAccount()
    for (const value of [0n, PRIME]) {
      const body = { a: paddedBytes(value).toString('base64'), accountName: EMAIL, protocols: ['s2k', 's2k_fo'] }
      expect((await browser.send('POST', '/idmsa/appleauth/auth/signin/init', { body })).status).toBe(400)
    }
    const twice = { a: '', accountName: EMAIL, protocols: ['s2k'] }
    expect((await browser.send('POST', '/idmsa/appleauth/auth/signin/init', { body: twice })).status).toBe(400)
  })

  it('gains nothing with a handle that was used, is too old, or is of another account', async () => {
    const { browser, simulator } = await startWithAccount()
    simulator.createAccount({ email: 'other@example.com', password: 'Other-Horse-1' })
    const proved = async (name: string, password: string) => {
      const client = new SrpClient()
      const init = (await browser.init(name, client)).json as unknown as InitAnswer
      const { m1, m2 } = client.prove(name, password, init)
      return { accountName: name, c: init.c, m1: m1.toString('base64'), m2: m2.toString('base64') }
    }
    const once = await proved(EMAIL, PASSWORD)
    expect((await browser.complete(once)).status).toBe(409)
    expect((await browser.complete(once)).status).toBe(401)

    const late = await proved(EMAIL, PASSWORD)
    advance(simulator, 6 * MINUTE_MS)
    expect((await browser.complete(late)).status).toBe(401)

    const other = await proved('other@example.com', 'Other-Horse-1')
    expect((await browser.complete({ ...other, accountName: EMAIL })).status).toBe(401)
    expect((await browser.complete({ ...other, c: 'd-000-none:PRN' })).status).toBe(401)
    // A failed try spends the handle: the right proofs come too late.
    const spent = await proved(EMAIL, PASSWORD)
    expect((await browser.complete({ ...spent, m1: spent.m2 })).status).toBe(401)
    expect((await browser.complete(spent)).status).toBe(401)
  })

  it('can not use a code in another sign-in, a code of another place, or one twice', async () => {
    const { browser, simulator } = await startWithAccount()
    const other = new Browser(simulator)
    await other.enterPassword(EMAIL, PASSWORD)
    const foreign = simulator.codeOf(EMAIL, 'device') ?? ''
    await browser.enterPassword(EMAIL, PASSWORD)
    const code = simulator.codeOf(EMAIL, 'device') ?? ''
    expect(foreign).not.toBe(code)
    expect((await browser.checkDeviceCode(foreign)).status).toBe(400)
    expect((await browser.checkPhoneCode(code)).status).toBe(400)
    expect((await browser.checkDeviceCode('')).status).toBe(400)
    expect((await browser.checkDeviceCode(code)).status).toBe(204)
    expect((await browser.checkDeviceCode(code)).status).toBe(400)
  })

  it('can not go on without the session id and an scnt of the sign-in, nor trust before the code', async () => {
    const { browser, simulator } = await startWithAccount()
    await browser.enterPassword(EMAIL, PASSWORD)
    const right = { ...browser.session }
    const other = new Browser(simulator)
    await other.enterPassword(EMAIL, PASSWORD)
    for (const session of [{}, { ...right, scnt: 'x' }, { ...right, scnt: other.session.scnt ?? '' }]) {
      browser.session = session
      expect((await browser.step('GET', '')).status).toBe(401)
      expect((await browser.trust()).status).toBe(401)
    }
    browser.session = right
    expect((await browser.trust()).status).toBe(403)
    expect(browser.cookie('myacinfo')).toBeUndefined()
    expect((await browser.olympus()).status).toBe(401)
  })

  it('can not use the trust of another account, or invent one', async () => {
    const { browser, simulator } = await startWithAccount()
    simulator.createAccount({ email: 'other@example.com', password: 'Other-Horse-1' })
    await browser.signIn('other@example.com', 'Other-Horse-1')
    expect(browser.cookie('DES')).toBeDefined()
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(409)
    browser.cookies.set(`DES${'0'.repeat(32)}`, {
      value: 'HSARMTKNSRVSRVT',
      domain: 'idmsa.apple.com',
      endsAt: Number.POSITIVE_INFINITY,
    })
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(409)
  })
})

describe('a sign-in that is refused', () => {
  it.each([
    ['refused', 403, ['-36607'], null],
    ['rate-limited', 429, [], '90'],
    ['unavailable', 503, [], null],
  ] as const)(
    'as %s stays so when it is repeated, and goes on when it is over',
    async (refusal, status, codes, retry) => {
      const { browser, simulator } = await startWithAccount({ switches: { refusal, retryAfterSeconds: 90 } })
      const client = new SrpClient()
      const init = (await browser.init(EMAIL, client)).json as unknown as InitAnswer
      const { m1, m2 } = client.prove(EMAIL, PASSWORD, init)
      const body = { accountName: EMAIL, c: init.c, m1: m1.toString('base64'), m2: m2.toString('base64') }
      for (let n = 0; n < 2; n += 1) {
        const answer = await browser.complete(body)
        expect([answer.status, codesOf(answer), answer.headers.get('retry-after')]).toEqual([status, codes, retry])
      }
      simulator.changeAccount(EMAIL, { switches: { refusal: 'none' } })
      expect((await browser.complete(body)).status).toBe(409)
    },
  )

  it('by a locked account stays 403 -20209 when it is repeated', async () => {
    const { browser } = await startWithAccount({ switches: { locked: true } })
    for (let n = 0; n < 2; n += 1) {
      const answer = await browser.enterPassword(EMAIL, PASSWORD)
      expect([answer.status, codesOf(answer)]).toEqual([403, ['-20209']])
    }
  })

  it('may be refused by a fault, in the form of each service', async () => {
    const { browser, simulator } = await startWithAccount()
    const fault = (operation: string, status: number, code?: string) =>
      simulator.world.faults.add({ operation, kind: 'status', status, ...(code === undefined ? {} : { code }) })
    fault('idmsa_initSignIn', 500, '-900007')
    expect(codesOf(await browser.init(EMAIL))).toEqual(['-900007'])
    fault('idmsa_*', 503)
    expect((await browser.init(EMAIL)).text).toContain('<h1>503</h1>')
    fault('olympus_readSession', 401)
    const olympus = await browser.olympus()
    expect([olympus.status, olympus.text.startsWith('Unauthenticated\n')]).toEqual([401, true])
    expect(olympus.headers.get('content-type')).toContain('text/plain')
  })
})

describe('a repair', () => {
  /** The way to put off the upgrade to two factors, as spaceship goes it. */
  async function putOff(browser: Browser, first: Seen) {
    const location = new URL(first.headers.get('location') ?? '')
    expect(location.origin).toBe('https://appleid.apple.com')
    const page = await browser.send('GET', `/appleid${location.pathname}${location.search}`)
    const session = first.headers.get('x-apple-id-session-id') ?? ''
    const headers = (scnt: string, token: string) => ({
      'x-apple-id-session-id': session,
      scnt,
      'x-apple-session-token': token,
      'x-apple-skip-repair-attributes': '[]',
      'x-apple-widget-key': location.searchParams.get('widgetKey') ?? '',
    })
    const options = await browser.send('GET', '/appleid/account/manage/repair/options', {
      headers: headers(page.headers.get('scnt') ?? '', first.headers.get('x-apple-repair-session-token') ?? ''),
    })
    const [scnt, token] = [options.headers.get('scnt') ?? '', options.headers.get('x-apple-session-token') ?? '']
    const later = await browser.send('GET', '/appleid/account/security/upgrade/setuplater', {
      headers: headers(scnt, token),
    })
    const newest = later.headers.get('x-apple-session-token') ?? token
    return { statuses: [page.status, options.status, later.status], finish: () => finish(browser, newest) }
  }
  const finish = (browser: Browser, token: string) =>
    browser.step('POST', '/repair/complete', undefined, { 'x-apple-repair-session-token': token })
  const tokenOf = (seen: Seen) => seen.headers.get('x-apple-repair-session-token') ?? ''

  it('of the privacy statement: 412, acknowledged once, 204', async () => {
    const { browser } = await startWithAccount({ secondFactor: 'none', switches: { repair: 'privacy' } })
    const answer = await browser.enterPassword(EMAIL, PASSWORD)
    expect([answer.status, answer.json]).toEqual([412, { authType: 'sa' }])
    expect(answer.headers.get('location')).toContain(`widgetKey=${browser.widgetKey}`)
    expect(browser.cookie('myacinfo')).toBeUndefined()
    expect((await finish(browser, 'invented')).status).toBe(401)
    const done = await finish(browser, tokenOf(answer))
    expect([done.status, namesSet(done)]).toEqual([204, ['myacinfo']])
    expect((await browser.olympus()).status).toBe(200)
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(200)
  })

  it('of the upgrade to two factors can be put off, for this sign-in', async () => {
    const { browser } = await startWithAccount({ secondFactor: 'none', switches: { repair: 'later' } })
    const answer = await browser.enterPassword(EMAIL, PASSWORD)
    expect((await finish(browser, tokenOf(answer))).status).toBe(412)
    const later = await putOff(browser, answer)
    expect(later.statuses).toEqual([200, 200, 204])
    expect((await later.finish()).status).toBe(204)
    expect((await browser.olympus()).status).toBe(200)
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(412)
  })

  it('of a weak password can not be put off', async () => {
    const { browser } = await startWithAccount({ secondFactor: 'none', switches: { repair: 'password' } })
    const answer = await browser.enterPassword(EMAIL, PASSWORD)
    const later = await putOff(browser, answer)
    expect(later.statuses).toEqual([200, 200, 403])
    expect((await later.finish()).status).toBe(412)
    expect((await browser.olympus()).status).toBe(401)
  })

  it('does not replace the second factor', async () => {
    const { browser, simulator } = await startWithAccount({ switches: { repair: 'privacy' } })
    const answer = await browser.enterPassword(EMAIL, PASSWORD)
    expect([answer.status, answer.json]).toEqual([412, { authType: 'hsa2' }])
    const next = await finish(browser, tokenOf(answer))
    expect(next.status).toBe(409)
    expect((await browser.checkDeviceCode(simulator.codeOf(EMAIL, 'device') ?? '')).status).toBe(204)
    expect((await browser.trust()).status).toBe(204)
  })

  it('may be asked after a right code', async () => {
    const { browser, simulator } = await startWithAccount({ switches: { repair: 'privacy', repairAfter: 'code' } })
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(409)
    const answer = await browser.checkDeviceCode(simulator.codeOf(EMAIL, 'device') ?? '')
    expect([answer.status, answer.json]).toEqual([412, { authType: 'hsa2', securityCode: { valid: true } }])
    expect((await browser.trust()).status).toBe(403)
    expect((await finish(browser, tokenOf(answer))).status).toBe(204)
    expect((await browser.trust()).status).toBe(204)
    expect((await browser.olympus()).status).toBe(200)
  })

  it('is nobody else’s affair', async () => {
    const { browser } = await startWithAccount()
    for (const path of ['/account/manage/repair/options', '/account/security/upgrade/setuplater'])
      expect((await browser.send('GET', `/appleid${path}`, { headers: { scnt: 'x' } })).status).toBe(401)
  })
})
