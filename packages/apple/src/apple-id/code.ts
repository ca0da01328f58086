import { appleErrors } from '../errors.ts'
import { listMember, member } from '../transport/answer.ts'
import { type LiveAttempt, reopen, updated } from './attempt.ts'
import type { AppleIdContext } from './context.ts'
import type { CookieAnswer } from './exchange.ts'
import { finish } from './finish.ts'
import type { CodeWay, SignInAttempt } from './model.ts'
import { MAX_CODE_TRIES, MAX_CODES_SENT, type SendCode, type VerifyCode } from './operations.ts'
import type { SendCodeOutcome, VerifyCodeOutcome } from './outcomes.ts'
import { protocolChanged, SIGN_IN_CODES, stopOf } from './stops.ts'

const DEVICE_PATH = '/verify/trusteddevice/securitycode'
const PHONE_PATH = '/verify/phone'

/** Asks for a code, or for another one; see the type. */
export const sendCode: SendCode = async (context, kept, way) => {
  const attempt = kept.reveal()
  if (isOver(context, attempt)) return { outcome: 'attempt-expired' }
  if (attempt.codesSent >= MAX_CODES_SENT) return { outcome: 'too-many-sent', attempt: kept }
  if (!isOffered(attempt, way)) return { outcome: 'cannot-send', attempt: kept }
  const live = reopen(context, attempt)
  const answer =
    way.kind === 'trusted-device'
      ? await live.ask({ method: 'PUT', path: DEVICE_PATH })
      : await live.ask({ method: 'PUT', path: PHONE_PATH, json: { phoneNumber: { id: way.id }, mode: way.mode } })
  return judgeSent(context, attempt, live, answer, way)
}

/** Checks a code; see the type. Throws `apple.input_invalid` for what cannot be one, without asking Apple. */
export const verifyCode: VerifyCode = async (context, kept, { code, way }) => {
  const attempt = kept.reveal()
  const digits = readCode(code.reveal(), attempt.secondFactor.codeLength)
  if (isOver(context, attempt)) return { outcome: 'attempt-expired' }
  if (attempt.wrongCodes >= MAX_CODE_TRIES) return { outcome: 'too-many-codes' }
  const live = reopen(context, attempt)
  const securityCode = { code: digits }
  const answer =
    way.kind === 'trusted-device'
      ? await live.ask({ method: 'POST', path: DEVICE_PATH, json: { securityCode } })
      : await live.ask({
          method: 'POST',
          path: `${PHONE_PATH}/securitycode`,
          json: { securityCode, phoneNumber: { id: way.id }, mode: way.mode },
        })
  const refusal = judgeCode(context, attempt, live, answer)
  return refusal ?? trust(context, attempt, live)
}

function isOver(context: AppleIdContext, { expiresAt }: SignInAttempt): boolean {
  return context.options.clock.now() >= expiresAt
}

function isOffered({ secondFactor }: SignInAttempt, way: CodeWay): boolean {
  if (way.kind === 'trusted-device') return secondFactor.hasTrustedDevice
  return secondFactor.phones.some(({ id }) => id === way.id)
}

function readCode(code: string, length: number): string {
  const digits = code.replace(/[\s-]/g, '')
  if (/^\d+$/.test(digits) && digits.length === length) return digits
  throw appleErrors.input_invalid({ field: 'code', problem: 'not a code', accepted: `${length} digits` })
}

function judgeSent(
  context: AppleIdContext,
  attempt: SignInAttempt,
  live: LiveAttempt,
  answer: CookieAnswer,
  way: CodeWay,
): SendCodeOutcome {
  const { status, codes } = answer
  if (status === 401) return { outcome: 'attempt-expired' }
  if (codes.includes(SIGN_IN_CODES.cannotSend)) return { outcome: 'cannot-send', attempt: updated(attempt, live) }
  if (status === 423 || hasFlag(answer, ['tooManyCodesSent', 'securityCodeLocked'])) {
    return { outcome: 'too-many-sent', attempt: updated(attempt, live, { codesSent: MAX_CODES_SENT }) }
  }
  if (status >= 200 && status < 300 && !hasError(answer)) {
    const secondFactor = { ...attempt.secondFactor, sent: way }
    const next = updated(attempt, live, { secondFactor, codesSent: attempt.codesSent + 1 })
    return { outcome: 'sent', attempt: next, secondFactor, expiresAt: attempt.expiresAt }
  }
  const stop = stopOf('code request', answer, context.options.clock.now())
  // Apple has moved the request for a code on devices more than once; a text message may still work.
  const isUnknown = stop.outcome === 'protocol-changed' && way.kind === 'trusted-device'
  return isUnknown ? { outcome: 'cannot-send', attempt: updated(attempt, live) } : stop
}

/** What a checked code comes to, unless it was right. */
function judgeCode(
  context: AppleIdContext,
  attempt: SignInAttempt,
  live: LiveAttempt,
  answer: CookieAnswer,
): VerifyCodeOutcome | undefined {
  const { status, codes } = answer
  if (codes.includes(SIGN_IN_CODES.wrongCode)) return wrongCode(attempt, live, answer)
  if (codes.includes(SIGN_IN_CODES.tooManyCodes)) return { outcome: 'too-many-codes' }
  if (status >= 200 && status < 300 && !hasError(answer)) return undefined
  // Since mid-2026 a right code may be answered so, and the way on is the same.
  if (status === 409 && member(member(answer.document, 'securityCode'), 'valid') === true) return undefined
  if (status === 401) return { outcome: 'attempt-expired' }
  if (status === 423 || isLocked(answer)) return { outcome: 'too-many-codes' }
  return stopOf('code', answer, context.options.clock.now())
}

function wrongCode(attempt: SignInAttempt, live: LiveAttempt, answer: CookieAnswer): VerifyCodeOutcome {
  const wrongCodes = attempt.wrongCodes + 1
  if (wrongCodes >= MAX_CODE_TRIES || isLocked(answer)) return { outcome: 'too-many-codes' }
  return {
    outcome: 'wrong-code',
    attempt: updated(attempt, live, { wrongCodes }),
    triesLeft: MAX_CODE_TRIES - wrongCodes,
  }
}

function isLocked(answer: CookieAnswer): boolean {
  return hasFlag(answer, ['tooManyCodesValidated', 'securityCodeLocked'])
}

function hasFlag({ document }: CookieAnswer, names: readonly string[]): boolean {
  const securityCode = member(document, 'securityCode')
  return names.some((name) => member(securityCode, name) === true)
}

// Apple has used both spellings of the list, and answers 200 with it.
function hasError({ document, codes }: CookieAnswer): boolean {
  const lists = [listMember(document, 'serviceErrors'), listMember(document, 'service_errors')]
  return codes.length > 0 || member(document, 'hasError') === true || lists.some((list) => list.length > 0)
}

/** Asks Apple to trust this browser, which gives the trust cookie and the final session cookie. */
async function trust(context: AppleIdContext, attempt: SignInAttempt, live: LiveAttempt): Promise<VerifyCodeOutcome> {
  const answer = await live.ask({ method: 'GET', path: '/2sv/trust' })
  if (answer.status === 401) return { outcome: 'attempt-expired' }
  if (answer.status === 403) return protocolChanged('trust', answer, 'Apple does not trust this browser')
  // Other statuses have been seen where the session was good; whether it is, App Store Connect tells.
  return finish(context, live.jar, { accountName: attempt.accountName, twoFactor: true })
}
