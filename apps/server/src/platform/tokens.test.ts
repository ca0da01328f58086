import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { hashToken, isTokenOf, newToken, sameBytes, TOKEN_PREFIX, type TokenKind } from './tokens.ts'

test('a token has 256 random bits behind the prefix of its kind, and only its hash is to be kept', () => {
  for (const kind of Object.keys(TOKEN_PREFIX) as TokenKind[]) {
    const { token, hash } = newToken(kind, randomBytes)
    const text = token.reveal()
    expect(Buffer.from(text.slice(TOKEN_PREFIX[kind].length), 'base64url')).toHaveLength(32)
    expect(Buffer.from(hash)).toEqual(createHash('sha256').update(text).digest())
    expect(isTokenOf(kind, text)).toBe(true)
    expect(String(token)).toBe('[redacted]')
  }
})

test('a token of one kind is none of another, and nothing else is a token', () => {
  const text = newToken('personal', randomBytes).token.reveal()
  expect(isTokenOf('session', text)).toBe(false)
  for (const broken of ['', 'cdn_pat_', text.slice(1), `${text}x`, text.slice(0, -1), `${text} `]) {
    expect(isTokenOf('personal', broken), broken).toBe(false)
  }
})

test('hashes are compared whole', () => {
  expect(sameBytes(hashToken('a'), hashToken('a'))).toBe(true)
  expect(sameBytes(hashToken('a'), hashToken('b'))).toBe(false)
  expect(sameBytes(hashToken('a'), new Uint8Array(31))).toBe(false)
})
