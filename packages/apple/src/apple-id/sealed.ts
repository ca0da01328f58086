import { instant } from '@cordon/core/instant'
import { type Secret, secret } from '@cordon/core/secret'
import { appleErrors } from '../errors.ts'
import { listMember, member, textMember } from '../transport/answer.ts'
import type { AppleIdSession, SecondFactor, SignInAttempt, StoredCookie } from './model.ts'

/** The text of a session or an attempt, to be encrypted. */
export function sealable(value: Secret<AppleIdSession> | Secret<SignInAttempt>): Secret<string> {
  return secret(JSON.stringify(value.reveal()))
}

/** Reads what `sealable` gave for a session. Throws `apple.session_unreadable`, without a word of the text. */
export function parseSession(text: Secret<string>): Secret<AppleIdSession> {
  const value = parse(text)
  const isSession =
    member(value, 'version') === 1 &&
    textMember(value, 'accountName') !== undefined &&
    typeof member(value, 'twoFactor') === 'boolean' &&
    isInstant(member(value, 'signedInAt')) &&
    areCookies(member(value, 'cookies')) &&
    Array.isArray(member(value, 'providers'))
  if (!isSession) throw unreadable('session')
  return secret(value as AppleIdSession)
}

/** Reads what `sealable` gave for an attempt. Throws `apple.session_unreadable`, without a word of the text. */
export function parseAttempt(text: Secret<string>): Secret<SignInAttempt> {
  const value = parse(text)
  const isAttempt =
    member(value, 'version') === 1 &&
    ['accountName', 'widgetKey', 'sessionId', 'scnt'].every((name) => textMember(value, name) !== undefined) &&
    ['wrongCodes', 'codesSent'].every((name) => Number.isInteger(member(value, name))) &&
    ['startedAt', 'expiresAt'].every((name) => isInstant(member(value, name))) &&
    areCookies(member(value, 'cookies')) &&
    isSecondFactor(member(value, 'secondFactor'))
  if (!isAttempt) throw unreadable('attempt')
  return secret(value as SignInAttempt)
}

function parse(text: Secret<string>): unknown {
  try {
    return JSON.parse(text.reveal()) as unknown
  } catch {
    // The parser's own message quotes the text.
    throw unreadable('text')
  }
}

function unreadable(field: string) {
  return appleErrors.session_unreadable({
    field,
    problem: 'not of the expected form',
    accepted: 'what was kept before',
  })
}

function isInstant(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && instant(value) === value
}

function areCookies(value: unknown): value is readonly StoredCookie[] {
  return Array.isArray(value) && value.every(isCookie)
}

function isCookie(value: unknown): boolean {
  return (
    ['name', 'value', 'domain', 'path'].every((name) => textMember(value, name) !== undefined) &&
    ['isHostOnly', 'isSecure', 'isHttpOnly'].every((name) => typeof member(value, name) === 'boolean') &&
    isInstant(member(value, 'createdAt'))
  )
}

function isSecondFactor(value: unknown): value is SecondFactor {
  return (
    typeof member(value, 'hasTrustedDevice') === 'boolean' &&
    Number.isInteger(member(value, 'codeLength')) &&
    listMember(value, 'phones').every((phone) => typeof member(phone, 'id') === 'number')
  )
}
