import { pbkdf2Sync } from 'node:crypto'
import { GENERATOR, hash, minimalBytes, numberOf, power } from './group.ts'

/** How the password is prepared: its SHA-256 as bytes (`s2k`), or as hexadecimal text (`s2k_fo`). */
export const PASSWORD_PROTOCOLS = ['s2k', 's2k_fo'] as const

export type PasswordProtocol = (typeof PASSWORD_PROTOCOLS)[number]

/** How a password is stretched. */
export interface Stretching {
  readonly protocol: PasswordProtocol
  /** 16 bytes, hexadecimal; the first is not zero, because one client reads a salt as a number. */
  readonly salt: string
  /** Rounds of PBKDF2. */
  readonly iterations: number
}

/** What Apple keeps of a password: it can check one, and cannot tell it. */
export interface PasswordVerifier extends Stretching {
  /** `v = g^x`, hexadecimal. */
  readonly verifier: string
}

/** The 32 bytes that the password is stretched to. */
export function stretch(password: string, { protocol, salt, iterations }: Stretching): Buffer {
  const digest = hash(Buffer.from(password, 'utf8'))
  const prepared = protocol === 's2k' ? digest : Buffer.from(digest.toString('hex'), 'ascii')
  return pbkdf2Sync(prepared, Buffer.from(salt, 'hex'), iterations, 32, 'sha256')
}

/** `x = H(salt | H(":" | P))`: the user's name is left out, the colon stays. */
export function privateNumber(password: string, stretching: Stretching): bigint {
  const inner = hash(Buffer.from(':'), stretch(password, stretching))
  return numberOf(hash(Buffer.from(stretching.salt, 'hex'), inner))
}

/** Makes what is kept of a password. */
export function verifierFor(password: string, stretching: Stretching): PasswordVerifier {
  const value = power(GENERATOR, privateNumber(password, stretching))
  return { ...stretching, verifier: minimalBytes(value).toString('hex') }
}
