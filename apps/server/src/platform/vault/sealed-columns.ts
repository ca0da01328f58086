import { type Secret, secret } from '@cordon/core/secret'
import type { Place, Sealed, Vault } from './vault.ts'

/** How a sealed secret stands in a row. */
export interface SealedColumns {
  readonly kek_id: string
  readonly wrapped_key: Uint8Array
  readonly ciphertext: Uint8Array
}

/** Seals a text for a place, as columns. */
export async function sealText(vault: Vault, place: Place, text: Secret<string>): Promise<SealedColumns> {
  const { kekId, wrappedKey, ciphertext } = await vault.seal(
    place,
    text.map((plain) => Buffer.from(plain)),
  )
  return { kek_id: kekId, wrapped_key: wrappedKey, ciphertext }
}

/** Opens what `sealText` made. Throws `vault.not_opened` for a changed or moved row. */
export async function openText(vault: Vault, place: Place, columns: SealedColumns): Promise<Secret<string>> {
  const sealed: Sealed = { kekId: columns.kek_id, wrappedKey: columns.wrapped_key, ciphertext: columns.ciphertext }
  const opened = await vault.open(place, sealed)
  return secret(Buffer.from(opened.reveal()).toString('utf8'))
}
