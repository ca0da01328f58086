import type { Answer } from '../../http/service.ts'
import type { World } from '../../world/world.ts'
import { type Attempting, attemptHeaders } from '../attempts/attempts.ts'
import type { Account, TrustedPhone } from '../state.ts'
import { headerOf } from '../web/body.ts'
import { escapeHtml } from '../web/html.ts'
import type { WebCall } from '../web/service.ts'
import { requireAttempt } from './attempting.ts'
import { serviceErrors } from './errors.ts'
import { keyChallenge } from './security-key.ts'
import { CANNOT_SEND, send } from './send-code.ts'
import { areCodesLocked, shownPhone, twoStepVerificationOf, verificationOf } from './verification.ts'

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
