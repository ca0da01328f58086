/** Platforms as App Store Connect names them. */
export const STORE_PLATFORMS = ['IOS', 'MAC_OS', 'TV_OS', 'VISION_OS'] as const

/** A platform of the store; watch apps travel inside the app for iOS. */
export type StorePlatform = (typeof STORE_PLATFORMS)[number]
