import {
  type Account,
  type AppleIds,
  accountKey,
  clearAppleIds,
  type Provider,
  type SignInAttempt,
  type Trust,
  type WebSession,
} from './state.ts'

/** What sign-in remembers, as JSON. Password exchanges and puzzles are not in it: they last minutes. */
export interface SavedAppleIds {
  readonly secret: string | null
  readonly accounts: readonly Account[]
  readonly providers: readonly Provider[]
  readonly sessions: readonly WebSession[]
  readonly trusts: readonly Trust[]
  readonly attempts: readonly SignInAttempt[]
}

/** Writes what sign-in remembers. */
export function saveAppleIds(appleIds: AppleIds): SavedAppleIds {
  return {
    secret: appleIds.secret,
    accounts: [...appleIds.accounts.values()],
    providers: [...appleIds.providers.values()],
    sessions: [...appleIds.sessions.values()],
    trusts: [...appleIds.trusts.values()],
    attempts: [...appleIds.attempts.values()],
  }
}

/** Replaces what sign-in remembers; nothing saved is nothing remembered. */
export function loadAppleIds(appleIds: AppleIds, saved: SavedAppleIds | undefined): void {
  clearAppleIds(appleIds)
  if (saved === undefined) return
  appleIds.secret = saved.secret
  for (const account of saved.accounts) appleIds.accounts.set(accountKey(account.email), account)
  for (const provider of saved.providers) appleIds.providers.set(provider.providerId, provider)
  for (const session of saved.sessions) appleIds.sessions.set(session.value, session)
  for (const trust of saved.trusts) appleIds.trusts.set(trust.value, trust)
  for (const attempt of saved.attempts) appleIds.attempts.set(attempt.id, attempt)
}
