import type { Instant } from '@cordon/core/instant'
import { type RefusedDevice, readTestDevices, type TestDevice } from './devices.ts'
import { provisioningErrors } from './errors.ts'
import type { InstalledProfile } from './installed-profile.ts'
import {
  type CertificateKind,
  DISTRIBUTIONS,
  type DistributionMethod,
  isSupported,
  PLATFORMS,
  type Platform,
} from './profile-kinds.ts'

/** A bundle ID of the app that is built, with what its code claims. */
export interface DesiredBundleId {
  readonly identifier: string
  readonly platform: Platform
  /** As read from the target's entitlements file, variables resolved. */
  readonly entitlements: Readonly<Record<string, unknown>>
  /** For the list at Apple; made from the identifier when absent. */
  readonly name?: string
  /** Where it differs from the wish's, such as a UI test's, which is signed for development only. */
  readonly distributions?: readonly DistributionMethod[]
}

/** A certificate whose private key is at hand. */
export interface LocalCertificate {
  /** Hexadecimal, capitals, without leading zeros; see `normaliseSerial`. */
  readonly serial: string
  readonly kind: CertificateKind
  readonly teamId: string
  readonly name: string
  readonly expiresAt: Instant
  /** Fingerprint, hexadecimal: what Xcode and `codesign` choose an identity by. */
  readonly sha1: string
}

/** What shall be true at Apple before the app is signed. */
export interface Desired {
  readonly bundleIds: readonly DesiredBundleId[]
  readonly distributions: readonly DistributionMethod[]
  readonly certificates: readonly LocalCertificate[]
  /** Kinds of which one certificate may be made when none at hand is usable. */
  readonly createMissingCertificates: readonly CertificateKind[]
  /** Devices to register when the team does not have them; empty unless registering is wished. */
  readonly devices: readonly TestDevice[]
  readonly refusedDevices: readonly RefusedDevice[]
  /** A profile that expires sooner is replaced. Days, 0 to 300. */
  readonly minProfileDaysValid: number
  /** Profiles on this machine, which are used before any of Apple's. */
  readonly installed: readonly InstalledProfile[]
}

/** The wish as a step or a server gets it, before it is checked. */
export interface DesiredInput {
  readonly bundleIds: readonly DesiredBundleId[]
  readonly distributions: readonly DistributionMethod[]
  readonly certificates: readonly LocalCertificate[]
  readonly createMissingCertificates?: readonly CertificateKind[]
  readonly registerDevices?: readonly { readonly udid: string; readonly name?: string }[]
  readonly minProfileDaysValid?: number
  readonly installed?: readonly InstalledProfile[]
}

// Profiles live a year; beyond this every run would replace the profile that the run before has made.
const MAX_DAYS_VALID = 300
const IDENTIFIER = /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(\.\*)?$/
const MAX_IDENTIFIER_LENGTH = 155
const CERTIFICATE_KINDS: readonly string[] = ['development', 'distribution', 'developer-id']

/**
 * Checks a wish and brings it into one form: serial numbers and UDIDs in Apple's spelling, no repeats.
 * Throws `provisioning.invalid_input` naming the field, `…profile_kind_unsupported` or `…wildcard_not_allowed`.
 */
export function readDesired(input: DesiredInput): Desired {
  const distributions = unique(input.distributions)
  const bundleIds = mergeBundleIds(input.bundleIds)
  if (bundleIds.length === 0) refuse('bundleIds', 'at least one bundle ID')
  if (distributions.length === 0) refuse('distributions', `at least one of ${Object.keys(DISTRIBUTIONS).join(', ')}`)
  for (const bundleId of bundleIds)
    for (const distribution of bundleId.distributions ?? distributions) checkKind(bundleId, distribution)
  const { devices, refused } = readTestDevices(input.registerDevices ?? [])
  return {
    bundleIds,
    distributions,
    certificates: readCertificates(input.certificates),
    createMissingCertificates: unique(input.createMissingCertificates ?? []),
    devices,
    refusedDevices: refused,
    minProfileDaysValid: readDays(input.minProfileDaysValid ?? 0),
    installed: input.installed ?? [],
  }
}

