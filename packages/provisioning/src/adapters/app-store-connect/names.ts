import type { CertificateType } from '@cordon/apple/app-store-connect/wire/certificates'
import type { Device } from '@cordon/apple/app-store-connect/wire/devices'
import type { ProfileType } from '@cordon/apple/app-store-connect/wire/profiles'
import type { PortalCertificate, PortalDevice } from '../../engine/port.ts'
import type { CertificateKind, DistributionMethod, Platform, ProfileKind } from '../../engine/profile-kinds.ts'

/** Apple's names of the kinds of profiles. Source: Apple's document, `ProfileType`. */
const PROFILE_TYPES: Readonly<Record<Platform, Partial<Record<DistributionMethod, ProfileType>>>> = {
  ios: {
    development: 'IOS_APP_DEVELOPMENT',
    'ad-hoc': 'IOS_APP_ADHOC',
    'app-store': 'IOS_APP_STORE',
    enterprise: 'IOS_APP_INHOUSE',
  },
  tvos: {
    development: 'TVOS_APP_DEVELOPMENT',
    'ad-hoc': 'TVOS_APP_ADHOC',
    'app-store': 'TVOS_APP_STORE',
    enterprise: 'TVOS_APP_INHOUSE',
  },
  macos: { development: 'MAC_APP_DEVELOPMENT', 'app-store': 'MAC_APP_STORE', 'developer-id': 'MAC_APP_DIRECT' },
  'mac-catalyst': {
    development: 'MAC_CATALYST_APP_DEVELOPMENT',
    'app-store': 'MAC_CATALYST_APP_STORE',
    'developer-id': 'MAC_CATALYST_APP_DIRECT',
  },
}

const KINDS: ReadonlyMap<string, ProfileKind> = new Map(
  (Object.keys(PROFILE_TYPES) as Platform[]).flatMap((platform) =>
    (Object.keys(PROFILE_TYPES[platform]) as DistributionMethod[]).map((distribution) => [
      PROFILE_TYPES[platform][distribution] ?? '',
      { platform, distribution },
    ]),
  ),
)

/** Apple's name of a kind of profile; `undefined` when Apple has no such profiles. */
export function profileTypeOf({ platform, distribution }: ProfileKind): ProfileType | undefined {
  return PROFILE_TYPES[platform][distribution]
}

/** The kind that Apple's name stands for; `undefined` for names that are new. */
export function kindOfProfileType(type: string | undefined): ProfileKind | undefined {
  return type === undefined ? undefined : KINDS.get(type)
}

/** What Apple's types of certificates sign, and on which platforms. All others are of no use here. */
const CERTIFICATES: Readonly<Record<string, Pick<PortalCertificate, 'kind' | 'family'>>> = {
  DEVELOPMENT: { kind: 'development', family: 'all' },
  IOS_DEVELOPMENT: { kind: 'development', family: 'ios' },
  MAC_APP_DEVELOPMENT: { kind: 'development', family: 'macos' },
  DISTRIBUTION: { kind: 'distribution', family: 'all' },
  IOS_DISTRIBUTION: { kind: 'distribution', family: 'ios' },
  MAC_APP_DISTRIBUTION: { kind: 'distribution', family: 'macos' },
  DEVELOPER_ID_APPLICATION: { kind: 'developer-id', family: 'macos' },
  DEVELOPER_ID_APPLICATION_G2: { kind: 'developer-id', family: 'macos' },
}

/** What a certificate of Apple's type signs. */
export function usesOfCertificateType(type: string | undefined): Pick<PortalCertificate, 'kind' | 'family'> {
  return CERTIFICATES[type ?? ''] ?? { kind: 'other', family: 'all' }
}

/** Apple's type for a new certificate: the one that fits every platform, but for the Enterprise program, which does not have it. */
export function certificateTypeFor(kind: CertificateKind, isEnterprise: boolean): CertificateType {
  const types = {
    development: 'DEVELOPMENT',
    distribution: isEnterprise ? 'IOS_DISTRIBUTION' : 'DISTRIBUTION',
    'developer-id': 'DEVELOPER_ID_APPLICATION_G2',
  } as const satisfies Record<CertificateKind, CertificateType>
  return types[kind]
}

const STATUSES: Readonly<Record<string, PortalDevice['status']>> = {
  ENABLED: 'enabled',
  DISABLED: 'disabled',
  PROCESSING: 'processing',
  INELIGIBLE: 'ineligible',
}

const FAMILIES: Readonly<Record<string, PortalDevice['family']>> = {
  APPLE_TV: 'tvos',
  MAC: 'macos',
  APPLE_SILICON_MAC: 'macos',
  INTEL_MAC: 'macos',
}

/** A device's state; a new name of Apple's is `other`. */
export function deviceStatus({ status }: Device): PortalDevice['status'] {
  return STATUSES[status ?? ''] ?? 'other'
}

/** Which platform's profiles list a device. A device that Apple has not classified yet goes by its platform. */
export function familyOfDevice({ deviceClass, platform }: Device): PortalDevice['family'] {
  return FAMILIES[deviceClass ?? ''] ?? (platform === 'MAC_OS' && deviceClass === undefined ? 'macos' : 'ios')
}

const SLOT_FAMILIES: Readonly<Record<string, string>> = {
  IPHONE: 'iPhone',
  IPAD: 'iPad',
  IPOD: 'iPod touch',
  APPLE_WATCH: 'Apple Watch',
  APPLE_TV: 'Apple TV',
  APPLE_VISION_PRO: 'Apple Vision Pro',
  MAC: 'Mac',
  APPLE_SILICON_MAC: 'Mac',
  INTEL_MAC: 'Mac',
}

/** The family in which Apple counts a device's slot; `undefined` while it is not classified. */
export function slotFamilyOf({ deviceClass }: Device): string | undefined {
  return SLOT_FAMILIES[deviceClass ?? '']
}
