import type { PlistValue } from 'plist'

/** Part of a property list: keys and values. */
export type PlistObject = { [key: string]: PlistValue }

import type { IdentifierLists } from '../identifiers/kinds.ts'
import type { ProfileKind } from './kinds.ts'

/** What an entitlement's value may depend on. */
export interface EntitlementContext {
  readonly prefix: string
  readonly identifier: string
  readonly teamId: string
  readonly kind: ProfileKind
  /** What was assigned to the bundle ID on the portal. */
  readonly linked: IdentifierLists
  /** The identifier of an App Clip's app. */
  readonly parent: string | null
}

/** A capability that is on, with the options chosen of its one setting. */
export interface GrantedCapability {
  readonly capabilityType: string
  readonly options: readonly string[] | null
}

type Grant = (context: EntitlementContext, options: readonly string[]) => PlistObject

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

const PROTECTION: Readonly<Record<string, string>> = {
  COMPLETE_PROTECTION: 'NSFileProtectionComplete',
  PROTECTED_UNLESS_OPEN: 'NSFileProtectionCompleteUnlessOpen',
  PROTECTED_UNTIL_FIRST_USER_AUTH: 'NSFileProtectionCompleteUntilFirstUserAuthentication',
}

function cloud({ linked, prefix }: EntitlementContext, options: readonly string[]): PlistObject {
  const containers = [...linked.cloudContainers]
  const documents = {
    'com.apple.developer.ubiquity-container-identifiers': containers,
    'com.apple.developer.ubiquity-kvstore-identifier': `${prefix}.*`,
  }
  // Compatible with Xcode 5: documents and key-value storage, no CloudKit.
  if (options.includes('XCODE_5')) return documents
  return {
    'com.apple.developer.icloud-container-identifiers': containers,
    'com.apple.developer.icloud-container-development-container-identifiers': containers,
    ...documents,
    'com.apple.developer.icloud-services': '*',
  }
}

function clip({ parent, prefix }: EntitlementContext): PlistObject {
  const apps = parent === null ? [] : [`${prefix}.${parent}`]
  return {
    'com.apple.developer.on-demand-install-capable': true,
    'com.apple.developer.parent-application-identifiers': apps,
  }
}

/** What each capability puts into a profile; groups, containers and merchants are those assigned on the portal. */
const GRANTS: Readonly<Record<string, Grant>> = {
  ACCESS_WIFI_INFORMATION: flag('com.apple.developer.networking.wifi-info'),
  APP_GROUPS: ({ linked }) => ({ 'com.apple.security.application-groups': [...linked.appGroups] }),
  APPLE_ID_AUTH: () => ({ 'com.apple.developer.applesignin': ['Default'] }),
  APPLE_PAY: ({ linked }) => ({ 'com.apple.developer.in-app-payments': [...linked.merchantIds] }),
  ASSOCIATED_DOMAINS: () => ({ 'com.apple.developer.associated-domains': '*' }),
  AUTOFILL_CREDENTIAL_PROVIDER: flag('com.apple.developer.authentication-services.autofill-credential-provider'),
  CLASSKIT: (context) => ({ 'com.apple.developer.ClassKit-environment': environment(context) }),
  COREMEDIA_HLS_LOW_LATENCY: flag('com.apple.developer.coremedia.hls.low-latency'),
  DATA_PROTECTION: (_context, [level = '']) => ({
    'com.apple.developer.default-data-protection': PROTECTION[level] ?? 'NSFileProtectionComplete',
  }),
  GAME_CENTER: flag('com.apple.developer.game-center'),
  HEALTHKIT: () => ({ 'com.apple.developer.healthkit': true, 'com.apple.developer.healthkit.access': [] }),
  HOMEKIT: flag('com.apple.developer.homekit'),
  HOT_SPOT: flag('com.apple.developer.networking.HotspotConfiguration'),
  ICLOUD: cloud,
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
  // From here on: not in Apple's document, switched on by people on the portal.
  APP_ATTEST: (context) => ({ 'com.apple.developer.devicecheck.appattest-environment': environment(context) }),
  EXTENDED_VIRTUAL_ADDRESSING: flag('com.apple.developer.kernel.extended-virtual-addressing'),
  FAMILY_CONTROLS: flag('com.apple.developer.family-controls'),
  FILEPROVIDER_TESTINGMODE: flag('com.apple.developer.fileprovider.testing-mode'),
  FONT_INSTALLATION: () => ({ 'com.apple.developer.user-fonts': ['app-usage', 'system-installation'] }),
  GROUP_ACTIVITIES: flag('com.apple.developer.group-session'),
  HEALTHKIT_RECALIBRATE_ESTIMATES: flag('com.apple.developer.healthkit.recalibrate-estimates'),
  INCREASED_MEMORY_LIMIT: flag('com.apple.developer.kernel.increased-memory-limit'),
  MDM_MANAGED_ASSOCIATED_DOMAINS: flag('com.apple.developer.associated-domains.mdm-managed'),
  ON_DEMAND_INSTALL_CAPABLE: clip,
  PUSH_TO_TALK: flag('com.apple.developer.push-to-talk'),
  SENSITIVE_CONTENT_ANALYSIS: () => ({ 'com.apple.developer.sensitivecontentanalysis.client': ['analysis'] }),
  SHARED_WITH_YOU: flag('com.apple.developer.shared-with-you'),
  USERNOTIFICATIONS_COMMUNICATION: flag('com.apple.developer.usernotifications.communication'),
  USERNOTIFICATIONS_TIMESENSITIVE: flag('com.apple.developer.usernotifications.time-sensitive'),
  WEATHERKIT: flag('com.apple.developer.weatherkit'),
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
export function entitlementsOf(capabilities: readonly GrantedCapability[], context: EntitlementContext): PlistObject {
  const granted = capabilities.map(
    ({ capabilityType, options }) => GRANTS[capabilityType]?.(context, options ?? []) ?? {},
  )
  return Object.assign(basics(context), ...granted)
}
