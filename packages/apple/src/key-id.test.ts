import { expect, test } from 'vitest'
import { keyIdFromFileName, parseIssuerId, parseKeyId } from './key-id.ts'

test('a key ID is taken with spaces around it', () => {
  expect(parseKeyId(' 2X9R4HXF34\n')).toBe('2X9R4HXF34')
})

test.each(['', '2X9R4HXF3', '2X9R4HXF344', '2x9r4hxf34', '2X9R4HXF3\u0000', 'A'.repeat(1_000_000)])(
  'no key ID: case %#',
  (text) => {
    expect(() => parseKeyId(text)).toThrow(/"keyId" must be 10 capital letters and digits/)
  },
)

test('an issuer ID is spelled in lower case', () => {
  expect(parseIssuerId('57246542-96FE-1A63-E053-0824D011072A ')).toBe('57246542-96fe-1a63-e053-0824d011072a')
})

test.each(['', '57246542-96fe-1a63-e053', '57246542\u201396fe-1a63-e053-0824d011072a', '2X9R4HXF34'])(
  'no issuer ID: case %#',
  (text) => {
    expect(() => parseIssuerId(text)).toThrow(/"issuerId" must be a UUID/)
  },
)

test('what was entered is not shown back, as it may be a private key in the wrong field', () => {
  expect(() => parseKeyId('hunter2-marker')).not.toThrow(/marker/)
})

test.each([
  ['AuthKey_2X9R4HXF34.p8', '2X9R4HXF34'],
  ['C:\\keys\\AuthKey_2X9R4HXF34.p8', '2X9R4HXF34'],
  ['AuthKey_2X9R4HXF34 (1).p8', '2X9R4HXF34'],
  ['SubscriptionKey_2X9R4HXF34.p8', undefined],
  ['AuthKey_2X9R4HXF34.pem', undefined],
  ['key.p8', undefined],
])('the key ID of the file name %s', (name, keyId) => {
  expect(keyIdFromFileName(name)).toBe(keyId)
})
