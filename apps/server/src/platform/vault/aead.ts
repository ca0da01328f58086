import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { RandomBytes } from '../ids.ts'

// AES-256-GCM with a random 96-bit nonce; every key here encrypts few messages. Form: 1 ‖ nonce(12) ‖ ciphertext ‖ tag(16).
const FORM = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const OVERHEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES

/** Encrypts and binds to `associated`: it opens with the same key and the same associated data only. */
export function encrypt(
  key: Uint8Array,
  plaintext: Uint8Array,
  associated: Uint8Array,
  randomBytes: RandomBytes,
): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(associated)
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([Uint8Array.of(FORM), nonce, body, cipher.getAuthTag()])
}

/** Decrypts what `encrypt` made. Throws when one bit of anything differs. */
export function decrypt(key: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Uint8Array {
  if (sealed.byteLength < OVERHEAD_BYTES || sealed[0] !== FORM) throw new RangeError('not a sealed text of this form')
  const tagStart = sealed.byteLength - TAG_BYTES
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(associated)
  decipher.setAuthTag(sealed.subarray(tagStart))
  return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE_BYTES, tagStart)), decipher.final()])
}
