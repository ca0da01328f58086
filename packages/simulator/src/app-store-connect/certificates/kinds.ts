/** How certificates of a type look. */
export interface CertificateKind {
  /** The words before the colon in the subject's common name. */
  readonly commonName: string
  /** The words before the colon in the attribute `name`. */
  readonly label: string
  readonly platform: string | null
  /** Apple's extensions that tell what the certificate is for. */
  readonly marks: readonly string[]
  /** Who it is issued to: the team, or the key that made it ("Created via API"). */
  readonly holder: 'team' | 'api'
  readonly years: number
}

const APPLE = '1.2.840.113635.100.6.1'
const team = { holder: 'team', years: 1 } as const
const api = { holder: 'api', years: 1 } as const

/** The certificate types that the simulator issues. Marks: seen in real certificates, or commonly known. */
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
}

/** All types of Apple's document (18). Those without a row above need an identifier the simulator does not keep. */
export const CERTIFICATE_TYPES: readonly string[] = [
  ...Object.keys(CERTIFICATE_KINDS),
  'APPLE_PAY',
  'APPLE_PAY_MERCHANT_IDENTITY',
  'APPLE_PAY_PSP_IDENTITY',
  'APPLE_PAY_RSA',
  'IDENTITY_ACCESS',
  'PASS_TYPE_ID',
  'PASS_TYPE_ID_WITH_NFC',
]

const DEVELOPMENT_TYPES: ReadonlySet<string> = new Set(['DEVELOPMENT', 'IOS_DEVELOPMENT', 'MAC_APP_DEVELOPMENT'])

/** Whether a type signs for development. */
export function isDevelopment(certificateType: string): boolean {
  return DEVELOPMENT_TYPES.has(certificateType)
}
