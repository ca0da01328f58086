import { createHash } from 'node:crypto'
import { base32 } from '@cordon/core/ids'
import { DAY_MS, type Instant } from '@cordon/core/instant'
import { isXcodeManagedName } from '@cordon/signing/provisioning-profile'
import type { RequiredCapability } from './capabilities.ts'
import { day } from './certificates.ts'
import { udidKey } from './devices.ts'
import type { PortalProfile } from './port.ts'
import { isSameKind, PLATFORMS, type ProfileKind } from './profile-kinds.ts'

/** What a profile must hold to be used. */
export interface ProfileWish {
  readonly kind: ProfileKind
  readonly identifier: string
  readonly capabilities: readonly RequiredCapability[]
  readonly certificateSerials: readonly string[]
  /** Empty for kinds that list no devices. */
  readonly udids: readonly string[]
  /** The profile must not expire before. */
  readonly validUntil: Instant
}

const HASH_BYTES = 5
const HASH_AND_GENERATION = /^[0-9a-z]{8}(-\d+)?$/
const LISTED_DEVICES = 3

/**
 * The name of the profile that fulfils a wish, for example `Cordon iOS development - (com.acme.app) 3k9m2x7q`.
 * Equal wishes give equal names, so parallel runs meet in one profile; different wishes never fight for one.
 * @param taken names that other, unusable profiles hold: a generation number steps past them.
 */
export function profileName(wish: ProfileWish, taken: readonly string[]): string {
  const name = `${namePrefix(wish.kind, wish.identifier)}${contentHash(wish)}`
  const generations = ['', ...taken.map((_, index) => `-${index + 2}`)]
  return `${name}${generations.find((generation) => !taken.includes(`${name}${generation}`)) ?? ''}`
}

/** Says whether Cordon made this profile: nothing else is ever deleted. */
export function isMadeHere(profile: PortalProfile): boolean {
  const prefix = namePrefix(profile.kind, profile.identifier)
  return profile.name.startsWith(prefix) && HASH_AND_GENERATION.test(profile.name.slice(prefix.length))
}

/** Why a profile does not fulfil a wish, in words that follow its name; `undefined` when it does. */
export function whyUnsuitable(profile: PortalProfile, wish: ProfileWish): string | undefined {
  // Xcode takes it for its own signing only, and may replace it at any time.
  if (isXcodeManagedName(profile.name)) return 'is managed by Xcode'
  if (profile.identifier !== wish.identifier) return `is for ${profile.identifier}`
  if (!isSameKind(profile.kind, wish.kind)) return `is a profile for ${profile.kind.distribution}`
  if (!profile.isActive) return 'is no longer valid at Apple'
  if (profile.expiresAt < wish.validUntil) return `expires on ${day(profile.expiresAt)}`
  const certificate = wish.certificateSerials.find((serial) => !profile.certificateSerials.includes(serial))
  if (certificate !== undefined) return `lacks certificate ${certificate}`
  return whyDevicesMissing(profile, wish)
}

/**
 * Says whether a profile is of no more use to anyone once a wish is fulfilled: it is invalid or about to expire, or it offers
 * nothing that the fulfilled wish does not. A parallel run with other certificates keeps its own profile.
 * @param retired UDID keys of devices that no profile lists any more.
 */
export function isSuperseded(profile: PortalProfile, wish: ProfileWish, retired: ReadonlySet<string>): boolean {
  if (!profile.isActive || profile.expiresAt < wish.validUntil) return true
  const devices = new Set(wish.udids.map(udidKey))
  return (
    profile.certificateSerials.every((serial) => wish.certificateSerials.includes(serial)) &&
    profile.udids.map(udidKey).every((key) => devices.has(key) || retired.has(key))
  )
}

/** How long a device that Apple left out of a profile is not tried again. */
const LEFT_OUT_MS = DAY_MS

/**
 * The devices that Apple left out of a profile although it was made for exactly this wish, and less than a day ago. Apple reports
 * such devices as enabled while it still processes them; making the same profile again would change nothing.
 */
export function leftOutByApple(profile: PortalProfile, wish: ProfileWish, now: Instant): readonly string[] {
  const isSameWish = profile.name.replace(/-\d+$/, '') === profileName(wish, [])
  const isRecent = profile.createdAt !== undefined && now - profile.createdAt < LEFT_OUT_MS
  return isSameWish && isRecent ? missingDevices(profile, wish) : []
}

/** The wished devices that a profile does not list. */
export function missingDevices(profile: PortalProfile, wish: ProfileWish): readonly string[] {
  const listed = new Set(profile.udids.map(udidKey))
  return wish.udids.filter((udid) => !listed.has(udidKey(udid)))
}

/** A wish without some devices. */
export function withoutDevices(wish: ProfileWish, udids: readonly string[]): ProfileWish {
  const left = new Set(udids.map(udidKey))
  return { ...wish, udids: wish.udids.filter((udid) => !left.has(udidKey(udid))) }
}

/** Sorts the better profile first: made here, then longest valid; the id decides, so that every run chooses alike. */
export function betterFirst(a: PortalProfile, b: PortalProfile): number {
  return (
    Number(isMadeHere(b)) - Number(isMadeHere(a)) ||
    Number(b.isActive) - Number(a.isActive) ||
    b.expiresAt - a.expiresAt ||
    (a.id < b.id ? -1 : 1)
  )
}

function whyDevicesMissing(profile: PortalProfile, wish: ProfileWish): string | undefined {
  const missing = missingDevices(profile, wish)
  if (missing.length === 0) return undefined
  const more = missing.length > LISTED_DEVICES ? ` and ${missing.length - LISTED_DEVICES} more` : ''
  return `lacks device ${missing.slice(0, LISTED_DEVICES).join(', ')}${more}`
}

function namePrefix({ platform, distribution }: ProfileKind, identifier: string): string {
  // Apple refuses "*" in names.
  return `Cordon ${PLATFORMS[platform].label} ${distribution} - (${identifier.replace('*', 'wildcard')}) `
}

function contentHash(wish: ProfileWish): string {
  const content = [
    wish.kind.platform,
    wish.kind.distribution,
    wish.identifier,
    wish.capabilities.map(({ type, corrected }) => [type, corrected]),
    [...wish.certificateSerials].sort(),
    wish.udids.map(udidKey).sort(),
  ]
  return base32(createHash('sha256').update(JSON.stringify(content)).digest().subarray(0, HASH_BYTES))
}
