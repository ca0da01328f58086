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
