import { webcrypto } from 'node:crypto'
import { BitString, Integer, Null, OctetString } from 'asn1js'
import {
  AlgorithmIdentifier,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  type PublicKeyInfo,
  Time,
} from 'pkijs'
import { type DistinguishedName, distinguishedName } from './names.ts'

type CryptoKey = webcrypto.CryptoKey

/** What stands in a certificate. */
export interface CertificateContent {
  readonly serial: Uint8Array
  readonly subject: DistinguishedName
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: CryptoKey | PublicKeyInfo
  readonly isAuthority: boolean
  /** Extended key usages, as object identifiers. */
  readonly purposes?: readonly string[]
  /** Apple's marks of what the certificate is for: object identifiers of critical extensions without a value. */
  readonly marks?: readonly string[]
  /** Further extensions, complete. */
  readonly extensions?: readonly Extension[]
}

/** Who signs: its certificate, or null to sign oneself. */
export interface Issuer {
  readonly certificate: Certificate | null
  readonly privateKey: CryptoKey
}

const RSA = 'RSASSA-PKCS1-v1_5'
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11'
const BASIC_CONSTRAINTS = '2.5.29.19'
const KEY_USAGE = '2.5.29.15'
const EXTENDED_KEY_USAGE = '2.5.29.37'
const SUBJECT_KEY_IDENTIFIER = '2.5.29.14'
const AUTHORITY_KEY_IDENTIFIER = '2.5.29.35'
const DIGITAL_SIGNATURE = { valueHex: new Uint8Array([0x80]).buffer, unusedBits: 7 }
const CERTIFICATE_AND_CRL_SIGN = { valueHex: new Uint8Array([0x06]).buffer, unusedBits: 1 }

function buffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.byteLength)
  new Uint8Array(copy).set(bytes)
  return copy
}

function extension(extnID: string, critical: boolean, value: { toBER(sizeOnly?: boolean): ArrayBuffer }): Extension {
  return new Extension({ extnID, critical, extnValue: value.toBER(false) })
}

async function keyIdentifier(certificate: Certificate): Promise<ArrayBuffer> {
  const spki = certificate.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView
  return await webcrypto.subtle.digest('SHA-1', buffer(spki))
}

async function extensionsOf(
  certificate: Certificate,
  content: CertificateContent,
  issuer: Issuer,
): Promise<Extension[]> {
  const usage = content.isAuthority ? CERTIFICATE_AND_CRL_SIGN : DIGITAL_SIGNATURE
  const authorityId = new AuthorityKeyIdentifier({
    keyIdentifier: new OctetString({ valueHex: await keyIdentifier(issuer.certificate ?? certificate) }),
  })
  const purposes = content.purposes ?? []
  return [
    extension(BASIC_CONSTRAINTS, true, new BasicConstraints({ cA: content.isAuthority }).toSchema()),
    extension(AUTHORITY_KEY_IDENTIFIER, false, authorityId.toSchema()),
    extension(SUBJECT_KEY_IDENTIFIER, false, new OctetString({ valueHex: await keyIdentifier(certificate) })),
    extension(KEY_USAGE, true, new BitString(usage)),
    ...(purposes.length === 0
      ? []
      : [extension(EXTENDED_KEY_USAGE, true, new ExtKeyUsage({ keyPurposes: [...purposes] }).toSchema())]),
    ...(content.marks ?? []).map((mark) => extension(mark, true, new Null())),
    ...(content.extensions ?? []),
  ]
}

/**
 * Signs with SHA-256. With an RSA key both algorithm fields carry NULL, as RFC 4055 demands: pkijs leaves it out, and clients that
 * write a certificate anew (node-forge, for a PKCS#12) put it into one of the two, which then differ.
 */
async function sign(certificate: Certificate, privateKey: CryptoKey): Promise<void> {
  if (privateKey.algorithm.name !== RSA) {
    await certificate.sign(privateKey, 'SHA-256')
    return
  }
  const algorithm = { algorithmId: SHA256_WITH_RSA, algorithmParams: new Null() }
  certificate.signature = new AlgorithmIdentifier(algorithm)
  certificate.signatureAlgorithm = new AlgorithmIdentifier(algorithm)
  certificate.tbsView = new Uint8Array(certificate.encodeTBS().toBER(false))
  const signed = await webcrypto.subtle.sign(RSA, privateKey, certificate.tbsView)
  certificate.signatureValue = new BitString({ valueHex: signed })
}

/** Signs a certificate: SHA-256 with the issuer's kind of key. */
export async function signCertificate(content: CertificateContent, issuer: Issuer): Promise<Certificate> {
  const certificate = new Certificate()
  certificate.version = 2
  certificate.serialNumber = new Integer({ valueHex: buffer(content.serial) })
  certificate.subject = distinguishedName(content.subject)
  certificate.issuer = issuer.certificate?.subject ?? certificate.subject
  certificate.notBefore = new Time({ type: 0, value: content.notBefore })
  certificate.notAfter = new Time({ type: 0, value: content.notAfter })
  if ('algorithm' in content.publicKey && 'subjectPublicKey' in content.publicKey) {
    certificate.subjectPublicKeyInfo = content.publicKey
  } else {
    await certificate.subjectPublicKeyInfo.importKey(content.publicKey)
  }
  certificate.extensions = await extensionsOf(certificate, content, issuer)
  await sign(certificate, issuer.privateKey)
  return certificate
}

/** The certificate's DER. */
export function derOf(certificate: Certificate): Uint8Array {
  return new Uint8Array(certificate.toSchema(true).toBER(false))
}

/** The certificate's PEM. */
export function pemOf(certificate: Certificate): string {
  const lines =
    Buffer.from(derOf(certificate))
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
