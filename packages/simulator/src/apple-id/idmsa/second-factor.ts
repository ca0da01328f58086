import { MINUTE_MS, plusMs } from '@cordon/core/instant'
import type { Answer } from '../../http/service.ts'
import type { World } from '../../world/world.ts'
import { sendCode } from '../accounts/codes.ts'
import { changeAccount } from '../accounts/create.ts'
import {
  type Attempting,
  attemptHeaders,
  attemptOf,
  changeAttempt,
  newAttributes,
  newToken,
} from '../attempts/attempts.ts'
import { setCookie } from '../cookies/write.ts'
import type { Account, SentCode, SignInAttempt, TrustedPhone } from '../state.ts'
import { giveTrust, setTrustCookie } from '../trust/trust.ts'
import { headerOf, jsonBody, numberIn, textOf } from '../web/body.ts'
import { escapeHtml } from '../web/html.ts'
import { Refusal, type WebCall } from '../web/service.ts'
import { REFUSALS, refusal, type ServiceError, serviceErrors } from './errors.ts'
import { beginSession, repairNeeded } from './finish.ts'
import { keyChallenge } from './security-key.ts'
import { areCodesLocked, shownPhone, twoStepVerificationOf, verificationOf } from './verification.ts'

const ACN_SECONDS = 31_536_000
const WRONG_CODE: ServiceError = {
  code: '-21669',
  title: 'Incorrect Verification Code',
  // One client asks again only when it finds "verification code" in the message.
  message: 'Incorrect verification code. Try again.',
}
const TOO_MANY_WRONG: ServiceError = {
  code: '-22982',
  title: 'Too Many Attempts',
  message: 'Too many verification codes were entered. Try again later.',
}
const CANNOT_SEND: ServiceError = {
  code: '-28248',
  message: 'Verification codes can not be sent to this phone number at this time. Please try again later.',
}

/** The sign-in that a request belongs to; refuses with 401 when there is none any more. */
export function requireAttempt({ world, request, caller }: WebCall): Attempting {
  const found = attemptOf(world, request)
  if (found === undefined) throw new Refusal(REFUSALS.noAttempt)
  caller.account = found.account.email
  return found
}

/** The account and the sign-in as they are now, after something was changed in them. */
function current(world: World, { account, attempt }: Attempting): Attempting {
  return {
    account: world.appleIds.accounts.get(attempt.account) ?? account,
    attempt: world.appleIds.attempts.get(attempt.id) ?? attempt,
  }
}

/** Refuses one code too many. That it was asked for is counted: from then on every answer says so. */
function refuseSending(world: World, { account, attempt }: Attempting): void {
  const isUsedUp = attempt.codesSent >= world.settings.codesPerSignIn
  if (!isUsedUp && !areCodesLocked(world, account)) return
  const counted = isUsedUp ? changeAttempt(world, attempt, { codesSent: attempt.codesSent + 1 }) : attempt
  throw new Refusal({
    status: 423,
    headers: attemptHeaders(world, counted.id),
    body: verificationOf(world, account, counted),
  })
}

function send(world: World, { account, attempt }: Attempting, to: SentCode['to']): Attempting {
  const sent = sendCode(world, account, to)
  const codes = [...attempt.codes.filter((one) => one.to !== to), sent]
  changeAttempt(world, attempt, { codes, codesSent: attempt.codesSent + 1 })
  return current(world, { account, attempt })
}

function phoneOf(account: Account, id: number): TrustedPhone {
  const phone = account.phones.find((one) => one.id === id)
  if (phone === undefined) throw new Refusal(REFUSALS.malformed)
  return phone
}

/** With no device and a single phone there is nothing to choose: Apple sends the code by itself, once. */
function soleReceiver({ account, attempt }: Attempting): TrustedPhone | undefined {
  const [phone, ...others] = account.phones
  const isSole = account.devices.length === 0 && others.length === 0 && !attempt.isVerified
  return isSole ? phone : undefined
}

function codePage(body: object): Buffer {
  const boot = { direct: { authInitialRoute: 'auth/bridge/step', twoSV: { phoneNumberVerification: body } } }
  const json = JSON.stringify(boot).replaceAll('<', '\\u003c')
  const head = `<title>${escapeHtml('Two-Factor Authentication')}</title>`
  return Buffer.from(
    `<!DOCTYPE html>\n<html><head>${head}<script type="application/json" class="boot_args">${json}</script></head><body></body></html>\n`,
  )
}

