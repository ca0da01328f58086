import { secret } from '@cordon/core/secret'
import { appleErrors } from '../errors.ts'
import { openLine } from '../portal/line.ts'
import { readTeams } from '../portal/teams.ts'
import type { AppleIdContext } from './context.ts'
import { type CookieJar, isTrustCookie } from './cookies.ts'
import type { AppleIdSession, SessionSummary } from './model.ts'
import type { SignedIn, SignInStop } from './outcomes.ts'
import { protocolChanged } from './stops.ts'
import { readWebSession, type WebSessionReading } from './web-session.ts'

/** What may be shown of a session. */
export function summarize(session: AppleIdSession): SessionSummary {
  const { version: _version, cookies, ...shown } = session
  const expiries = cookies.filter(isTrustCookie).flatMap(({ expiresAt }) => expiresAt ?? [])
  const [first, ...others] = expiries
  const last = others.reduce((latest, one) => (one > latest ? one : latest), first ?? session.signedInAt)
  return { ...shown, trustedUntil: first === undefined ? null : last }
}

/** The end of a sign-in: Apple has accepted everything; whose session it is, App Store Connect tells. */
export async function finish(
  context: AppleIdContext,
  jar: CookieJar,
  { accountName, twoFactor }: Pick<AppleIdSession, 'accountName' | 'twoFactor'>,
): Promise<SignedIn | SignInStop> {
  if (!jar.cookies().some(({ name }) => name === 'myacinfo')) {
    return protocolChanged('session', { status: 200, codes: [] }, 'Apple set no session cookie')
  }
  const web = await readPatiently(context, jar)
  if (web?.state === 'expired') {
    // The answer to a wrong widget key, which password and code do not notice.
    return protocolChanged('session', web, 'App Store Connect does not take the new session')
  }
  if (web?.state === 'valid' && web.provider === null && !(await hasTeam(context, jar))) {
    return { outcome: 'no-app-store-connect-access' }
  }
  const { person, provider, providers } = web?.state === 'valid' ? web : NOBODY
  const signedInAt = context.options.clock.now()
  return signedIn({
    version: 1,
    accountName,
    cookies: jar.cookies(),
    twoFactor,
    signedInAt,
    person,
    provider,
    providers,
  })
}

/** The outcome of a sign-in with this session. */
export function signedIn(session: AppleIdSession): SignedIn {
  return { outcome: 'signed-in', session: secret(session), summary: summarize(session) }
}

const NOBODY = { person: null, provider: null, providers: [] }

// The code is spent and the trust is won: neither may be lost because App Store Connect is down at this moment.
async function readPatiently(context: AppleIdContext, jar: CookieJar): Promise<WebSessionReading | undefined> {
  try {
    return await readWebSession(context, jar)
  } catch (error) {
    if (isConnectionError(error)) return undefined
    throw error
  }
}

// Members of the Enterprise Program alone have no account of App Store Connect.
async function hasTeam(context: AppleIdContext, jar: CookieJar): Promise<boolean> {
  try {
    const reading = await readTeams(openLine(context, jar))
    return reading.state !== 'valid' || reading.teams.length > 0
  } catch (error) {
    if (isConnectionError(error)) return true
    throw error
  }
}

function isConnectionError(error: unknown): boolean {
  return appleErrors.unreachable.is(error) || appleErrors.timed_out.is(error)
}
