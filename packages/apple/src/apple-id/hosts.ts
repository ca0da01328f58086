import type { AppleOrigins } from './context.ts'

/** Apple's host names, which cookies are bound to, and where each is really asked. */
export const APPLE_HOSTS = {
  'idmsa.apple.com': 'idmsa',
  'appstoreconnect.apple.com': 'appStoreConnect',
  'developer.apple.com': 'developer',
  'developer-mdn.apple.com': 'developerFallback',
} as const satisfies Readonly<Record<string, keyof AppleOrigins>>

export type AppleHost = keyof typeof APPLE_HOSTS

/** The URL of a path at one of Apple's hosts; undefined when the operator has named no server for it. */
export function urlAt(
  origins: AppleOrigins,
  { host, path, query = {} }: { host: AppleHost; path: string; query?: Readonly<Record<string, string>> },
): URL | undefined {
  const origin = origins[APPLE_HOSTS[host]]
  if (origin === undefined) return undefined
  const url = new URL(`${origin.replace(/\/$/, '')}${path}`)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url
}
