import { inspect } from 'node:util'
import { DAY_MS, HOUR_MS, MINUTE_MS, plusMs, SECOND_MS } from '@cordon/core/instant'
import { type Secret, secret } from '@cordon/core/secret'
import { describe, expect, test } from 'vitest'
import { sendCode, verifyCode } from '../src/apple-id/code.ts'
import type { CodeWay, SignInAttempt } from '../src/apple-id/model.ts'
import { outcomeError } from '../src/apple-id/outcome-error.ts'
import type { NeedsCode, SignedIn } from '../src/apple-id/outcomes.ts'
import { parseAttempt, parseSession, sealable } from '../src/apple-id/sealed.ts'
import { startSignIn } from '../src/apple-id/sign-in.ts'
import { type AccountWish, EMAIL, PASSWORD, type SignInRig, signIn, signInRig } from './apple-id-simulator.ts'

const DEVICE: CodeWay = { kind: 'trusted-device' }
const SMS: CodeWay = { kind: 'phone', id: 1, mode: 'sms' }
const PHONE = { number: '+49 1511 2345685' }

const asked = (rig: SignInRig) =>
  rig.exchanges.map(({ method, path }) => `${method} ${path.replace('/appleauth/auth', '')}`)

async function untilCode(rig: SignInRig): Promise<NeedsCode> {
  const outcome = await signIn(rig)
  if (outcome.outcome !== 'second-factor') throw new Error(`unexpected: ${outcome.outcome}`)
  return outcome
}

function wrong(code: Secret<string>): Secret<string> {
  return code.map((text) => (text === '000000' ? '111111' : '000000'))
}

function signedInOf(outcome: { readonly outcome: string }): SignedIn {
  if (outcome.outcome !== 'signed-in') throw new Error(`unexpected: ${outcome.outcome}`)
  return outcome as SignedIn
}

describe('a sign-in without second factor', () => {
  test.each(['s2k', 's2k_fo'] as const)('ends with a session: %s', async (protocol) => {
    const rig = await signInRig({ protocol, secondFactor: 'none' })
    const { summary, session } = signedInOf(await signIn(rig))
    expect(summary).toMatchObject({
      accountName: EMAIL,
      twoFactor: false,
      trustedUntil: null,
      person: { emailAddress: EMAIL },
      provider: { name: 'Acme', subType: 'ORGANIZATION' },
    })
    expect(session.reveal().cookies.map(({ name }) => name)).toEqual(expect.arrayContaining(['myacinfo', 'dqsid']))
    expect(asked(rig)).toEqual([
      'HEAD /logout',
      'GET /signin',
      'POST /signin/init',
      'POST /signin/complete',
      'GET /olympus/v1/session',
    ])
  })

  test('takes the e-mail address in any case and with blanks around it', async () => {
    const rig = await signInRig({ secondFactor: 'none' })
    const outcome = await startSignIn(rig.context, { accountName: ' DEV@Example.com ', password: secret(PASSWORD) })
    expect(signedInOf(outcome).summary.accountName).toBe(EMAIL)
  })

  test('takes a password of any characters', async () => {
    const password = ' Pä\u0000ß 🍎:"\\ '
    const rig = await signInRig({ secondFactor: 'none' })
    rig.simulator.createAccount({ email: 'other@example.com', password, secondFactor: 'none' })
    const outcome = await startSignIn(rig.context, { accountName: 'other@example.com', password: secret(password) })
    expect(outcome.outcome).toBe('signed-in')
  })

  test('works time and again, whatever values are drawn', async () => {
    const rig = await signInRig({ secondFactor: 'none', iterations: 1 }, { settings: { hashcashBits: null } })
    for (let n = 0; n < 40; n += 1) expect((await signIn(rig)).outcome).toBe('signed-in')
  })

  test('works without hashcash and with a harder one', async () => {
    for (const hashcashBits of [null, 14]) {
      expect((await signIn(await signInRig({ secondFactor: 'none' }, { settings: { hashcashBits } }))).outcome).toBe(
        'signed-in',
      )
    }
  })

  test('is given up before the password is proved when the hashcash is too hard', async () => {
    const rig = await signInRig({}, { settings: { hashcashBits: 40 } })
    expect(await signIn(rig)).toMatchObject({ outcome: 'protocol-changed', step: 'hashcash' })
    expect(asked(rig)).toEqual(['HEAD /logout', 'GET /signin'])
  })
})

