import { type Instant, toIso } from '@cordon/core/instant'
import type { PlistValue } from 'plist'
import { type Certificate, readCertificate, sameSerial } from './certificate.ts'
import { parsing, signingErrors } from './errors.ts'
import { profileText } from './profile/content.ts'
import { type Fields, fieldsOf, isDict, type PlistDict } from './profile/fields.ts'
import { parsePlistText } from './profile/plist-text.ts'

/** How the signed app reaches devices. `developer-id`: outside the App Store, on macOS only. */
export type DistributionMethod = 'development' | 'ad-hoc' | 'app-store' | 'enterprise' | 'developer-id'

/** What a provisioning profile says. Says nothing about trust: see `verifyProfileSignature`. */
export interface ProvisioningProfile {
  /** Names the file it is installed as; letters, digits and dashes only. */
  readonly uuid: string
  readonly name: string
  readonly teamIds: readonly string[]
  /** Apple's spelling: `iOS`, `OSX`, `tvOS`, `xrOS`, `visionOS`. */
  readonly platforms: readonly string[]
  /** The app id with its prefix, as the entitlement has it: `ABCDE12345.com.example.app`. */
  readonly applicationIdentifier: string
  /** The app id without prefix; ends in `*` for a wildcard. */
  readonly bundleIdentifier: string
  readonly entitlements: PlistDict
  readonly certificates: readonly Certificate[]
  /** UDIDs as written in the profile; absent when the profile has no device list. */
  readonly devices: readonly string[] | undefined
  readonly provisionsAllDevices: boolean
  readonly createdAt: Instant
  readonly expiresAt: Instant
  /** Made by Xcode's automatic signing, which may replace it at any time. */
  readonly isXcodeManaged: boolean
  readonly distributionMethod: DistributionMethod
}

export type { PlistDict, PlistValue }

/** The platform name that profiles of macOS and Mac Catalyst apps carry. */
export const MACOS_PLATFORM = 'OSX'

const UUID = /^[A-Za-z0-9-]{1,64}$/
const XCODE_TEAM_PREFIXES = ['iOS Team', 'tvOS Team', 'Mac Team', 'Mac Catalyst Team']

/**
 * Reads a `.mobileprovision` or `.provisionprofile`: CMS (DER, or BER in pieces) or the bare property list in XML.
 * A valid signature is not required. Errors: `signing.not_a_profile`, `signing.profile_incomplete`.
 */
export function readProfile(bytes: Uint8Array): ProvisioningProfile {
  return parsing(
    (cause) => signingErrors.not_a_profile({}, { cause }),
    () => profileFrom(dictOf(parsePlistText(profileText(bytes)))),
  )
}

function dictOf(value: PlistValue): PlistDict {
  if (!isDict(value)) throw new Error('the property list is not a dictionary')
  return value
}

function profileFrom(dict: PlistDict): ProvisioningProfile {
  const fields = fieldsOf(dict)
  const name = fields.text('Name')
  const platforms = fields.texts('Platform')
  const entitlements = fields.dict('Entitlements')
  const devices = fields.optionalTexts('ProvisionedDevices')
  const provisionsAllDevices = fields.flag('ProvisionsAllDevices')
  const applicationIdentifier = applicationIdentifierOf(entitlements)
  return {
    uuid: uuidOf(fields),
    name,
    teamIds: fields.texts('TeamIdentifier'),
    platforms,
    applicationIdentifier,
    bundleIdentifier: bundleIdentifierOf(applicationIdentifier, fields.optionalTexts('ApplicationIdentifierPrefix')),
    entitlements,
    certificates: certificatesOf(fields),
    devices,
    provisionsAllDevices,
    createdAt: fields.time('CreationDate'),
    expiresAt: fields.time('ExpirationDate'),
    isXcodeManaged: fields.flag('IsXcodeManaged') || isXcodeManagedName(name),
    distributionMethod: distributionMethodOf({ platforms, entitlements, devices, provisionsAllDevices }),
  }
}

function uuidOf(fields: Fields): string {
  const uuid = fields.text('UUID')
  // The UUID becomes a file name, and the file may come from anyone.
  if (!UUID.test(uuid)) throw signingErrors.profile_incomplete({ field: 'UUID' })
  return uuid
}

function certificatesOf(fields: Fields): Certificate[] {
  const field = 'DeveloperCertificates'
  return fields.bytes(field).map((der) => {
    try {
      return readCertificate(der)
    } catch (cause) {
      throw signingErrors.profile_incomplete({ field }, { cause })
    }
  })
}

function applicationIdentifierOf(entitlements: PlistDict): string {
  const { 'application-identifier': ios, 'com.apple.application-identifier': macos } = entitlements
  const identifier = ios ?? macos
  if (typeof identifier !== 'string') throw signingErrors.profile_incomplete({ field: 'application-identifier' })
  return identifier
}

function bundleIdentifierOf(applicationIdentifier: string, prefixes: readonly string[] = []): string {
  const prefix = prefixes.find((candidate) => applicationIdentifier.startsWith(`${candidate}.`))
  if (prefix !== undefined) return applicationIdentifier.slice(prefix.length + 1)
  return applicationIdentifier.slice(applicationIdentifier.indexOf('.') + 1)
}

/** Xcode's names for the profiles it makes itself. Rule as in Bitrise's signing engine. */
export function isXcodeManagedName(name: string): boolean {
  if (name.startsWith('XC')) return true
  return name.includes('Provisioning Profile') && XCODE_TEAM_PREFIXES.some((prefix) => name.startsWith(prefix))
}

type MethodEvidence = Pick<ProvisioningProfile, 'platforms' | 'entitlements' | 'devices' | 'provisionsAllDevices'>

/** The distribution method shows in what a profile allows; profiles do not name it. */
export function distributionMethodOf(profile: MethodEvidence): DistributionMethod {
  const isMacOnly = profile.platforms.every((platform) => platform === MACOS_PLATFORM)
  if (profile.provisionsAllDevices) return isMacOnly ? 'developer-id' : 'enterprise'
  if (profile.devices === undefined) return 'app-store'
  // macOS has no ad-hoc distribution, and its development profiles do not carry get-task-allow.
  return isMacOnly || profile.entitlements['get-task-allow'] === true ? 'development' : 'ad-hoc'
}

/** Says whether the profile lets the certificate with this serial number (hexadecimal) sign. */
export function allowsCertificate(profile: ProvisioningProfile, serialNumber: string): boolean {
  return profile.certificates.some((certificate) => sameSerial(certificate.serialNumber, serialNumber))
}

/** Throws `signing.profile_expired` when the profile does not last until then. */
export function requireProfileUnexpired({ name, uuid, expiresAt }: ProvisioningProfile, at: Instant): void {
  if (expiresAt > at) return
  const detail = `"${name}" expired on ${toIso(expiresAt)}`
  throw signingErrors.profile_expired({ name, uuid, expiredAt: expiresAt }, { detail })
}
