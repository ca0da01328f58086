import type { Instant } from './instant.ts'

declare const idBrand: unique symbol

/** A text that names one thing of kind `K`; ids of different kinds cannot be passed for each other. */
export type Id<K extends string> = string & { readonly [idBrand]: K }

/** The kinds of things Cordon itself names, with the prefix of their ids. */
export const ID_PREFIX = {
  user: 'usr',
  session: 'ses',
  personalToken: 'pat',
  invitation: 'inv',
  app: 'app',
  connection: 'conn',
  authorisation: 'auth',
  appleSignIn: 'sgn',
  build: 'bld',
  triggerToken: 'trg',
  testDevice: 'dev',
  notice: 'not',
  auditEvent: 'evt',
  job: 'job',
} as const

export type IdKind = keyof typeof ID_PREFIX
export type UserId = Id<'user'>
export type SessionId = Id<'session'>
export type PersonalTokenId = Id<'personalToken'>
export type InvitationId = Id<'invitation'>
export type AppId = Id<'app'>
export type ConnectionId = Id<'connection'>
export type AuthorisationId = Id<'authorisation'>
export type AppleSignInId = Id<'appleSignIn'>
export type BuildId = Id<'build'>
export type TriggerTokenId = Id<'triggerToken'>
export type TestDeviceId = Id<'testDevice'>
export type NoticeId = Id<'notice'>
export type AuditEventId = Id<'auditEvent'>
export type JobId = Id<'job'>

// Crockford's alphabet: no I, L, O, U, so that an id can be read out aloud.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const TIME_BYTES = 6
const RANDOM_BYTES = 9
const ID_BODY = /^[0-9a-hjkmnp-tv-z]{24}$/

/** Spells bytes in base 32, five bits a character, without padding. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let buffer = 0
  let bits = 0
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(buffer >> bits) & 31]
    }
    buffer &= (1 << bits) - 1
  }
  return bits > 0 ? text + ALPHABET[(buffer << (5 - bits)) & 31] : text
}

/**
 * Makes an id such as `conn_06bq…`: 48 bits of the time in milliseconds, then 72 random ones. Ids of a kind sort by when they were made, so that
 * what is new lies together in an index. `randomBytes` must be a cryptographic source.
 */
export function newId<K extends IdKind>(kind: K, now: Instant, randomBytes: (size: number) => Uint8Array): Id<K> {
  const bytes = new Uint8Array(TIME_BYTES + RANDOM_BYTES)
  let rest: number = now
  for (let place = TIME_BYTES - 1; place >= 0; place -= 1) {
    bytes[place] = rest % 256
    rest = Math.floor(rest / 256)
  }
  bytes.set(randomBytes(RANDOM_BYTES), TIME_BYTES)
  return `${ID_PREFIX[kind]}_${base32(bytes)}` as Id<K>
}

/** Says whether a text has the form of an id of this kind. */
export function isId<K extends IdKind>(kind: K, text: string): text is Id<K> {
  const prefix = `${ID_PREFIX[kind]}_`
  return text.startsWith(prefix) && ID_BODY.test(text.slice(prefix.length))
}
