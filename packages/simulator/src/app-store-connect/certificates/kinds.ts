import type { KeyKind } from '../../authority/signing-request.ts'

/** How certificates of a type look. */
export interface CertificateKind {
  /** The words before the colon in the subject's common name. */
  readonly commonName: string
  /** The words before the colon in the attribute `name`. */
  readonly label: string
  readonly platform: string | null
  /** Apple's extensions that tell what the certificate is for. */
  readonly marks: readonly string[]
  /** Who it is issued to: the team, whoever made it (a key: "Created via API"), or something that the team registered. */
  readonly holder: 'team' | 'maker' | 'bundle' | 'merchant' | 'pass' | 'website'
  readonly years: number
  /** Extended key usages; absent: code signing. */
  readonly purposes?: readonly string[]
  /** The key that its request must have; absent: RSA. */
  readonly key?: KeyKind
}

/** The relationship that names what a certificate is for. */
export const OWNER_RELATIONSHIPS: Readonly<Partial<Record<CertificateKind['holder'], string>>> = {
  bundle: 'bundleId',
  merchant: 'merchantId',
  pass: 'passTypeId',
  website: 'websitePushId',
}

/** Whether a certificate belongs to something that the team registered. */
export function isOwned({ holder }: CertificateKind): boolean {
  return OWNER_RELATIONSHIPS[holder] !== undefined
}

const APPLE = '1.2.840.113635.100.6.1'
const APPLE_PUSH = '1.2.840.113635.100.6.3'
const team = { holder: 'team', years: 1 } as const
const api = { holder: 'maker', years: 1 } as const
const pass = {
  holder: 'pass',
  years: 1,
  commonName: 'Pass Type ID',
  platform: null,
  marks: [`${APPLE}.16`],
} as const
const pay = {
  holder: 'merchant',
  years: 2,
  commonName: 'Apple Pay Payment Processing',
  platform: null,
  marks: [`${APPLE}.39`],
} as const
const push = { holder: 'bundle', years: 1, purposes: ['1.3.6.1.5.5.7.3.2'] } as const

/** The types of Apple's document that the simulator issues. Marks: seen in real certificates, or commonly known. */
export const CERTIFICATE_KINDS: Readonly<Record<string, CertificateKind>> = {
  DEVELOPMENT: {
    ...api,
    commonName: 'Apple Development',
    label: 'Apple Development',
    platform: null,
    marks: [`${APPLE}.2`, `${APPLE}.12`],
  },
  DISTRIBUTION: {
    ...team,
    commonName: 'Apple Distribution',
    label: 'Apple Distribution',
    platform: null,
    marks: [`${APPLE}.4`, `${APPLE}.7`],
  },
  IOS_DEVELOPMENT: {
    ...api,
    commonName: 'iPhone Developer',
    label: 'iOS Development',
    platform: 'IOS',
    marks: [`${APPLE}.2`],
  },
  IOS_DISTRIBUTION: {
    ...team,
    commonName: 'iPhone Distribution',
    label: 'iOS Distribution',
    platform: 'IOS',
    marks: [`${APPLE}.4`],
  },
  MAC_APP_DEVELOPMENT: {
    ...api,
    commonName: 'Mac Developer',
    label: 'Mac Development',
    platform: 'MAC_OS',
    marks: [`${APPLE}.12`],
  },
  MAC_APP_DISTRIBUTION: {
    ...team,
    commonName: '3rd Party Mac Developer Application',
    label: 'Mac App Distribution',
    platform: 'MAC_OS',
    marks: [`${APPLE}.7`],
  },
  MAC_INSTALLER_DISTRIBUTION: {
    ...team,
    commonName: '3rd Party Mac Developer Installer',
    label: 'Mac Installer Distribution',
    platform: 'MAC_OS',
    marks: [`${APPLE}.8`],
  },
  DEVELOPER_ID_APPLICATION: {
    holder: 'team',
    years: 5,
    commonName: 'Developer ID Application',
    label: 'Developer ID Application',
    platform: 'MAC_OS',
    marks: [`${APPLE}.13`],
  },
  DEVELOPER_ID_APPLICATION_G2: {
    holder: 'team',
    years: 5,
    commonName: 'Developer ID Application',
    label: 'Developer ID Application',
    platform: 'MAC_OS',
    marks: [`${APPLE}.13`, `${APPLE}.33`],
  },
  DEVELOPER_ID_KEXT: {
    holder: 'team',
    years: 5,
    commonName: 'Developer ID Application',
    label: 'Developer ID Kext',
    platform: 'MAC_OS',
    marks: [`${APPLE}.13`, `${APPLE}.18`],
  },
  DEVELOPER_ID_KEXT_G2: {
    holder: 'team',
    years: 5,
    commonName: 'Developer ID Application',
    label: 'Developer ID Kext',
    platform: 'MAC_OS',
    marks: [`${APPLE}.13`, `${APPLE}.18`, `${APPLE}.33`],
  },
  PASS_TYPE_ID: { ...pass, label: 'Pass Type ID' },
  PASS_TYPE_ID_WITH_NFC: { ...pass, label: 'Pass Type ID with NFC' },
  APPLE_PAY: { ...pay, label: 'Apple Pay Payment Processing', key: 'ec' },
  APPLE_PAY_RSA: { ...pay, label: 'Apple Pay Payment Processing (RSA)' },
  APPLE_PAY_MERCHANT_IDENTITY: {
    ...pay,
    commonName: 'Apple Pay Merchant Identity',
    label: 'Apple Pay Merchant Identity',
    marks: [`${APPLE}.32`],
  },
}

