import { type Instant, toIso } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import { stepErrors } from '../errors.ts'
import type { StepContext } from '../step.ts'
import type { ConnectionAppleId, PortalData, ServerNote } from './portal-data.ts'

/** An Apple ID whose session Apple will take, as far as the server says. Throws `step.session_expired`. */
export function requireSession(
  data: Pick<PortalData, 'note'>,
  appleId: ConnectionAppleId,
  context: Pick<StepContext, 'clock'>,
): ConnectionAppleId {
  return requireCookies(refuseExpired(data, appleId, context))
}

/** Without cookies there is no session. Throws `step.session_expired`. */
export function requireCookies<A extends { accountName: string; cookies: Secret<readonly unknown[]> }>(appleId: A): A {
  if (appleId.cookies.reveal().length > 0) return appleId
  throw sessionExpired(appleId.accountName, undefined, 'there is no session')
}

/** For work that a password may do as well: no session at all is no problem, one that is over is. Throws `step.session_expired`. */
export function refuseExpired(
  { note }: Pick<PortalData, 'note'>,
  appleId: ConnectionAppleId,
  { clock }: Pick<StepContext, 'clock'>,
): ConnectionAppleId {
  const { accountName, expiresAt } = appleId
  const saysServer = messageOfOver(note)
  const saysDate =
    expiresAt !== undefined && expiresAt <= clock.now() ? `it was valid until ${toIso(expiresAt)}` : undefined
  const why = saysServer ?? saysDate
  if (why !== undefined) throw sessionExpired(accountName, expiresAt, why)
  return appleId
}

function sessionExpired(accountName: string, expiresAt: Instant | undefined, why: string) {
  const since = expiresAt === undefined ? null : toIso(expiresAt)
  return stepErrors.session_expired({ accountName, since }, { detail: `${accountName}: ${why}` })
}

/** What the server says of an Apple ID that a person must see to: expired, locked, password refused and the like. */
export function messageOfOver(note: ServerNote | undefined): string | undefined {
  return note !== undefined && /^(session_expired$|apple_id_)/.test(note.reason) ? note.message : undefined
}
