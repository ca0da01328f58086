import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { CordonError } from '@cordon/core/errors'
import { type Secret, secret } from '@cordon/core/secret'
import { appleErrors } from './errors.ts'

/** An App Store Connect API private key, ready to sign. */
export interface ApplePrivateKey {
  /** The key in the one spelling that every reader takes: PKCS#8 PEM with line breaks. */
  readonly pem: Secret<string>
  /** An EC key on the curve P-256. */
  readonly key: Secret<KeyObject>
}

const MAX_BYTES = 16 * 1024
const ACCEPTED = 'a PKCS#8 private key on the curve P-256, as in an AuthKey_….p8 file'

const PROBLEMS = {
  empty: 'is empty',
  too_big: 'is larger than 16 kB, which no .p8 file is',
  binary: 'holds a NUL character, so it is not a text file',
  not_a_key: 'is not a key at all',
  damaged: 'looks like a private key but is cut off or damaged',
  encrypted: 'is encrypted with a passphrase',
  rsa: 'is an RSA key',
  other_curve: 'is an elliptic-curve key on another curve than P-256',
  other_type: 'is a private key of another kind than elliptic curve',
  sec1: 'is an EC key in the older SEC1 form ("EC PRIVATE KEY"); convert it with: openssl pkcs8 -topk8 -nocrypt',
  openssh: 'is an OpenSSH key',
  public_key: 'is a public key',
  certificate: 'is a certificate',
  certificate_request: 'is a certificate signing request',
} as const

/** Why a text is not taken as a private key. */
export type PrivateKeyProblem = keyof typeof PROBLEMS

// What stands in the BEGIN line; the plain label of PKCS#8 is not here.
const LABELS: Readonly<Record<string, PrivateKeyProblem>> = {
  'ENCRYPTED PRIVATE KEY': 'encrypted',
  'RSA PRIVATE KEY': 'rsa',
  'DSA PRIVATE KEY': 'other_type',
  'EC PRIVATE KEY': 'sec1',
  'OPENSSH PRIVATE KEY': 'openssh',
  'PUBLIC KEY': 'public_key',
  'RSA PUBLIC KEY': 'public_key',
  CERTIFICATE: 'certificate',
  'TRUSTED CERTIFICATE': 'certificate',
  'CERTIFICATE REQUEST': 'certificate_request',
  'NEW CERTIFICATE REQUEST': 'certificate_request',
}

const BEGIN = /-{2,}\s*BEGIN ([A-Z0-9 ]+?)\s*-{2,}/g
const END = /-{2,}\s*END [A-Z0-9 ]+?\s*-{2,}/

/**
 * Reads a `.p8` private key as people paste it: the file itself, literal `\n`, one line, base64 of the whole file,
 * without BEGIN and END lines, CRLF, quotes and spaces around it.
 * Throws `apple.private_key_invalid`, which names the field, what is wrong and what is accepted, and shows nothing of the text.
 * Whether Apple accepts the key is for a live request to tell: push and Sign in with Apple keys look the same.
 */
export function readPrivateKey(text: Secret<string>): ApplePrivateKey {
  const key = keyFrom(text.reveal())
  refuseUnfit(key)
  return { pem: secret(key.export({ type: 'pkcs8', format: 'pem' }).toString()), key: secret(key) }
}

function keyFrom(text: string): KeyObject {
  if (text.length > MAX_BYTES) throw problem('too_big')
  if (text.includes('\0')) throw problem('binary')
  const tidy = unquote(text)
  if (tidy === '') throw problem('empty')
  return fromPem(tidy) ?? fromBareBase64(tidy)
}

function unquote(text: string): string {
  const broken = text
    .replace(/^\uFEFF/, '')
    .replace(/\\r/g, '')
    .replace(/\\+n/g, '\n')
  return broken
    .trim()
    .replace(/^["'`]+|["'`]+$/g, '')
    .trim()
}

function fromPem(text: string): KeyObject | undefined {
  const blocks = [...text.matchAll(BEGIN)]
  const block = blocks.find((candidate) => candidate[1] === 'PRIVATE KEY') ?? blocks[0]
  if (block === undefined) return undefined
  const body = text.slice(block.index + block[0].length).split(END)[0] ?? ''
  const label = block[1] ?? ''
  if (/ENCRYPTED/.test(body)) throw problem('encrypted')
  if (label !== 'PRIVATE KEY') throw problem(LABELS[label] ?? 'not_a_key')
  const der = decodeBase64(body)
  if (der === undefined) throw problem('damaged')
  return fromDer(der, 'damaged')
}

function fromBareBase64(text: string): KeyObject {
  const bytes = decodeBase64(text.split(END)[0] ?? '')
  if (bytes === undefined) throw problem('not_a_key')
  const inner = unquote(bytes.toString('latin1'))
  return fromPem(inner) ?? fromDer(bytes, 'not_a_key')
}

function decodeBase64(text: string): Buffer | undefined {
  const packed = text.replace(/\s+/g, '')
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(packed)
  return isBase64 ? Buffer.from(packed, 'base64') : undefined
}

function fromDer(der: Buffer, otherwise: PrivateKeyProblem): KeyObject {
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  } catch (error) {
    if (isMissingPassphrase(error)) throw problem('encrypted')
    throw problem(recognise(der) ?? otherwise)
  }
}

function isMissingPassphrase(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MISSING_PASSPHRASE'
}

const RECOGNISERS: readonly (readonly [PrivateKeyProblem, (der: Buffer) => unknown])[] = [
  ['sec1', (der) => createPrivateKey({ key: der, format: 'der', type: 'sec1' })],
  ['rsa', (der) => createPrivateKey({ key: der, format: 'der', type: 'pkcs1' })],
  ['public_key', (der) => createPublicKey({ key: der, format: 'der', type: 'spki' })],
  ['certificate', (der) => new X509Certificate(der)],
]

function recognise(der: Buffer): PrivateKeyProblem | undefined {
  return RECOGNISERS.find(([, read]) => succeeds(() => read(der)))?.[0]
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}

function refuseUnfit(key: KeyObject): void {
  if (key.asymmetricKeyType?.startsWith('rsa')) throw problem('rsa')
  if (key.asymmetricKeyType !== 'ec') throw problem('other_type')
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw problem('other_curve')
}

function problem(name: PrivateKeyProblem): CordonError {
  return appleErrors.private_key_invalid(
    { field: 'privateKey', problem: name, accepted: ACCEPTED },
    { detail: `The text in "privateKey" ${PROBLEMS[name]}. Accepted is ${ACCEPTED}.` },
  )
}
