import { createCipheriv, createHash } from 'node:crypto'
import {
  Set as Asn1Set,
  BmpString,
  Constructed,
  Integer,
  Null,
  ObjectIdentifier,
  OctetString,
  Primitive,
  Sequence,
} from 'asn1js'
import { type Asn1, encode } from '../asn1.ts'
import { deriveBytes } from './key-derivation.ts'
import { OID } from './oids.ts'

/** Hash rounds of every derivation in a file written here: what all readers were seen to take. */
export const ITERATIONS = 2048

/** What every part of a file being written needs. `randomBytes` must be a cryptographic source. */
export interface Sealer {
  /** UTF-16BE with two zero bytes at the end. */
  readonly passphrase: Uint8Array
  readonly randomBytes: (size: number) => Uint8Array
}

const oid = (value: string) => new ObjectIdentifier({ value })
const octets = (bytes: Uint8Array) => new OctetString({ valueHex: new Uint8Array(bytes) })
const explicit = (value: Asn1) => new Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: [value] })
const sequence = (...value: Asn1[]) => new Sequence({ value })

/** A ContentInfo of type data. */
export function dataContent(content: Uint8Array): Asn1 {
  return sequence(oid(OID.data), explicit(octets(content)))
}

interface Sealed {
  readonly algorithm: Asn1
  readonly ciphertext: Uint8Array
}

/** Encrypts with PBE-SHA1-3DES, the one form that every macOS, OpenSSL, Java and Go reader tried takes. */
function seal(content: Uint8Array, { passphrase, randomBytes }: Sealer): Sealed {
  const salt = randomBytes(8)
  const derived = { digest: 'sha1', passphrase, salt, iterations: ITERATIONS } as const
  const key = deriveBytes({ ...derived, purpose: 'key', bytes: 24 })
  const iv = deriveBytes({ ...derived, purpose: 'iv', bytes: 8 })
  const cipher = createCipheriv('des-ede3-cbc', key, iv)
  const parameters = sequence(octets(salt), new Integer({ value: ITERATIONS }))
  return {
    algorithm: sequence(oid(OID.pbeSha1TripleDes), parameters),
    ciphertext: Buffer.concat([cipher.update(content), cipher.final()]),
  }
}

/** An encrypted ContentInfo around bags. */
export function encryptedContent(bags: Asn1, sealer: Sealer): Asn1 {
  const { algorithm, ciphertext } = seal(encode(bags), sealer)
  const content = new Primitive({ idBlock: { tagClass: 3, tagNumber: 0 }, valueHex: new Uint8Array(ciphertext) })
  const encryptedContentInfo = sequence(oid(OID.data), algorithm, content)
  return sequence(oid(OID.encryptedData), explicit(sequence(new Integer({ value: 0 }), encryptedContentInfo)))
}

/** The bag of an encrypted PKCS#8 key. */
export function shroudedKeyBag(pkcs8: Uint8Array, attributes: Asn1, sealer: Sealer): Asn1 {
  const { algorithm, ciphertext } = seal(pkcs8, sealer)
  return sequence(oid(OID.shroudedKeyBag), explicit(sequence(algorithm, octets(ciphertext))), attributes)
}

export function certificateBag(der: Uint8Array, attributes: Asn1): Asn1 {
  return sequence(oid(OID.certBag), explicit(sequence(oid(OID.x509Certificate), explicit(octets(der)))), attributes)
}

/** The attributes that tie a key to its certificate: both bags carry the same. */
export function bagAttributes(friendlyName: string, certificateDer: Uint8Array): Asn1 {
  const localKeyId = createHash('sha1').update(certificateDer).digest()
  const attribute = (type: string, value: Asn1) => sequence(oid(type), new Asn1Set({ value: [value] }))
  const name = attribute(OID.friendlyName, new BmpString({ value: friendlyName }))
  return new Asn1Set({ value: [name, attribute(OID.localKeyId, octets(localKeyId))] })
}

/** AlgorithmIdentifier of SHA-1. */
export function sha1Algorithm(): Asn1 {
  return sequence(oid(OID.sha1), new Null())
}

export { octets, sequence }
