import { platform } from './platforms.ts'
import { type Attributes, bytes, choice, flag, type Open, text, time } from './shape.ts'

/** The documented certificate types. */
export const CERTIFICATE_TYPES = [
  'APPLE_PAY',
  'APPLE_PAY_MERCHANT_IDENTITY',
  'APPLE_PAY_PSP_IDENTITY',
  'APPLE_PAY_RSA',
  'DEVELOPER_ID_KEXT',
  'DEVELOPER_ID_KEXT_G2',
  'DEVELOPER_ID_APPLICATION',
  'DEVELOPER_ID_APPLICATION_G2',
  'DEVELOPMENT',
  'DISTRIBUTION',
  'IDENTITY_ACCESS',
  'IOS_DEVELOPMENT',
  'IOS_DISTRIBUTION',
  'MAC_APP_DISTRIBUTION',
  'MAC_INSTALLER_DISTRIBUTION',
  'MAC_APP_DEVELOPMENT',
  'PASS_TYPE_ID',
  'PASS_TYPE_ID_WITH_NFC',
] as const

/** A certificate type, known or not. */
export type CertificateType = Open<(typeof CERTIFICATE_TYPES)[number]>

/** Attributes of a certificate. Source: Apple's document, schema `Certificate`. */
export const certificateShape = {
  name: text,
  certificateType: choice(CERTIFICATE_TYPES),
  displayName: text,
  serialNumber: text,
  platform,
  expirationDate: time,
  certificateContent: bytes,
  activated: flag,
}

/** A certificate at Apple. `certificateContent` is the DER, `serialNumber` hexadecimal. Expired ones stay in the list for a while. */
export type Certificate = { readonly id: string } & Attributes<typeof certificateShape>
