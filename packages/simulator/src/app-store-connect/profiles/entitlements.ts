import type { PlistValue } from 'plist'

/** Part of a property list: keys and values. */
export type PlistObject = { [key: string]: PlistValue }

import type { ProfileKind } from './kinds.ts'

/** What an entitlement's value may depend on. */
export interface EntitlementContext {
  readonly prefix: string
  readonly identifier: string
  readonly teamId: string
  readonly kind: ProfileKind
}

type Grant = (context: EntitlementContext) => PlistObject

const NETWORK_EXTENSIONS = [
  'app-proxy-provider',
  'content-filter-provider',
  'packet-tunnel-provider',
  'dns-proxy',
  'dns-settings',
]

function environment(context: EntitlementContext): 'development' | 'production' {
  return context.kind.distribution === 'development' ? 'development' : 'production'
}

function flag(name: string): Grant {
  return () => ({ [name]: true })
}

/** What each capability puts into a profile. Nothing can be attached with a key, so containers and groups are empty. */
const GRANTS: Readonly<Record<string, Grant>> = {
  ACCESS_WIFI_INFORMATION: flag('com.apple.developer.networking.wifi-info'),
  APP_GROUPS: () => ({ 'com.apple.security.application-groups': [] }),
  APPLE_ID_AUTH: () => ({ 'com.apple.developer.applesignin': ['Default'] }),
  APPLE_PAY: () => ({ 'com.apple.developer.in-app-payments': [] }),
  ASSOCIATED_DOMAINS: () => ({ 'com.apple.developer.associated-domains': '*' }),
  AUTOFILL_CREDENTIAL_PROVIDER: flag('com.apple.developer.authentication-services.autofill-credential-provider'),
  CLASSKIT: (context) => ({ 'com.apple.developer.ClassKit-environment': environment(context) }),
  COREMEDIA_HLS_LOW_LATENCY: flag('com.apple.developer.coremedia.hls.low-latency'),
  DATA_PROTECTION: () => ({ 'com.apple.developer.default-data-protection': 'NSFileProtectionComplete' }),
  GAME_CENTER: flag('com.apple.developer.game-center'),
  HEALTHKIT: () => ({ 'com.apple.developer.healthkit': true, 'com.apple.developer.healthkit.access': [] }),
  HOMEKIT: flag('com.apple.developer.homekit'),
  HOT_SPOT: flag('com.apple.developer.networking.HotspotConfiguration'),
  ICLOUD: (context) => ({
    'com.apple.developer.icloud-container-identifiers': [],
    'com.apple.developer.icloud-container-development-container-identifiers': [],
    'com.apple.developer.ubiquity-container-identifiers': [],
    'com.apple.developer.ubiquity-kvstore-identifier': `${context.prefix}.*`,
    'com.apple.developer.icloud-services': '*',
  }),
  INTER_APP_AUDIO: flag('inter-app-audio'),
  MAPS: flag('com.apple.developer.maps'),
  MULTIPATH: flag('com.apple.developer.networking.multipath'),
  NETWORK_CUSTOM_PROTOCOL: flag('com.apple.developer.networking.custom-protocol'),
  NETWORK_EXTENSIONS: () => ({ 'com.apple.developer.networking.networkextension': NETWORK_EXTENSIONS }),
  NFC_TAG_READING: () => ({ 'com.apple.developer.nfc.readersession.formats': ['NDEF', 'TAG'] }),
  PERSONAL_VPN: () => ({ 'com.apple.developer.networking.vpn.api': ['allow-vpn'] }),
  PUSH_NOTIFICATIONS: (context) => ({
    [context.kind.platform === 'MAC_OS' ? 'com.apple.developer.aps-environment' : 'aps-environment']:
      environment(context),
  }),
  SIRIKIT: flag('com.apple.developer.siri'),
  SYSTEM_EXTENSION_INSTALL: flag('com.apple.developer.system-extension.install'),
  USER_MANAGEMENT: () => ({ 'com.apple.developer.user-management': ['get-current-user'] }),
  WALLET: (context) => ({ 'com.apple.developer.pass-type-identifiers': [`${context.prefix}.*`] }),
  WIRELESS_ACCESSORY_CONFIGURATION: flag('com.apple.external-accessory.wireless-configuration'),
}

function basics(context: EntitlementContext): PlistObject {
  const { prefix, identifier, teamId, kind } = context
  const isMac = kind.platform === 'MAC_OS'
  return {
    ...(kind.distribution === 'store' && !isMac ? { 'beta-reports-active': true } : {}),
    [isMac ? 'com.apple.application-identifier' : 'application-identifier']: `${prefix}.${identifier}`,
    'keychain-access-groups': isMac ? [`${prefix}.*`] : [`${prefix}.*`, 'com.apple.token'],
    ...(isMac ? {} : { 'get-task-allow': kind.distribution === 'development' }),
    'com.apple.developer.team-identifier': teamId,
  }
}

/** The entitlements of a profile: what every app has, and what the bundle ID's capabilities add. */
export function entitlementsOf(capabilityTypes: readonly string[], context: EntitlementContext): PlistObject {
  return Object.assign(basics(context), ...capabilityTypes.map((type) => GRANTS[type]?.(context) ?? {}))
}
