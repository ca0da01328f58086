/** What a profile of a type demands and holds. */
export interface ProfileKind {
  readonly platform: 'IOS' | 'MAC_OS'
  /** The payload's `Platform`. */
  readonly payloadPlatforms: readonly string[]
  readonly distribution: 'development' | 'adhoc' | 'store' | 'inhouse' | 'direct'
  readonly certificateTypes: readonly string[]
  /** Device classes that fit; empty when devices are forbidden. */
  readonly deviceClasses: readonly string[]
}

const IOS = ['iOS', 'xrOS', 'visionOS']
const TVOS = ['tvOS']
const MACOS = ['OSX']
// Apple silicon Macs run iOS apps, so a development profile for iOS may hold a Mac.
const IOS_CLASSES = ['IPHONE', 'IPAD', 'IPOD', 'APPLE_WATCH', 'APPLE_VISION_PRO', 'MAC', 'APPLE_SILICON_MAC']
const TV_CLASSES = ['APPLE_TV']
const MAC_CLASSES = ['MAC', 'APPLE_SILICON_MAC', 'INTEL_MAC']
const IOS_DEVELOPMENT = ['IOS_DEVELOPMENT', 'DEVELOPMENT']
const IOS_DISTRIBUTION = ['IOS_DISTRIBUTION', 'DISTRIBUTION']
const MAC_DEVELOPMENT = ['MAC_APP_DEVELOPMENT', 'DEVELOPMENT']
const MAC_DISTRIBUTION = ['MAC_APP_DISTRIBUTION', 'DISTRIBUTION']
const DEVELOPER_ID = ['DEVELOPER_ID_APPLICATION', 'DEVELOPER_ID_APPLICATION_G2']

type Family = Pick<ProfileKind, 'platform' | 'payloadPlatforms'>
const ios: Family = { platform: 'IOS', payloadPlatforms: IOS }
const tvos: Family = { platform: 'IOS', payloadPlatforms: TVOS }
const macos: Family = { platform: 'MAC_OS', payloadPlatforms: MACOS }

function kind(
  family: Family,
  distribution: ProfileKind['distribution'],
  certificateTypes: readonly string[],
  deviceClasses: readonly string[] = [],
): ProfileKind {
  return { ...family, distribution, certificateTypes, deviceClasses }
}

/** Every profile type: the 14 of Apple's document, and those that people with an Apple ID can make beside. */
export const PROFILE_KINDS: Readonly<Record<string, ProfileKind>> = {
  IOS_APP_DEVELOPMENT: kind(ios, 'development', IOS_DEVELOPMENT, IOS_CLASSES),
  IOS_APP_STORE: kind(ios, 'store', IOS_DISTRIBUTION),
  IOS_APP_ADHOC: kind(ios, 'adhoc', IOS_DISTRIBUTION, IOS_CLASSES),
  IOS_APP_INHOUSE: kind(ios, 'inhouse', IOS_DISTRIBUTION),
  TVOS_APP_DEVELOPMENT: kind(tvos, 'development', IOS_DEVELOPMENT, TV_CLASSES),
  TVOS_APP_STORE: kind(tvos, 'store', IOS_DISTRIBUTION),
  TVOS_APP_ADHOC: kind(tvos, 'adhoc', IOS_DISTRIBUTION, TV_CLASSES),
  TVOS_APP_INHOUSE: kind(tvos, 'inhouse', IOS_DISTRIBUTION),
  MAC_APP_DEVELOPMENT: kind(macos, 'development', MAC_DEVELOPMENT, MAC_CLASSES),
  MAC_APP_STORE: kind(macos, 'store', MAC_DISTRIBUTION),
  MAC_APP_DIRECT: kind(macos, 'direct', DEVELOPER_ID),
  MAC_CATALYST_APP_DEVELOPMENT: kind(macos, 'development', MAC_DEVELOPMENT, MAC_CLASSES),
  MAC_CATALYST_APP_STORE: kind(macos, 'store', MAC_DISTRIBUTION),
  MAC_CATALYST_APP_DIRECT: kind(macos, 'direct', DEVELOPER_ID),
  MAC_APP_INHOUSE: kind(macos, 'inhouse', MAC_DISTRIBUTION),
  MAC_CATALYST_APP_INHOUSE: kind(macos, 'inhouse', MAC_DISTRIBUTION),
}

const PORTAL_ONLY: ReadonlySet<string> = new Set(['MAC_APP_INHOUSE', 'MAC_CATALYST_APP_INHOUSE'])

/** All profile types, as the portal takes them. */
export const PORTAL_PROFILE_TYPES: readonly string[] = Object.keys(PROFILE_KINDS)

/** The profile types of Apple's document (14); a key sees no others. */
export const PROFILE_TYPES: readonly string[] = PORTAL_PROFILE_TYPES.filter((type) => !PORTAL_ONLY.has(type))
