import type { AppleOrigins } from '@cordon/apple/apple-id/context'

/** Apple's hosts as a stand-in serves them: each under a path of one address. */
export function standInOrigins(baseUrl: string): AppleOrigins {
  return {
    idmsa: `${baseUrl}/idmsa`,
    appStoreConnect: `${baseUrl}/appstoreconnect`,
    developer: `${baseUrl}/developer`,
    developerFallback: `${baseUrl}/developer-mdn`,
  }
}
