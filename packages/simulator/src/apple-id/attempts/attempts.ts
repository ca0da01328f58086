import { MINUTE_MS, plusMs } from '@cordon/core/instant'
import type { Incoming } from '../../http/service.ts'
import { newUuid } from '../../world/random.ts'
import type { World } from '../../world/world.ts'
import { type Account, accountKey, type SignInAttempt } from '../state.ts'
import { headerOf } from '../web/body.ts'

const ID_BYTES = 96
const SCNT_BYTES = 60
const TOKEN_BYTES = 90

/** A sign-in under way, with the account as it is now. */
export interface Attempting {
  readonly account: Account
  readonly attempt: SignInAttempt
}

function opaque(world: World, bytes: number): string {
  return Buffer.from(world.random(bytes)).toString('base64')
}

/** A value of `scnt`. */
export function newScnt(world: World): string {
  return Buffer.from(world.random(SCNT_BYTES)).toString('base64url')
}

/** Begins a sign-in whose password was right. */
export function openAttempt(
  world: World,
  account: Account,
  wish: Pick<SignInAttempt, 'widgetKey' | 'isVerified' | 'repair'>,
): SignInAttempt {
  const now = world.clock.now()
  const { attempts } = world.appleIds
  for (const [id, kept] of attempts) if (kept.endsAt <= now) attempts.delete(id)
  const attempt: SignInAttempt = {
    ...wish,
    id: opaque(world, ID_BYTES),
    account: accountKey(account.email),
    scnts: [],
    tokens: [],
    endsAt: plusMs(now, world.settings.signInMinutes * MINUTE_MS),
    codes: [],
    codesSent: 0,
    wrongCodes: 0,
    sessionValue: null,
  }
  attempts.set(attempt.id, attempt)
  return attempt
}

/** Replaces some of what is known of a sign-in. */
export function changeAttempt(
  world: World,
  attempt: SignInAttempt,
  patch: Partial<Omit<SignInAttempt, 'id'>>,
): SignInAttempt {
  const changed = { ...attempt, ...patch }
  world.appleIds.attempts.set(changed.id, changed)
  return changed
}

/**
 * The sign-in that a request belongs to, by `X-Apple-ID-Session-Id` and `scnt`: every `scnt` that was given out for it is
 * taken, because clients keep the first. `undefined` when there is none, or its time is over.
 */
export function attemptOf(world: World, request: Incoming): Attempting | undefined {
  const attempt = world.appleIds.attempts.get(headerOf(request, 'x-apple-id-session-id'))
  if (attempt === undefined || attempt.endsAt <= world.clock.now()) return undefined
  const account = world.appleIds.accounts.get(attempt.account)
  if (account === undefined || !attempt.scnts.includes(headerOf(request, 'scnt'))) return undefined
  return { account, attempt }
}

/** The headers of an answer within a sign-in; gives out a new `scnt`. */
export function attemptHeaders(world: World, id: string): Record<string, string> {
  const attempt = world.appleIds.attempts.get(id)
  const scnt = newScnt(world)
  if (attempt !== undefined) changeAttempt(world, attempt, { scnts: [...attempt.scnts, scnt] })
  return { scnt, 'X-Apple-ID-Session-Id': id }
}

/** Gives out a session token of the sign-in. */
export function newToken(world: World, id: string): string {
  const attempt = world.appleIds.attempts.get(id)
  const token = opaque(world, TOKEN_BYTES)
  if (attempt !== undefined) changeAttempt(world, attempt, { tokens: [...attempt.tokens, token] })
  return token
}

/** The value of `X-Apple-Auth-Attributes` and of other things that clients pass on unread. */
export function newAttributes(world: World): string {
  return newUuid(world.random).replaceAll('-', '')
}
