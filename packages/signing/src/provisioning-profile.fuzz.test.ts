import { isCordonError } from '@cordon/core/errors'
import { expect, test } from 'vitest'
import { mutationsOf } from '../test/mutations.ts'
import { EC, makeIdentity, scratchFolder } from '../test/openssl.ts'
import { profileFields, profilePlist, signedProfile } from '../test/profiles.ts'
import { verifyProfileSignature } from './profile-signature.ts'
import { readProfile } from './provisioning-profile.ts'

const folder = scratchFolder()
const signer = makeIdentity(folder, 'signer')
const { certificateDer } = makeIdentity(folder, 'certificate', { newKey: EC })
const plist = profilePlist(profileFields([certificateDer], { ProvisionedDevices: ['00008110-000000000000001E'] }))

const FORMS = {
  DER: signedProfile(folder, plist, { signer }),
  'BER in pieces': signedProfile(folder, plist, { signer, inPieces: true }),
  'bare property list': Buffer.from(plist),
}

function codeOf(error: unknown): string {
  // Whatever else is thrown fails the test with its stack.
  if (!isCordonError(error) || !error.code.startsWith('signing.')) throw error
  return error.code
}

function outcome(bytes: Uint8Array): string {
  try {
    readProfile(bytes)
    return 'read'
  } catch (error) {
    return codeOf(error)
  }
}

test.each(Object.entries(FORMS))(
  '700 damaged copies of a profile (%s) are read or refused with an error of the catalogue',
  (name, bytes) => {
    expect(outcome(bytes)).toBe('read')
    const outcomes = new Set([...mutationsOf(bytes, 700, name)].map(outcome))
    expect([...outcomes]).toEqual(expect.arrayContaining(['read', 'signing.not_a_profile']))
  },
)

test('no damaged copy of a signed profile passes as Apple-signed by accident', async () => {
  const outcomes = new Set<string>()
  for (const damaged of mutationsOf(FORMS.DER, 100, 'verify')) {
    outcomes.add(await verifyProfileSignature(damaged, '').then(() => 'verified', codeOf))
  }
  expect([...outcomes]).toContain('signing.profile_signature_invalid')
  expect([...outcomes]).not.toContain('verified')
})
