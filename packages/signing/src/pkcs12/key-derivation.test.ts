import fc from 'fast-check'
import forge from 'node-forge'
import { expect, test } from 'vitest'
import { deriveBytes, PURPOSE, type Purpose } from './key-derivation.ts'

const DIGESTS = { sha1: forge.md.sha1, sha256: forge.md.sha256, sha512: forge.md.sha512 }

test('keys, IVs and MAC keys are those that node-forge derives, for any salt, passphrase and length', () => {
  const property = fc.property(
    fc.constantFrom<keyof typeof DIGESTS>('sha1', 'sha256'),
    fc.constantFrom<Purpose>('key', 'iv', 'mac'),
    fc.string({ maxLength: 80 }),
    fc.uint8Array({ minLength: 1, maxLength: 40 }),
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 120 }),
    (digest, purpose, passphrase, salt, iterations, bytes) => {
      const ours = deriveBytes({
        digest,
        purpose,
        passphrase: Buffer.from(`${passphrase}\0`, 'utf16le').swap16(),
        salt,
        iterations,
        bytes,
      })
      const saltBuffer = forge.util.createBuffer(Buffer.from(salt).toString('latin1'))
      const md = DIGESTS[digest].create()
      const theirs = forge.pkcs12.generateKey(passphrase, saltBuffer, PURPOSE[purpose], iterations, bytes, md)
      expect(ours.toString('latin1')).toBe(theirs.getBytes())
    },
  )
  fc.assert(property, { numRuns: 300, seed: 1 })
})

test('a known answer stays the same', () => {
  // Passphrase "smeg", the first test of the PKCS#12 derivation in Bouncy Castle and OpenSSL.
  const passphrase = Buffer.from('0073006d006500670000', 'hex')
  const derived = { digest: 'sha1', passphrase, salt: Buffer.from('0a58cf64530d823f', 'hex'), iterations: 1 } as const
  expect(deriveBytes({ ...derived, purpose: 'key', bytes: 24 }).toString('hex')).toBe(
    '8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3',
  )
  expect(deriveBytes({ ...derived, purpose: 'iv', bytes: 8 }).toString('hex')).toBe('79993dfe048d3b76')
})
