import { type Id, type IdKind, newId } from '@cordon/core/ids'
import type { Clock } from '@cordon/core/instant'

/** A source of cryptographic random bytes. */
export type RandomBytes = (size: number) => Uint8Array

/** Makes a new id of a kind: `ids('app')` gives an `AppId`. */
export type Ids = <K extends IdKind>(kind: K) => Id<K>

/** Makes ids from a clock and a source of random bytes. */
export function createIds(clock: Clock, randomBytes: RandomBytes): Ids {
  return (kind) => newId(kind, clock.now(), randomBytes)
}

const POOL_BYTES = 4_096

/**
 * The same randomness, fetched many bytes at a time: a call to the system for each id costs more than the id. For what is
 * no secret, such as ids. No byte is given twice.
 */
export function pooled(randomBytes: RandomBytes): RandomBytes {
  let pool: Uint8Array = new Uint8Array()
  let used = 0
  return (size) => {
    if (size > POOL_BYTES) return randomBytes(size)
    if (used + size > pool.byteLength) {
      pool = randomBytes(POOL_BYTES)
      used = 0
    }
    used += size
    return pool.subarray(used - size, used)
  }
}
