import type { Answer } from '../../http/service.ts'
import type { World } from '../../world/world.ts'
import { sendCode } from '../accounts/codes.ts'
import { type Attempting, attemptHeaders, changeAttempt } from '../attempts/attempts.ts'
import type { Account, SentCode, TrustedPhone } from '../state.ts'
import { jsonBody, numberIn, textOf } from '../web/body.ts'
import { Refusal, type WebCall } from '../web/service.ts'
import { current, requireAttempt } from './attempting.ts'
import { REFUSALS, refusal, type ServiceError, serviceErrors } from './errors.ts'
import { areCodesLocked, shownPhone, twoStepVerificationOf, verificationOf } from './verification.ts'

/** What is said of a phone that a code can not be sent to. */
export const CANNOT_SEND: ServiceError = {
  code: '-28248',
  message: 'Verification codes can not be sent to this phone number at this time. Please try again later.',
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

/** Sends a code of this sign-in; it replaces the one that was sent to the same place. */
export function send(world: World, { account, attempt }: Attempting, to: SentCode['to']): Attempting {
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

/** Where a two-step account's code goes by the id of its list: a phone by its number, a device like all devices. */
export function twoStepPlace(account: Account, id: string): SentCode['to'] | undefined {
  if (account.secondFactor !== 'two-step') return undefined
  if (account.devices.some((device) => device.id === id)) return 'device'
  return account.phones.find((phone) => String(phone.id) === id)?.id
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
