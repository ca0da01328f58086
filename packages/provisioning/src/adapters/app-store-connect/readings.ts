import type {
  CapabilitySetting as AppleSetting,
  BundleIdCapability,
} from '@cordon/apple/app-store-connect/wire/bundle-id-capabilities'
import type { Certificate } from '@cordon/apple/app-store-connect/wire/certificates'
import type { Device } from '@cordon/apple/app-store-connect/wire/devices'
import type { Profile } from '@cordon/apple/app-store-connect/wire/profiles'
import { instant } from '@cordon/core/instant'
import { type ProvisioningProfile, readProfile } from '@cordon/signing/provisioning-profile'
import { normaliseSerial } from '../../engine/desired.ts'
import type {
  CapabilitySetting,
  PortalCapability,
  PortalCertificate,
  PortalDevice,
  PortalProfile,
} from '../../engine/port.ts'
import { deviceStatus, familyOfDevice, kindOfProfileType, slotFamilyOf, usesOfCertificateType } from './names.ts'

const NEVER = instant(0)

/** A capability in the engine's words: only the options that are chosen. */
export function portalCapability({ id, capabilityType, settings }: BundleIdCapability): PortalCapability {
  const chosen = (settings ?? []).map(({ key, options }) => ({
    key,
    options: options.filter(({ enabled }) => enabled).map((option) => option.key),
  }))
  return { id, type: capabilityType ?? '', settings: chosen }
}

/** Settings as Apple takes them. */
export function appleSettings(settings: readonly CapabilitySetting[]): readonly AppleSetting[] {
  return settings.map(({ key, options }) => ({
    key,
    options: options.map((option) => ({ key: option, enabled: true })),
  }))
}

/** A certificate in the engine's words. One without a date counts as expired. */
export function portalCertificate(certificate: Certificate): PortalCertificate {
  return {
    id: certificate.id,
    serial: normaliseSerial(certificate.serialNumber ?? ''),
    ...usesOfCertificateType(certificate.certificateType),
    name: certificate.name ?? certificate.displayName ?? '',
    expiresAt: certificate.expirationDate ?? NEVER,
    content: certificate.certificateContent,
  }
}

/** A device in the engine's words. */
export function portalDevice(device: Device): PortalDevice {
  const { id, name = '', udid = '' } = device
  const slotFamily = slotFamilyOf(device)
  return {
    ...{ id, name, udid },
    status: deviceStatus(device),
    family: familyOfDevice(device),
    ...(slotFamily !== undefined && { slotFamily }),
  }
}

/** Reads profiles into the engine's words; `undefined` for one whose kind is new. */
export type ReadPortalProfile = (profile: Profile, identifier: string) => PortalProfile | undefined

/**
 * Makes a reader of profiles. What a profile holds is read from its file: that is what counts, and Apple's lists of related
 * resources are cut at 50. A profile without a readable file counts as invalid. Files never change under their UUID, so each is
 * parsed once.
 */
export function profileReader(): ReadPortalProfile {
  const files = new Map<string, ProvisioningProfile | undefined>()
  const fileOf = ({ uuid = '', profileContent }: Profile) => {
    if (profileContent === undefined) return undefined
    if (uuid === '' || !files.has(uuid)) files.set(uuid, readFile(profileContent))
    return files.get(uuid)
  }
  return (profile, identifier) => {
    const kind = kindOfProfileType(profile.profileType)
    return kind === undefined ? undefined : { ...portalProfile(profile, fileOf(profile)), kind, identifier }
  }
}

function portalProfile(profile: Profile, file: ProvisioningProfile | undefined) {
  return {
    id: profile.id,
    uuid: profile.uuid ?? file?.uuid ?? '',
    name: profile.name ?? '',
    isActive: profile.profileState === 'ACTIVE' && file !== undefined,
    ...createdAt(profile, file),
    expiresAt: profile.expirationDate ?? file?.expiresAt ?? NEVER,
    certificateSerials: file?.certificates.map(({ serialNumber }) => normaliseSerial(serialNumber)) ?? [],
    udids: file?.devices ?? [],
    entitlements: file?.entitlements ?? {},
    content: profile.profileContent ?? new Uint8Array(),
  }
}

function createdAt({ createdDate }: Profile, file: ProvisioningProfile | undefined) {
  const at = createdDate ?? file?.createdAt
  return at === undefined ? {} : { createdAt: at }
}

function readFile(content: Uint8Array): ProvisioningProfile | undefined {
  try {
    return readProfile(content)
  } catch {
    return undefined
  }
}
