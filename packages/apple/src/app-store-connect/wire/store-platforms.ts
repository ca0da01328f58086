import { choice, type Open } from './shape.ts'

/** Platforms of the store as Apple's document lists them (schema `Platform`). */
export const STORE_PLATFORMS = ['IOS', 'MAC_OS', 'TV_OS', 'VISION_OS'] as const

/** A platform of uploads, versions and builds. */
export const storePlatform = choice(STORE_PLATFORMS)

/** A platform of the store as Apple spells it; not the same list as that of bundle IDs. */
export type StorePlatform = Open<(typeof STORE_PLATFORMS)[number]>
