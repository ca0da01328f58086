import type { Answer } from '../../http/service.ts'
import type { World } from '../../world/world.ts'
import { sendCode } from '../accounts/codes.ts'
import { attemptHeaders, changeAttempt, newAttributes, newToken } from '../attempts/attempts.ts'
import { setCookie } from '../cookies/write.ts'
import { hashcashHeaders } from '../hashcash/hashcash.ts'
import { openWebSession, SESSION_COOKIE } from '../sessions/web-session.ts'
import type { Account, SecondFactor, SignInAttempt } from '../state.ts'
import { keyChallenge } from './security-key.ts'

/** `authType` of Apple's answers. */
export const AUTH_TYPES: Readonly<Record<SecondFactor, string>> = {
  none: 'sa',
  'two-factor': 'hsa2',
  'two-step': 'hsa',
  'security-key': 'hsa2',
}

const IDMSA_DOMAIN = 'idmsa.apple.com'

/** Begins the web session of a sign-in, in place of the one it had, and gives the header that sets its cookie. */
export function beginSession(world: World, account: Account, attempt: SignInAttempt): string {
  if (attempt.sessionValue !== null) world.appleIds.sessions.delete(attempt.sessionValue)
  const session = openWebSession(world, account, attempt.widgetKey)
  changeAttempt(world, attempt, { sessionValue: session.value })
  return setCookie({ name: SESSION_COOKIE, value: session.value, domain: 'apple.com' })
}

/** 200: nothing more is needed. */
export function signedIn(world: World, account: Account, attempt: SignInAttempt): Answer {
  const session = beginSession(world, account, attempt)
  const cookies = [session, setCookie({ name: 'aa', value: newAttributes(world), domain: IDMSA_DOMAIN })]
  return {
    status: 200,
    headers: {
      'X-Apple-Session-Token': newToken(world, attempt.id),
      ...attemptHeaders(world, attempt.id),
      'Set-Cookie': cookies,
    },
    body: { authType: AUTH_TYPES[account.secondFactor] },
  }
}

/** 409: a second factor is needed. Trusted devices show a code at once, unless the account's wait to be asked. */
export function secondFactorNeeded(world: World, account: Account, attempt: SignInAttempt): Answer {
  const showsCode =
    account.secondFactor === 'two-factor' && account.devices.length > 0 && account.switches.showsCodeUnasked
  const changed = showsCode
    ? changeAttempt(world, attempt, { codes: [sendCode(world, account, 'device')], codesSent: 1 })
    : attempt
  return {
    status: 409,
    headers: {
      Location: '/auth',
      'X-Apple-TwoSV-Trust-Eligible': 'true',
      'X-Apple-ID-Account-Country': 'USA',
      'X-Apple-Auth-Attributes': newAttributes(world),
      'X-Apple-Session-Token': newToken(world, changed.id),
      ...attemptHeaders(world, changed.id),
      ...hashcashHeaders(world),
      'Set-Cookie': [setCookie({ name: 'aasp', value: changed.id, domain: IDMSA_DOMAIN })],
    },
    body: { authType: AUTH_TYPES[account.secondFactor], ...keyChallenge(world, account) },
  }
}

/** 412: the person has to do something in a browser first. */
export function repairNeeded(world: World, account: Account, attempt: SignInAttempt, body: object = {}): Answer {
  const changed = changeAttempt(world, attempt, { repair: 'asked' })
  const query = new URLSearchParams({ widgetKey: attempt.widgetKey, rv: '1', language: 'en_US_USA' })
  return {
    status: 412,
    headers: {
      Location: `https://appleid.apple.com/widget/account/repair?${query}`,
      'X-Apple-Repair-Session-Token': newToken(world, changed.id),
      ...attemptHeaders(world, changed.id),
      'Set-Cookie': [setCookie({ name: 'aasp', value: changed.id, domain: IDMSA_DOMAIN })],
    },
    body: { authType: AUTH_TYPES[account.secondFactor], ...body },
  }
}

/** What comes next in a sign-in: the answer to a right password, and to a repair that is done. */
export function nextStep(world: World, account: Account, attempt: SignInAttempt): Answer {
  const { repair, repairAfter } = account.switches
  const isOpen = repair !== 'none' && attempt.repair === 'none'
  if (isOpen && (repairAfter === 'password' || attempt.isVerified)) return repairNeeded(world, account, attempt)
  return attempt.isVerified ? signedIn(world, account, attempt) : secondFactorNeeded(world, account, attempt)
}