describe('the widget key', () => {
  test('that the operator sets goes before Apple\u2019s, and a wrong one is told at the end', async () => {
    const rig = await signInRig({ secondFactor: 'none' })
    const context = rig.contextWith({ widgetKey: '0'.repeat(64) })
    expect(await signIn({ context })).toMatchObject({ outcome: 'protocol-changed', step: 'session', status: 401 })
    expect(asked(rig)).not.toContain('HEAD /logout')
  })

  test('is asked for without cookies, so that no session ends by it', async () => {
    const rig = await signInRig({ secondFactor: 'none' })
    const first = signedInOf(await signIn(rig))
    const sent: { path: string; cookie: string | null }[] = []
    const context = rig.contextWith({
      fetch: (url, init) => {
        sent.push({ path: url.pathname, cookie: new Headers(init.headers).get('cookie') })
        return fetch(url, init)
      },
    })
    await startSignIn(context, { accountName: EMAIL, password: secret(PASSWORD), previous: first.session })
    expect(sent[0]).toEqual({ path: '/appstoreconnect/logout', cookie: null })
    expect(sent[1]?.cookie).toContain('myacinfo=')
  })

  test('that Apple does not tell is the one that has been known for years', async () => {
    const rig = await signInRig({ secondFactor: 'none' })
    const keys = new Set<string | null>()
    const context = rig.contextWith({
      fetch: async (url, init) => {
        keys.add(url.searchParams.get('widgetKey'))
        return url.pathname.endsWith('/logout') ? new Response('gone', { status: 404 }) : fetch(url, init)
      },
    })
    await signIn({ context })
    expect(keys).toContain('e0b80c3bf78523bfe80974d320935bfa30add02e1bff88ec2166c6bd5a706c42')
  })
})

describe('a refused sign-in', () => {
  test('for a wrong password is told at once and not repeated', async () => {
    const rig = await signInRig()
    expect(await signIn(rig, 'wrong')).toEqual({ outcome: 'bad-credentials' })
    expect(asked(rig).filter((line) => line === 'POST /signin/complete')).toHaveLength(1)
  })

  test.each([
    ['locked', { locked: true }, { outcome: 'locked', url: 'https://iforgot.apple.com' }],
    ['for now', { refusal: 'refused' }, { outcome: 'throttled', reason: 'refused-for-now' }],
    ['as too frequent', { refusal: 'rate-limited' }, { outcome: 'throttled', reason: 'too-many-requests' }],
    ['by maintenance', { refusal: 'unavailable' }, { outcome: 'throttled', reason: 'unavailable' }],
  ] as const)('%s is told, and asked for once', async (_name, switches, expected) => {
    const rig = await signInRig({ switches })
    expect(await signIn(rig)).toMatchObject(expected)
    expect(new Set(asked(rig)).size).toBe(rig.exchanges.length)
  })

  test('says when to come back: as Apple says, else a day for an account that is refused', async () => {
    const limited = await signInRig({ switches: { refusal: 'rate-limited', retryAfterSeconds: 90 } })
    const startedAt = limited.context.options.clock.now()
    const outcome = await signIn(limited)
    if (outcome.outcome !== 'throttled') throw new Error(outcome.outcome)
    expect(outcome.retryAt - startedAt).toBeGreaterThanOrEqual(90 * SECOND_MS)
    expect(outcome.retryAt - startedAt).toBeLessThan(90 * SECOND_MS + MINUTE_MS)
    const refused = await signInRig({ switches: { refusal: 'refused' } })
    const day = await signIn(refused)
    if (day.outcome !== 'throttled') throw new Error(day.outcome)
    expect(day.retryAt).toBeGreaterThanOrEqual(plusMs(refused.context.options.clock.now(), DAY_MS - MINUTE_MS))
  })

  test('for unsolved hashcash is a refusal without reason', async () => {
    const rig = await signInRig()
    const context = rig.contextWith({
      fetch: (url, init) => {
        const headers = new Headers(init.headers)
        headers.delete('x-apple-hc')
        return fetch(url, { ...init, headers })
      },
    })
    expect(await signIn({ context })).toMatchObject({ outcome: 'throttled', reason: 'not-accepted' })
  })

  test.each([
    ['privacy', 'account.apple.com'],
    ['later', 'account.apple.com'],
    ['password', 'account.apple.com'],
  ] as const)(
    'that waits for the person (%s) names the page and keeps Apple\u2019s tokens to itself',
    async (repair, host) => {
      const rig = await signInRig({ secondFactor: 'none', switches: { repair } })
      const outcome = await signIn(rig)
      if (outcome.outcome !== 'action-required') throw new Error(outcome.outcome)
      expect(new URL(outcome.url).host).toBe(host)
      expect(outcome.url).not.toContain('?')
    },
  )

  test('with a status that nobody has described is told with status and codes only', async () => {
    const rig = await signInRig()
    rig.simulator.world.faults.add({
      operation: 'idmsa_initSignIn',
      kind: 'status',
      status: 418,
      code: '-900007',
    })
    const outcome = await signIn(rig)
    expect(outcome).toEqual({
      outcome: 'protocol-changed',
      step: 'sign-in start',
      status: 418,
      codes: ['-900007'],
      detail: 'an answer that is not known',
    })
  })
})

