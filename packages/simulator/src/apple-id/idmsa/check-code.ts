import { MINUTE_MS, plusMs } from '@cordon/core/instant'
import type { Answer } from '../../http/service.ts'
import type { World } from '../../world/world.ts'
import { changeAccount } from '../accounts/create.ts'
import { type Attempting, attemptHeaders, changeAttempt, newToken } from '../attempts/attempts.ts'
import type { Account, SentCode, SignInAttempt } from '../state.ts'
import { jsonBody, numberIn, textOf } from '../web/body.ts'
import { Refusal, type WebCall } from '../web/service.ts'
import { current, requireAttempt } from './attempting.ts'
import { REFUSALS, type ServiceError, serviceErrors } from './errors.ts'
import { beginSession, repairNeeded } from './finish.ts'
import { twoStepPlace } from './send-code.ts'
import { areCodesLocked, twoStepVerificationOf, verificationOf } from './verification.ts'

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
