import { timingSafeEqual } from 'node:crypto'
import { MINUTE_MS, plusMs } from '@cordon/core/instant'
import { newDigits, newUuid } from '../../world/random.ts'
import type { World } from '../../world/world.ts'
import { accountKey, type SrpExchange } from '../state.ts'
import {
  GENERATOR,
  GROUP_BYTES,
  GROUP_MARK,
  hash,
  MULTIPLIER,
  minimalBytes,
  numberOf,
  PRIME,
  paddedBytes,
  power,
} from './group.ts'
import type { PasswordVerifier } from './verifier.ts'

const PRIVATE_BYTES = 32

/** `B = (k*v + g^b) mod N`. */
export function serverPublic(verifier: bigint, serverPrivate: bigint): bigint {
  return (MULTIPLIER * verifier + power(GENERATOR, serverPrivate)) % PRIME
}

/** A client's A, if it is one: not a multiple of N (whose S is known to everyone) and no longer than the group. */
export function clientPublicOf(bytes: Uint8Array): bigint | undefined {
  if (bytes.length === 0 || bytes.length > GROUP_BYTES) return undefined
  const value = numberOf(bytes)
  return value % PRIME === 0n ? undefined : value
}

/**
 * Draws b until B fills its 256 bytes: clients differ in whether they keep leading zeros. A number is mixed in, so that a source
 * of random bytes that repeats itself ends all the same.
 */
function drawServerKeys(world: World, verifier: bigint): { serverPrivate: bigint; serverPublic: bigint } {
  for (let draw = 0; ; draw += 1) {
    const serverPrivate = numberOf(hash(world.random(PRIVATE_BYTES), Buffer.from([draw & 0xff])))
    const value = serverPublic(verifier, serverPrivate)
    if (minimalBytes(value).length === GROUP_BYTES) return { serverPrivate, serverPublic: value }
  }
}

function hexOf(value: bigint): string {
  return minimalBytes(value).toString('hex')
}

function numberOfHex(hex: string): bigint {
  return BigInt(`0x${hex}`)
}

/** Begins a password exchange. */
export function openExchange(
  world: World,
  email: string,
  password: PasswordVerifier,
  clientPublic: bigint,
): SrpExchange {
  const now = world.clock.now()
  const { exchanges } = world.appleIds
  for (const [handle, kept] of exchanges) if (kept.endsAt <= now) exchanges.delete(handle)
  const keys = drawServerKeys(world, numberOfHex(password.verifier))
  const exchange: SrpExchange = {
    handle: `d-${newDigits(world.random, 3)}-${newUuid(world.random)}:PRN`,
    account: accountKey(email),
    clientPublic: hexOf(clientPublic),
    serverPrivate: hexOf(keys.serverPrivate),
    serverPublic: hexOf(keys.serverPublic),
    password,
    endsAt: plusMs(now, world.settings.passwordExchangeMinutes * MINUTE_MS),
  }
  exchanges.set(exchange.handle, exchange)
  return exchange
}

/** The proofs that whoever knows the password arrives at. */
export interface Proofs {
  readonly m1: Buffer
  readonly m2: Buffer
}

/** Computes both proofs on the server's side. `accountName` goes in as the client spelled it. */
export function expectedProofs(
  exchange: Pick<SrpExchange, 'clientPublic' | 'serverPrivate' | 'serverPublic' | 'password'>,
  accountName: string,
): Proofs {
  const [a, b, serverKey] = [exchange.clientPublic, exchange.serverPublic, exchange.serverPrivate].map(numberOfHex) as [
    bigint,
    bigint,
    bigint,
  ]
  const u = numberOf(hash(paddedBytes(a), paddedBytes(b)))
  const shared = power(a * power(numberOfHex(exchange.password.verifier), u), serverKey)
  const key = hash(minimalBytes(shared))
  const salt = Buffer.from(exchange.password.salt, 'hex')
  const m1 = hash(GROUP_MARK, hash(Buffer.from(accountName, 'utf8')), salt, minimalBytes(a), minimalBytes(b), key)
  return { m1, m2: hash(minimalBytes(a), m1, key) }
}

/** Whether a client's proofs are right. `m2` is compared as a number: spaceship loses a leading zero byte of it. */
export function areRight(expected: Proofs, m1: Buffer, m2: Buffer): boolean {
  const isFirst = m1.length === expected.m1.length && timingSafeEqual(m1, expected.m1)
  return isFirst && m2.length <= expected.m2.length && numberOf(m2) === numberOf(expected.m2)
}