/** Spells a serial number as Cordon compares it: hexadecimal capitals without separators and leading zeros. */
export function normaliseSerial(serial: string): string {
  return serial
    .replace(/[:\s]/g, '')
    .toUpperCase()
    .replace(/^0+(?=.)/, '')
}

/** Says whether a bundle ID stands for many. */
export function isWildcard(identifier: string): boolean {
  return identifier.endsWith('*')
}

function readCertificates(certificates: readonly LocalCertificate[]): readonly LocalCertificate[] {
  const bySerial = new Map<string, LocalCertificate>()
  certificates.forEach((certificate, index) => {
    const serial = normaliseSerial(certificate.serial)
    if (!/^[0-9A-F]+$/.test(serial)) refuse(`certificates[${index}].serial`, 'a serial number in hexadecimal')
    if (!CERTIFICATE_KINDS.includes(certificate.kind))
      refuse(`certificates[${index}].kind`, CERTIFICATE_KINDS.join(', '))
    if (!bySerial.has(serial)) bySerial.set(serial, { ...certificate, serial })
  })
  return [...bySerial.values()]
}

function readDays(days: number): number {
  if (!Number.isInteger(days) || days < 0 || days > MAX_DAYS_VALID)
    refuse('minProfileDaysValid', `whole days from 0 to ${MAX_DAYS_VALID}`)
  return days
}

// Two targets may share a bundle ID, for example in two configurations; the profile must serve both.
function mergeBundleIds(given: readonly DesiredBundleId[]): readonly DesiredBundleId[] {
  const merged = new Map<string, DesiredBundleId>()
  given.forEach((bundleId, index) => {
    checkBundleId(bundleId, index)
    const key = `${bundleId.platform} ${bundleId.identifier}`
    const before = merged.get(key)
    const entitlements = { ...before?.entitlements, ...bundleId.entitlements }
    const both = unique([...(before?.distributions ?? []), ...(bundleId.distributions ?? [])])
    // One that has no limit of its own lifts that of the other.
    const isLimited =
      bundleId.distributions !== undefined && (before === undefined || before.distributions !== undefined)
    const { distributions: _, ...rest } = { ...bundleId, ...before }
    merged.set(key, { ...rest, entitlements, ...(isLimited && { distributions: both }) })
  })
  return [...merged.values()]
}

function checkBundleId({ identifier, platform }: DesiredBundleId, index: number): void {
  if (!IDENTIFIER.test(identifier) || identifier.length > MAX_IDENTIFIER_LENGTH)
    refuse(
      `bundleIds[${index}].identifier`,
      'letters, digits, hyphens and dots, such as com.acme.app; com.acme.* for a wildcard',
    )
  if (!Object.hasOwn(PLATFORMS, platform)) refuse(`bundleIds[${index}].platform`, Object.keys(PLATFORMS).join(', '))
}

function checkKind({ identifier, platform }: DesiredBundleId, distribution: DistributionMethod): void {
  if (!Object.hasOwn(DISTRIBUTIONS, distribution)) refuse('distributions', Object.keys(DISTRIBUTIONS).join(', '))
  if (!isSupported({ platform, distribution }))
    throw provisioningErrors.profile_kind_unsupported(
      { platform, distribution },
      { detail: `there is no ${distribution} profile for ${PLATFORMS[platform].label}` },
    )
  if (isWildcard(identifier) && !DISTRIBUTIONS[distribution].allowsWildcard)
    throw provisioningErrors.wildcard_not_allowed(
      { identifier, distribution },
      { detail: `"${identifier}" cannot have a profile for ${distribution}` },
    )
}

function refuse(field: string, accepted: string): never {
  throw provisioningErrors.invalid_input({ field, accepted }, { detail: `"${field}" must be: ${accepted}` })
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)]
}
