import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { secret } from '@cordon/core/secret'
import { expect, test } from 'vitest'
import { openssl } from '../test/openssl.ts'
import { createCsr } from './csr.ts'
import { generateSigningKey } from './rsa-key.ts'

const key = await generateSigningKey()
const anySubject = { commonName: 'Cordon' }

test('openssl accepts the signature, finds the key and reads the subject as UTF-8', () => {
  const subject = { commonName: 'Jürgen 林', organisation: 'Nabu Casa, Inc', email: 'ci@example.com', country: 'DE' }
  const pem = createCsr(key, subject)
  const args = ['req', '-verify', '-noout', '-subject', '-pubkey', '-nameopt', 'sep_multiline,utf8']
  const { output } = openssl(args, Buffer.from(pem))
  expect(output).toContain('self-signature verify OK')
  expect(output).toContain('CN=Jürgen 林')
  expect(output).toContain('O=Nabu Casa, Inc')
  expect(output).toContain('emailAddress=ci@example.com')
  expect(output).toContain('C=DE')
  expect(output).toContain(createPublicKey(key.reveal()).export({ format: 'pem', type: 'spki' }))
})

test('the request is signed with SHA-256 and its attributes are an empty set, as RFC 2986 demands', () => {
  const { output } = openssl(['req', '-noout', '-text'], Buffer.from(createCsr(key, anySubject)))
  expect(output).toContain('Signature Algorithm: sha256WithRSAEncryption')
  expect(output).toMatch(/Attributes:\s+\(none\)/)
})

test('a changed request is refused by openssl', () => {
  const pem = createCsr(key, anySubject)
  const der = Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64')
  der[der.length - 1] = (der[der.length - 1] ?? 0) ^ 1
  const { output } = openssl(['req', '-verify', '-noout', '-inform', 'DER'], der)
  expect(output).not.toContain('verify OK')
})

test.each([
  ['an EC key', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
  ['a smaller RSA key', () => generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey],
  ['a public key', () => createPublicKey(createPrivateKey(key.reveal().export({ format: 'pem', type: 'pkcs8' })))],
])('%s is refused: Apple takes RSA of 2,048 bits only', (_, makeKey) => {
  expect(() => createCsr(secret(makeKey()), anySubject)).toThrow(
    expect.objectContaining({ code: 'signing.not_a_private_key' }),
  )
})

test.each([
  ['commonName', { commonName: '' }],
  ['commonName', { commonName: 'x'.repeat(65) }],
  ['commonName', { commonName: 'line\nbreak' }],
  ['country', { commonName: 'x', country: 'de' }],
  ['email', { commonName: 'x', email: 'jürgen@example.com' }],
  ['email', { commonName: 'x', email: `${'x'.repeat(250)}@example.com` }],
  ['organisation', { commonName: 'x', organisation: '' }],
])('a bad %s is refused by name', (field, subject) => {
  expect(() => createCsr(key, subject)).toThrow(
    expect.objectContaining({ code: 'signing.subject_invalid', details: expect.objectContaining({ field }) }),
  )
})
