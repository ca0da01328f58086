import { createPrivateKey, type KeyObject } from 'node:crypto'
import { type Certificate, readCertificate } from '../certificate.ts'
import { signingErrors } from '../errors.ts'

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g

/** Certificates and keys of a PEM text. */
export interface PemContents {
  readonly certificates: readonly Certificate[]
  readonly keys: readonly KeyObject[]
}

/** Says whether bytes are PEM; some tools store PEM under the name `.p12`. */
export function looksLikePem(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4096)).toString('latin1').includes('-----BEGIN ')
}

/** Reads certificates and private keys; an encrypted key is opened with the passphrase. Other blocks are passed over. */
export function readPem(bytes: Uint8Array, passphrase: string): PemContents {
  const blocks = [...Buffer.from(bytes).toString('latin1').matchAll(BLOCK)]
  const labelled = (suffix: string) => blocks.filter(([, label]) => label?.endsWith(suffix)).map(([block]) => block)
  return {
    certificates: labelled('CERTIFICATE').map((block) => readCertificate(block)),
    keys: labelled('PRIVATE KEY').map((block) => privateKeyFrom(block, passphrase)),
  }
}

function privateKeyFrom(block: string, passphrase: string): KeyObject {
  const isEncrypted = block.includes('ENCRYPTED')
  try {
    return createPrivateKey(isEncrypted ? { key: block, passphrase } : { key: block })
  } catch (cause) {
    throw isEncrypted ? signingErrors.wrong_passphrase({}, { cause }) : signingErrors.not_a_private_key({}, { cause })
  }
}
