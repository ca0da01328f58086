import type { IdentifierKind } from './identifier-kinds.ts'

/** Apple's page where a person sets up one bundle ID; the list when its handle is not known yet. */
export function bundleIdPage(bundleId: { readonly id: string } | undefined): string {
  const pages = 'https://developer.apple.com/account/resources/identifiers'
  return bundleId === undefined ? `${pages}/list` : `${pages}/bundleId/edit/${bundleId.id}`
}

/** Where a person asks Apple for an entitlement that is granted on request. */
export const GRANT_PAGE = 'https://developer.apple.com/contact/request/'

/** A setting that goes with a capability. */
export interface SettingRule {
  readonly key: string
  /** The option to choose: always the same, or by the entitlement's value. `null`: this value needs no capability. */
  readonly option: string | Readonly<Record<string, string | null>>
  /** Whether another option at Apple is changed. Not where a person may have chosen it on purpose. */
  readonly isCorrected: boolean
}

/**
 * What an entitlement asks of the bundle ID.
 * `enable`: a capability that the API can switch on. `attach`: identifiers that a person attaches, or a session where there is one.
 * `by-hand`: a capability that only a person can switch on. `granted`: Apple grants it on request, and the profile carries it.
 * `app-clip`: the bundle ID is an App Clip's. `nothing`: signing alone suffices.
 */
export type EntitlementEffect =
  | {
      readonly effect: 'enable'
      readonly capability: string
      readonly setting?: SettingRule
      readonly attach?: IdentifierKind
    }
  | { readonly effect: 'attach'; readonly attach: IdentifierKind }
  | { readonly effect: 'by-hand'; readonly capability: string }
  | { readonly effect: 'granted' }
  | { readonly effect: 'app-clip' }
  | { readonly effect: 'nothing' }

const NOTHING = { effect: 'nothing' } as const
const GRANTED = { effect: 'granted' } as const
const APP_CLIP = { effect: 'app-clip' } as const
const enable = (capability: string): EntitlementEffect => ({ effect: 'enable', capability })
const byHand = (capability: string): EntitlementEffect => ({ effect: 'by-hand', capability })
const ICLOUD_6: SettingRule = { key: 'ICLOUD_VERSION', option: 'XCODE_6', isCorrected: true }

const DATA_PROTECTION: SettingRule = {
  key: 'DATA_PROTECTION_PERMISSION_LEVEL',
  option: {
    NSFileProtectionComplete: 'COMPLETE_PROTECTION',
    NSFileProtectionCompleteUnlessOpen: 'PROTECTED_UNLESS_OPEN',
    NSFileProtectionCompleteUntilFirstUserAuthentication: 'PROTECTED_UNTIL_FIRST_USER_AUTH',
    NSFileProtectionNone: null,
  },
  isCorrected: true,
}

// A person may have grouped the app under another primary app: that choice stays.
const SIGN_IN_WITH_APPLE: SettingRule = {
  key: 'APPLE_ID_AUTH_APP_CONSENT',
  option: 'PRIMARY_APP_CONSENT',
  isCorrected: false,
}

/**
 * Every entitlement known here, by its key. Sources: Apple's list of capability types in the OpenAPI document, Apple's
 * entitlements reference, and the behaviour of existing engines.
 */
