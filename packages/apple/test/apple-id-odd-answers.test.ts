import { secret } from '@cordon/core/secret'
import { describe, expect, test } from 'vitest'
import { verifyCode } from '../src/apple-id/code.ts'
import type { AppleIdContext } from '../src/apple-id/context.ts'
import { parseAttempt, parseSession, sealable } from '../src/apple-id/sealed.ts'
import { PASSWORD, type SignInRig, signIn, signInRig } from './apple-id-simulator.ts'

type Answered = (answer: Response, turn: number) => Response | Promise<Response>

/** A context in which the answers to some paths are changed on their way; `turn` counts from 1. */
function changing(rig: SignInRig, path: string, change: Answered): { context: AppleIdContext; asked: () => number } {
  let turn = 0
  const context = rig.contextWith({
    fetch: async (url, init) => {
      const answer = await fetch(url, init)
      if (!url.pathname.endsWith(path)) return answer
      turn += 1
      return change(answer, turn)
    },
  })
  return { context, asked: () => turn }
}

async function withDocument(
  answer: Response,
  change: (document: Record<string, unknown>) => object,
): Promise<Response> {
  const document = (await answer.json()) as Record<string, unknown>
  const headers = new Headers(answer.headers)
  headers.delete('content-length')
  return new Response(JSON.stringify(change(document)), { status: answer.status, headers })
}

const plain = () => signInRig({ secondFactor: 'none' })
const completions = (rig: SignInRig) => rig.exchanges.filter(({ path }) => path.endsWith('/complete')).length

describe('the exchange of the password', () => {
  test('is begun again before any proof when Apple\u2019s value starts with a zero byte', async () => {
    const rig = await plain()
    const { context, asked } = changing(rig, '/init', (answer, turn) =>
      turn < 3 ? withDocument(answer, (begun) => ({ ...begun, b: Buffer.alloc(255, 7).toString('base64') })) : answer,
    )
    expect((await signIn({ context })).outcome).toBe('signed-in')
    expect([asked(), completions(rig)]).toEqual([3, 1])
  })

  test('is given up when that goes on and on', async () => {
    const rig = await plain()
    const { context, asked } = changing(rig, '/init', (answer) =>
      withDocument(answer, (begun) => ({ ...begun, b: Buffer.alloc(255, 7).toString('base64') })),
    )
    expect(await signIn({ context })).toMatchObject({ outcome: 'protocol-changed', step: 'sign-in start' })
    expect([asked(), completions(rig)]).toEqual([7, 0])
  })

  test.each([
    ['a value that gives the password away', { b: Buffer.alloc(256).toString('base64') }],
    ['more rounds than anyone should work', { iteration: 2_000_001 }],
    ['no rounds', { iteration: 0 }],
    ['another preparation of the password', { protocol: 's3k' }],
    ['no salt', { salt: '' }],
    ['no handle', { c: undefined }],
    ['a value that is no text', { b: 5 }],
  ])('gives no proof to %s', async (_name, change) => {
    const rig = await plain()
    const { context } = changing(rig, '/init', (answer) => withDocument(answer, (begun) => ({ ...begun, ...change })))
    expect(await signIn({ context })).toMatchObject({ outcome: 'protocol-changed', step: 'sign-in start' })
    expect(completions(rig)).toBe(0)
  })

  test('is read whatever the label of the answer says', async () => {
    const rig = await plain()
    const { context } = changing(rig, '/init', (answer) => {
      const headers = new Headers(answer.headers)
      headers.set('content-type', 'text/html')
      return new Response(answer.body, { status: answer.status, headers })
    })
    expect((await signIn({ context })).outcome).toBe('signed-in')
  })

  test.each([
    [402, {}, 'protocol-changed'],
    [403, { 'x-apple-i-ercd': '-99999' }, 'protocol-changed'],
    [403, {}, 'throttled'],
    [504, {}, 'throttled'],
    [200, { 'x-apple-i-ercd': '-900007' }, 'protocol-changed'],
    [302, { 'set-cookie': 'itctx=x; Domain=apple.com' }, 'no-app-store-connect-access'],
  ])('that Apple answers with %i %j is %s, and is not made again', async (status, headers, outcome) => {
    const rig = await plain()
    const { context, asked } = changing(
      rig,
      '/complete',
      () => new Response('<html>secret</html>', { status, headers }),
    )
    const result = await signIn({ context })
    expect(result.outcome).toBe(outcome)
    expect(JSON.stringify(result)).not.toContain('html')
    expect(asked()).toBe(1)
  })

  test('that Apple accepts without a session cookie is no session', async () => {
    const rig = await plain()
    const { context } = changing(rig, '/complete', () => new Response('{"authType":"sa"}', { status: 200 }))
    expect(await signIn({ context })).toMatchObject({ outcome: 'protocol-changed', step: 'session' })
  })
})

