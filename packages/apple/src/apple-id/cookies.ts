import { type Clock, type Instant, instant, plusMs, SECOND_MS } from '@cordon/core/instant'
import { type Cookie, parseSetCookie } from 'set-cookie-parser'
import type { StoredCookie } from './model.ts'

/** The cookies of one account. Hosts are Apple's own names, wherever the requests really go. */
export interface CookieJar {
  /** All of them, also those that are out of date by our clock alone. */
  cookies(): readonly StoredCookie[]
  /** The `Cookie` header for a request; undefined when there is nothing to send. */
  headerFor(host: string, path: string): string | undefined
  /** Keeps what an answer sets. Domains to which the host does not belong are ignored. */
  take(setCookies: readonly string[], from: { readonly host: string; readonly path: string }): void
}

const APPLE_DOMAIN = 'apple.com'
const TRUST_COOKIE = /^DES[0-9A-Za-z]+$/

/** The cookie by which Apple trusts this browser for 30 days. */
export function isTrustCookie({ name }: { readonly name: string }): boolean {
  return TRUST_COOKIE.test(name)
}

/** Says whether a cookie is out of date. */
export function isExpired({ expiresAt }: Pick<StoredCookie, 'expiresAt'>, now: Instant): boolean {
  return expiresAt !== undefined && expiresAt <= now
}

/** Makes a jar that starts with some cookies. */
export function createJar(initial: readonly StoredCookie[], clock: Clock): CookieJar {
  const kept = new Map(initial.map((cookie) => [identityOf(cookie), cookie]))

  const take: CookieJar['take'] = (setCookies, from) => {
    const now = clock.now()
    const parsed = parseSetCookie(setCookies, { decodeValues: false, silent: true, split: false })
    for (const cookie of parsed.flatMap((one) => storedCookie(one, from, now) ?? [])) {
      // Deleted first, so that a renewed cookie takes its place at the end.
      kept.delete(identityOf(cookie))
      if (!isExpired(cookie, now)) kept.set(identityOf(cookie), cookie)
    }
  }

  const headerFor: CookieJar['headerFor'] = (host, path) => {
    const now = clock.now()
    const sent = [...kept.values()].filter(
      (cookie) => !isExpired(cookie, now) && isSentTo(cookie, host, path) && isSendable(cookie),
    )
    if (sent.length === 0) return undefined
    // RFC 6265, section 5.4: longer paths first.
    return sent
      .sort((a, b) => b.path.length - a.path.length)
      .map(pairOf)
      .join('; ')
  }

  return { cookies: () => [...kept.values()], headerFor, take }
}

function identityOf({ name, domain, path }: StoredCookie): string {
  return `${domain};${path};${name}`
}

// Apple wants the trust cookie in quotes, however it has come.
function pairOf(cookie: StoredCookie): string {
  const isQuoted = cookie.isQuoted === true || isTrustCookie(cookie)
  return isQuoted ? `${cookie.name}="${cookie.value}"` : `${cookie.name}=${cookie.value}`
}

// Cookies of other tools can hold what no header carries; the refusal of such a header would quote all of it.
function isSendable({ name, value }: StoredCookie): boolean {
  return /^[\x21-\x7e]+$/.test(name) && /^[\x20-\x7e]*$/.test(value)
}

function isSentTo({ domain, isHostOnly, path: cookiePath }: StoredCookie, host: string, path: string): boolean {
  const isHost = isHostOnly ? host === domain : isWithin(host, domain)
  return isHost && (path === cookiePath || path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`))
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`)
}

function storedCookie(
  cookie: Cookie,
  { host, path }: { readonly host: string; readonly path: string },
  now: Instant,
): StoredCookie | undefined {
  const domain = cookie.domain?.replace(/^\./, '').toLowerCase() ?? ''
  const isHostOnly = domain === ''
  if (!isHostOnly && !(isWithin(host, domain) && isWithin(domain, APPLE_DOMAIN))) return undefined
  const expiresAt = expiryOf(cookie, now)
  const isQuoted = /^".*"$/.test(cookie.value)
  return {
    name: cookie.name,
    value: isQuoted ? cookie.value.slice(1, -1) : cookie.value,
    ...(isQuoted && { isQuoted }),
    domain: isHostOnly ? host : domain,
    isHostOnly,
    path: cookie.path?.startsWith('/') ? cookie.path : defaultPath(path),
    isSecure: cookie.secure === true,
    isHttpOnly: cookie.httpOnly === true,
    ...(expiresAt !== undefined && { expiresAt }),
    createdAt: now,
  }
}

// RFC 6265, section 5.1.4.
function defaultPath(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

// RFC 6265, section 4.1.2.2: the age goes before the date.
function expiryOf({ maxAge, expires }: Cookie, now: Instant): Instant | undefined {
  if (maxAge !== undefined && Number.isFinite(maxAge)) return plusMs(now, Math.max(maxAge, 0) * SECOND_MS)
  return expires === undefined ? undefined : instant(expires.getTime())
}