const ENTITLEMENTS: Readonly<Record<string, EntitlementEffect>> = {
  'com.apple.security.application-groups': { effect: 'enable', capability: 'APP_GROUPS', attach: 'app-group' },
  'com.apple.developer.in-app-payments': {
    effect: 'enable',
    capability: 'APPLE_PAY',
    attach: 'merchant',
  },
  'com.apple.developer.associated-domains': enable('ASSOCIATED_DOMAINS'),
  'com.apple.developer.healthkit': enable('HEALTHKIT'),
  'com.apple.developer.homekit': enable('HOMEKIT'),
  'com.apple.developer.networking.HotspotConfiguration': enable('HOT_SPOT'),
  'com.apple.InAppPurchase': enable('IN_APP_PURCHASE'),
  'com.apple.developer.in-app-purchase': enable('IN_APP_PURCHASE'),
  'inter-app-audio': enable('INTER_APP_AUDIO'),
  'com.apple.developer.networking.multipath': enable('MULTIPATH'),
  'com.apple.developer.networking.networkextension': enable('NETWORK_EXTENSIONS'),
  'com.apple.developer.nfc.readersession.formats': enable('NFC_TAG_READING'),
  'com.apple.developer.networking.vpn.api': enable('PERSONAL_VPN'),
  'aps-environment': enable('PUSH_NOTIFICATIONS'),
  'com.apple.developer.aps-environment': enable('PUSH_NOTIFICATIONS'),
  'com.apple.developer.siri': enable('SIRIKIT'),
  'com.apple.developer.applesignin': { effect: 'enable', capability: 'APPLE_ID_AUTH', setting: SIGN_IN_WITH_APPLE },
  'com.apple.developer.pass-type-identifiers': enable('WALLET'),
  'com.apple.external-accessory.wireless-configuration': enable('WIRELESS_ACCESSORY_CONFIGURATION'),
  'com.apple.developer.default-data-protection': {
    effect: 'enable',
    capability: 'DATA_PROTECTION',
    setting: DATA_PROTECTION,
  },
  'com.apple.developer.icloud-services': { effect: 'enable', capability: 'ICLOUD', setting: ICLOUD_6 },
  'com.apple.developer.ubiquity-kvstore-identifier': { effect: 'enable', capability: 'ICLOUD', setting: ICLOUD_6 },
  'com.apple.developer.icloud-container-identifiers': { effect: 'attach', attach: 'icloud-container' },
  'com.apple.developer.ubiquity-container-identifiers': { effect: 'attach', attach: 'icloud-container' },
  'com.apple.developer.authentication-services.autofill-credential-provider': enable('AUTOFILL_CREDENTIAL_PROVIDER'),
  'com.apple.developer.networking.wifi-info': enable('ACCESS_WIFI_INFORMATION'),
  'com.apple.developer.ClassKit-environment': enable('CLASSKIT'),
  'com.apple.developer.coremedia.hls.low-latency': enable('COREMEDIA_HLS_LOW_LATENCY'),
  'com.apple.developer.game-center': enable('GAME_CENTER'),
  'com.apple.developer.maps': enable('MAPS'),
  'com.apple.developer.user-management': enable('USER_MANAGEMENT'),
  'com.apple.developer.system-extension.install': enable('SYSTEM_EXTENSION_INSTALL'),
  'com.apple.developer.networking.custom-protocol': enable('NETWORK_CUSTOM_PROTOCOL'),

  'com.apple.developer.devicecheck.appattest-environment': byHand('App Attest'),
  'com.apple.developer.family-controls': byHand('Family Controls'),
  'com.apple.developer.group-session': byHand('Group Activities'),
  'com.apple.developer.usernotifications.communication': byHand('Communication Notifications'),
  'com.apple.developer.usernotifications.time-sensitive': byHand('Time Sensitive Notifications'),
  'com.apple.developer.user-fonts': byHand('Fonts'),
  'com.apple.developer.weatherkit': byHand('WeatherKit'),

  'com.apple.developer.carplay-audio': GRANTED,
  'com.apple.developer.carplay-charging': GRANTED,
  'com.apple.developer.carplay-communication': GRANTED,
  'com.apple.developer.carplay-maps': GRANTED,
  'com.apple.developer.carplay-parking': GRANTED,
  'com.apple.developer.carplay-quick-ordering': GRANTED,
  'com.apple.developer.contacts.notes': GRANTED,
  'com.apple.developer.exposure-notification': GRANTED,
  'com.apple.developer.networking.multicast': GRANTED,
  'com.apple.developer.usernotifications.critical-alerts': GRANTED,
  'com.apple.developer.usernotifications.filtering': GRANTED,

  'com.apple.developer.on-demand-install-capable': APP_CLIP,
  'com.apple.developer.parent-application-identifiers': APP_CLIP,

  'application-identifier': NOTHING,
  'beta-reports-active': NOTHING,
  'com.apple.application-identifier': NOTHING,
  'com.apple.developer.associated-appclip-app-identifiers': NOTHING,
  'com.apple.developer.authentication-services.credential-provider-ui': NOTHING,
  'com.apple.developer.healthkit.access': NOTHING,
  'com.apple.developer.healthkit.background-delivery': NOTHING,
  'com.apple.developer.icloud-container-environment': NOTHING,
  'com.apple.developer.kernel.extended-virtual-addressing': NOTHING,
  'com.apple.developer.kernel.increased-memory-limit': NOTHING,
  'com.apple.developer.team-identifier': NOTHING,
  'get-task-allow': NOTHING,
  'keychain-access-groups': NOTHING,
}

// The sandbox and hardened-runtime claims of Mac apps; no profile speaks of them.
const FREE_PREFIX = 'com.apple.security.'

/** What an entitlement asks of the bundle ID; `undefined` when its key is known to nobody here. */
export function effectOf(entitlement: string): EntitlementEffect | undefined {
  if (Object.hasOwn(ENTITLEMENTS, entitlement)) return ENTITLEMENTS[entitlement]
  return entitlement.startsWith(FREE_PREFIX) ? NOTHING : undefined
}

/** The keys of all entitlements known here, for documentation and tests. */
export function knownEntitlements(): readonly string[] {
  return Object.keys(ENTITLEMENTS)
}
