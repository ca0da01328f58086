import { type Secret, secret } from '@cordon/core/secret'
import { useSyncExternalStore } from 'react'

// Links that carry a token carry it in the fragment. It is taken out of the address bar before anything is drawn, so that
// it is in no history entry, screenshot or copied address, and kept in memory only until it is exchanged.
let taken: Secret<string> | undefined
const listeners = new Set<() => void>()

/** Takes a token out of the address bar, now and whenever such a link is opened in this tab. Called once, at start. */
export function watchLinkTokens(): void {
  takeFromAddress()
  window.addEventListener('hashchange', takeFromAddress)
}

function takeFromAddress(): void {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('token')
  if (token === null) return
  taken = token === '' ? undefined : secret(token)
  window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
  notify()
}

/** Forgets the token; called when it was exchanged or refused. */
export function dropLinkToken(): void {
  taken = undefined
  notify()
}

/** The token of the link that was opened, until it is dropped. */
export function useLinkToken(): Secret<string> | undefined {
  return useSyncExternalStore(subscribe, () => taken)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function notify(): void {
  for (const listener of listeners) listener()
}
