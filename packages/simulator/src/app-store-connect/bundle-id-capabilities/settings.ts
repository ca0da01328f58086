/** What Apple's site offers for one setting of a capability. */
export interface SettingKind {
  readonly key: string
  readonly name: string
  readonly allowedInstances: 'ENTRY' | 'SINGLE' | 'MULTIPLE'
  readonly minInstances: number
  readonly options: readonly { readonly key: string; readonly name: string; readonly isDefault: boolean }[]
  /** Only people with an Apple ID can set it. */
  readonly isPortalOnly?: boolean
}

/** The settings of each capability that has any. Source: Apple's document, `CapabilitySetting` and `CapabilityOption`. */
export const SETTING_KINDS: Readonly<Record<string, SettingKind>> = {
  ICLOUD: {
    key: 'ICLOUD_VERSION',
    name: 'iCloud',
    allowedInstances: 'SINGLE',
    minInstances: 1,
    options: [
      { key: 'XCODE_5', name: 'Compatible with Xcode 5', isDefault: false },
      { key: 'XCODE_6', name: 'Include CloudKit support', isDefault: true },
    ],
  },
  DATA_PROTECTION: {
    key: 'DATA_PROTECTION_PERMISSION_LEVEL',
    name: 'Data Protection',
    allowedInstances: 'SINGLE',
    minInstances: 1,
    options: [
      { key: 'COMPLETE_PROTECTION', name: 'Complete Protection', isDefault: true },
      { key: 'PROTECTED_UNLESS_OPEN', name: 'Protected Unless Open', isDefault: false },
      {
        key: 'PROTECTED_UNTIL_FIRST_USER_AUTH',
        name: 'Protected Until First User Authentication',
        isDefault: false,
      },
    ],
  },
  APPLE_ID_AUTH: {
    key: 'APPLE_ID_AUTH_APP_CONSENT',
    name: 'Sign in with Apple',
    allowedInstances: 'SINGLE',
    minInstances: 1,
    options: [{ key: 'PRIMARY_APP_CONSENT', name: 'Enable as a primary App ID', isDefault: true }],
  },
  PUSH_NOTIFICATIONS: {
    key: 'PUSH_NOTIFICATION_FEATURES',
    name: 'Push Notification Features',
    allowedInstances: 'MULTIPLE',
    minInstances: 0,
    options: [{ key: 'PUSH_NOTIFICATION_FEATURE_BROADCAST', name: 'Broadcast Capability', isDefault: false }],
    isPortalOnly: true,
  },
}

/** Who asks: the documented API with a key, or the portal with a person's session, which offers more. */
export type Door = 'documented' | 'portal'

/** The capability types of Apple's document (28). Live accounts show more; keys cannot switch those on. */
export const CAPABILITY_TYPES: readonly string[] = [
  'ICLOUD',
  'IN_APP_PURCHASE',
  'GAME_CENTER',
  'PUSH_NOTIFICATIONS',
  'WALLET',
  'INTER_APP_AUDIO',
  'MAPS',
  'ASSOCIATED_DOMAINS',
  'PERSONAL_VPN',
  'APP_GROUPS',
  'HEALTHKIT',
  'HOMEKIT',
  'WIRELESS_ACCESSORY_CONFIGURATION',
  'APPLE_PAY',
  'DATA_PROTECTION',
  'SIRIKIT',
  'NETWORK_EXTENSIONS',
  'MULTIPATH',
  'HOT_SPOT',
  'NFC_TAG_READING',
  'CLASSKIT',
  'AUTOFILL_CREDENTIAL_PROVIDER',
  'ACCESS_WIFI_INFORMATION',
  'NETWORK_CUSTOM_PROTOCOL',
  'COREMEDIA_HLS_LOW_LATENCY',
  'SYSTEM_EXTENSION_INSTALL',
  'USER_MANAGEMENT',
  'APPLE_ID_AUTH',
]

/** What people switch on beside: seen in portal clients (@expo/apple-utils 2.2.1, fastlane 2.237). */
export const PORTAL_CAPABILITY_TYPES: readonly string[] = [
  ...CAPABILITY_TYPES,
  'APP_ATTEST',
  'APPLE_PAY_LATER_MERCHANDISING',
  'ENABLED_FOR_MAC',
  'EXTENDED_VIRTUAL_ADDRESSING',
  'FAMILY_CONTROLS',
  'FILEPROVIDER_TESTINGMODE',
  'FONT_INSTALLATION',
  'GROUP_ACTIVITIES',
  'HEALTHKIT_RECALIBRATE_ESTIMATES',
  'HLS_INTERSTITIAL_PREVIEW',
  'INCREASED_MEMORY_LIMIT',
  'JOURNALING_SUGGESTIONS',
  'MANAGED_APP_INSTALLATION_UI',
  'MARZIPAN',
  'MATTER_ALLOW_SETUP_PAYLOAD',
  'MDM_MANAGED_ASSOCIATED_DOMAINS',
  'MEDIA_DEVICE_DISCOVERY',
  'MESSAGES_COLLABORATION',
  'MUSIC_KIT',
  'NETWORK_SLICING',
  'ONDEMANDINSTALL_EXTENSIONS',
  'ON_DEMAND_INSTALL_CAPABLE',
  'PUSH_TO_TALK',
  'SENSITIVE_CONTENT_ANALYSIS',
  'SHALLOW_DEPTH_PRESSURE',
  'SHARED_WITH_YOU',
  'SHAZAM_KIT',
  'SUSTAINED_EXECUTION',
  'TAP_TO_DISPLAY_ID',
  'TAP_TO_PAY_ON_IPHONE',
  'USERNOTIFICATIONS_COMMUNICATION',
  'USERNOTIFICATIONS_TIMESENSITIVE',
  'VMNET',
  'WEATHERKIT',
]

const PORTAL_FORM = /^(CARPLAY|DRIVERKIT)_[A-Z0-9_]+$/

/** Whether a capability can be switched on through a door. */
export function isOffered(capabilityType: string, door: Door): boolean {
  if (door === 'documented') return CAPABILITY_TYPES.includes(capabilityType)
  return PORTAL_CAPABILITY_TYPES.includes(capabilityType) || PORTAL_FORM.test(capabilityType)
}

/** What a wildcard bundle ID may have. Commonly known, not documented for keys. */
export const WILDCARD_CAPABILITIES: ReadonlySet<string> = new Set([
  'ACCESS_WIFI_INFORMATION',
  'APP_GROUPS',
  'AUTOFILL_CREDENTIAL_PROVIDER',
  'CLASSKIT',
  'DATA_PROTECTION',
  'HOT_SPOT',
  'INTER_APP_AUDIO',
  'MULTIPATH',
  'NETWORK_EXTENSIONS',
  'PERSONAL_VPN',
  'SYSTEM_EXTENSION_INSTALL',
  'WIRELESS_ACCESSORY_CONFIGURATION',
])
