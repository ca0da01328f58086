import { udidKey } from './devices.ts'
import { effectOf } from './entitlements.ts'
import type { InstalledProfile } from './installed-profile.ts'
import type { ProfileWish } from './profiles.ts'

/** What an installed profile must offer: a wish, and the entitlements that the code claims. */
export interface InstalledWish extends Omit<ProfileWish, 'capabilities'> {
  readonly entitlements: Readonly<Record<string, unknown>>
}

/** The installed profile that fulfils a wish; of several the one that lasts longest. */
export function findInstalled(
  installed: readonly InstalledProfile[],
  wish: InstalledWish,
): InstalledProfile | undefined {
  return installed
    .filter((profile) => whyNotInstalled(profile, wish) === undefined)
    .sort((a, b) => b.expiresAt - a.expiresAt || (a.path < b.path ? -1 : 1))[0]
}

/** Why an installed profile does not fulfil a wish, in words that follow its name; `undefined` when it does. */
export function whyNotInstalled(profile: InstalledProfile, wish: InstalledWish): string | undefined {
  if (profile.isXcodeManaged) return 'is managed by Xcode'
  if (profile.identifier !== wish.identifier) return `is for ${profile.identifier}`
  if (profile.distribution !== wish.kind.distribution) return `is a profile for ${profile.distribution}`
  if (!profile.platforms.includes(wish.kind.platform)) return 'is for another platform'
  if (profile.expiresAt <= wish.validUntil) return 'expires too soon'
  if (wish.certificateSerials.some((serial) => !profile.certificateSerials.includes(serial)))
    return 'lacks a certificate'
  const { udids } = profile
  if (udids !== undefined && lacks(udids.map(udidKey), wish.udids.map(udidKey))) return 'lacks a device'
  const entitlement = Object.keys(wish.entitlements).find(
    (key) => !isGranted(key, wish.entitlements[key], profile.entitlements),
  )
  return entitlement === undefined ? undefined : `lacks ${entitlement}`
}

/** The environment in a profile follows its distribution method; the value in the file is replaced when the app is signed. */
const ENVIRONMENTS: ReadonlySet<string> = new Set([
  'aps-environment',
  'com.apple.developer.aps-environment',
  'com.apple.developer.ClassKit-environment',
  'com.apple.developer.icloud-container-environment',
])

/** Says whether a profile's entitlements allow a claim. `*` in a profile stands for anything. */
export function isGranted(key: string, claim: unknown, profile: Readonly<Record<string, unknown>>): boolean {
  if (claim === false || effectOf(key)?.effect === 'nothing') return true
  if (!Object.hasOwn(profile, key)) return false
  return ENVIRONMENTS.has(key) || covers(profile[key], claim)
}

function covers(granted: unknown, claim: unknown): boolean {
  if (granted === '*') return true
  if (Array.isArray(claim)) return claim.every((item) => coversItem(granted, item))
  if (typeof claim === 'string') return coversItem(granted, claim)
  return JSON.stringify(granted) === JSON.stringify(claim)
}

function coversItem(granted: unknown, item: unknown): boolean {
  const list: readonly unknown[] = Array.isArray(granted) ? granted : [granted]
  return list.some((pattern) => pattern === item || (typeof pattern === 'string' && matches(pattern, item)))
}

// Prefixes are known to the profile only: "$(AppIdentifierPrefix)com.acme" is allowed by "ABCDE12345.*".
function matches(pattern: string, item: unknown): boolean {
  if (typeof item !== 'string' || !pattern.endsWith('*')) return false
  return item.startsWith('$(') || item.startsWith(pattern.slice(0, -1))
}

function lacks(has: readonly string[], wanted: readonly string[]): boolean {
  const set = new Set(has)
  return wanted.some((key) => !set.has(key))
}
