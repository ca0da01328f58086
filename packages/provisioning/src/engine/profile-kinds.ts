/** The platforms that have profiles of their own. Watch apps and their extensions count as `ios`, as they do at Apple. */
export type Platform = 'ios' | 'tvos' | 'macos' | 'mac-catalyst'

/** How the signed app reaches its users. */
export type DistributionMethod = 'development' | 'ad-hoc' | 'app-store' | 'enterprise' | 'developer-id'

/** What a certificate may sign. Installer, pass and push certificates are `other`. */
export type CertificateKind = 'development' | 'distribution' | 'developer-id'

/** A sort of profile at Apple: one platform, one distribution method. */
export interface ProfileKind {
  readonly platform: Platform
  readonly distribution: DistributionMethod
}

interface PlatformRow {
  /** As people write it; part of profile names. */
  readonly label: string
  /** Which of Apple's older, platform-bound certificates fit. */
  readonly certificateFamily: 'ios' | 'macos'
  readonly bundleIdPlatform: 'ios' | 'macos'
  readonly distributions: readonly DistributionMethod[]
}

const MOBILE: readonly DistributionMethod[] = ['development', 'ad-hoc', 'app-store', 'enterprise']
const DESKTOP: readonly DistributionMethod[] = ['development', 'app-store', 'developer-id']

/** One row per platform. Source: Apple's `ProfileType` (14 values). */
export const PLATFORMS = {
  ios: { label: 'iOS', certificateFamily: 'ios', bundleIdPlatform: 'ios', distributions: MOBILE },
  tvos: { label: 'tvOS', certificateFamily: 'ios', bundleIdPlatform: 'ios', distributions: MOBILE },
  macos: { label: 'macOS', certificateFamily: 'macos', bundleIdPlatform: 'macos', distributions: DESKTOP },
  'mac-catalyst': {
    label: 'Mac Catalyst',
    certificateFamily: 'macos',
    bundleIdPlatform: 'ios',
    distributions: DESKTOP,
  },
} as const satisfies Record<Platform, PlatformRow>

interface DistributionRow {
  readonly certificate: CertificateKind
  /** Whether profiles of this method list devices. Apple requires the list there and forbids it elsewhere. */
  readonly listsDevices: boolean
  /** Whether a wildcard bundle ID may have such a profile. */
  readonly allowsWildcard: boolean
  /** Development profiles name every developer's certificate; the others the one that signs. */
  readonly certificates: 'all' | 'one'
}

/** One row per distribution method. */
export const DISTRIBUTIONS = {
  development: { certificate: 'development', listsDevices: true, allowsWildcard: true, certificates: 'all' },
  'ad-hoc': { certificate: 'distribution', listsDevices: true, allowsWildcard: true, certificates: 'one' },
  'app-store': { certificate: 'distribution', listsDevices: false, allowsWildcard: false, certificates: 'one' },
  enterprise: { certificate: 'distribution', listsDevices: false, allowsWildcard: true, certificates: 'one' },
  'developer-id': { certificate: 'developer-id', listsDevices: false, allowsWildcard: false, certificates: 'one' },
} as const satisfies Record<DistributionMethod, DistributionRow>

/** Says whether Apple has profiles of this kind. */
export function isSupported(kind: ProfileKind): boolean {
  const { distributions }: PlatformRow = PLATFORMS[kind.platform]
  return distributions.includes(kind.distribution)
}

/** Says whether two kinds are the same. */
export function isSameKind(a: ProfileKind, b: ProfileKind): boolean {
  return a.platform === b.platform && a.distribution === b.distribution
}
