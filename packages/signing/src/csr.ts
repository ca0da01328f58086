import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import type { Secret } from '@cordon/core/secret'
import { BitString, IA5String, Null, PrintableString, Utf8String } from 'asn1js'
import { AlgorithmIdentifier, AttributeTypeAndValue, CertificationRequest, PublicKeyInfo } from 'pkijs'
import { childAt, encode } from './asn1.ts'
import { signingErrors } from './errors.ts'
import { RSA_KEY_BITS } from './rsa-key.ts'

/** Who a certificate is requested for. Apple replaces all of it by the team's own names, but wants it well-formed. */
export interface CsrSubject {
  /** 1 to 64 characters. */
  readonly commonName: string
  readonly email?: string
  readonly organisation?: string
  /** Two upper-case letters, such as `NL`. */
  readonly country?: string
}

const SHA256_WITH_RSA = '1.2.840.113549.1.1.11'

const utf8 = (value: string) => new Utf8String({ value })

interface SubjectField {
  readonly oid: string
  readonly accepted: string
  readonly pattern: RegExp
  readonly encode: (value: string) => Utf8String | IA5String | PrintableString
}

// Lengths and string types: RFC 5280, appendix A.1. In the order in which names are written.
const SUBJECT_FIELDS = {
  email: {
    oid: '1.2.840.113549.1.9.1',
    accepted: 'an ASCII e-mail address of at most 255 characters',
    pattern: /^(?=.{3,255}$)[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+$/,
    encode: (value) => new IA5String({ value }),
  },
  commonName: { oid: '2.5.4.3', accepted: '1 to 64 characters', pattern: /^\P{Cc}{1,64}$/u, encode: utf8 },
  organisation: { oid: '2.5.4.10', accepted: '1 to 64 characters', pattern: /^\P{Cc}{1,64}$/u, encode: utf8 },
  country: {
    oid: '2.5.4.6',
    accepted: 'two upper-case letters',
    pattern: /^[A-Z]{2}$/,
    encode: (value) => new PrintableString({ value }),
  },
} satisfies Record<keyof CsrSubject, SubjectField>

function subjectName(subject: CsrSubject): AttributeTypeAndValue[] {
  const fields = Object.entries(SUBJECT_FIELDS) as [keyof CsrSubject, SubjectField][]
  return fields.flatMap(([field, { oid, accepted, pattern, encode }]) => {
    const value = subject[field]
    if (value === undefined) return []
    if (!pattern.test(value)) throw signingErrors.subject_invalid({ field, accepted })
    return [new AttributeTypeAndValue({ type: oid, value: encode(value) })]
  })
}

function requireAppleKey(key: KeyObject): void {
  const isRsa = key.type === 'private' && key.asymmetricKeyType === 'rsa'
  if (!isRsa || key.asymmetricKeyDetails?.modulusLength !== RSA_KEY_BITS) throw signingErrors.not_a_private_key()
}

/**
 * Makes the certificate signing request that Apple turns into a certificate: PKCS#10, signed with SHA-256, in PEM.
 * Errors: `signing.not_a_private_key`, `signing.subject_invalid`. Source: RFC 2986.
 */
export function createCsr(privateKey: Secret<KeyObject>, subject: CsrSubject): string {
  const key = privateKey.reveal()
  requireAppleKey(key)
  const request = new CertificationRequest()
  request.subject.typesAndValues = subjectName(subject)
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  request.subjectPublicKeyInfo = PublicKeyInfo.fromBER(new Uint8Array(spki))
  // Without a list pkijs leaves the attributes out, and RFC 2986 demands them, even when there are none.
  request.attributes = []
  return pemOf(signedRequest(request, key))
}

function signedRequest(request: CertificationRequest, key: KeyObject): Uint8Array {
  const algorithm = new AlgorithmIdentifier({ algorithmId: SHA256_WITH_RSA, algorithmParams: new Null() })
  request.signatureAlgorithm = algorithm
  const requestInfo = encode(childAt(request.toSchema(true), 0))
  request.signatureValue = new BitString({ valueHex: new Uint8Array(sign('sha256', requestInfo, key)) })
  return encode(request.toSchema(true))
}

function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`
}
