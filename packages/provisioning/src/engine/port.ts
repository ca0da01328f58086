import type { Instant } from '@cordon/core/instant'
import type { IdentifierKind } from './identifier-kinds.ts'
import type { CertificateKind, Platform, ProfileKind } from './profile-kinds.ts'

/** A bundle ID registered in the team, with what is switched on for it. */
export interface PortalBundleId {
  /** Apple's handle. */
  readonly id: string
  /** The text, for example `com.acme.app`. */
  readonly identifier: string
  readonly capabilities: readonly PortalCapability[]
}

/** A capability that is switched on. */
export interface PortalCapability {
  readonly id: string
  /** Apple's own name, for example `PUSH_NOTIFICATIONS`; also names that are in no document. */
  readonly type: string
  readonly settings: readonly CapabilitySetting[]
}

/** One setting of a capability and the options chosen for it, in Apple's spelling. */
export interface CapabilitySetting {
  readonly key: string
  readonly options: readonly string[]
}

/** A certificate of the team. */
export interface PortalCertificate {
  readonly id: string
  /** Hexadecimal, capitals, without leading zeros. */
  readonly serial: string
  readonly kind: CertificateKind | 'other'
  /** What it fits: Apple's newer kinds fit every platform. */
  readonly family: 'all' | 'ios' | 'macos'
  readonly name: string
  readonly expiresAt: Instant
  /** DER; absent when Apple leaves it out. */
  readonly content: Uint8Array | undefined
}

/** A device of the team. */
export interface PortalDevice {
  readonly id: string
  readonly name: string
  /** As Apple spells it; compare with `sameUdid`. */
  readonly udid: string
  /** `other` is a state that no document names; such a device stays outside. */
  readonly status: 'enabled' | 'disabled' | 'processing' | 'ineligible' | 'other'
  /** Which platform's profiles list it. Watches and Vision devices count as `ios`, as they do at Apple. */
  readonly family: 'ios' | 'tvos' | 'macos'
  /** What Apple counts slots by, for example `iPhone`; absent while Apple has not classified it. */
  readonly slotFamily?: string
}

/** A profile of the team. What it holds was read from its file, which is what counts on a device. */
export interface PortalProfile {
  readonly id: string
  readonly uuid: string
  readonly name: string
  readonly kind: ProfileKind
  readonly isActive: boolean
  readonly identifier: string
  /** Absent when Apple does not say. */
  readonly createdAt?: Instant
  readonly expiresAt: Instant
  /** Empty when the profile is invalid: Apple then gives no file. */
  readonly certificateSerials: readonly string[]
  readonly udids: readonly string[]
  readonly entitlements: Readonly<Record<string, unknown>>
  /** The file (CMS); empty when the profile is invalid. */
  readonly content: Uint8Array
}

export interface NewBundleId {
  readonly identifier: string
  /** Letters, digits and spaces only: Apple refuses the rest. */
  readonly name: string
  readonly platform: 'ios' | 'macos'
}

export interface NewDevice {
  readonly udid: string
  readonly name: string
  readonly family: 'ios' | 'macos'
}

export interface NewProfile {
  readonly name: string
  readonly kind: ProfileKind
  readonly bundleId: PortalBundleId
  readonly certificateIds: readonly string[]
  /** Empty for kinds that list no devices. */
  readonly deviceIds: readonly string[]
}

export interface NewCertificate {
  readonly kind: CertificateKind
  readonly platform: Platform
  /** PEM. */
  readonly signingRequest: string
}

/** An App Group, iCloud container or merchant ID of the team. */
export interface PortalIdentifier {
  readonly kind: IdentifierKind
  /** Apple's handle. */
  readonly id: string
  /** The text, for example `group.com.acme.shared`. */
  readonly identifier: string
}

export interface NewIdentifier {
  readonly kind: IdentifierKind
  readonly identifier: string
  /** Letters, digits and spaces only: Apple refuses the rest. */
  readonly name: string
}

/**
 * What the session of a person can do and an API key cannot. The same rules hold as for the whole portal; an identifier that is
 * registered already, also by another team, is `provisioning.identifier_unavailable`.
 */
export interface PortalIdentifiers {
  /** All identifiers of a kind. */
  list(kind: IdentifierKind): Promise<readonly PortalIdentifier[]>
  create(wanted: NewIdentifier): Promise<PortalIdentifier>
  /** What is attached to a bundle ID, of every kind. */
  attachedTo(bundleId: PortalBundleId): Promise<readonly PortalIdentifier[]>
  /** Attaches identifiers of one kind; what is attached already stays. Makes the profiles of the bundle ID invalid. */
  attach(bundleId: PortalBundleId, identifiers: readonly PortalIdentifier[]): Promise<void>
}

/**
 * The developer team at Apple, as far as provisioning needs it.
 *
 * An implementation must return everything, following paging to its end, and must not trust Apple's filters, which match too much.
 * It may repeat what is safe to repeat, but a write whose effect is unknown only after it has looked for the effect; when it
 * cannot tell, it throws `provisioning.effect_unknown`, and the engine looks itself. A refusal because the thing is there already
 * is `provisioning.already_exists`; a missing thing, also one that is not visible yet, is `provisioning.not_found`.
 */
export interface DeveloperPortal {
  /** The bundle IDs with exactly these identifiers, with their capabilities. Absent ones are left out. */
  listBundleIds(identifiers: readonly string[]): Promise<readonly PortalBundleId[]>
  /** All certificates of the team, expired ones included where Apple shows them. */
  listCertificates(): Promise<readonly PortalCertificate[]>
  /** All devices of the team in every state. */
  listDevices(): Promise<readonly PortalDevice[]>
  /** The profiles of these kinds for exactly these identifiers. Apple hides expired ones here. */
  listProfiles(kinds: readonly ProfileKind[], identifiers: readonly string[]): Promise<readonly PortalProfile[]>
  /** All profiles of one bundle ID, also the expired ones that `listProfiles` cannot show. */
  listProfilesOf(bundleId: PortalBundleId): Promise<readonly PortalProfile[]>
  createBundleId(wanted: NewBundleId): Promise<PortalBundleId>
  enableCapability(
    bundleId: PortalBundleId,
    type: string,
    settings: readonly CapabilitySetting[],
  ): Promise<PortalCapability>
  changeCapability(
    bundleId: PortalBundleId,
    capability: PortalCapability,
    settings: readonly CapabilitySetting[],
  ): Promise<PortalCapability>
  registerDevice(wanted: NewDevice): Promise<PortalDevice>
  createCertificate(wanted: NewCertificate): Promise<PortalCertificate>
  createProfile(wanted: NewProfile): Promise<PortalProfile>
  deleteProfile(profile: PortalProfile): Promise<void>
  /** Absent where it cannot be done: then a person is told what to attach. */
  readonly identifiers?: PortalIdentifiers
  /** How many requests have been sent to Apple so far, repeated ones included. */
  requestsUsed(): number
}