describe('the second factor', () => {
  test('offers what the account has, and says what was sent', async () => {
    const phones = [PHONE, { number: '+1 408 555 0166' }]
    const { secondFactor } = await untilCode(await signInRig({ phones }))
    expect(secondFactor).toMatchObject({ hasTrustedDevice: true, codeLength: 6, sent: DEVICE })
    expect(secondFactor.phones.map(({ id }) => id)).toEqual([1, 2])
    expect(secondFactor.phones[0]?.maskedNumber).toMatch(/^\+49 .*85$/)
    expect(secondFactor.phones[0]?.maskedNumber).not.toContain('1511')
  })

  test('by device: a session that is trusted for 30 days', async () => {
    const rig = await signInRig()
    const { attempt } = await untilCode(rig)
    const { summary, session } = signedInOf(
      await verifyCode(rig.context, attempt, { code: rig.code('device'), way: DEVICE }),
    )
    expect(summary.twoFactor).toBe(true)
    const trustMs = (summary.trustedUntil ?? 0) - summary.signedInAt
    expect(Math.abs(trustMs - 30 * DAY_MS)).toBeLessThan(MINUTE_MS)
    expect(session.reveal().cookies.map(({ name }) => name)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^DES/), 'myacinfo', 'acn01', 'dqsid']),
    )
  })

  test('goes on in another process from what was kept', async () => {
    const rig = await signInRig()
    const { attempt } = await untilCode(rig)
    const kept = sealable(attempt)
    const elsewhere = rig.contextWith({})
    const outcome = await verifyCode(elsewhere, parseAttempt(kept), { code: rig.code('device'), way: DEVICE })
    const { session } = signedInOf(outcome)
    expect(parseSession(sealable(session)).reveal()).toEqual(session.reveal())
  })

  test('by the only phone: the message has been sent already', async () => {
    const rig = await signInRig({ devices: [], phones: [PHONE] })
    const { attempt, secondFactor } = await untilCode(rig)
    expect(secondFactor).toMatchObject({ hasTrustedDevice: false, sent: SMS })
    const outcome = await verifyCode(rig.context, attempt, { code: rig.code(1), way: SMS })
    expect(outcome.outcome).toBe('signed-in')
    expect(asked(rig).some((line) => line.startsWith('PUT'))).toBe(false)
  })

  test.each(['sms', 'voice'] as const)('by one of several phones, by %s: sent when asked for', async (mode) => {
    const rig = await signInRig({ devices: [], phones: [PHONE, { number: '+1 408 555 0166' }] })
    const { attempt, secondFactor } = await untilCode(rig)
    expect(secondFactor.sent).toBeUndefined()
    const way: CodeWay = { kind: 'phone', id: 2, mode }
    const sent = await sendCode(rig.context, attempt, way)
    if (sent.outcome !== 'sent') throw new Error(sent.outcome)
    expect(sent.secondFactor.sent).toEqual(way)
    expect((await verifyCode(rig.context, sent.attempt, { code: rig.code(2), way })).outcome).toBe('signed-in')
  })

  test('by a device that must be asked', async () => {
    const rig = await signInRig({ switches: { showsCodeUnasked: false } })
    const { attempt } = await untilCode(rig)
    const sent = await sendCode(rig.context, attempt, DEVICE)
    if (sent.outcome !== 'sent') throw new Error(sent.outcome)
    expect((await verifyCode(rig.context, sent.attempt, { code: rig.code('device'), way: DEVICE })).outcome).toBe(
      'signed-in',
    )
  })

  test('by message although there is a device', async () => {
    const rig = await signInRig({ phones: [PHONE] })
    const { attempt } = await untilCode(rig)
    const sent = await sendCode(rig.context, attempt, SMS)
    if (sent.outcome !== 'sent') throw new Error(sent.outcome)
    expect((await verifyCode(rig.context, sent.attempt, { code: rig.code(1), way: SMS })).outcome).toBe('signed-in')
  })

  test('that cannot be sent leaves the other ways open', async () => {
    const rig = await signInRig({ phones: [{ ...PHONE, canReceive: false }] })
    const { attempt } = await untilCode(rig)
    const refused = await sendCode(rig.context, attempt, SMS)
    if (refused.outcome !== 'cannot-send') throw new Error(refused.outcome)
    const again = await sendCode(rig.context, refused.attempt, DEVICE)
    if (again.outcome !== 'sent') throw new Error(again.outcome)
    expect((await verifyCode(rig.context, again.attempt, { code: rig.code('device'), way: DEVICE })).outcome).toBe(
      'signed-in',
    )
  })

  test('that could not be sent to the only phone is not said to be sent', async () => {
    const { secondFactor } = await untilCode(
      await signInRig({ devices: [], phones: [{ ...PHONE, canReceive: false }] }),
    )
    expect(secondFactor.sent).toBeUndefined()
  })

  test('is not asked of a phone that the account does not have', async () => {
    const rig = await signInRig({ phones: [PHONE] })
    const { attempt } = await untilCode(rig)
    const before = rig.exchanges.length
    expect((await sendCode(rig.context, attempt, { ...SMS, id: 9 })).outcome).toBe('cannot-send')
    expect(rig.exchanges).toHaveLength(before)
  })

  test('is sent three times, whatever Apple would allow', async () => {
    const rig = await signInRig({}, { settings: { codesPerSignIn: 99 } })
    let { attempt }: { attempt: Secret<SignInAttempt> } = await untilCode(rig)
    for (let n = 0; n < 3; n += 1) {
      const sent = await sendCode(rig.context, attempt, DEVICE)
      if (sent.outcome !== 'sent') throw new Error(sent.outcome)
      attempt = sent.attempt
    }
    expect((await sendCode(rig.context, attempt, DEVICE)).outcome).toBe('too-many-sent')
    expect(asked(rig).filter((line) => line.startsWith('PUT'))).toHaveLength(3)
  })

  test('that Apple sends no more still counts when it has come', async () => {
    const rig = await signInRig({ phones: [PHONE] }, { settings: { codesPerSignIn: 1 } })
    const { attempt } = await untilCode(rig)
    const refused = await sendCode(rig.context, attempt, SMS)
    if (refused.outcome !== 'too-many-sent') throw new Error(refused.outcome)
    expect((await verifyCode(rig.context, refused.attempt, { code: rig.code('device'), way: DEVICE })).outcome).toBe(
      'signed-in',
    )
  })

  test('that is wrong is told with the tries left, and the right one still works', async () => {
    const rig = await signInRig()
    const { attempt } = await untilCode(rig)
    const first = await verifyCode(rig.context, attempt, { code: wrong(rig.code('device')), way: DEVICE })
    if (first.outcome !== 'wrong-code') throw new Error(first.outcome)
    expect(first.triesLeft).toBe(2)
    expect((await verifyCode(rig.context, first.attempt, { code: rig.code('device'), way: DEVICE })).outcome).toBe(
      'signed-in',
    )
  })

  test('that is wrong three times ends the attempt, whatever Apple would allow', async () => {
    const rig = await signInRig({}, { settings: { wrongCodesUntilLock: 99 } })
    let { attempt }: { attempt: Secret<SignInAttempt> } = await untilCode(rig)
    for (const triesLeft of [2, 1]) {
      const outcome = await verifyCode(rig.context, attempt, { code: wrong(rig.code('device')), way: DEVICE })
      if (outcome.outcome !== 'wrong-code') throw new Error(outcome.outcome)
      expect(outcome.triesLeft).toBe(triesLeft)
      attempt = outcome.attempt
    }
    const last = await verifyCode(rig.context, attempt, { code: wrong(rig.code('device')), way: DEVICE })
    expect(last).toEqual({ outcome: 'too-many-codes' })
  })

  test('that Apple locks is told, also when the next sign-in starts', async () => {
    const rig = await signInRig({}, { settings: { wrongCodesUntilLock: 1 } })
    const { attempt } = await untilCode(rig)
    const outcome = await verifyCode(rig.context, attempt, { code: wrong(rig.code('device')), way: DEVICE })
    expect(outcome).toEqual({ outcome: 'too-many-codes' })
    expect(await signIn(rig)).toMatchObject({ outcome: 'throttled', reason: 'too-many-codes' })
    rig.advance(HOUR_MS)
    expect((await signIn(rig)).outcome).toBe('second-factor')
  })

  test('may be answered with 409 although it was right', async () => {
    const rig = await signInRig({ switches: { rightCode: 'conflict' } })
    const { attempt } = await untilCode(rig)
    const { summary } = signedInOf(await verifyCode(rig.context, attempt, { code: rig.code('device'), way: DEVICE }))
    expect(summary.trustedUntil).not.toBeNull()
  })

  test('may be right and give no trust', async () => {
    const rig = await signInRig({ switches: { givesTrust: false } })
    const { attempt } = await untilCode(rig)
    const { summary } = signedInOf(await verifyCode(rig.context, attempt, { code: rig.code('device'), way: DEVICE }))
    expect(summary).toMatchObject({ twoFactor: true, trustedUntil: null })
  })

  test('may be right and a repair still due', async () => {
    const rig = await signInRig({ switches: { repair: 'privacy', repairAfter: 'code' } })
    const { attempt } = await untilCode(rig)
    const outcome = await verifyCode(rig.context, attempt, { code: rig.code('device'), way: DEVICE })
    expect(outcome).toMatchObject({ outcome: 'action-required', url: 'https://account.apple.com' })
  })

  test('has ten minutes by our clock, and Apple is not asked after them', async () => {
    const rig = await signInRig()
    const { attempt, expiresAt } = await untilCode(rig)
    rig.advance(10 * MINUTE_MS)
    expect(rig.context.options.clock.now()).toBeGreaterThanOrEqual(expiresAt)
    const before = rig.exchanges.length
    expect(await verifyCode(rig.context, attempt, { code: rig.code('device'), way: DEVICE })).toEqual({
      outcome: 'attempt-expired',
    })
    expect(await sendCode(rig.context, attempt, DEVICE)).toEqual({ outcome: 'attempt-expired' })
    expect(rig.exchanges).toHaveLength(before)
  })

  test('that Apple has forgotten earlier is an expired attempt too', async () => {
    const rig = await signInRig({}, { settings: { signInMinutes: 2 } })
    const { attempt } = await untilCode(rig)
    rig.advance(3 * MINUTE_MS)
    expect(await verifyCode(rig.context, attempt, { code: rig.code('device'), way: DEVICE })).toEqual({
      outcome: 'attempt-expired',
    })
    expect(await sendCode(rig.context, attempt, DEVICE)).toEqual({ outcome: 'attempt-expired' })
  })

  test.each(['', '12345', '1234567', '12345a', '１２３４５６'])(
    'that cannot be one (%j) is not sent to Apple',
    async (code) => {
      const rig = await signInRig()
      const { attempt } = await untilCode(rig)
      const before = rig.exchanges.length
      const checking = verifyCode(rig.context, attempt, { code: secret(code), way: DEVICE })
      await expect(checking).rejects.toMatchObject({ code: 'apple.input_invalid', details: { field: 'code' } })
      expect(rig.exchanges).toHaveLength(before)
    },
  )

  test('may be typed with blanks or a dash', async () => {
    const rig = await signInRig()
    const { attempt } = await untilCode(rig)
    const code = rig.code('device').map((text) => ` ${text.slice(0, 3)}-${text.slice(3)} `)
    expect((await verifyCode(rig.context, attempt, { code, way: DEVICE })).outcome).toBe('signed-in')
  })

  test('by security keys is not possible here, and said so', async () => {
    expect(await signIn(await signInRig({ secondFactor: 'security-key' }))).toEqual({ outcome: 'security-keys' })
  })

  test('of the older kind must be replaced first', async () => {
    expect(await signIn(await signInRig({ secondFactor: 'two-step' }))).toMatchObject({
      outcome: 'action-required',
      action: 'set-up-two-factor',
    })
  })
})

