import type { Tx } from '../../platform/db/database.ts'
import type { By } from '../../platform/http/by.ts'
import type { Platform } from '../../platform/platform.ts'
import { type InvitationTarget, type MadeInvitation, makeInvitation } from './invitations.ts'
import type { AccountHooks, AccountParts } from './parts.ts'
import { createPasswords } from './passwords.ts'
import { makeSetUpUrl } from './set-up.ts'

/** People: how they come in, sign in, and are known. */
export interface Accounts {
  readonly parts: AccountParts
  /** Link that makes the first administrator, made anew; undefined when that is done. */
  setUpUrl(): Promise<string | undefined>
  /** Makes an invitation link inside the caller's transaction, for the team of an app. The caller logs it. */
  makeInvitation(tx: Tx, target: InvitationTarget, by: By): Promise<MadeInvitation>
}

/** Makes the feature. */
export function createAccounts(platform: Platform, hooks: AccountHooks): Accounts {
  const parts: AccountParts = { platform, hooks, passwords: createPasswords() }
  return {
    parts,
    setUpUrl: () => makeSetUpUrl(parts),
    makeInvitation: (tx, target, by) => makeInvitation(parts, tx, target, by),
  }
}
