import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { type Instant, instant, toIso } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import { type CertificateKind, kindOfCertificate } from './certificate-kind.ts'
import { parsing, signingErrors } from './errors.ts'

/** A certificate as signing needs to see it. Says nothing about trust: the issuer's signature is not checked. */
export interface Certificate {
  readonly der: Uint8Array
  /** Hexadecimal, upper case, no leading zeros cut. Compare with `sameSerial`. */
  readonly serialNumber: string
  /** Such as `Apple Development: Jane Doe (ABCDE12345)`; empty when there is none. */
  readonly commonName: string
  /** The organisational unit, when it has the form of Apple's team ids. */
  readonly teamId: string | undefined
  readonly organisation: string | undefined
  readonly notBefore: Instant
  readonly notAfter: Instant
  /** 40 upper-case hexadecimal digits, as `security find-identity` prints it. */
  readonly sha1Fingerprint: string
  /** 64 upper-case hexadecimal digits. */
  readonly sha256Fingerprint: string
  readonly kind: CertificateKind
}

export type CertificateValidity = 'valid' | 'not_yet_valid' | 'expired'

const TEAM_ID = /^[A-Z0-9]{10}$/
const BASE64 = /^[A-Za-z0-9+/=\s]+$/

/**
 * Reads one certificate: DER bytes, PEM, or base64 of the DER (as Apple's `certificateContent`), each as text or bytes.
 * Of several in a PEM text the first counts. Errors: `signing.not_a_certificate`.
 */
export function readCertificate(input: Uint8Array | string): Certificate {
  return parsing(
    (cause) => signingErrors.not_a_certificate({}, { cause }),
    () => certificateFrom(new X509Certificate(certificateBytes(input))),
  )
}

function certificateBytes(input: Uint8Array | string): Buffer {
  const bytes = Buffer.from(input)
  const text = bytes.toString('latin1').trim()
  return BASE64.test(text) ? Buffer.from(text, 'base64') : bytes
}

function certificateFrom(x509: X509Certificate): Certificate {
  requireReadableKey(x509)
  // `subject` is text with RFC 2253 escapes; the legacy object has the plain values.
  const subject = subjectOf(x509)
  const commonName = subject('CN') ?? ''
  const organisationalUnit = subject('OU')
  return {
    der: new Uint8Array(x509.raw),
    serialNumber: x509.serialNumber.toUpperCase(),
    commonName,
    teamId: organisationalUnit !== undefined && TEAM_ID.test(organisationalUnit) ? organisationalUnit : undefined,
    organisation: subject('O'),
    notBefore: instant(Date.parse(x509.validFrom)),
    notAfter: instant(Date.parse(x509.validTo)),
    sha1Fingerprint: x509.fingerprint.replaceAll(':', ''),
    sha256Fingerprint: x509.fingerprint256.replaceAll(':', ''),
    kind: kindOfCertificate(x509.raw, commonName),
  }
}

// Of no use for signing; and Node 24 ends without a word in `toLegacyObject` when OpenSSL cannot decode the key.
function requireReadableKey(x509: X509Certificate): void {
  if (x509.publicKey.type !== 'public') throw new Error('the certificate has no public key')
}

function subjectOf(x509: X509Certificate): (field: string) => string | undefined {
  const subject: Record<string, unknown> = { ...x509.toLegacyObject().subject }
  return (field) => {
    const value: unknown = Array.isArray(subject[field]) ? subject[field][0] : subject[field]
    return typeof value === 'string' ? value : undefined
  }
}

/** The certificate in PEM. */
export function certificatePem(certificate: Certificate): string {
  return new X509Certificate(certificate.der).toString()
}

const normalSerial = (serial: string) => serial.toUpperCase().replace(/^0+(?=.)/, '')

/** Compares serial numbers as numbers: Apple, openssl and CI clients differ in case and leading zeros. */
export function sameSerial(one: string, other: string): boolean {
  return normalSerial(one) === normalSerial(other)
}

/** Where a point in time lies in the certificate's life; both ends belong to it. */
export function validityAt(certificate: Certificate, at: Instant): CertificateValidity {
  if (at < certificate.notBefore) return 'not_yet_valid'
  return at > certificate.notAfter ? 'expired' : 'valid'
}

/** Throws `signing.certificate_expired` or `signing.certificate_not_yet_valid` unless the certificate is valid then. */
export function requireValid(certificate: Certificate, at: Instant): void {
  const { commonName, serialNumber, notBefore, notAfter } = certificate
  const validity = validityAt(certificate, at)
  if (validity === 'expired') {
    const detail = `"${commonName}" expired on ${toIso(notAfter)}`
    throw signingErrors.certificate_expired({ commonName, serialNumber, expiredAt: notAfter }, { detail })
  }
  if (validity === 'not_yet_valid') {
    const detail = `"${commonName}" becomes valid on ${toIso(notBefore)}`
    throw signingErrors.certificate_not_yet_valid({ commonName, serialNumber, validFrom: notBefore }, { detail })
  }
}

/** Says whether this private key is the one the certificate was requested with. */
export function matchesPrivateKey(certificate: Certificate, privateKey: Secret<KeyObject>): boolean {
  return createPublicKey(privateKey.reveal()).equals(new X509Certificate(certificate.der).publicKey)
}
