/** Platforms of bundle IDs, devices and profiles in Apple's document (`BundleIdPlatform`). */
export const PLATFORMS = ['IOS', 'MAC_OS', 'UNIVERSAL'] as const
