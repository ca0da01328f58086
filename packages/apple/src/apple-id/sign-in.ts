import { HOUR_MS } from '@cordon/core/instant'
import { secret } from '@cordon/core/secret'
import { textMember } from '../transport/answer.ts'
import { goOn, handlesIn, newAttempt } from './attempt.ts'
import type { AppleIdContext } from './context.ts'
import { type CookieJar, createJar, isExpired, isTrustCookie } from './cookies.ts'
import type { CookieAnswer } from './exchange.ts'
import { finish } from './finish.ts'
import { type Credentials, MAX_CODES_SENT, type RefreshSession, type StartSignIn } from './operations.ts'
import type { RefreshOutcome, SignInOutcome, SignInStop } from './outcomes.ts'
import { provePassword } from './password.ts'
import { hasSecurityKeys, readSecondFactor } from './second-factor.ts'
import { protocolChanged, stopOf, TWO_FACTOR_NEEDED, throttled } from './stops.ts'
import { findWidgetKey } from './widget-key.ts'

/** Signs in with e-mail and password; see the type. A refused password is not tried again here, whatever the refusal was. */
export const startSignIn: StartSignIn = async (context, { accountName, password, previous }) => {
  const name = normalized(accountName)
  const kept = previous?.reveal()
  const cookies = kept?.accountName === name ? kept.cookies : []
  const jar = createJar(cookies, context.options.clock)
  const proved = await submit(context, jar, { accountName: name, password })
  if ('stop' in proved) return proved.stop
  const { answer, widgetKey } = proved
  if (answer.status === 409) return askForCode(context, jar, name, answer, widgetKey)
  return judge(context, jar, name, answer)
}

/**
 * Renews a session without a person; see the type. When the trust has run out by our clock, Apple is not even asked,
 * because the question alone can send a code to the person's devices.
 */
export const refreshSession: RefreshSession = async (context, session, password): Promise<RefreshOutcome> => {
  const { accountName, cookies, twoFactor } = session.reveal()
  const now = context.options.clock.now()
  const isTrusted = cookies.some((cookie) => isTrustCookie(cookie) && !isExpired(cookie, now))
  if (twoFactor && !isTrusted) return { outcome: 'trust-expired' }
  const jar = createJar(cookies, context.options.clock)
  const proved = await submit(context, jar, { accountName, password })
  if ('stop' in proved) return proved.stop
  const { answer } = proved
  if (answer.status !== 409) return judge(context, jar, accountName, answer)
  return hasSecurityKeys(answer.document) ? { outcome: 'security-keys' } : { outcome: 'trust-expired' }
}

/** The form in which Apple compares e-mail addresses. */
export function normalized(accountName: string): string {
  return accountName.trim().toLowerCase()
}

async function submit(
  context: AppleIdContext,
  jar: CookieJar,
  credentials: Pick<Credentials, 'accountName' | 'password'>,
): Promise<{ answer: CookieAnswer; widgetKey: string } | { stop: SignInStop }> {
  const widgetKey = await findWidgetKey(context, jar)
  const proved = await provePassword(context, jar, widgetKey, credentials)
  return 'stop' in proved ? proved : { ...proved, widgetKey }
}

async function judge(
  context: AppleIdContext,
  jar: CookieJar,
  accountName: string,
  answer: CookieAnswer,
): Promise<Exclude<SignInOutcome, { outcome: 'second-factor' }>> {
  if (answer.status === 200 && answer.codes.length === 0) {
    const isTwoFactor = textMember(answer.document, 'authType') === 'hsa2' || jar.cookies().some(isTrustCookie)
    return finish(context, jar, { accountName, twoFactor: isTwoFactor })
  }
  if (answer.status === 401) return { outcome: 'bad-credentials' }
  const stop = stopOf('sign-in', answer, context.options.clock.now())
  return stop.outcome === 'protocol-changed' && hasNoAccess(answer) ? { outcome: 'no-app-store-connect-access' } : stop
}

// How Apple tells a person without App Store Connect: no status that says so, but its cookie.
function hasNoAccess({ headers }: CookieAnswer): boolean {
  return headers.getSetCookie().some((cookie) => cookie.startsWith('itctx='))
}

async function askForCode(
  context: AppleIdContext,
  jar: CookieJar,
  accountName: string,
  answer: CookieAnswer,
  widgetKey: string,
): Promise<SignInOutcome> {
  const handles = handlesIn(answer, widgetKey)
  if (handles === undefined) return protocolChanged('sign-in', answer, 'no session id for the second factor')
  const live = goOn(context, jar, handles)
  const ways = await live.ask({ method: 'GET', path: '' })
  const now = context.options.clock.now()
  // The body has been recorded beside any status: a code that could not be sent makes it an error.
  const reading = readSecondFactor(ways)
  switch (reading?.kind) {
    case 'security-keys':
      return { outcome: 'security-keys' }
    case 'two-step':
      return TWO_FACTOR_NEEDED
    case 'locked':
      return throttled({ reason: 'too-many-codes', waitMs: HOUR_MS }, ways, now)
    case 'codes': {
      const attempt = newAttempt(context, live, { accountName, ...reading }, MAX_CODES_SENT)
      const { secondFactor, expiresAt } = attempt
      return { outcome: 'second-factor', attempt: secret(attempt), secondFactor, expiresAt }
    }
    case undefined:
      if (hasSecurityKeys(answer.document)) return { outcome: 'security-keys' }
      return stopOf('second factor', ways, now)
  }
}
