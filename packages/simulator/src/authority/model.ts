import type { PublicKeyInfo } from 'pkijs'
import type { DistinguishedName } from './names.ts'

/** A certificate to be issued by the simulator's intermediate. */
export interface IssueRequest {
  readonly subject: DistinguishedName
  readonly publicKey: PublicKeyInfo
  readonly notBefore: Date
  readonly notAfter: Date
  readonly marks: readonly string[]
  readonly purposes: readonly string[]
}

/** What was issued: the serial number as Apple spells it (hex, capitals) and the DER. */
export interface IssuedCertificate {
  readonly serialNumber: string
  readonly der: Uint8Array
}

/** The authority written as JSON: certificates as base64 DER, private keys as base64 PKCS#8. Worth nothing outside a simulator. */
export type AuthorityJson = Readonly<Record<'root' | 'intermediate' | 'signer', { certificate: string; key: string }>>
