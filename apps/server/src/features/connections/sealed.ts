import type { ConnectionId } from '@cordon/core/ids'
import { type Secret, secret } from '@cordon/core/secret'
import type { Place, Vault } from '../../platform/vault/vault.ts'
import type { SealedSecret } from './secret-store.ts'

function placeOf(id: ConnectionId, version: number): Place {
  return { table: 'connection_secrets', rowId: id, version }
}

/** Seals a connection's secret as its version `version`. */
export async function sealSecret(
  vault: Vault,
  id: ConnectionId,
  version: number,
  text: Secret<string>,
): Promise<SealedSecret> {
  const place = placeOf(id, version)
  const sealed = await vault.seal(
    place,
    text.map((plain) => Buffer.from(plain)),
  )
  return { version, sealed, mac: vault.bindVersion(place) }
}

/** Opens a connection's current secret. Throws `vault.not_opened`. */
export async function openSecret(
  vault: Vault,
  id: ConnectionId,
  { version, sealed, mac }: SealedSecret,
): Promise<Secret<string>> {
  const place = placeOf(id, version)
  vault.requireCurrent(place, mac)
  const plaintext = await vault.open(place, sealed)
  return secret(Buffer.from(plaintext.reveal()).toString('utf8'))
}
