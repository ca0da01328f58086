import { describe, expect, it } from 'vitest'
import { Browser, type Seen } from './apple-id-browser.ts'
import {
  advance,
  codesOf,
  DAY_MS,
  EMAIL,
  errorsOf,
  HOUR_MS,
  MINUTE_MS,
  namesSet,
  PASSWORD,
  startWithAccount,
} from './apple-id-start.ts'

describe('the second factor', () => {
  it('is asked with everything that later requests need', async () => {
    const { browser } = await startWithAccount()
    const answer = await browser.enterPassword(EMAIL, PASSWORD)
    expect([answer.status, answer.json]).toEqual([409, { authType: 'hsa2' }])
    for (const name of [
      'x-apple-id-session-id',
      'scnt',
      'x-apple-auth-attributes',
      'x-apple-session-token',
      'x-apple-id-account-country',
      'x-apple-hc-bits',
      'x-apple-hc-challenge',
    ])
      expect(answer.headers.get(name), name).toBeTruthy()
    expect(answer.headers.get('location')).toBe('/auth')
    expect(answer.headers.get('x-apple-twosv-trust-eligible')).toBe('true')
    expect(namesSet(answer)).toEqual(['aasp'])
    expect(browser.cookie('aasp')).toBe(answer.headers.get('x-apple-id-session-id'))
  })

  it('is described with hidden numbers', async () => {
    const { browser } = await startWithAccount({
      phones: [{ number: '+49 1511 2345685' }, { number: '+1 (555) 555-0166', pushMode: 'voice' }],
    })
    await browser.enterPassword(EMAIL, PASSWORD)
    const { status, json } = await browser.step('GET', '')
    expect(status).toBe(200)
    expect(json.trustedPhoneNumbers).toEqual([
      {
        id: 1,
        numberWithDialCode: '+49 •••• •••••85',
        obfuscatedNumber: '•••• •••••85',
        pushMode: 'sms',
        lastTwoDigits: '85',
        nonFTEU: false,
      },
      {
        id: 2,
        numberWithDialCode: '+1 (•••) •••-••66',
        obfuscatedNumber: '(•••) •••-••66',
        pushMode: 'voice',
        lastTwoDigits: '66',
        nonFTEU: false,
      },
    ])
    expect(json).toMatchObject({
      trustedPhoneNumber: { id: 1 },
      securityCode: { length: 6, tooManyCodesSent: false, tooManyCodesValidated: false, securityCodeLocked: false },
      authenticationType: 'hsa2',
      type: 'verification',
    })
    expect(json).not.toHaveProperty('noTrustedDevices')
  })

  it('is a page with the same in it for those who ask for HTML', async () => {
    const { browser } = await startWithAccount()
    await browser.enterPassword(EMAIL, PASSWORD)
    const page = await browser.step('GET', '', undefined, { accept: 'text/html' })
    expect(page.headers.get('content-type')).toContain('text/html')
    const boot = /class="boot_args">(.*?)<\/script>/.exec(page.text)?.[1] ?? '{}'
    expect(JSON.parse(boot).direct.twoSV.phoneNumberVerification.trustedPhoneNumber.id).toBe(1)
  })

  it('by device: code, trust, session; the first scnt holds for all of it', async () => {
    const { browser, simulator } = await startWithAccount()
    await browser.enterPassword(EMAIL, PASSWORD)
    expect((await browser.step('GET', '')).status).toBe(200)
    const checked = await browser.checkDeviceCode(simulator.codeOf(EMAIL, 'device') ?? '')
    expect([checked.status, checked.text, namesSet(checked)]).toEqual([204, '', ['myacinfo']])
    expect((await browser.olympus()).status).toBe(200)
    const first = browser.cookie('myacinfo')
    const trusted = await browser.trust()
    expect([trusted.status, namesSet(trusted)]).toEqual([204, ['myacinfo', 'DES…', 'acn01']])
    for (const name of ['x-apple-twosv-trust-token', 'x-apple-session-token', 'x-apple-auth-attributes'])
      expect(trusted.headers.get(name), name).toBeTruthy()
    expect(browser.cookie('myacinfo')).not.toBe(first)
    expect(trusted.setCookies[0]).toMatch(/^myacinfo=DAWTKNV\w+; Domain=apple.com; Path=\/; Secure; HttpOnly$/)
    expect(trusted.setCookies[1]).toMatch(
      /^DES[0-9a-f]{32}=HSARMTKNSRV[\w+/=]+SRVT; Max-Age=2592000; Domain=idmsa.apple.com; Path=\/; Secure; HttpOnly$/,
    )
    const olympus = await browser.olympus()
    expect(olympus.json).toMatchObject({ user: { emailAddress: EMAIL }, provider: { name: 'Acme' } })
  })

  it('takes the newest scnt as well', async () => {
    const { browser, simulator } = await startWithAccount()
    await browser.enterPassword(EMAIL, PASSWORD)
    const answer = await browser.step('GET', '')
    const newest = answer.headers.get('scnt') ?? ''
    expect(newest).not.toBe(browser.session.scnt)
    browser.session = { ...browser.session, scnt: newest }
    expect((await browser.checkDeviceCode(simulator.codeOf(EMAIL, 'device') ?? '')).status).toBe(204)
  })

  it('by the only phone: the code is sent unasked, once, with 201', async () => {
    const { browser, simulator } = await startWithAccount({ devices: [] })
    await browser.enterPassword(EMAIL, PASSWORD)
    expect(simulator.codeOf(EMAIL)).toBeNull()
    const answer = await browser.step('GET', '')
    expect(answer.status).toBe(201)
    expect(answer.json).toMatchObject({ noTrustedDevices: true, mode: 'sms', phoneNumber: { id: 1 } })
    const code = simulator.codeOf(EMAIL, 1) ?? ''
    expect(code).toMatch(/^\d{6}$/)
    expect((await browser.step('GET', '')).status).toBe(200)
    expect(simulator.codeOf(EMAIL, 1)).toBe(code)
    const checked = await browser.checkPhoneCode(code)
    expect([checked.status, namesSet(checked)]).toEqual([200, ['myacinfo']])
    expect(checked.json).toMatchObject({ trustedPhoneNumber: { id: 1 } })
    expect((await browser.trust()).status).toBe(204)
  })

  it('by one of several phones: nothing is sent until one is chosen', async () => {
    const { browser, simulator } = await startWithAccount({
      devices: [],
      phones: [{ number: '+49 1511 2345685' }, { number: '+1 (555) 555-0166' }],
    })
    await browser.enterPassword(EMAIL, PASSWORD)
    expect((await browser.step('GET', '')).status).toBe(200)
    expect(simulator.codeOf(EMAIL)).toBeNull()
    const sent = await browser.step('PUT', '/verify/phone', { phoneNumber: { id: 2 }, mode: 'voice' })
    expect([sent.status, sent.json.mode, (sent.json.phoneNumber as { id: number }).id]).toEqual([200, 'voice', 2])
    expect((await browser.step('PUT', '/verify/phone', { phoneNumber: { id: 9 }, mode: 'sms' })).status).toBe(400)
    const code = simulator.codeOf(EMAIL, 2) ?? ''
    expect((await browser.checkPhoneCode(code, 1)).status).toBe(400)
    expect((await browser.checkPhoneCode(code, 2)).status).toBe(200)
  })

  it('by a device that waits to be asked: the code comes with PUT, and each replaces the one before', async () => {
    const { browser, simulator } = await startWithAccount({ switches: { showsCodeUnasked: false } })
    await browser.enterPassword(EMAIL, PASSWORD)
    await browser.step('GET', '')
    expect(simulator.codeOf(EMAIL)).toBeNull()
    const sent = await browser.step('PUT', '/verify/trusteddevice/securitycode')
    expect([sent.status, sent.json.trustedDeviceCount]).toEqual([202, 1])
    expect(sent.json).toHaveProperty('phoneNumberVerification.trustedPhoneNumbers')
    const first = simulator.codeOf(EMAIL, 'device') ?? ''
    await browser.step('PUT', '/verify/trusteddevice/securitycode')
    const second = simulator.codeOf(EMAIL, 'device') ?? ''
    expect((await browser.checkDeviceCode(first)).status).toBe(400)
    expect((await browser.checkDeviceCode(second)).status).toBe(204)
    for (const method of ['PUT', 'POST']) expect((await browser.step(method, '/verify/trusteddevice')).status).toBe(405)
  })

  it('sends so many codes and no more', async () => {
    const { browser } = await startWithAccount({}, { settings: { codesPerSignIn: 2 } })
    await browser.enterPassword(EMAIL, PASSWORD)
    const ask = () => browser.step('PUT', '/verify/phone', { phoneNumber: { id: 1 }, mode: 'sms' })
    const [second, third] = [await ask(), await ask()]
    expect([second.status, third.status]).toEqual([200, 423])
    expect(second.json).toMatchObject({ securityCode: { tooManyCodesSent: false } })
    expect(third.json).toMatchObject({ securityCode: { tooManyCodesSent: true } })
    expect((await browser.step('PUT', '/verify/trusteddevice/securitycode')).status).toBe(423)
  })

  it('says -28248 when a phone can not be reached', async () => {
    const { browser, simulator } = await startWithAccount({
      devices: [],
      phones: [{ number: '+49 1511 2345685', canReceive: false }],
    })
    await browser.enterPassword(EMAIL, PASSWORD)
    const state = await browser.step('GET', '')
    expect([state.status, codesOf(state)]).toEqual([200, ['-28248']])
    const sent = await browser.step('PUT', '/verify/phone', { phoneNumber: { id: 1 }, mode: 'sms' })
    expect([sent.status, codesOf(sent)]).toEqual([412, ['-28248']])
    expect(simulator.codeOf(EMAIL)).toBeNull()
  })

  it('refuses wrong codes with both error keys, then all codes for an hour', async () => {
    const { browser, simulator } = await startWithAccount({}, { settings: { wrongCodesUntilLock: 3 } })
    await browser.enterPassword(EMAIL, PASSWORD)
    const right = simulator.codeOf(EMAIL, 'device') ?? ''
    const wrong = right === '000000' ? '111111' : '000000'
    for (let n = 0; n < 2; n += 1) {
      const answer = await browser.checkDeviceCode(wrong)
      expect([answer.status, codesOf(answer), answer.headers.get('x-apple-i-ercd')]).toEqual([
        400,
        ['-21669'],
        '-21669',
      ])
      expect(answer.json.service_errors).toEqual(answer.json.serviceErrors)
      expect(answer.json.hasError).toBe(true)
      expect(errorsOf(answer)[0]?.message).toMatch(/verification code/i)
    }
    const last = await browser.checkDeviceCode(wrong)
    expect([last.status, codesOf(last)]).toEqual([400, ['-22982']])
    expect(last.json).toMatchObject({ securityCode: { tooManyCodesValidated: true, securityCodeLocked: true } })
    expect((await browser.checkDeviceCode(right)).status).toBe(423)

    // A new sign-in does not help, time does.
    await browser.enterPassword(EMAIL, PASSWORD)
    expect((await browser.step('GET', '')).json).toMatchObject({ securityCode: { securityCodeLocked: true } })
    expect((await browser.checkDeviceCode(simulator.codeOf(EMAIL, 'device') ?? '')).status).toBe(423)
    advance(simulator, HOUR_MS)
    expect((await browser.signIn(EMAIL, PASSWORD)).status).toBe(204)
  })

  it('may answer a right code with 409 and valid: true; trust works all the same', async () => {
    const { browser, simulator } = await startWithAccount({ switches: { rightCode: 'conflict' } })
    await browser.enterPassword(EMAIL, PASSWORD)
    expect((await browser.checkDeviceCode('x')).status).toBe(400)
    const answer = await browser.checkDeviceCode(simulator.codeOf(EMAIL, 'device') ?? '')
    expect([answer.status, answer.json.securityCode]).toEqual([409, { code: simulator.codeOf(EMAIL), valid: true }])
    expect(answer.headers.get('x-apple-session-token')).toBeTruthy()
    expect(answer.json).not.toHaveProperty('serviceErrors')
    expect((await browser.trust()).status).toBe(204)
    expect((await browser.olympus()).status).toBe(200)
  })

  it('has a quarter of an hour: then 401, and sign-in begins anew', async () => {
    const { browser, simulator } = await startWithAccount()
    await browser.enterPassword(EMAIL, PASSWORD)
    const code = simulator.codeOf(EMAIL, 'device') ?? ''
    advance(simulator, 15 * MINUTE_MS)
    for (const answer of [await browser.step('GET', ''), await browser.checkDeviceCode(code), await browser.trust()])
      expect(answer.status).toBe(401)
    expect((await browser.signIn(EMAIL, PASSWORD)).status).toBe(204)
  })

  it('with a security key offers no code', async () => {
    const { browser } = await startWithAccount({ secondFactor: 'security-key' })
    const answer = await browser.enterPassword(EMAIL, PASSWORD)
    const state = await browser.step('GET', '')
    for (const [seen, status] of [
      [answer, 409],
      [state, 200],
    ] as const) {
      expect(seen.status).toBe(status)
      expect(seen.json).toMatchObject({ fsaChallenge: { rpId: 'apple.com' }, keyNames: ['Security key'] })
      expect((seen.json.fsaChallenge as { challenge: string }).challenge).toMatch(/^[\w-]{43}$/)
      expect(seen.json).not.toHaveProperty('trustedPhoneNumbers')
    }
    expect((await browser.checkDeviceCode('000000')).status).toBe(400)
    expect((await browser.trust()).status).toBe(403)
  })

  it('of the older kind has four digits and a list of devices', async () => {
    const { browser, simulator } = await startWithAccount({ secondFactor: 'two-step' })
    const answer = await browser.enterPassword(EMAIL, PASSWORD)
    expect([answer.status, answer.json]).toEqual([409, { authType: 'hsa' }])
    const { json } = await browser.step('GET', '')
    const devices = json.trustedDevices as { id: string; name: string; modelName?: string }[]
    expect(devices.map(({ name, modelName }) => [name, modelName])).toEqual([
      ['iPhone', 'iPhone'],
      ['Phone number ending in 85', undefined],
    ])
    expect(json).toMatchObject({ securityCode: { length: 4 } })
    expect((await browser.step('PUT', '/verify/device/1/securitycode')).status).toBe(200)
    const code = simulator.codeOf(EMAIL, 1) ?? ''
    expect(code).toMatch(/^\d{4}$/)
    expect((await browser.checkPhoneCode(code, 1)).status).toBe(200)
    expect((await browser.trust()).status).toBe(204)
    expect((await browser.olympus()).status).toBe(200)
  })
})