function twoFactorState(world: World, found: Attempting): { status: number; body: Record<string, unknown> } {
  const phone = soleReceiver(found)
  if (phone === undefined) return { status: 200, body: verificationOf(world, found.account, found.attempt) }
  const shown = { phoneNumber: shownPhone(phone), mode: phone.pushMode }
  const isSent = found.attempt.codes.some(({ to }) => to === phone.id)
  if (isSent || areCodesLocked(world, found.account))
    return { status: 200, body: verificationOf(world, found.account, found.attempt, shown) }
  if (!phone.canReceive) {
    const body = { ...verificationOf(world, found.account, found.attempt, shown), ...serviceErrors(CANNOT_SEND) }
    return { status: 200, body }
  }
  const { account, attempt } = send(world, found, phone.id)
  return { status: 201, body: verificationOf(world, account, attempt, shown) }
}

const STATES: Readonly<
  Record<
    Account['secondFactor'],
    (world: World, found: Attempting) => { status: number; body: Record<string, unknown> }
  >
> = {
  none: () => ({ status: 200, body: { authenticationType: 'sa' } }),
  'two-factor': twoFactorState,
  'two-step': (_world, { account }) => ({ status: 200, body: twoStepVerificationOf(account) }),
  'security-key': (world, { account }) => ({
    status: 200,
    body: { ...keyChallenge(world, account), type: 'verification', authenticationType: 'hsa2' },
  }),
}

/** Which second factors there are; 201 when a code has just been sent to the only phone. */
export function readSecondFactor(call: WebCall): Answer {
  const found = requireAttempt(call)
  const { status, body } = STATES[found.account.secondFactor](call.world, found)
  const headers = attemptHeaders(call.world, found.attempt.id)
  if (!headerOf(call.request, 'accept').startsWith('text/html')) return { status, headers, body }
  return { status, headers: { ...headers, 'Content-Type': 'text/html;charset=UTF-8' }, body: codePage(body) }
}

/** Sends a code to a phone, as a text or a call. */
export function sendPhoneCode(call: WebCall): Answer {
  const { world, request } = call
  const found = requireAttempt(call)
  const body = jsonBody(request)
  const phone = phoneOf(found.account, numberIn(body, 'phoneNumber', 'id'))
  const mode = textOf(body, 'mode') === 'voice' ? 'voice' : 'sms'
  refuseSending(world, found)
  const shown = { phoneNumber: shownPhone(phone), mode }
  if (!phone.canReceive) {
    const refused = refusal(412, CANNOT_SEND)
    return {
      ...refused,
      body: { ...verificationOf(world, found.account, found.attempt, shown), ...serviceErrors(CANNOT_SEND) },
    }
  }
  const { account, attempt } = send(world, found, phone.id)
  return {
    status: 200,
    headers: attemptHeaders(world, attempt.id),
    body: verificationOf(world, account, attempt, shown),
  }
}

/** Has the trusted devices show a new code. */
export function pushDeviceCode(call: WebCall): Answer {
  const { world } = call
  const found = requireAttempt(call)
  if (found.account.devices.length === 0) return REFUSALS.malformed
  refuseSending(world, found)
  const { account, attempt } = send(world, found, 'device')
  const verification = verificationOf(world, account, attempt)
  return {
    status: 202,
    headers: attemptHeaders(world, attempt.id),
    body: {
      trustedDeviceCount: account.devices.length,
      securityCode: verification.securityCode,
      phoneNumberVerification: verification,
    },
  }
}

/** An error about a code. Apple has used either key; clients differ in which they read. */
function codeRefused(world: World, { account, attempt }: Attempting, status: number, error: ServiceError): Answer {
  const errors = serviceErrors(error)
  return {
    status,
    headers: { 'X-Apple-I-Ercd': error.code, ...attemptHeaders(world, attempt.id) },
    body: { ...verificationOf(world, account, attempt), ...errors, service_errors: errors.serviceErrors },
  }
}

function refuseCode(world: World, { account, attempt }: Attempting): Answer {
  const wrongCodes = attempt.wrongCodes + 1
  changeAttempt(world, attempt, { wrongCodes })
  const isLast = wrongCodes >= world.settings.wrongCodesUntilLock
  if (isLast) {
    const codesLockedUntil = plusMs(world.clock.now(), world.settings.codeLockMinutes * MINUTE_MS)
    changeAccount(world, account, { codesLockedUntil })
  }
  return codeRefused(world, current(world, { account, attempt }), 400, isLast ? TOO_MANY_WRONG : WRONG_CODE)
}