test('a person without team and provider is told so', async () => {
  const rig = await signInRig({ secondFactor: 'none', memberships: [] })
  expect(await signIn(rig)).toEqual({ outcome: 'no-app-store-connect-access' })
})

test('a sign-in that App Store Connect cannot confirm at this moment keeps its session', async () => {
  const rig = await signInRig()
  const { attempt } = await untilCode(rig)
  rig.simulator.world.faults.add({ operation: 'olympus_readSession', kind: 'status', status: 503 })
  const { summary } = signedInOf(await verifyCode(rig.context, attempt, { code: rig.code('device'), way: DEVICE }))
  expect(summary).toMatchObject({ person: null, provider: null, providers: [] })
  expect(summary.trustedUntil).not.toBeNull()
})

test('nothing of the account is printed, neither by outcomes nor by what is told of exchanges', async () => {
  const rig = await signInRig({ phones: [PHONE] })
  const needsCode = await untilCode(rig)
  const sent = await sendCode(rig.context, needsCode.attempt, SMS)
  const code = rig.code(1)
  const wrongCode = await verifyCode(rig.context, needsCode.attempt, { code: wrong(code), way: SMS })
  const done = signedInOf(await verifyCode(rig.context, needsCode.attempt, { code, way: SMS }))
  const { sessionId, scnt, cookies } = needsCode.attempt.reveal()
  const secrets = [
    PASSWORD,
    code.reveal(),
    sessionId,
    scnt,
    ...cookies.map(({ value }) => value),
    ...done.session.reveal().cookies.map(({ value }) => value),
  ].filter((value) => value.length > 5)
  expect(secrets.length).toBeGreaterThan(8)
  const shown = [needsCode, sent, wrongCode, done, rig.exchanges]
  const printed = shown.map((value) => `${inspect(value, { depth: 9 })}${JSON.stringify(value)}`).join('\n')
  for (const value of secrets) expect(printed).not.toContain(value)
})

test('every refusal has a title and a remedy', async () => {
  const wishes: [string, AccountWish][] = [
    ['apple.apple_id_locked', { switches: { locked: true } }],
    ['apple.sign_in_throttled', { switches: { refusal: 'refused' } }],
    ['apple.security_keys_unsupported', { secondFactor: 'security-key' }],
    ['apple.no_app_store_connect_access', { secondFactor: 'none', memberships: [] }],
  ]
  for (const [code, wish] of wishes) {
    const rig = await signInRig(wish)
    const outcome = await signIn(rig)
    if (outcome.outcome === 'signed-in' || outcome.outcome === 'second-factor') throw new Error(outcome.outcome)
    expect(outcomeError(outcome, rig.context.options.clock.now()).code).toBe(code)
  }
})
