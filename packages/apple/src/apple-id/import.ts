import { type Instant, instant, parseInstant, plusMs, SECOND_MS } from '@cordon/core/instant'
import { type Secret, secret } from '@cordon/core/secret'
import { parse as parseYaml } from 'yaml'
import { appleErrors } from '../errors.ts'
import { listMember, member, textMember } from '../transport/answer.ts'
import { isTrustCookie } from './cookies.ts'
import type { AppleIdSession, StoredCookie } from './model.ts'
import { normalized } from './sign-in.ts'

const ACCEPTED = 'the text of FASTLANE_SESSION, a fastlane cookie file, or the cookies of @expo/apple-utils'

/**
 * Makes a session of cookies that another tool has kept: `FASTLANE_SESSION` (also with backslash and n for line breaks), a cookie
 * file of fastlane, or the JSON of @expo/apple-utils. It is not tried here: `checkSession` tells whether Apple still takes it.
 * Throws `apple.session_unreadable`, without a word of the text.
 */
export function sessionFromCookies(
  text: Secret<string>,
  { accountName, now }: { readonly accountName: string; readonly now: Instant },
): Secret<AppleIdSession> {
  const entries = readEntries(text.reveal())
  const cookies = entries.flatMap((entry) => cookieIn(entry, now) ?? [])
  if (cookies.length === 0) {
    throw appleErrors.session_unreadable({ field: 'cookies', problem: 'no cookie in it', accepted: ACCEPTED })
  }
  return secret({
    version: 1,
    accountName: normalized(accountName),
    cookies,
    twoFactor: cookies.some(isTrustCookie),
    signedInAt: earliest(
      cookies.map(({ createdAt }) => createdAt),
      now,
    ),
    person: null,
    provider: null,
    providers: [],
  })
}

function readEntries(text: string): readonly unknown[] {
  try {
    if (text.trimStart().startsWith('{')) return listMember(JSON.parse(text), 'cookies')
    const entries: unknown = parseYaml(text.replaceAll('\\n', '\n'), { logLevel: 'error' })
    return Array.isArray(entries) ? entries : []
  } catch {
    // The parsers' messages quote the text.
    throw appleErrors.session_unreadable({ field: 'cookies', problem: 'neither JSON nor YAML', accepted: ACCEPTED })
  }
}

// The names differ: `key`, `hostOnly` and `maxAge` in JSON, `name`, `for_domain` and `max_age` in YAML.
function cookieIn(entry: unknown, now: Instant): StoredCookie | undefined {
  const name = textMember(entry, 'name') ?? textMember(entry, 'key')
  const domain = textMember(entry, 'domain')?.replace(/^\./, '')
  const given = textMember(entry, 'value') ?? ''
  if (name === undefined || domain === undefined || given === '') return undefined
  const isQuoted = /^".+"$/.test(given)
  const createdAt = timeIn(entry, ['created_at', 'creation']) ?? now
  const expiresAt = expiryIn(entry, createdAt)
  return {
    name,
    value: isQuoted ? given.slice(1, -1) : given,
    ...(isQuoted && { isQuoted }),
    domain,
    isHostOnly: member(entry, 'hostOnly') === true || member(entry, 'for_domain') === false,
    path: textMember(entry, 'path') ?? '/',
    isSecure: member(entry, 'secure') !== false,
    isHttpOnly: (member(entry, 'httpOnly') ?? member(entry, 'httponly')) !== false,
    ...(expiresAt !== undefined && { expiresAt }),
    createdAt,
  }
}

function expiryIn(entry: unknown, createdAt: Instant): Instant | undefined {
  const age = member(entry, 'max_age') ?? member(entry, 'maxAge')
  if (typeof age === 'number' && Number.isFinite(age)) return plusMs(createdAt, age * SECOND_MS)
  return timeIn(entry, ['expires'])
}

function timeIn(entry: unknown, names: readonly string[]): Instant | undefined {
  const value = names.map((name) => member(entry, name)).find((found) => found !== undefined && found !== null)
  if (value instanceof Date) return instant(value.getTime())
  if (typeof value !== 'string') return undefined
  try {
    // Ruby writes nanoseconds and sets the parts apart by blanks.
    return parseInstant(value.replace(/^(\S+) (\S+?)(\.\d{3})?\d* ?(Z|[+-]\d{2}:?\d{2})$/, '$1T$2$3$4'))
  } catch {
    return undefined
  }
}

function earliest(times: readonly Instant[], now: Instant): Instant {
  return times.reduce((first, time) => (time < first ? time : first), now)
}
