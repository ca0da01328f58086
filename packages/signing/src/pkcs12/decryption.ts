import { createDecipheriv, pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { Integer, OctetString } from 'asn1js'
import { type Asn1, childAt, childrenOf, countOf, octetsOf, oidOf } from '../asn1.ts'
import { signingErrors } from '../errors.ts'
import { deriveBytes } from './key-derivation.ts'
import { HMAC_BY_OID, OID } from './oids.ts'
import type { PassphraseBytes } from './passphrase.ts'
import type { WorkBudget } from './work-budget.ts'

type Decipher = (key: Uint8Array, iv: Uint8Array, data: Uint8Array) => Uint8Array | Promise<Uint8Array>

interface Cipher {
  readonly keyBytes: number
  readonly ivBytes: number
  readonly decipher: Decipher
}

const derive = promisify(pbkdf2)

const platformCipher =
  (name: string): Decipher =>
  (key, iv, data) => {
    const cipher = createDecipheriv(name, key, iv)
    return Buffer.concat([cipher.update(data), cipher.final()])
  }

const twoKeyTripleDes: Decipher = (key, iv, data) =>
  platformCipher('des-ede3-cbc')(Buffer.concat([key, key.subarray(0, 8)]), iv, data)

// Node's OpenSSL has no RC2 unless its legacy provider is on, and exports from Keychain Access still use it.
const rc2 =
  (effectiveBits: number): Decipher =>
  async (key, iv, data) => {
    const { default: forge } = await import('node-forge')
    const binary = (bytes: Uint8Array) => forge.util.createBuffer(Buffer.from(bytes).toString('latin1'))
    const cipher = forge.rc2.createDecryptionCipher(binary(key), effectiveBits)
    cipher.start(binary(iv))
    cipher.update(binary(data))
    if (!cipher.finish()) throw new Error('wrong padding')
    return Buffer.from(cipher.output.getBytes(), 'latin1')
  }

// RFC 7292, appendix C.
const PKCS12_CIPHERS: Readonly<Record<string, Cipher>> = {
  [OID.pbeSha1TripleDes]: { keyBytes: 24, ivBytes: 8, decipher: platformCipher('des-ede3-cbc') },
  '1.2.840.113549.1.12.1.4': { keyBytes: 16, ivBytes: 8, decipher: twoKeyTripleDes },
  '1.2.840.113549.1.12.1.5': { keyBytes: 16, ivBytes: 8, decipher: rc2(128) },
  '1.2.840.113549.1.12.1.6': { keyBytes: 5, ivBytes: 8, decipher: rc2(40) },
}

// The ciphers that PBES2 may name.
const PBES2_CIPHERS: Readonly<Record<string, Cipher>> = {
  '1.2.840.113549.3.7': { keyBytes: 24, ivBytes: 8, decipher: platformCipher('des-ede3-cbc') },
  '2.16.840.1.101.3.4.1.2': { keyBytes: 16, ivBytes: 16, decipher: platformCipher('aes-128-cbc') },
  '2.16.840.1.101.3.4.1.22': { keyBytes: 24, ivBytes: 16, decipher: platformCipher('aes-192-cbc') },
  '2.16.840.1.101.3.4.1.42': { keyBytes: 32, ivBytes: 16, decipher: platformCipher('aes-256-cbc') },
}

/** Finds a row by OID; throws `signing.unsupported_encryption`, naming the OID, when there is none. */
export function supported<T>(table: Readonly<Record<string, T>>, oid: string): T {
  const row = Object.hasOwn(table, oid) ? table[oid] : undefined
  if (row === undefined) throw signingErrors.unsupported_encryption({ algorithm: oid })
  return row
}

/**
 * Decrypts one encrypted part of a PKCS#12 file. `algorithm` is its AlgorithmIdentifier. Anyone may have made the
 * file: what it says is bounded by `budget`. A wrong passphrase shows as a cipher's padding error or as rubbish.
 */
export async function decrypt(
  algorithm: Asn1,
  data: Uint8Array,
  passphrase: PassphraseBytes,
  budget: WorkBudget,
): Promise<Uint8Array> {
  const oid = oidOf(childAt(algorithm, 0))
  const parameters = childAt(algorithm, 1)
  if (oid === OID.pbes2) return decryptPbes2(parameters, data, passphrase.utf8, budget)
  return decryptPbe(supported(PKCS12_CIPHERS, oid), parameters, data, passphrase.bmp, budget)
}

function decryptPbe(cipher: Cipher, parameters: Asn1, data: Uint8Array, passphrase: Uint8Array, budget: WorkBudget) {
  const salt = octetsOf(childAt(parameters, 0))
  const iterations = countOf(childAt(parameters, 1))
  budget.spend(iterations * 2)
  const bytesFor = (purpose: 'key' | 'iv', bytes: number) =>
    deriveBytes({ digest: 'sha1', purpose, passphrase, salt, iterations, bytes })
  return cipher.decipher(bytesFor('key', cipher.keyBytes), bytesFor('iv', cipher.ivBytes), data)
}

async function decryptPbes2(parameters: Asn1, data: Uint8Array, passphrase: Uint8Array, budget: WorkBudget) {
  const [derivation, scheme] = [childAt(parameters, 0), childAt(parameters, 1)]
  const cipher = supported(PBES2_CIPHERS, oidOf(childAt(scheme, 0)))
  const key = await pbkdf2Key(derivation, passphrase, cipher.keyBytes, budget)
  return cipher.decipher(key, octetsOf(childAt(scheme, 1)), data)
}

/** Derives a key as a PBKDF2 AlgorithmIdentifier says. Source: RFC 8018, appendix A.2. */
export async function pbkdf2Key(
  derivation: Asn1,
  passphrase: Uint8Array,
  bytes: number,
  budget: WorkBudget,
): Promise<Uint8Array> {
  const oid = oidOf(childAt(derivation, 0))
  if (oid !== OID.pbkdf2) throw signingErrors.unsupported_encryption({ algorithm: oid })
  const fields = childrenOf(childAt(derivation, 1))
  const [salt, iterations, ...optional] = fields
  if (!(salt instanceof OctetString) || iterations === undefined) throw new Error('no salt or no iterations')
  const hmac = optional.find((field) => !(field instanceof Integer))
  const digest = hmac === undefined ? 'sha1' : supported(HMAC_BY_OID, oidOf(childAt(hmac, 0)))
  const rounds = countOf(iterations)
  budget.spend(rounds)
  return derive(passphrase, octetsOf(salt), rounds, bytes, digest)
}
