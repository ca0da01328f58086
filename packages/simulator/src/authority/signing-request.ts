import { fromBER, ObjectIdentifier } from 'asn1js'
import { CertificationRequest, type PublicKeyInfo } from 'pkijs'

/** Why a certificate signing request is refused; the sentence completes "The certificate signing request …". */
export type RequestRefusal =
  | 'is not valid'
  | 'has a signature that does not match its key'
  | 'must use a 2048-bit RSA key'
  | 'must use a 256-bit elliptic curve key'

/** A request that may become a certificate. */
export interface SigningRequest {
  readonly publicKey: PublicKeyInfo
}

/** The kind of key that a request must have: RSA of 2048 bits, or the curve P-256. */
export type KeyKind = 'rsa' | 'ec'

const EC_PUBLIC_KEY = '1.2.840.10045.2.1'
const P256 = '1.2.840.10045.3.1.7'
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const KEY_BITS = 2048

function bytesOf(text: string): Uint8Array | undefined {
  // Clients send it with and without the BEGIN and END lines, with and without line breaks.
  const body = text.replace(/-----[A-Z ]+-----/g, '').replace(/\s+/g, '')
  if (body === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(body)) return undefined
  return new Uint8Array(Buffer.from(body, 'base64'))
}

function decode(bytes: Uint8Array): CertificationRequest | undefined {
  const copy = new Uint8Array(bytes)
  const { offset, result } = fromBER(copy.buffer)
  if (offset !== copy.byteLength) return undefined
  try {
    return new CertificationRequest({ schema: result })
  } catch {
    return undefined
  }
}

function bitsOf(publicKey: PublicKeyInfo): number {
  const parsed = publicKey.parsedKey
  if (publicKey.algorithm.algorithmId !== RSA_ENCRYPTION || parsed === undefined || !('modulus' in parsed)) return 0
  const modulus = parsed.modulus.valueBlock.valueHexView
  const first = modulus.findIndex((byte) => byte !== 0)
  return first < 0 ? 0 : (modulus.length - first) * 8 - (Math.clz32(modulus[first] ?? 0) - 24)
}

function isOnP256({ algorithm }: PublicKeyInfo): boolean {
  const { algorithmId, algorithmParams: curve } = algorithm
  return algorithmId === EC_PUBLIC_KEY && curve instanceof ObjectIdentifier && curve.getValue() === P256
}

async function isSignedByItsKey(request: CertificationRequest): Promise<boolean> {
  try {
    return await request.verify()
  } catch {
    return false
  }
}

/** Reads a PKCS#10 request (PEM or bare base64) and checks its signature and its key. */
export async function readSigningRequest(text: string, key: KeyKind = 'rsa'): Promise<SigningRequest | RequestRefusal> {
  const bytes = bytesOf(text)
  const request = bytes === undefined ? undefined : decode(bytes)
  if (request === undefined) return 'is not valid'
  const { subjectPublicKeyInfo } = request
  if (key === 'ec' && !isOnP256(subjectPublicKeyInfo)) return 'must use a 256-bit elliptic curve key'
  if (key === 'rsa' && bitsOf(subjectPublicKeyInfo) !== KEY_BITS) return 'must use a 2048-bit RSA key'
  if (!(await isSignedByItsKey(request))) return 'has a signature that does not match its key'
  return { publicKey: subjectPublicKeyInfo }
}
