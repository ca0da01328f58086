import { listMember, member, textMember } from '../transport/answer.ts'
import type { CookieAnswer } from './exchange.ts'
import type { CodeWay, SecondFactor, TrustedPhone } from './model.ts'
import { SIGN_IN_CODES } from './stops.ts'

/** What an account asks for after the password. */
export type SecondFactorReading =
  | { readonly kind: 'codes'; readonly secondFactor: SecondFactor; readonly canSend: boolean }
  /** Keys only; codes are not offered. */
  | { readonly kind: 'security-keys' }
  /** Two-step verification, the predecessor, which App Store Connect no longer takes. */
  | { readonly kind: 'two-step' }
  /** Codes are locked for a while. */
  | { readonly kind: 'locked' }

const CODE_LENGTH = 6

/** Reads `GET …/appleauth/auth`. Undefined when it is none of the known forms. */
export function readSecondFactor(answer: CookieAnswer): SecondFactorReading | undefined {
  const { document } = answer
  const phones = phonesIn(document)
  if (hasSecurityKeys(document) && phones.length === 0) return { kind: 'security-keys' }
  if (listMember(document, 'trustedDevices').length > 0) return { kind: 'two-step' }
  const securityCode = member(document, 'securityCode')
  if (member(securityCode, 'securityCodeLocked') === true) return { kind: 'locked' }
  const hasTrustedDevice = member(document, 'noTrustedDevices') !== true
  if (securityCode === undefined || (phones.length === 0 && !hasTrustedDevice)) return undefined
  const sent = sentBy(answer, phones, hasTrustedDevice)
  return {
    kind: 'codes',
    secondFactor: { hasTrustedDevice, phones, codeLength: lengthOf(securityCode), ...(sent && { sent }) },
    canSend: member(securityCode, 'tooManyCodesSent') !== true,
  }
}

/** Says whether an answer asks for a security key. */
export function hasSecurityKeys(document: unknown): boolean {
  return member(document, 'fsaChallenge') !== undefined || listMember(document, 'keyNames').length > 0
}

function phonesIn(document: unknown): readonly TrustedPhone[] {
  return listMember(document, 'trustedPhoneNumbers').flatMap((entry) => {
    const id = member(entry, 'id')
    return typeof id === 'number' ? [{ id, maskedNumber: maskedNumber(entry) }] : []
  })
}

function maskedNumber(entry: unknown): string {
  const masked = textMember(entry, 'numberWithDialCode') ?? textMember(entry, 'obfuscatedNumber')
  return masked ?? `\u2022\u2022${textMember(entry, 'lastTwoDigits') ?? ''}`
}

function lengthOf(securityCode: unknown): number {
  const length = member(securityCode, 'length')
  return typeof length === 'number' && Number.isInteger(length) && length > 0 && length <= 12 ? length : CODE_LENGTH
}

// Without a trusted device and with one number only, Apple sends the text message by itself; else it shows the code on the devices.
function sentBy(answer: CookieAnswer, phones: readonly TrustedPhone[], hasTrustedDevice: boolean): CodeWay | undefined {
  if (answer.codes.includes(SIGN_IN_CODES.cannotSend)) return undefined
  const told = member(member(answer.document, 'phoneNumber'), 'id')
  const isCall = member(answer.document, 'mode') === 'voice'
  if (typeof told === 'number') return { kind: 'phone', id: told, mode: isCall ? 'voice' : 'sms' }
  if (hasTrustedDevice) return { kind: 'trusted-device' }
  const [phone, ...others] = phones
  return phone !== undefined && others.length === 0 ? { kind: 'phone', id: phone.id, mode: 'sms' } : undefined
}
