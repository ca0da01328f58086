/** Apple's host names and the service that answers under each. A further service adds its lines here. */
export const APPLE_HOSTS: Readonly<Record<string, string>> = {
  'api.appstoreconnect.apple.com': 'app-store-connect',
  'api.enterprise.developer.apple.com': 'enterprise',
  'idmsa.apple.com': 'idmsa',
  'appstoreconnect.apple.com': 'app-store-connect-web',
  'appleid.apple.com': 'appleid',
  'developer.apple.com': 'developer',
  'developer-mdn.apple.com': 'developer-mdn',
  'developerservices2.apple.com': 'developerservices2',
  'store-032.blobstore.apple.com': 'uploads',
}

/** The names for which the machine's authority may speak: these domains with all below them, and nothing else. */
export const PERMITTED_DOMAINS: readonly string[] = ['apple.com']
