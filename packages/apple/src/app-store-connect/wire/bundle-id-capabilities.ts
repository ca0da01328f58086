import { type Attributes, choice, type Field, type Open } from './shape.ts'

/** The documented capability types. Apple answers and takes about forty more. */
export const CAPABILITY_TYPES = [
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
] as const

/** A capability type, known or not. */
export type CapabilityType = Open<(typeof CAPABILITY_TYPES)[number]>

/** The documented keys of settings. */
export const SETTING_KEYS = ['ICLOUD_VERSION', 'DATA_PROTECTION_PERMISSION_LEVEL', 'APPLE_ID_AUTH_APP_CONSENT'] as const
/** The documented keys of the options of settings. */
export const OPTION_KEYS = [
  'XCODE_5',
  'XCODE_6',
  'COMPLETE_PROTECTION',
  'PROTECTED_UNLESS_OPEN',
  'PROTECTED_UNTIL_FIRST_USER_AUTH',
  'PRIMARY_APP_CONSENT',
] as const

/** One option of a setting; one that is not listed is off. */
export interface CapabilityOption {
  readonly key: Open<(typeof OPTION_KEYS)[number]>
  readonly enabled: boolean
}

/** One setting of a capability, in the form that Apple takes: descriptive members of its answers are left out. */
export interface CapabilitySetting {
  readonly key: Open<(typeof SETTING_KEYS)[number]>
  readonly options: readonly CapabilityOption[]
}

const settings: Field<readonly CapabilitySetting[]> = { kind: 'settings', read: readSettings }

/** Attributes of a capability. Source: Apple's document, schema `BundleIdCapability`. */
export const capabilityShape = { capabilityType: choice(CAPABILITY_TYPES), settings }

/** A capability that is switched on for a bundle ID; a missing one is off. `settings` is missing where Apple sends null. */
export type BundleIdCapability = { readonly id: string } & Attributes<typeof capabilityShape>

function readSettings(value: unknown): readonly CapabilitySetting[] | undefined {
  return Array.isArray(value) ? value.flatMap(readSetting) : undefined
}

function readSetting(value: unknown): CapabilitySetting[] {
  const { key, options } = (value ?? {}) as { key?: unknown; options?: unknown }
  return typeof key === 'string' ? [{ key, options: Array.isArray(options) ? options.flatMap(readOption) : [] }] : []
}

// Apple leaves `enabled` out of options that are chosen by being listed.
function readOption(value: unknown): CapabilityOption[] {
  const { key, enabled } = (value ?? {}) as { key?: unknown; enabled?: unknown }
  return typeof key === 'string' ? [{ key, enabled: enabled !== false }] : []
}
