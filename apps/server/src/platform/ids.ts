import { type Id, type IdKind, newId } from '@cordon/core/ids'

/** A source of cryptographic random bytes. */
export type RandomBytes = (size: number) => Uint8Array

/** Makes a new id of a kind: `ids('app')` gives an `AppId`. */
export type Ids = <K extends IdKind>(kind: K) => Id<K>

/** Makes ids from a source of random bytes. */
export function createIds(randomBytes: RandomBytes): Ids {
  return (kind) => newId(kind, randomBytes)
}
