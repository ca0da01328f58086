import type { AppleReached } from '@cordon/api/instance/routes'

/** Where the server asks for Apple's services, and where Apple's own are. */
export interface AppleAddresses {
  readonly baseUrl: string
  readonly enterpriseBaseUrl: string
  /** Of sign-in and developer portal; undefined: Apple's own hosts. */
  readonly appleIdBaseUrl?: string | undefined
}

/** The address that stands in for Apple, for the web app's banner; null when the server talks to Apple itself. */
export function appleStandIn(used: AppleAddresses, apples: AppleAddresses): string | null {
  if (used.appleIdBaseUrl !== undefined) return used.appleIdBaseUrl
  if (used.baseUrl !== apples.baseUrl) return used.baseUrl
  return used.enterpriseBaseUrl === apples.enterpriseBaseUrl ? null : used.enterpriseBaseUrl
}

/** What of the server's work goes to Apple itself: all of it without a stand-in, a part where stand-ins are given for the rest. */
export function appleReached(used: AppleAddresses, apples: AppleAddresses): AppleReached[] {
  const isReached = {
    api_keys: used.baseUrl === apples.baseUrl,
    enterprise_keys: used.enterpriseBaseUrl === apples.enterpriseBaseUrl,
    apple_ids: used.appleIdBaseUrl === undefined,
  } as const satisfies Record<AppleReached, boolean>
  return (['api_keys', 'enterprise_keys', 'apple_ids'] as const).filter((part) => isReached[part])
}

/**
 * Keys are tried at a stand-in and Apple IDs at Apple, or the other way round. Nobody means that: a password typed to try things out
 * would go to Apple.
 */
export function isMixed(used: AppleAddresses, apples: AppleAddresses): boolean {
  const reached = appleReached(used, apples)
  return reached.includes('api_keys') !== reached.includes('apple_ids')
}
