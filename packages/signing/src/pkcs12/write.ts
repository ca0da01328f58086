import { createHmac } from 'node:crypto'
import { Integer } from 'asn1js'
import { type Asn1, encode } from '../asn1.ts'
import {
  bagAttributes,
  certificateBag,
  dataContent,
  encryptedContent,
  ITERATIONS,
  octets,
  type Sealer,
  sequence,
  sha1Algorithm,
  shroudedKeyBag,
} from './bags.ts'
import { deriveBytes } from './key-derivation.ts'

const PFX_VERSION = 3
const SHA1_BYTES = 20

export interface Pkcs12Parts {
  readonly certificateDer: Uint8Array
  readonly pkcs8: Uint8Array
  readonly friendlyName: string
}

/** Puts one certificate and its key into a PKCS#12 file. Source: RFC 7292, section 5. */
export function encodePkcs12({ certificateDer, pkcs8, friendlyName }: Pkcs12Parts, sealer: Sealer): Uint8Array {
  const attributes = bagAttributes(friendlyName, certificateDer)
  const certificates = encryptedContent(sequence(certificateBag(certificateDer, attributes)), sealer)
  const keys = dataContent(encode(sequence(shroudedKeyBag(pkcs8, attributes, sealer))))
  const authenticatedSafe = encode(sequence(certificates, keys))
  const version = new Integer({ value: PFX_VERSION })
  return encode(sequence(version, dataContent(authenticatedSafe), macData(authenticatedSafe, sealer)))
}

function macData(authenticatedSafe: Uint8Array, { passphrase, randomBytes }: Sealer): Asn1 {
  const salt = randomBytes(8)
  const key = deriveBytes({
    digest: 'sha1',
    purpose: 'mac',
    passphrase,
    salt,
    iterations: ITERATIONS,
    bytes: SHA1_BYTES,
  })
  const mac = createHmac('sha1', key).update(authenticatedSafe).digest()
  return sequence(sequence(sha1Algorithm(), octets(mac)), octets(salt), new Integer({ value: ITERATIONS }))
}
