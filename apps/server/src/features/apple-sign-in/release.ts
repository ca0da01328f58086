import { appleSignInErrors } from '@cordon/api/apple-sign-ins/errors'
import { wireCookies } from '@cordon/apple/apple-id/export'
import { type CordonError, isCordonError } from '@cordon/core/errors'
import type { ConnectionId } from '@cordon/core/ids'
import { type Instant, instant, MINUTE_MS, plusMs, toIso } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import { explainNotReached } from '../../platform/outgoing/reach.ts'
import type { AppleSignInParts, HeldAppleId } from './parts.ts'
import { openSession } from './sealed.ts'
import type { SessionEnd, SessionRow } from './session-store.ts'
import type { Freshness, Sessions } from './sessions.ts'
import { endText } from './texts.ts'

/** What a build gets of an Apple ID: keys of the build protocol, perhaps with a word on them, or nothing and the reason. */
export type AppleIdCredential =
  | {
      readonly kind: 'released'
      readonly keys: Readonly<Record<string, Secret<unknown> | string>>
      readonly note?: { readonly reason: string; readonly message: string }
    }
  | { readonly kind: 'withheld'; readonly reason: string; readonly message: string }

/**
 * What a build gets. A session goes out only when Apple knew it moments ago. One that has expired goes out as it is, with
 * its date in the past, because that is how clients of the protocol notice it. A locked account gives nothing: whatever a
 * build tried with the password would make it worse. `isRefused`: the build says that Apple refused what it got before; it is told when
 * Apple took the session from here last.
 */
export async function releaseAppleId(
  parts: AppleSignInParts,
  look: Sessions['fresh'],
  id: ConnectionId,
  isRefused: boolean,
): Promise<AppleIdCredential> {
  try {
    return await credentialOf(parts, id, await look(id), isRefused)
  } catch (error) {
    if (appleSignInErrors.stand_in_mixed.is(error)) return mixed(error)
    if (!isCordonError(error) || error.kind !== 'upstream') throw error
    const why = explainNotReached(error)?.text ?? error.title
    const message = `Apple could not be asked whether the session is still valid: ${why}. Start the build again ${againIn(error, parts.clock.now())}.`
    return { kind: 'withheld', reason: 'apple_unreachable', message }
  }
}

function mixed({ title, remedy }: CordonError): AppleIdCredential {
  return { kind: 'withheld', reason: 'apple_id_stand_in_mixed', message: `${title}. ${remedy}` }
}

function againIn({ details: { retryAfterSeconds } }: CordonError, now: Instant): string {
  const minutes = typeof retryAfterSeconds === 'number' ? Math.ceil(retryAfterSeconds / 60) : 0
  return minutes > 5 ? `in ${minutes} minutes, from ${untilMinute(now, minutes)} on` : 'in a few minutes'
}

/** A moment for people, `2026-11-28 02:55 UTC`. */
function untilMinute(now: Instant, minutes: number): string {
  return `${toIso(plusMs(now, minutes * MINUTE_MS))
    .slice(0, 16)
    .replace('T', ' ')} UTC`
}

async function credentialOf(
  parts: AppleSignInParts,
  id: ConnectionId,
  known: Freshness,
  isRefused: boolean,
): Promise<AppleIdCredential> {
  const held = await parts.connections.open(id)
  const now = parts.clock.now()
  if (known.kind === 'valid') {
    const keys = keysOf(held, known.row.trusted_until, wireCookies(known.session, now))
    return { kind: 'released', keys, ...(isRefused && { note: accepted(known.row) }) }
  }
  const { row, end } = known
  if (end.state !== 'expired') return withheld(end)
  const session = await openSession(parts.vault, row)
  return {
    kind: 'released',
    keys: keysOf(held, expiredAt(row, now), wireCookies(session, now)),
    note: { reason: 'session_expired', message: `${endText(end)} Its owner must sign in again in Cordon.` },
  }
}

/** For a build that says otherwise: where a session is refused may depend on where it is used from. */
function accepted({ valid_at }: SessionRow) {
  const message = `Apple took the session from this server at ${toIso(valid_at)}.`
  return { reason: 'session_accepted', message }
}

function withheld(end: SessionEnd): AppleIdCredential {
  const message = `${endText(end)} Its owner must sign in again in Cordon.`
  return { kind: 'withheld', reason: `apple_id_${end.state}`, message }
}

function keysOf(held: HeldAppleId, until: Instant | null, cookies: Secret<unknown>) {
  const { accountName, password, appSpecificPassword } = held
  return {
    apple_id: accountName,
    password,
    ...(appSpecificPassword === undefined ? {} : { app_specific_password: appSpecificPassword }),
    ...(until === null ? {} : { connection_expiry_date: toIso(until) }),
    session_cookies: cookies,
  }
}

// Before now in any case: clients compare it with their own clock.
function expiredAt(row: SessionRow, now: Instant): Instant {
  return instant(Math.min(row.trusted_until ?? now, row.state_at, now - 1))
}
