import { describe, expect, test } from 'vitest'
import { line, presentedToken, text } from './fields.ts'

describe('what makes logs and terminals lie is in no name', () => {
  test.each([
    ['escape', '\u001b[2K'],
    ['the control sequence introducer as one character', '\u009b2K'],
    ['the deletion', '\u007f'],
    ['an override of the direction', '\u202e'],
    ['an isolate', '\u2066'],
  ])('%s', (_, character) => {
    expect(line(80).safeParse(`Acme${character}`).error?.issues[0]?.message).toBe('must not contain control characters')
  })
})

test('a text holds no escape either', () => {
  expect(text(80).safeParse('\u001b[2K').success).toBe(false)
})

test('lines may break in a text and not in a name; other writing and emoji are in both', () => {
  expect(text(80).parse('one\ntwo\tthree')).toBe('one\ntwo\tthree')
  expect(line(80).safeParse('one\ntwo').success).toBe(false)
  for (const name of ['Café', 'שלום', '日本', '👩‍💻']) expect(line(80).parse(name)).toBe(name)
})

test.each(['', 'cdn_inv', 'x'.repeat(201)])('a token that was cut or pasted together is told in words: %j', (token) => {
  expect(presentedToken.safeParse(token).error?.issues[0]?.message).toBe(
    'must be the whole token, as the link has it after "#token="',
  )
})
