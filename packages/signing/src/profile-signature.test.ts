import { HOUR_MS, instant, parseInstant } from '@cordon/core/instant'
import { expect, test } from 'vitest'
import { makeIdentity, openssl, put, scratchFolder, tryRun } from '../test/openssl.ts'
import { profileFields, profilePlist, signedProfile } from '../test/profiles.ts'
import { verifyProfileSignature } from './profile-signature.ts'

const folder = scratchFolder()
const CA = ['basicConstraints=critical,CA:TRUE']
const SIGNER = '/CN=Apple iPhone OS Provisioning Profile Signing/O=Apple Inc.'
const root = makeIdentity(folder, 'root', { subject: '/CN=Test Root', extensions: CA })
const otherRoot = makeIdentity(folder, 'other-root', { subject: '/CN=Test Root', extensions: CA })
const intermediate = makeIdentity(folder, 'intermediate', {
  subject: '/CN=Test Intermediate',
  extensions: CA,
  issuer: root,
})
const signer = makeIdentity(folder, 'signer', { subject: SIGNER, issuer: intermediate, days: 20 })

// Made an hour from now, within the life of certificates that begin now.
const madeAt = new Date(Date.now() + HOUR_MS)
const plist = profilePlist(profileFields([], { CreationDate: madeAt }))
const signed = signedProfile(folder, plist, { signer, intermediates: [intermediate] })

const invalid = (reason: RegExp) =>
  expect.objectContaining({
    code: 'signing.profile_signature_invalid',
    details: { reason: expect.stringMatching(reason) },
  })

test('a profile signed under a trusted root is accepted, and the chain is shown', async () => {
  const { signer: by, chain } = await verifyProfileSignature(signed, root.certificatePem)
  expect(by.commonName).toBe('Apple iPhone OS Provisioning Profile Signing')
  expect(chain.map(({ commonName }) => commonName)).toEqual([by.commonName, 'Test Intermediate', 'Test Root'])
})

test('openssl agrees that the profile is properly signed', () => {
  const files = ['-in', put(folder, 'seen', signed), '-CAfile', root.certificateFile]
  openssl(['cms', '-verify', '-inform', 'DER', '-purpose', 'any', ...files])
})

test('a profile in pieces of BER is accepted too', async () => {
  const inPieces = signedProfile(folder, plist, { signer, intermediates: [intermediate], inPieces: true })
  await expect(verifyProfileSignature(inPieces, root.certificatePem)).resolves.toBeTruthy()
})

test('one changed letter of the content is refused, by openssl as well', async () => {
  const changed = Buffer.from(signed)
  changed.write('K', changed.indexOf('Example App Store'))
  await expect(verifyProfileSignature(changed, root.certificatePem)).rejects.toEqual(invalid(/changed/))
  const args = ['cms', '-verify', '-noverify', '-inform', 'DER', '-in', put(folder, 'changed', changed)]
  expect(tryRun('openssl', args).exitCode).not.toBe(0)
})

test('a root of the same name but another key is not trusted, nor is none, nor a root inside the profile', async () => {
  const roots = [otherRoot.certificatePem, '']
  for (const pem of roots) {
    await expect(verifyProfileSignature(signed, pem)).rejects.toEqual(invalid(/trusted root/))
  }
  const withRoot = signedProfile(folder, plist, { signer, intermediates: [intermediate, root] })
  await expect(verifyProfileSignature(withRoot, otherRoot.certificatePem)).rejects.toEqual(invalid(/trusted root/))
})

test('the certificate of any developer leads to the same root, and may not sign profiles', async () => {
  const developer = makeIdentity(folder, 'developer', {
    subject: '/CN=Apple iPhone OS Provisioning Profile Signing (ABCDE12345)',
    issuer: intermediate,
  })
  const forged = signedProfile(folder, plist, { signer: developer, intermediates: [intermediate] })
  await expect(verifyProfileSignature(forged, root.certificatePem)).rejects.toEqual(invalid(/signed by/))
})

test('a certificate that is no authority cannot vouch for a signer', async () => {
  const developer = makeIdentity(folder, 'not-an-authority', {
    subject: '/CN=Developer',
    issuer: intermediate,
    extensions: ['basicConstraints=critical,CA:FALSE'],
  })
  const forger = makeIdentity(folder, 'forger', { subject: SIGNER, issuer: developer })
  const forged = signedProfile(folder, plist, { signer: forger, intermediates: [developer, intermediate] })
  await expect(verifyProfileSignature(forged, root.certificatePem)).rejects.toEqual(invalid(/trusted root/))
})

test('certificates must be valid at the given time, or else when the profile was made', async () => {
  const at = instant(Date.parse('2040-01-01T00:00:00Z'))
  await expect(verifyProfileSignature(signed, root.certificatePem, { at })).rejects.toEqual(invalid(/not valid then/))
  const old = profilePlist(profileFields([], { CreationDate: new Date(parseInstant('2001-01-01T00:00:00Z')) }))
  const backdated = signedProfile(folder, old, { signer, intermediates: [intermediate] })
  await expect(verifyProfileSignature(backdated, root.certificatePem)).rejects.toEqual(invalid(/not valid then/))
})

test('other signers can be accepted by name', async () => {
  const own = makeIdentity(folder, 'own', { subject: '/CN=Test Profile Signing', issuer: root })
  const profile = signedProfile(folder, plist, { signer: own })
  await expect(verifyProfileSignature(profile, root.certificatePem)).rejects.toEqual(invalid(/signed by/))
  const accepted = { signerNames: ['Test Profile Signing'] }
  await expect(verifyProfileSignature(profile, root.certificatePem, accepted)).resolves.toBeTruthy()
})

test('a bare property list is not signed', async () => {
  await expect(verifyProfileSignature(Buffer.from(plist), root.certificatePem)).rejects.toEqual(invalid(/not signed/))
})
