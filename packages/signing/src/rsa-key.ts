import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { type Secret, secret } from '@cordon/core/secret'

/** Apple signs certificate requests for RSA keys of this size only. */
export const RSA_KEY_BITS = 2048

const generate = promisify(generateKeyPair)

/**
 * Makes the key pair for a new signing certificate: RSA, 2,048 bits. Runs on a worker thread (about 130 ms),
 * so a server stays responsive meanwhile.
 */
export async function generateSigningKey(): Promise<Secret<KeyObject>> {
  const { privateKey } = await generate('rsa', { modulusLength: RSA_KEY_BITS })
  return secret(privateKey)
}
