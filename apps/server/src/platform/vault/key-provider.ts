import { hkdfSync } from 'node:crypto'
import type { Secret } from '@cordon/core/secret'
import type { RandomBytes } from '../ids.ts'
import { decrypt, encrypt } from './aead.ts'

/** A data key encrypted by a master key, which it names. */
export interface WrappedKey {
  readonly kekId: string
  readonly bytes: Uint8Array
}

/** Where the master key lives: a file now, a key management service elsewhere. It never leaves its provider. */
export interface KeyProvider {
  /** Encrypts a data key, bound to what it is for. */
  wrap(dataKey: Uint8Array, purpose: Uint8Array): Promise<WrappedKey>
  /** Decrypts a data key. Throws for another master key, another purpose, or changed bytes. */
  unwrap(wrapped: WrappedKey, purpose: Uint8Array): Promise<Uint8Array>
}

const ID_BYTES = 8

/** Names a master key without telling anything of it. */
export function kekIdOf(masterKey: Secret<Uint8Array>): string {
  const id = hkdfSync('sha256', masterKey.reveal(), new Uint8Array(), 'cordon master key id', ID_BYTES)
  return `kek_${Buffer.from(id).toString('hex')}`
}

/** Wraps with a master key of 32 bytes held in this process. */
export function localKeyProvider(masterKey: Secret<Uint8Array>, randomBytes: RandomBytes): KeyProvider {
  const kekId = kekIdOf(masterKey)
  return {
    wrap: async (dataKey, purpose) => ({
      kekId,
      bytes: encrypt(masterKey.reveal(), dataKey, bound(kekId, purpose), randomBytes),
    }),
    unwrap: async (wrapped, purpose) => decrypt(masterKey.reveal(), wrapped.bytes, bound(wrapped.kekId, purpose)),
  }
}

// The name is part of what is authenticated, so a row cannot claim another master key.
function bound(kekId: string, purpose: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${kekId}\0`), purpose])
}
