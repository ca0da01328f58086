import { DAY_MS, type Instant, SECOND_MS, toIso } from '@cordon/core/instant'
import { type Secret, secret } from '@cordon/core/secret'
import { isExpired, isTrustCookie } from './cookies.ts'
import type { AppleIdSession, StoredCookie, WireCookie, WireCookies } from './model.ts'

/** The site under which builds look for cookies; they look nowhere else. */
export const COOKIE_SITE = 'https://idmsa.apple.com'
const DEFAULT_TRUST_MS = 30 * DAY_MS

/**
 * The `session_cookies` of a build: the trust cookie and the session cookie, which is all that build tools use.
 * Form: that of Bitrise's build API, which its clients of 2020 to 2026 read.
 */
export function wireCookies(session: Secret<AppleIdSession>, now: Instant): Secret<WireCookies> {
  const { cookies } = session.reveal()
  const chosen = cookies.filter((cookie) => isForBuilds(cookie) && !isExpired(cookie, now))
  const trustFirst = chosen.sort((a, b) => Number(isTrustCookie(b)) - Number(isTrustCookie(a)))
  return secret({ [COOKIE_SITE]: trustFirst.map(wireCookie) })
}

function isForBuilds(cookie: StoredCookie): boolean {
  return isTrustCookie(cookie) || cookie.name === 'myacinfo'
}

// `for_domain` is left out where it is true: one old client fails on it, and true is what absence means.
function wireCookie(cookie: StoredCookie): WireCookie {
  const { name, value, domain, path, isSecure, isHttpOnly, isHostOnly, expiresAt, createdAt } = cookie
  const ageMs = expiresAt === undefined ? DEFAULT_TRUST_MS : expiresAt - createdAt
  return {
    name,
    value,
    domain,
    path,
    secure: isSecure,
    httponly: isHttpOnly,
    ...(expiresAt !== undefined && { expires: toIso(expiresAt), max_age: Math.round(ageMs / SECOND_MS) }),
    ...(isHostOnly && { for_domain: false as const }),
  }
}

// What Ruby's cookie class refuses; one such cookie would make fastlane drop all of them. No server sends or takes these.
function isLoadable({ name, value }: WireCookie): boolean {
  return name !== '' && !/[ ,;\\"=]/.test(name) && ![...name, ...value].some(isControl)
}

function isControl(character: string): boolean {
  return character < ' ' || character === '\u007f'
}

/**
 * The cookies as fastlane loads them: a YAML list of `HTTP::Cookie` and nothing else, every text in double quotes. Empty without cookies.
 * Cookies with control characters, which fastlane would refuse together with all others, are left out.
 * fastlane turns each backslash followed by n into a line break before it reads YAML, also inside of quotes, so that pair
 * never occurs.
 */
export function fastlaneYaml(cookies: readonly WireCookie[]): string {
  const loadable = cookies.filter(isLoadable)
  if (loadable.length === 0) return ''
  return `---\n${loadable.map(yamlCookie).join('')}`
}

/** `FASTLANE_SESSION` on one line: line breaks are written as backslash and n, as `fastlane spaceauth` does. */
export function fastlaneSession(cookies: readonly WireCookie[]): string {
  return fastlaneYaml(cookies).replaceAll('\n', '\\n')
}

function yamlCookie({ name, value, domain, for_domain, path, secure, httponly }: WireCookie): string {
  return [
    '- !ruby/object:HTTP::Cookie',
    `  name: ${quoted(name)}`,
    `  value: ${quoted(value)}`,
    `  domain: ${quoted(domain)}`,
    `  for_domain: ${String(for_domain ?? true)}`,
    `  path: ${quoted(path)}`,
    `  secure: ${String(secure)}`,
    `  httponly: ${String(httponly)}`,
    '',
  ].join('\n')
}

// A backslash as \x5C, because a plain one before an n would become a line break; single quotes, `$` and backquotes
// likewise, so that the text can stand in a shell's quotes.
function quoted(text: string): string {
  const escaped = [...text].map((character) =>
    /^[\w !#%&()*+,\-./:;<=>?@[\]^{|}~]$/.test(character) ? character : hexEscape(character),
  )
  return `"${escaped.join('')}"`
}

function hexEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16).toUpperCase()
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