describe('trust', () => {
  it('skips the second factor for thirty days, and using it does not prolong it', async () => {
    const { browser, simulator } = await startWithAccount()
    await browser.signIn(EMAIL, PASSWORD)
    const value = browser.cookie('DES') ?? ''
    for (const days of [20, 9.9]) {
      advance(simulator, days * DAY_MS)
      const answer = await browser.enterPassword(EMAIL, PASSWORD)
      expect([answer.status, answer.json, namesSet(answer)]).toEqual([200, { authType: 'hsa2' }, ['myacinfo', 'aa']])
    }
    advance(simulator, 0.2 * DAY_MS)
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(409)
    // A client that keeps the cookie beyond its time gains nothing.
    browser.cookies.set('DESkept', { value, domain: 'idmsa.apple.com', endsAt: Number.POSITIVE_INFINITY })
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(409)
  })

  it.each([
    ['plain', (name: string, value: string) => `${name}=${value}`],
    ['quoted', (name: string, value: string) => `${name}="${value}"`],
    ['twice, joined without a blank', (name: string, value: string) => `${name}=${value};${name}="${value}"`],
    ['among others', (name: string, value: string) => `a=1; DES0=x;${name}="${value}"; b=2`],
  ])('is read when the cookie is %s', async (_how, header) => {
    const { browser, simulator } = await startWithAccount()
    await browser.signIn(EMAIL, PASSWORD)
    const [name = '', { value } = { value: '' }] = [...browser.cookies].find(([key]) => key.startsWith('DES')) ?? []
    const other = new Browser(simulator)
    other.cookieHeader = () => header(name, value)
    expect((await other.enterPassword(EMAIL, PASSWORD)).status).toBe(200)
  })

  it('may be set in quotes', async () => {
    const { browser } = await startWithAccount({}, { settings: { trustCookieQuoted: true } })
    const trusted = await browser.signIn(EMAIL, PASSWORD)
    expect(trusted.setCookies[1]).toMatch(/^DES[0-9a-f]{32}="HSARMTKNSRV[^"]+SRVT"; /)
    expect((await browser.enterPassword(EMAIL, PASSWORD)).status).toBe(200)
  })

  it('keeps the name of its cookie, and may not be given', async () => {
    const { browser, simulator } = await startWithAccount()
    const nameOf = (seen: Seen) => seen.setCookies[1]?.split('=')[0]
    const other = new Browser(simulator)
    expect(nameOf(await browser.signIn(EMAIL, PASSWORD))).toBe(nameOf(await other.signIn(EMAIL, PASSWORD)))
    simulator.changeAccount(EMAIL, { switches: { givesTrust: false } })
    const untrusting = new Browser(simulator)
    const answer = await untrusting.signIn(EMAIL, PASSWORD)
    expect([answer.status, namesSet(answer)]).toEqual([204, ['myacinfo', 'acn01']])
    expect((await untrusting.olympus()).status).toBe(200)
    expect((await untrusting.enterPassword(EMAIL, PASSWORD)).status).toBe(409)
  })
})
