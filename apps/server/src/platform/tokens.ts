import { createHash, timingSafeEqual } from 'node:crypto'
import { type Secret, secret } from '@cordon/core/secret'
import type { RandomBytes } from './ids.ts'

/** The kinds of bearer tokens, with the prefix by which people and scanners know them. */
export const TOKEN_PREFIX = {
  personal: 'cdn_pat_',
  session: 'cdn_ses_',
  build: 'cdn_bld_',
  trigger: 'cdn_trg_',
  invitation: 'cdn_inv_',
  setUp: 'cdn_setup_',
  handOff: 'cdn_hnd_',
} as const

export type TokenKind = keyof typeof TOKEN_PREFIX

/** A fresh token: the text goes to its holder once, the hash is what is stored. */
export interface NewToken {
  readonly token: Secret<string>
  readonly hash: Uint8Array
}

const TOKEN_BYTES = 32
const BODY = /^[A-Za-z0-9_-]{43}$/

/** Makes a token of 256 random bits. */
export function newToken(kind: TokenKind, randomBytes: RandomBytes): NewToken {
  const text = TOKEN_PREFIX[kind] + Buffer.from(randomBytes(TOKEN_BYTES)).toString('base64url')
  return { token: secret(text), hash: hashToken(text) }
}

/** SHA-256 of a token's text: the only form in which a token is stored or looked up. */
export function hashToken(text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}

/** Says whether a text has the form of a token of this kind; anything else needs no look-up. */
export function isTokenOf(kind: TokenKind, text: string): boolean {
  return text.startsWith(TOKEN_PREFIX[kind]) && BODY.test(text.slice(TOKEN_PREFIX[kind].length))
}

/** Compares two hashes without telling where they differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}
