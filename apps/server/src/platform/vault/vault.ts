import { createHmac } from 'node:crypto'
import { type Secret, secret } from '@cordon/core/secret'
import type { RandomBytes } from '../ids.ts'
import { sameBytes } from '../tokens.ts'
import { decrypt, encrypt } from './aead.ts'
import { vaultErrors } from './errors.ts'
import type { KeyProvider } from './key-provider.ts'

/** Where a secret stands. It opens in this place only. */
export interface Place {
  readonly table: string
  readonly rowId: string
  /** Counts up with each replacement. */
  readonly version: number
}

/** A secret as the database keeps it: encrypted by a data key of its own, which a master key wraps. */
export interface Sealed {
  /** Name of the master key. */
  readonly kekId: string
  readonly wrappedKey: Uint8Array
  readonly ciphertext: Uint8Array
}

/** Keys of the vault itself, for authentication codes. */
export interface VaultKeys {
  /** Proves which version of a secret is current. */
  readonly versions: Secret<Uint8Array>
  /** Seals the heads of the audit chains. */
  readonly audit: Secret<Uint8Array>
}

/** Keeps secrets: what it seals opens only here, in the same place, unchanged. */
export interface Vault {
  /** Encrypts a secret for a place. */
  seal(place: Place, plaintext: Secret<Uint8Array>): Promise<Sealed>
  /** Decrypts. Throws `vault.not_opened` for a changed, moved or foreign row. */
  open(place: Place, sealed: Sealed): Promise<Secret<Uint8Array>>
  /** Authentication code to keep beside the metadata: says that this version is the current one. */
  bindVersion(place: Place): Uint8Array
  /** Throws `vault.not_opened` unless `mac` was made by `bindVersion` for this very place. Call it before `open`. */
  requireCurrent(place: Place, mac: Uint8Array): void
  /** HMAC-SHA256 that seals the head of an audit chain. */
  sealHead(text: string): Uint8Array
}

const DATA_KEY_BYTES = 32

/** Makes the vault from a provider of the master key and its own keys. */
export function createVault(provider: KeyProvider, keys: VaultKeys, randomBytes: RandomBytes): Vault {
  const bindVersion = (place: Place) => hmac(keys.versions, textOf(place))
  return {
    async seal(place, plaintext) {
      const dataKey = randomBytes(DATA_KEY_BYTES)
      const associated = bytesOf(place)
      const wrapped = await provider.wrap(dataKey, associated)
      const ciphertext = encrypt(dataKey, plaintext.reveal(), associated, randomBytes)
      return { kekId: wrapped.kekId, wrappedKey: wrapped.bytes, ciphertext }
    },
    async open(place, sealed) {
      try {
        const associated = bytesOf(place)
        const dataKey = await provider.unwrap({ kekId: sealed.kekId, bytes: sealed.wrappedKey }, associated)
        return secret(decrypt(dataKey, sealed.ciphertext, associated))
      } catch (cause) {
        throw vaultErrors.not_opened({ ...place }, { cause })
      }
    },
    bindVersion,
    requireCurrent(place, mac) {
      if (!sameBytes(mac, bindVersion(place))) throw vaultErrors.not_opened({ ...place })
    },
    sealHead: (text) => hmac(keys.audit, text),
  }
}

// JSON, so that no two places have the same text.
function textOf({ table, rowId, version }: Place): string {
  return JSON.stringify([table, rowId, version])
}

function bytesOf(place: Place): Uint8Array {
  return Buffer.from(textOf(place))
}

function hmac(key: Secret<Uint8Array>, text: string): Uint8Array {
  return createHmac('sha256', key.reveal()).update(text).digest()
}
