import { MINUTE_MS, plusMs } from '@cordon/core/instant'
import { type Secret, secret } from '@cordon/core/secret'
import type { AppleIdContext } from './context.ts'
import { type CookieJar, createJar } from './cookies.ts'
import { type CookieAnswer, type CookieRequest, send } from './exchange.ts'
import type { SecondFactor, SignInAttempt } from './model.ts'

/** How long Apple is expected to remember an attempt; what it does is not known. */
export const ATTEMPT_LIFETIME_MS = 10 * MINUTE_MS

/** The handles by which Apple knows an attempt. */
export interface AttemptHandles {
  readonly sessionId: string
  readonly scnt: string
  readonly widgetKey: string
}

/** An attempt that goes on in this process. */
export interface LiveAttempt {
  readonly jar: CookieJar
  /** Asks for a path below `/appleauth/auth`, with the handles of the attempt; the newest `scnt` is kept. */
  ask(request: Pick<CookieRequest, 'method' | 'isRepeatable'> & { path: string; json?: unknown }): Promise<CookieAnswer>
  /** The handles as they are now. */
  handles(): AttemptHandles
}

/** The handles in an answer to the password; undefined when Apple gives none. */
export function handlesIn({ headers }: CookieAnswer, widgetKey: string): AttemptHandles | undefined {
  const sessionId = headers.get('x-apple-id-session-id') ?? ''
  const scnt = headers.get('scnt') ?? ''
  return sessionId === '' || scnt === '' ? undefined : { sessionId, scnt, widgetKey }
}

/** Goes on with an attempt. */
export function goOn(context: AppleIdContext, jar: CookieJar, first: AttemptHandles): LiveAttempt {
  // Owned here: Apple may give a new scnt with every answer, and some services take the newest only.
  let { scnt } = first
  const { sessionId, widgetKey } = first

  const ask: LiveAttempt['ask'] = async ({ method, path, json, isRepeatable }) => {
    const answer = await send(context, jar, {
      method,
      host: 'idmsa.apple.com',
      path: `/appleauth/auth${path}`,
      headers: {
        accept: 'application/json',
        ...(json !== undefined && { 'content-type': 'application/json' }),
        'x-apple-id-session-id': sessionId,
        'x-apple-widget-key': widgetKey,
        scnt,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(isRepeatable && { isRepeatable }),
    })
    scnt = answer.headers.get('scnt') ?? scnt
    return answer
  }

  return { jar, ask, handles: () => ({ sessionId, scnt, widgetKey }) }
}

/** Goes on with a kept attempt. */
export function reopen(context: AppleIdContext, { cookies, ...attempt }: SignInAttempt): LiveAttempt {
  return goOn(context, createJar(cookies, context.options.clock), attempt)
}

/** The attempt as it is to be kept from its start on. */
export function newAttempt(
  context: AppleIdContext,
  live: LiveAttempt,
  { accountName, secondFactor, canSend }: { accountName: string; secondFactor: SecondFactor; canSend: boolean },
  maxCodesSent: number,
): SignInAttempt {
  const startedAt = context.options.clock.now()
  return {
    version: 1,
    accountName,
    ...live.handles(),
    cookies: live.jar.cookies(),
    secondFactor,
    wrongCodes: 0,
    codesSent: canSend ? Number(secondFactor.sent?.kind === 'phone') : maxCodesSent,
    startedAt,
    expiresAt: plusMs(startedAt, ATTEMPT_LIFETIME_MS),
  }
}

/** A kept attempt as it is after another request. */
export function updated(
  attempt: SignInAttempt,
  live: LiveAttempt,
  change: Partial<Pick<SignInAttempt, 'secondFactor' | 'wrongCodes' | 'codesSent'>> = {},
): Secret<SignInAttempt> {
  return secret({ ...attempt, ...live.handles(), cookies: live.jar.cookies(), ...change })
}
