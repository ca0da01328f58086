import { type Instant, toIso } from '@cordon/core/instant'
import type { World } from '../../world/world.ts'
import { providersOf } from '../providers/providers.ts'
import { type Account, accountKey, type SentCode } from '../state.ts'

/** An account as the control API and the page show it: codes are for reading, passwords and cookies are not. */
export interface ShownAccount
  extends Pick<
    Account,
    'email' | 'personId' | 'firstName' | 'lastName' | 'secondFactor' | 'phones' | 'devices' | 'memberships' | 'switches'
  > {
  readonly protocol: string
  readonly wrongPasswords: number
  /** Codes are not checked before; ISO 8601. */
  readonly codesLockedUntil: string | null
  /** The last code of each place, the newest last. */
  readonly codes: readonly ShownCode[]
  readonly providers: readonly { readonly providerId: number; readonly name: string }[]
  /** Web sessions in force. */
  readonly sessions: readonly { readonly startedAt: string; readonly endsAt: string; readonly portalEndsAt: string }[]
  /** Trust in force: browsers that need no code. */
  readonly trust: readonly { readonly givenAt: string; readonly endsAt: string }[]
}

/** A code that was sent. */
export interface ShownCode extends Omit<SentCode, 'at'> {
  readonly at: string
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : toIso(at)
}

/** The codes of an account, the newest last. */
export function shownCodes(account: Account): ShownCode[] {
  return account.sentCodes.map(({ to, code, at }) => ({ to, code, at: toIso(at) }))
}

/** Shows an account with what is in force of its sessions. */
export function showAccount(world: World, account: Account): ShownAccount {
  const now = world.clock.now()
  const key = accountKey(account.email)
  const inForce = <T extends { account: string; endsAt: Instant }>(kept: ReadonlyMap<string, T>): T[] =>
    [...kept.values()].filter((one) => one.account === key && one.endsAt > now)
  const { email, personId, firstName, lastName, secondFactor, phones, devices, memberships, switches } = account
  return {
    ...{ email, personId, firstName, lastName, secondFactor, phones, devices, memberships, switches },
    protocol: account.password.protocol,
    wrongPasswords: account.wrongPasswords,
    codesLockedUntil: isoOrNull(account.codesLockedUntil),
    codes: shownCodes(account),
    providers: providersOf(world, account).map(({ providerId, name }) => ({ providerId, name })),
    sessions: inForce(world.appleIds.sessions).map(({ startedAt, endsAt, portalEndsAt }) => ({
      startedAt: toIso(startedAt),
      endsAt: toIso(endsAt),
      portalEndsAt: toIso(portalEndsAt),
    })),
    trust: inForce(world.appleIds.trusts).map(({ givenAt, endsAt }) => ({
      givenAt: toIso(givenAt),
      endsAt: toIso(endsAt),
    })),
  }
}
