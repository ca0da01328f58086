import { HOUR_MS, plusMs } from '@cordon/core/instant'
import type { World } from '../../world/world.ts'
import { cookieValues } from '../cookies/read.ts'
import { type Account, accountKey, type WebSession } from '../state.ts'

/** The cookie that authorises requests to the portal and to App Store Connect. */
export const SESSION_COOKIE = 'myacinfo'
const SESSION_BYTES = 96

/** Who a request comes from. */
export interface SignedIn {
  readonly account: Account
  readonly session: WebSession
}

/** Begins a web session, as a finished sign-in does. */
export function openWebSession(world: World, account: Account, widgetKey: string): WebSession {
  const startedAt = world.clock.now()
  const { webSessionHours, portalSessionHours } = world.settings
  const endsAt = plusMs(startedAt, webSessionHours * HOUR_MS)
  const session: WebSession = {
    value: `DAWTKNV323952${Buffer.from(world.random(SESSION_BYTES)).toString('hex')}`,
    account: accountKey(account.email),
    widgetKey,
    startedAt,
    endsAt,
    portalEndsAt: portalSessionHours === null ? endsAt : plusMs(startedAt, portalSessionHours * HOUR_MS),
    providerId: null,
  }
  const { sessions } = world.appleIds
  for (const [value, kept] of sessions) if (kept.endsAt <= startedAt) sessions.delete(value)
  sessions.set(session.value, session)
  return session
}

/** The `Cookie` header that a browser with this session sends. */
export function cookieOf(session: WebSession): string {
  return `${SESSION_COOKIE}=${session.value}`
}

/** Who sent a request, by its `Cookie` header; `undefined` when no session in force is named in it. */
export function webSessionOf(world: World, cookie: string | readonly string[] | undefined): SignedIn | undefined {
  const now = world.clock.now()
  for (const value of cookieValues(cookie, SESSION_COOKIE)) {
    const session = world.appleIds.sessions.get(value)
    const account = session === undefined ? undefined : world.appleIds.accounts.get(session.account)
    if (session !== undefined && account !== undefined && session.endsAt > now) return { account, session }
  }
  return undefined
}

/** The same for the developer portal, which may forget a session earlier. */
export function portalSessionOf(world: World, cookie: string | readonly string[] | undefined): SignedIn | undefined {
  const found = webSessionOf(world, cookie)
  return found !== undefined && found.session.portalEndsAt > world.clock.now() ? found : undefined
}

/** Ends sessions: all of an account's, or only their part at the developer portal. */
export function endSessions(world: World, account: string, where: 'everywhere' | 'portal'): void {
  const { sessions } = world.appleIds
  for (const [value, session] of sessions) {
    if (session.account !== account) continue
    if (where === 'everywhere') sessions.delete(value)
    else sessions.set(value, { ...session, portalEndsAt: world.clock.now() })
  }
}

/** Ends the sessions that a request's cookies stand for. */
export function endSessionsIn(world: World, cookie: string | readonly string[] | undefined): void {
  for (const value of cookieValues(cookie, SESSION_COOKIE)) world.appleIds.sessions.delete(value)
}
