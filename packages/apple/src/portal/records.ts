import { type Instant, parseInstant } from '@cordon/core/instant'
import { member, textMember } from '../transport/answer.ts'
import { type PortalCalls, unexpected } from './calls.ts'

/** Which half of the portal: tvOS, watchOS and visionOS belong to `ios`. */
export type PortalPlatform = 'ios' | 'mac'

/** A bundle ID as the old portal tells it, with what is switched on in its own words. */
export interface PortalAppId {
  /** The handle, the same as in the API. */
  readonly id: string
  readonly identifier: string
  readonly name: string
  /** Team id or an older prefix. */
  readonly prefix: string
  readonly isWildcard: boolean
  /** Service ids, such as `APG3427HIY` for app groups, with their value: true, or a text. Those that are off are left out. */
  readonly features: Readonly<Record<string, true | string>>
}

/** A device as the old portal tells it. */
export interface PortalDeviceRecord {
  readonly id: string
  readonly name: string
  readonly udid: string
  readonly status: 'enabled' | 'disabled' | 'processing' | 'other'
  /** Apple's word, for example `iphone`. */
  readonly deviceClass: string
}

/** A certificate as the old portal tells it: also the kinds that the API does not list, such as those for push. */
export interface PortalCertificateRecord {
  readonly id: string
  readonly name: string
  /** Apple's id of the type, for example `UPV3DW712I` for push in production. */
  readonly typeId: string
  readonly serialNumber: string
  readonly expiresAt: Instant | undefined
  readonly canDownload: boolean
}

/** A profile as the old portal tells it. */
export interface PortalProfileRecord {
  readonly id: string
  readonly uuid: string
  readonly name: string
  /** `Active`, `Invalid` or `Expired`. */
  readonly status: string
  /** Made and kept by Xcode: the API shows such profiles, but not that they are. */
  readonly isManagedByXcode: boolean
  readonly appIdId: string
  readonly expiresAt: Instant | undefined
}

/** What only the old portal tells, or tells better. Source of all: observed (fastlane spaceship). */
export interface PortalRecords {
  appIds(platform: PortalPlatform): Promise<readonly PortalAppId[]>
  devices(platform: PortalPlatform): Promise<readonly PortalDeviceRecord[]>
  /** Certificates of some types, by Apple's ids. */
  certificates(platform: PortalPlatform, typeIds: readonly string[]): Promise<readonly PortalCertificateRecord[]>
  profiles(platform: PortalPlatform): Promise<readonly PortalProfileRecord[]>
  /** A certificate (DER). */
  downloadCertificate(platform: PortalPlatform, certificate: PortalCertificateRecord): Promise<Uint8Array>
  /** A profile (CMS). */
  downloadProfile(platform: PortalPlatform, profileId: string): Promise<Uint8Array>
}

/** The reading calls of the old portal. */
export function createRecords(calls: PortalCalls): PortalRecords {
  const listOf = async <T>(
    path: string,
    name: string,
    read: (value: unknown) => T | undefined,
    form: Readonly<Record<string, string>> = {},
  ): Promise<readonly T[]> =>
    (await calls.list(path, name, form)).map((entry) => {
      const item = read(entry)
      if (item === undefined) throw unexpected(path, `an entry of "${name}" has no id`)
      return item
    })

  return {
    appIds: (platform) => listOf(`${platform}/identifiers/listAppIds.action`, 'appIds', appIdIn),
    devices: (platform) =>
      listOf(`${platform}/device/listDevices.action`, 'devices', deviceIn, { includeRemovedDevices: 'true' }),
    certificates: (platform, typeIds) =>
      listOf(`${platform}/certificate/listCertRequests.action`, 'certRequests', certificateIn, {
        sort: 'certRequestStatusCode=asc',
        types: typeIds.join(','),
      }),
    profiles: (platform) =>
      listOf(`${platform}/profile/listProvisioningProfiles.action`, 'provisioningProfiles', profileIn, {
        includeInactiveProfiles: 'true',
        onlyCountLists: 'true',
      }),
    downloadCertificate: (platform, { id, typeId }) =>
      calls.download(`${platform}/certificate/downloadCertificateContent.action`, { certificateId: id, type: typeId }),
    downloadProfile: (platform, profileId) =>
      calls.download(`${platform}/profile/downloadProfileContent`, { provisioningProfileId: profileId }),
  }
}

function appIdIn(value: unknown): PortalAppId | undefined {
  const id = textMember(value, 'appIdId')
  if (id === undefined) return undefined
  return {
    id,
    identifier: textMember(value, 'identifier') ?? '',
    name: textMember(value, 'name') ?? '',
    prefix: textMember(value, 'prefix') ?? '',
    isWildcard: member(value, 'isWildCard') === true,
    features: featuresIn(member(value, 'features')),
  }
}

function featuresIn(features: unknown): PortalAppId['features'] {
  const given = typeof features === 'object' && features !== null ? Object.entries(features) : []
  return Object.fromEntries(
    given.filter((entry): entry is [string, true | string] => {
      const value: unknown = entry[1]
      return value === true || (typeof value === 'string' && value !== '')
    }),
  )
}

const DEVICE_STATES: Readonly<Record<string, PortalDeviceRecord['status']>> = {
  c: 'enabled',
  r: 'disabled',
  p: 'processing',
}

function deviceIn(value: unknown): PortalDeviceRecord | undefined {
  const id = textMember(value, 'deviceId')
  if (id === undefined) return undefined
  return {
    id,
    name: textMember(value, 'name') ?? '',
    udid: textMember(value, 'deviceNumber') ?? '',
    status: DEVICE_STATES[textMember(value, 'status') ?? ''] ?? 'other',
    deviceClass: textMember(value, 'deviceClass') ?? '',
  }
}

function certificateIn(value: unknown): PortalCertificateRecord | undefined {
  const id = textMember(value, 'certificateId') ?? textMember(value, 'certRequestId')
  if (id === undefined) return undefined
  return {
    id,
    name: textMember(value, 'name') ?? '',
    typeId: typeIdIn(value),
    serialNumber: textMember(value, 'serialNum') ?? '',
    expiresAt: timeMember(value, ['expirationDate', 'expirationDateString']),
    canDownload: member(value, 'canDownload') === true,
  }
}

function typeIdIn(value: unknown): string {
  const nested = textMember(member(value, 'certificateType'), 'certificateTypeDisplayId')
  return textMember(value, 'certificateTypeDisplayId') ?? nested ?? ''
}

function profileIn(value: unknown): PortalProfileRecord | undefined {
  const id = textMember(value, 'provisioningProfileId')
  if (id === undefined) return undefined
  return {
    id,
    uuid: textMember(value, 'UUID') ?? '',
    name: textMember(value, 'name') ?? '',
    status: textMember(value, 'status') ?? '',
    isManagedByXcode: textMember(value, 'managingApp') === 'Xcode',
    appIdId: textMember(value, 'appIdId') ?? textMember(member(value, 'appId'), 'appIdId') ?? '',
    expiresAt: timeMember(value, ['dateExpire']),
  }
}

// The portal writes some dates for machines and some for people; the latter are not read.
function timeMember(value: unknown, names: readonly string[]): Instant | undefined {
  for (const name of names) {
    const text = textMember(value, name)
    if (text === undefined || !/^\d{4}-\d{2}-\d{2}T/.test(text)) continue
    try {
      return parseInstant(text)
    } catch {}
  }
  return undefined
}