/** Types that only people with an Apple ID can ask for. The names of the push types but one are the simulator's own. */
export const PORTAL_CERTIFICATE_KINDS: Readonly<Record<string, CertificateKind>> = {
  DEVELOPER_ID_INSTALLER: {
    holder: 'team',
    years: 5,
    commonName: 'Developer ID Installer',
    label: 'Developer ID Installer',
    platform: 'MAC_OS',
    marks: [`${APPLE}.14`],
  },
  APPLE_PUSH_SERVICES: {
    ...push,
    commonName: 'Apple Push Services',
    label: 'Apple Push Services',
    platform: 'IOS',
    marks: [`${APPLE_PUSH}.1`, `${APPLE_PUSH}.2`],
  },
  DEVELOPMENT_PUSH_SERVICES: {
    ...push,
    commonName: 'Apple Development IOS Push Services',
    label: 'Apple Push Notification service SSL (Sandbox)',
    platform: 'IOS',
    marks: [`${APPLE_PUSH}.1`],
  },
  VOIP_SERVICES: {
    ...push,
    commonName: 'VoIP Services',
    label: 'VoIP Services Certificate',
    platform: 'IOS',
    marks: [`${APPLE_PUSH}.2`, `${APPLE_PUSH}.4`],
  },
  MAC_PUSH_SERVICES: {
    ...push,
    commonName: 'Apple Production Mac Push Services',
    label: 'Mac Push Notification service SSL (Production)',
    platform: 'MAC_OS',
    marks: [`${APPLE_PUSH}.2`],
  },
  WEBSITE_PUSH_SERVICES: {
    ...push,
    holder: 'website',
    commonName: 'Website Push ID',
    label: 'Website Push ID Certificate',
    platform: null,
    marks: [`${APPLE_PUSH}.2`],
  },
  MAC_DEVELOPMENT_PUSH_SERVICES: {
    ...push,
    commonName: 'Apple Development Mac Push Services',
    label: 'Mac Push Notification service SSL (Sandbox)',
    platform: 'MAC_OS',
    marks: [`${APPLE_PUSH}.1`],
  },
}

/** All types of Apple's document (18). Those without a row above are not issued. */
export const CERTIFICATE_TYPES: readonly string[] = [
  ...Object.keys(CERTIFICATE_KINDS),
  'APPLE_PAY_PSP_IDENTITY',
  'IDENTITY_ACCESS',
]

/** All types that the portal takes. */
export const PORTAL_CERTIFICATE_TYPES: readonly string[] = [
  ...CERTIFICATE_TYPES,
  ...Object.keys(PORTAL_CERTIFICATE_KINDS),
]

/** How certificates of a type look; `undefined` for types that the simulator does not issue. */
export function certificateKind(certificateType: string): CertificateKind | undefined {
  return CERTIFICATE_KINDS[certificateType] ?? PORTAL_CERTIFICATE_KINDS[certificateType]
}

const DEVELOPMENT_TYPES: ReadonlySet<string> = new Set(['DEVELOPMENT', 'IOS_DEVELOPMENT', 'MAC_APP_DEVELOPMENT'])

/** Whether a type signs for development. */
export function isDevelopment(certificateType: string): boolean {
  return DEVELOPMENT_TYPES.has(certificateType)
}
