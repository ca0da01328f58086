import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Asn1, childAt, childrenOf, countOf, octetsOf, oidOf } from '../asn1.ts'
import { pbkdf2Key, supported } from './decryption.ts'
import { deriveBytes } from './key-derivation.ts'
import { DIGEST_BY_OID, HMAC_BY_OID } from './oids.ts'
import type { PassphraseBytes } from './passphrase.ts'
import type { WorkBudget } from './work-budget.ts'

const PBMAC1 = '1.2.840.113549.1.5.14'
const DIGEST_BYTES: Readonly<Record<string, number>> = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 }

/**
 * Says whether a passphrase fits the MAC of a PKCS#12 file, that is: whether it is the right one for an unchanged file.
 * Sources: RFC 7292, section 4, and RFC 9579 (PBMAC1).
 */
export async function macFits(
  macData: Asn1,
  content: Uint8Array,
  passphrase: PassphraseBytes,
  budget: WorkBudget,
): Promise<boolean> {
  const digestInfo = childAt(macData, 0)
  const algorithm = childAt(digestInfo, 0)
  const expected = octetsOf(childAt(digestInfo, 1))
  const oid = oidOf(childAt(algorithm, 0))
  const mac =
    oid === PBMAC1
      ? await pbmac1(childAt(algorithm, 1), content, passphrase, budget)
      : pkcs12Mac(supported(DIGEST_BY_OID, oid), macData, content, passphrase, budget)
  return mac.length === expected.length && timingSafeEqual(mac, expected)
}

function pkcs12Mac(
  digest: string,
  macData: Asn1,
  content: Uint8Array,
  passphrase: PassphraseBytes,
  budget: WorkBudget,
): Buffer {
  const [, salt, rounds] = childrenOf(macData)
  const iterations = rounds === undefined ? 1 : countOf(rounds)
  budget.spend(iterations)
  const key = deriveBytes({
    digest,
    purpose: 'mac',
    passphrase: passphrase.bmp,
    salt: octetsOf(salt ?? childAt(macData, 1)),
    iterations,
    bytes: supported(DIGEST_BYTES, digest),
  })
  return createHmac(digest, key).update(content).digest()
}

async function pbmac1(parameters: Asn1, content: Uint8Array, passphrase: PassphraseBytes, budget: WorkBudget) {
  const digest = supported(HMAC_BY_OID, oidOf(childAt(childAt(parameters, 1), 0)))
  const keyBytes = supported(DIGEST_BYTES, digest)
  const key = await pbkdf2Key(childAt(parameters, 0), passphrase.utf8, keyBytes, budget)
  return createHmac(digest, key).update(content).digest()
}
