import type { AppleSignIn, CodeQuestion, OpenedHandOff } from '@cordon/api/apple-sign-ins/schema'
import { specOfCode } from '@cordon/api/catalogue'
import type { SignInAttempt } from '@cordon/apple/apple-id/model'
import { MAX_CODE_TRIES, MAX_CODES_SENT } from '@cordon/apple/apple-id/operations'
import { appleErrors } from '@cordon/apple/errors'
import { type Instant, toIso } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { SignInRow } from './sign-in-store.ts'

/** A sign-in as the person who began it sees it. `attempt` is there while it waits for a code. */
export function signInView(row: SignInRow, attempt: Secret<SignInAttempt> | undefined, now: Instant): AppleSignIn {
  return {
    id: row.id,
    accountName: row.account_name,
    name: row.name,
    connectionId: row.connection_id,
    state: stateOf(row, attempt, now),
    startedAt: toIso(row.started_at),
    expiresAt: toIso(row.expires_at),
    handOff: handOffOf(row),
  }
}

/** A sign-in as the holder of the link sees it. */
export function handOffView(
  row: SignInRow & { readonly askedBy: string },
  attempt: Secret<SignInAttempt> | undefined,
  now: Instant,
): OpenedHandOff {
  return {
    accountName: row.account_name,
    askedBy: row.askedBy,
    expiresAt: toIso(row.hand_off_expires_at ?? row.expires_at),
    state: stateOf(row, attempt, now),
  }
}

function stateOf(row: SignInRow, attempt: Secret<SignInAttempt> | undefined, now: Instant): AppleSignIn['state'] {
  if (row.state === 'connected') return { kind: 'connected' }
  if (row.state === 'ended') return endedBy(row.end_code)
  if (attempt === undefined || row.expires_at <= now) return endedBy(EXPIRED_CODE)
  return { kind: 'awaiting_code', question: questionOf(row, attempt.reveal()) }
}

/** Code of the error for a sign-in whose time is over. */
export const EXPIRED_CODE = 'apple.sign_in_attempt_expired'
const APPLE_SPECS = appleErrors.$specs as Readonly<Record<string, { readonly title: string; readonly remedy: string }>>

function endedBy(code: string): AppleSignIn['state'] {
  const spec = specOfCode(code) ?? APPLE_SPECS[code.replace('apple.', '')]
  return { kind: 'ended', code, title: spec?.title ?? 'This sign-in is over', remedy: spec?.remedy ?? 'Start again.' }
}

// What a person needs in order to answer, and nothing that opens anything.
function questionOf(row: SignInRow, { secondFactor, wrongCodes, codesSent }: SignInAttempt): CodeQuestion {
  return {
    codeLength: secondFactor.codeLength,
    hasTrustedDevice: secondFactor.hasTrustedDevice,
    phones: secondFactor.phones.map(({ id, maskedNumber }) => ({ id, maskedNumber })),
    sent: secondFactor.sent ?? null,
    resendAt: row.resend_at === null ? null : toIso(row.resend_at),
    codesLeft: Math.max(0, MAX_CODES_SENT - codesSent),
    triesLeft: Math.max(0, MAX_CODE_TRIES - wrongCodes),
  }
}

function handOffOf(row: SignInRow): AppleSignIn['handOff'] {
  if (row.hand_off_expires_at === null) return null
  const state = row.hand_off_done === 1 ? 'done' : row.hand_off_opened_by === null ? 'waiting' : 'opened'
  return { state, expiresAt: toIso(row.hand_off_expires_at), openedBy: row.openedByName }
}
