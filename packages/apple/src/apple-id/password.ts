import { randomBytes } from 'node:crypto'
import { member, textMember } from '../transport/answer.ts'
import type { AppleIdContext } from './context.ts'
import type { CookieJar } from './cookies.ts'
import { type CookieAnswer, send } from './exchange.ts'
import { readChallenge, solveHashcash } from './hashcash.ts'
import type { Credentials } from './operations.ts'
import type { SignInStop } from './outcomes.ts'
import { BadSrpChallenge, drawEphemeral, type Ephemeral, type Proofs, prove, type SrpChallenge } from './srp.ts'
import { protocolChanged, stopOf } from './stops.ts'

const ACCOUNT_PATH = '/appleauth/auth/signin'
const HOST = 'idmsa.apple.com'
/** How often an exchange is started again because of a leading zero byte; seven in a row are no chance. */
const MAX_EXCHANGES = 7
const MAX_ITERATIONS = 2_000_000

/** Apple's answer to the proofs, or what came in between. */
export type PasswordAnswer = { readonly answer: CookieAnswer } | { readonly stop: SignInStop }

/**
 * Proves the password to Apple, once: hashcash, exchange, proofs. The password itself is never sent, and proofs are never sent twice.
 * Source: observed; "s2k" and "s2k_fo" are how Apple calls its two preparations of a password.
 */
export async function provePassword(
  context: AppleIdContext,
  jar: CookieJar,
  widgetKey: string,
  credentials: Pick<Credentials, 'accountName' | 'password'>,
): Promise<PasswordAnswer> {
  const hashcash = await doHashcash(context, jar, widgetKey)
  if ('stop' in hashcash) return hashcash
  for (let exchange = 0; exchange < MAX_EXCHANGES; exchange += 1) {
    const begun = await begin(context, jar, widgetKey, credentials.accountName)
    if ('stop' in begun) return begun
    const proofs = await proveSafely(credentials, begun)
    if (proofs === 'bad')
      return { stop: protocolChanged('sign-in start', { status: 200, codes: [] }, 'a value B that is out of range') }
    if (proofs !== undefined) return complete(context, jar, widgetKey, { credentials, begun, proofs, ...hashcash })
  }
  return {
    stop: protocolChanged('sign-in start', { status: 200, codes: [] }, 'values that start with zero, again and again'),
  }
}

async function doHashcash(
  context: AppleIdContext,
  jar: CookieJar,
  widgetKey: string,
): Promise<{ token: string | undefined } | { stop: SignInStop }> {
  const answer = await send(context, jar, {
    method: 'GET',
    host: HOST,
    path: ACCOUNT_PATH,
    query: { widgetKey },
    headers: { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' },
    isRepeatable: true,
  })
  const { clock } = context.options
  if (answer.status !== 200) return { stop: stopOf('hashcash', answer, clock.now()) }
  const challenge = readChallenge(answer.headers)
  if (challenge === 'unreadable')
    return { stop: protocolChanged('hashcash', answer, 'a challenge that is too hard or not known') }
  return { token: challenge && (await solveHashcash(challenge, clock.now())) }
}

interface Begun {
  readonly ephemeral: Ephemeral
  readonly challenge: SrpChallenge
  /** Apple's handle of the exchange; good once. */
  readonly handle: string
}

async function begin(
  context: AppleIdContext,
  jar: CookieJar,
  widgetKey: string,
  accountName: string,
): Promise<Begun | { stop: SignInStop }> {
  const ephemeral = drawEphemeral(context.options.randomBytes ?? randomBytes)
  const answer = await send(context, jar, {
    method: 'POST',
    host: HOST,
    path: `${ACCOUNT_PATH}/init`,
    headers: signInHeaders(widgetKey),
    body: JSON.stringify({ a: base64(ephemeral.publicValue), accountName, protocols: ['s2k', 's2k_fo'] }),
    isRepeatable: true,
  })
  // Refusals come with status 200 too.
  if (answer.status !== 200 || answer.codes.length > 0) {
    return { stop: stopOf('sign-in start', answer, context.options.clock.now()) }
  }
  const begun = readBegun(answer.document, ephemeral)
  return begun ?? { stop: protocolChanged('sign-in start', answer, 'an exchange of an unknown form') }
}

function readBegun(document: unknown, ephemeral: Ephemeral): Begun | undefined {
  const iterations = member(document, 'iteration')
  const protocol = textMember(document, 'protocol')
  const handle = textMember(document, 'c') ?? ''
  const salt = bytesMember(document, 'salt')
  const serverValue = bytesMember(document, 'b')
  const isCount = typeof iterations === 'number' && Number.isInteger(iterations) && iterations > 0
  if (!isCount || iterations > MAX_ITERATIONS || handle === '') return undefined
  if ((protocol !== 's2k' && protocol !== 's2k_fo') || salt.length === 0 || serverValue.length === 0) return undefined
  return { ephemeral, handle, challenge: { salt, iterations, protocol, serverValue } }
}

async function proveSafely(
  credentials: Pick<Credentials, 'accountName' | 'password'>,
  { ephemeral, challenge }: Begun,
): Promise<Proofs | 'bad' | undefined> {
  try {
    return await prove(credentials, ephemeral, challenge)
  } catch (error) {
    if (error instanceof BadSrpChallenge) return 'bad'
    throw error
  }
}

async function complete(
  context: AppleIdContext,
  jar: CookieJar,
  widgetKey: string,
  {
    credentials: { accountName },
    begun,
    proofs,
    token,
  }: { credentials: Pick<Credentials, 'accountName'>; begun: Begun; proofs: Proofs; token: string | undefined },
): Promise<PasswordAnswer> {
  const answer = await send(context, jar, {
    method: 'POST',
    host: HOST,
    path: `${ACCOUNT_PATH}/complete`,
    query: { isRememberMeEnabled: 'true' },
    headers: { ...signInHeaders(widgetKey), ...(token !== undefined && { 'x-apple-hc': token }) },
    body: JSON.stringify({
      accountName,
      c: begun.handle,
      m1: base64(proofs.m1),
      m2: base64(proofs.m2),
      rememberMe: true,
    }),
  })
  return { answer }
}

function signInHeaders(widgetKey: string): Readonly<Record<string, string>> {
  return {
    accept: 'application/json, text/javascript',
    'content-type': 'application/json',
    'x-requested-with': 'XMLHttpRequest',
    'x-apple-widget-key': widgetKey,
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

function bytesMember(document: unknown, name: string): Uint8Array {
  return new Uint8Array(Buffer.from(textMember(document, name) ?? '', 'base64'))
}
