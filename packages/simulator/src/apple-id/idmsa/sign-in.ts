import type { Answer } from '../../http/service.ts'
import type { World } from '../../world/world.ts'
import { changeAccount } from '../accounts/create.ts'
import { decoyPassword } from '../accounts/decoy.ts'
import { newScnt, openAttempt } from '../attempts/attempts.ts'
import { setCookie } from '../cookies/write.ts'
import { hashcashHeaders, isSolved } from '../hashcash/hashcash.ts'
import { areRight, clientPublicOf, expectedProofs, openExchange } from '../srp/exchange.ts'
import { paddedBytes } from '../srp/group.ts'
import { type Account, accountKey, type SrpExchange } from '../state.ts'
import { isTrusted } from '../trust/trust.ts'
import { headerOf, jsonBody, textOf } from '../web/body.ts'
import { htmlAnswer } from '../web/html.ts'
import { Refusal, type WebCall } from '../web/service.ts'
import { REFUSALS, rateLimited } from './errors.ts'
import { nextStep } from './finish.ts'

/** The page of the sign-in widget: what counts are its headers with the puzzle. */
export function readSignInPage({ world, request }: WebCall): Answer {
  if (new URLSearchParams(request.query).get('widgetKey') === null) return htmlAnswer(400, '400 Bad Request')
  const page = htmlAnswer(200, 'Sign in', '<div id="signin"></div>')
  const cookies = [
    setCookie({ name: 'dslang', value: 'US-EN', domain: 'apple.com' }),
    setCookie({ name: 'site', value: 'USA', domain: 'apple.com' }),
  ]
  return { ...page, headers: { ...page.headers, ...hashcashHeaders(world), 'Set-Cookie': cookies } }
}

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64')
}

/** First half of the password exchange. An account that does not exist is answered as one that does. */
export function beginPasswordExchange({ world, request, caller }: WebCall): Answer {
  const body = jsonBody(request)
  const email = textOf(body, 'accountName')
  const clientPublic = clientPublicOf(bytesOf(textOf(body, 'a')))
  const account = world.appleIds.accounts.get(accountKey(email))
  caller.account = account?.email ?? null
  const password = account?.password ?? decoyPassword(world, email)
  const protocols = body?.protocols
  const isSpoken = Array.isArray(protocols) && protocols.includes(password.protocol)
  if (email === '' || clientPublic === undefined || !isSpoken) return REFUSALS.malformed
  const exchange = openExchange(world, email, password, clientPublic)
  return {
    status: 200,
    headers: { scnt: newScnt(world) },
    body: {
      iteration: password.iterations,
      salt: Buffer.from(password.salt, 'hex').toString('base64'),
      protocol: password.protocol,
      b: paddedBytes(BigInt(`0x${exchange.serverPublic}`)).toString('base64'),
      c: exchange.handle,
    },
  }
}

/** Refuses what Apple refuses before it looks at the password; the exchange stays as it is, because clients repeat such a request. */
function refuseAccount(account: Account | undefined): void {
  if (account === undefined) return
  const { locked, refusal, retryAfterSeconds } = account.switches
  if (refusal === 'rate-limited') throw new Refusal(rateLimited(retryAfterSeconds))
  if (refusal === 'refused' || refusal === 'unavailable') throw new Refusal(REFUSALS[refusal])
  if (locked) throw new Refusal(REFUSALS.locked)
}

/** The exchange that a handle stands for; from here on the handle is spent. */
function takeExchange(world: World, handle: string, email: string): SrpExchange {
  const { exchanges } = world.appleIds
  const exchange = exchanges.get(handle)
  exchanges.delete(handle)
  const isInForce = exchange !== undefined && exchange.endsAt > world.clock.now()
  if (!isInForce || exchange.account !== accountKey(email)) throw new Refusal(REFUSALS.wrongPassword)
  return exchange
}

function countWrongPassword(world: World, account: Account): void {
  const wrongPasswords = account.wrongPasswords + 1
  const { wrongPasswordsUntilLock: limit } = world.settings
  const locked = account.switches.locked || (limit !== null && wrongPasswords >= limit)
  changeAccount(world, account, { wrongPasswords, switches: { ...account.switches, locked } })
}

/** Second half: judges the proofs, then says what else is needed. */
export function finishPasswordExchange({ world, request, caller }: WebCall): Answer {
  if (!isSolved(world, headerOf(request, 'x-apple-hc'))) return REFUSALS.unsolved
  const body = jsonBody(request)
  const email = textOf(body, 'accountName')
  const account = world.appleIds.accounts.get(accountKey(email))
  caller.account = account?.email ?? null
  refuseAccount(account)
  const exchange = takeExchange(world, textOf(body, 'c'), email)
  const expected = expectedProofs(exchange, email)
  const isRight = areRight(expected, bytesOf(textOf(body, 'm1')), bytesOf(textOf(body, 'm2')))
  // A password that was changed in between is not the account's any more.
  const isCurrent = account !== undefined && exchange.password.verifier === account.password.verifier
  if (account === undefined || !isRight || !isCurrent) {
    if (account !== undefined) countWrongPassword(world, account)
    return REFUSALS.wrongPassword
  }
  const known = changeAccount(world, account, { wrongPasswords: 0 })
  const isVerified = known.secondFactor === 'none' || isTrusted(world, known, request.headers.cookie)
  const widgetKey = headerOf(request, 'x-apple-widget-key')
  return nextStep(world, known, openAttempt(world, known, { widgetKey, isVerified, repair: 'none' }))
}

/** The plain form with the password in it: refused since October 2024. */
export function refusePlainSignIn(): Answer {
  return REFUSALS.unavailable
}