/** Takes a code if it is the last that was sent to its place in this sign-in: it is spent, and the sign-in verified. */
function checkCode(world: World, found: Attempting, to: SentCode['to'], code: string): SignInAttempt {
  const { account, attempt } = found
  if (areCodesLocked(world, account)) throw new Refusal(codeRefused(world, found, 423, TOO_MANY_WRONG))
  const sent = attempt.codes.find((one) => one.to === to)
  if (sent === undefined || sent.code !== code) throw new Refusal(refuseCode(world, found))
  return changeAttempt(world, attempt, { codes: attempt.codes.filter((one) => one !== sent), isVerified: true })
}

function verified(
  world: World,
  account: Account,
  attempt: SignInAttempt,
  answer: Pick<Answer, 'status' | 'body'>,
): Answer {
  const { repair, repairAfter } = account.switches
  if (repair !== 'none' && repairAfter === 'code' && attempt.repair === 'none')
    return repairNeeded(world, account, attempt, { securityCode: { valid: true } })
  const cookie = beginSession(world, account, attempt)
  return {
    ...answer,
    headers: {
      'X-Apple-Session-Token': newToken(world, attempt.id),
      ...attemptHeaders(world, attempt.id),
      'Set-Cookie': [cookie],
    },
  }
}

/** Checks a code that a trusted device showed. */
export function checkDeviceCode(call: WebCall): Answer {
  const { world, request } = call
  const found = requireAttempt(call)
  const code = textOf(jsonBody(request), 'securityCode', 'code')
  const attempt = checkCode(world, found, 'device', code)
  if (found.account.switches.rightCode === 'accepted') return verified(world, found.account, attempt, { status: 204 })
  return {
    status: 409,
    headers: { 'X-Apple-Session-Token': newToken(world, attempt.id), ...attemptHeaders(world, attempt.id) },
    body: { ...verificationOf(world, found.account, attempt), securityCode: { code, valid: true } },
  }
}

/** Checks a code that was sent to a phone. */
export function checkPhoneCode(call: WebCall): Answer {
  const { world, request } = call
  const found = requireAttempt(call)
  const body = jsonBody(request)
  const code = textOf(body, 'securityCode', 'code')
  const to = numberIn(body, 'phoneNumber', 'id')
  const attempt = checkCode(world, found, twoStepPlace(found.account, String(to)) ?? to, code)
  return verified(world, found.account, attempt, { status: 200, body: verificationOf(world, found.account, attempt) })
}

/** Where a two-step account's code goes by the id of its list: a phone by its number, a device like all devices. */
function twoStepPlace(account: Account, id: string): SentCode['to'] | undefined {
  if (account.secondFactor !== 'two-step') return undefined
  if (account.devices.some((device) => device.id === id)) return 'device'
  return account.phones.find((phone) => String(phone.id) === id)?.id
}

/** Two-step verification: sends a four-digit code. */
export function sendTwoStepCode(call: WebCall): Answer {
  const { world, ids } = call
  const found = requireAttempt(call)
  const to = twoStepPlace(found.account, ids[0] ?? '')
  if (to === undefined) return REFUSALS.malformed
  refuseSending(world, found)
  const { attempt } = send(world, found, to)
  return {
    status: 200,
    headers: attemptHeaders(world, attempt.id),
    body: { ...twoStepVerificationOf(found.account), trustedDevice: { id: ids[0] } },
  }
}

/** Two-step verification: checks it. */
export function checkTwoStepCode(call: WebCall): Answer {
  const { world, request, ids } = call
  const found = requireAttempt(call)
  const to = twoStepPlace(found.account, ids[0] ?? '')
  if (to === undefined) return REFUSALS.malformed
  const body = jsonBody(request)
  const attempt = checkCode(world, found, to, textOf(body, 'code') || textOf(body, 'securityCode', 'code'))
  return verified(world, found.account, attempt, { status: 200, body: twoStepVerificationOf(found.account) })
}

/** Trusts the browser: the trust cookie and the web session that lasts. */
export function trustBrowser(call: WebCall): Answer {
  const { world } = call
  const { account, attempt } = requireAttempt(call)
  if (!attempt.isVerified || attempt.repair === 'asked') return { status: 403 }
  const session = beginSession(world, account, attempt)
  const trust = account.switches.givesTrust ? [setTrustCookie(world, account, giveTrust(world, account))] : []
  return {
    status: 204,
    headers: {
      'X-Apple-TwoSV-Trust-Token': newToken(world, attempt.id),
      'X-Apple-Session-Token': newToken(world, attempt.id),
      'X-Apple-Auth-Attributes': newAttributes(world),
      ...attemptHeaders(world, attempt.id),
      'Set-Cookie': [
        session,
        ...trust,
        setCookie({ name: 'acn01', value: newAttributes(world), domain: 'apple.com', maxAgeSeconds: ACN_SECONDS }),
      ],
    },
  }
}