describe('the second factor', () => {
  test('is asked for with the newest scnt each time', async () => {
    const rig = await signInRig()
    const pairs: { newest: string | undefined; sent: string }[] = []
    let newest: string | undefined
    const context = rig.contextWith({
      fetch: async (url, init) => {
        const sent = new Headers(init.headers).get('scnt')
        if (sent !== null) pairs.push({ newest, sent })
        const answer = await fetch(url, init)
        if (url.pathname.startsWith('/idmsa/')) newest = answer.headers.get('scnt') ?? newest
        return answer
      },
    })
    const outcome = await signIn({ context })
    if (outcome.outcome !== 'second-factor') throw new Error(outcome.outcome)
    const way = { kind: 'trusted-device' } as const
    const kept = parseAttempt(sealable(outcome.attempt))
    expect((await verifyCode(context, kept, { code: rig.code('device'), way })).outcome).toBe('signed-in')
    expect(pairs).toHaveLength(3)
    for (const { newest: given, sent } of pairs) expect(sent).toBe(given)
    expect(new Set(pairs.map(({ sent }) => sent)).size).toBeGreaterThan(1)
  })

  test('without a session id cannot go on', async () => {
    const rig = await signInRig()
    const { context } = changing(rig, '/complete', (answer) => {
      const headers = new Headers(answer.headers)
      headers.delete('x-apple-id-session-id')
      return new Response(answer.body, { status: answer.status, headers })
    })
    expect(await signIn({ context })).toMatchObject({ outcome: 'protocol-changed', status: 409 })
  })

  test.each([
    ['no ways at all', {}],
    ['no phone and no device', { securityCode: { length: 6 }, noTrustedDevices: true, trustedPhoneNumbers: [] }],
  ])('with %s is not understood', async (_name, document) => {
    const rig = await signInRig()
    const { context } = changing(rig, '/appleauth/auth', (answer) => withDocument(answer, () => document))
    expect(await signIn({ context })).toMatchObject({ outcome: 'protocol-changed', step: 'second factor' })
  })

  test.each([
    ['serviceErrors', 'wrong-code'],
    ['service_errors', 'wrong-code'],
  ])('answered 200 with a wrong code under %s is wrong all the same', async (key, outcome) => {
    const rig = await signInRig()
    const needs = await signIn(rig)
    if (needs.outcome !== 'second-factor') throw new Error(needs.outcome)
    const body = JSON.stringify({ [key]: [{ code: '-21669', message: 'Incorrect verification code.' }] })
    const { context } = changing(rig, '/securitycode', () => new Response(body, { status: 200 }))
    const answer = { code: secret('000000'), way: { kind: 'trusted-device' } } as const
    expect((await verifyCode(context, needs.attempt, answer)).outcome).toBe(outcome)
  })

  test('answered 200 with an error that is not known is not taken for success', async () => {
    const rig = await signInRig()
    const needs = await signIn(rig)
    if (needs.outcome !== 'second-factor') throw new Error(needs.outcome)
    const { context } = changing(rig, '/securitycode', () => new Response('{"hasError":true}', { status: 200 }))
    const answer = { code: rig.code('device'), way: { kind: 'trusted-device' } } as const
    expect(await verifyCode(context, needs.attempt, answer)).toMatchObject({
      outcome: 'protocol-changed',
      step: 'code',
    })
  })
})

test.each([
  ['nothing', ''],
  ['no JSON', 'SECRET-MARK'],
  ['another version', '{"version":2}'],
  ['half of it', '{"version":1,"accountName":"SECRET-MARK"}'],
])('what was kept and is %s is refused without a word of it', (_name, text) => {
  for (const parse of [parseSession, parseAttempt]) {
    let thrown: unknown
    try {
      parse(secret(text))
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({ code: 'apple.session_unreadable' })
    expect(`${JSON.stringify(thrown)}${thrown}${(thrown as Error).cause}`).not.toContain('SECRET-MARK')
  }
})

test('the password is in no request', async () => {
  const rig = await signInRig()
  const bodies: string[] = []
  const context = rig.contextWith({
    fetch: (url, init) => {
      bodies.push(`${url} ${JSON.stringify(init.headers)} ${String(init.body)}`)
      return fetch(url, init)
    },
  })
  await signIn({ context })
  expect(bodies.length).toBeGreaterThan(4)
  for (const body of bodies) {
    expect(body).not.toContain(PASSWORD)
    expect(body).not.toContain(Buffer.from(PASSWORD).toString('base64').replace(/=+$/, ''))
  }
})
