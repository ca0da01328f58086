import { createDiffieHellman, createHash, type DiffieHellman, pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import type { Secret } from '@cordon/core/secret'

/** How Apple's account keeps its password: the two preparations that occur. */
export type SrpProtocol = 's2k' | 's2k_fo'

/** Apple's half of an exchange, from `signin/init`. */
export interface SrpChallenge {
  readonly salt: Uint8Array
  /** Rounds of PBKDF2. */
  readonly iterations: number
  readonly protocol: SrpProtocol
  /** Apple's public value B, big-endian. */
  readonly serverValue: Uint8Array
}

/** Our half of an exchange; used once. */
export interface Ephemeral {
  /** The exponent a. */
  readonly exponent: Uint8Array
  /** Our public value A, 256 bytes: it never starts with a zero byte. */
  readonly publicValue: Uint8Array
}

/** What proves the password to Apple. */
export interface Proofs {
  readonly m1: Uint8Array
  readonly m2: Uint8Array
}

// RFC 5054, appendix A, the 2048-bit group.
const PRIME = Buffer.from(
  'ac6bdb41324a9a9bf166de5e1389582faf72b6651987ee07fc3192943db56050' +
    'a37329cbb4a099ed8193e0757767a13dd52312ab4b03310dcd7f48a9da04fd50' +
    'e8083969edb767b0cf6095179a163ab3661a05fbd5faaae82918a9962f0b93b8' +
    '55f97993ec975eeaa80d740adbf4ff747359d041d5c33ea71d281e446b14773b' +
    'ca97b43a23fb801676bd207a436c6481f1d2b9078717461a5b9d32e688f87748' +
    '544523b524b0d57d5ea77a2775d2ecfa032cfbdbf52fb3786160279004e57ae6' +
    'af874e7303ce53299ccc041c7bc308d82a5698f3a8d0c38271ae35f8e9dbfbb6' +
    '94b5c803d89f7ae435de236d525f54759b65e372fcd68ef20fa7111f9e4aff73',
  'hex',
)
const WIDTH = PRIME.length
const N = toInteger(PRIME)
const GENERATOR = Buffer.from([2])
const PADDED_GENERATOR = Buffer.concat([Buffer.alloc(WIDTH - 1), GENERATOR])
const MULTIPLIER = toInteger(hash(PRIME, PADDED_GENERATOR))
const EXPONENT_BYTES = 64
const deriveKey = promisify(pbkdf2)

/** Thrown for values of Apple with which no exchange can be made. */
export class BadSrpChallenge extends Error {
  override readonly name = 'BadSrpChallenge'
}

/** Draws our half of an exchange. Implementations differ in how they hash values with leading zero bytes, so those are drawn again. */
export function drawEphemeral(randomBytes: (count: number) => Uint8Array): Ephemeral {
  for (;;) {
    const ephemeral = ephemeralOf(randomBytes(EXPONENT_BYTES))
    if (ephemeral.publicValue[0] !== 0) return ephemeral
  }
}

/** Our half of an exchange with a given exponent. */
export function ephemeralOf(exponent: Uint8Array): Ephemeral {
  return { exponent, publicValue: power(GENERATOR, exponent) }
}

/**
 * Computes the proofs of SRP-6a as Apple does it: SHA-256, the user name left out of x, g padded where it is hashed, A, B and S
 * without leading zeros. Undefined when B or S starts with a zero byte (about one exchange in 128): what Apple hashes then is
 * not known, so the exchange is to be started again before any proof is sent.
 * Throws BadSrpChallenge. Source: observed; checked against two independent implementations.
 */
export async function prove(
  { accountName, password }: { readonly accountName: string; readonly password: Secret<string> },
  { exponent, publicValue }: Ephemeral,
  challenge: SrpChallenge,
): Promise<Proofs | undefined> {
  const serverValue = toInteger(challenge.serverValue)
  if (serverValue % N === 0n || serverValue >= N) throw new BadSrpChallenge('B is out of range')
  const b = toBytes(serverValue)
  if (b.length !== WIDTH) return undefined
  const x = hash(challenge.salt, hash(':', await prepare(password, challenge)))
  const u = toInteger(hash(publicValue, b))
  const base = modulo(serverValue - MULTIPLIER * toInteger(power(GENERATOR, x)), N)
  const shared = power(toBytes(base), toBytes(toInteger(exponent) + u * toInteger(x)))
  if (shared[0] === 0) return undefined
  const key = hash(shared)
  const m1 = hash(GROUP_HASH, hash(accountName), challenge.salt, publicValue, b, key)
  return { m1, m2: hash(publicValue, m1, key) }
}

const GROUP_HASH = xor(hash(PRIME), hash(PADDED_GENERATOR))

async function prepare(password: Secret<string>, { protocol, salt, iterations }: SrpChallenge): Promise<Uint8Array> {
  const digest = hash(password.reveal())
  const prepared = protocol === 's2k' ? digest : Buffer.from(digest.toString('hex'), 'ascii')
  return deriveKey(prepared, salt, iterations, 32, 'sha256')
}

// Owned here: OpenSSL's view of the group. It is made once, because OpenSSL tests the prime, which takes a quarter of a second.
let group: DiffieHellman | undefined

// Raising to a secret power is left to OpenSSL, which takes the same time for every exponent; a loop over BigInt would not.
function power(base: Uint8Array, exponent: Uint8Array): Buffer {
  group ??= createDiffieHellman(PRIME, GENERATOR)
  group.setPrivateKey(exponent)
  const result = group.computeSecret(base)
  group.setPrivateKey(GENERATOR)
  return Buffer.concat([Buffer.alloc(WIDTH - result.length), result])
}

function hash(...parts: readonly (string | Uint8Array)[]): Buffer {
  const sha = createHash('sha256')
  for (const part of parts) sha.update(part)
  return sha.digest()
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)))
}

function modulo(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by
}

function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
}

function toBytes(value: bigint): Buffer {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
}
