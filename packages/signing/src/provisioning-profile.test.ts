import { instant, parseInstant } from '@cordon/core/instant'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { EC, makeIdentity, openssl, put, scratchFolder } from '../test/openssl.ts'
import { profileFields, profilePlist, signedProfile } from '../test/profiles.ts'
import {
  allowsCertificate,
  distributionMethodOf,
  isXcodeManagedName,
  readProfile,
  requireProfileUnexpired,
} from './provisioning-profile.ts'

afterEach(() => vi.restoreAllMocks())

const folder = scratchFolder()
const signer = makeIdentity(folder, 'signer', { subject: '/CN=Apple iPhone OS Provisioning Profile Signing' })
const certificate = makeIdentity(folder, 'certificate', {
  subject: '/CN=Apple Distribution: Acme (ABCDE12345)/OU=ABCDE12345',
  serial: '0x0a1b2c',
  newKey: EC,
})
const plist = profilePlist(profileFields([certificate.certificateDer]))
const signed = signedProfile(folder, plist, { signer })
const profile = readProfile(signed)

const read = (changes: Record<string, unknown>) =>
  readProfile(Buffer.from(profilePlist(profileFields([certificate.certificateDer], changes))))

test('the fields of a signed profile are read', () => {
  expect(profile).toMatchObject({
    uuid: '0f3c1d3e-1111-4222-8333-abcdefabcdef',
    name: 'Example App Store',
    teamIds: ['ABCDE12345'],
    platforms: ['iOS', 'xrOS', 'visionOS'],
    applicationIdentifier: 'ABCDE12345.com.example.app',
    bundleIdentifier: 'com.example.app',
    devices: undefined,
    provisionsAllDevices: false,
    createdAt: parseInstant('2026-01-10T08:00:00Z'),
    expiresAt: parseInstant('2027-01-10T08:00:00Z'),
    isXcodeManaged: false,
    distributionMethod: 'app-store',
  })
  expect(profile.entitlements['keychain-access-groups']).toEqual(['ABCDE12345.*'])
})

test('the certificates are whole, and found by serial number in any spelling', () => {
  expect(profile.certificates.map(({ der }) => Buffer.from(der))).toEqual([certificate.certificateDer])
  expect(allowsCertificate(profile, '000a1b2c')).toBe(true)
  expect(allowsCertificate(profile, 'A1B2C')).toBe(true)
  expect(allowsCertificate(profile, 'A1B2C0')).toBe(false)
})

test('CMS in pieces of BER, a large one, and the bare property list say the same', () => {
  const inPieces = signedProfile(folder, plist, { signer, inPieces: true })
  // Indefinite length: the form that a search for "<?xml" reads wrong without noticing.
  expect(inPieces.subarray(0, 2).toString('hex')).toBe('3080')
  expect(readProfile(inPieces)).toEqual(profile)
  expect(readProfile(Buffer.from(plist))).toEqual(profile)
  expect(readProfile(Buffer.from(`\ufeff${plist}`))).toEqual(profile)
})

test('a profile with 3,000 devices, its content in many pieces, is read whole', () => {
  const devices = Array.from({ length: 3000 }, (_, index) => `00008110-${index.toString(16).padStart(16, '0')}`)
  const large = profilePlist(profileFields([certificate.certificateDer], { ProvisionedDevices: devices }))
  const bytes = signedProfile(folder, large, { signer, inPieces: true })
  expect(bytes.length).toBeGreaterThan(91_000)
  expect(readProfile(bytes).devices).toEqual(devices)
})

test('openssl reads the same property list out of the signed profile', () => {
  const args = ['cms', '-verify', '-noverify', '-inform', 'DER', '-in', put(folder, 'seen.mobileprovision', signed)]
  expect(openssl(args).stdout.toString()).toBe(plist)
})

test('a profile whose signature is wrong is read all the same', () => {
  const changed = Buffer.from(signed)
  changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1
  expect(readProfile(changed)).toEqual(profile)
})

describe('the distribution method', () => {
  const getTaskAllow = {
    Entitlements: { 'application-identifier': 'ABCDE12345.com.example.app', 'get-task-allow': true },
  }
  const mac = {
    Platform: ['OSX'],
    Entitlements: { 'com.apple.application-identifier': 'ABCDE12345.com.example.mac' },
  }
  test.each([
    ['app-store', {}],
    ['enterprise', { ProvisionsAllDevices: true }],
    ['ad-hoc', { ProvisionedDevices: ['A'] }],
    ['development', { ProvisionedDevices: ['A'], ...getTaskAllow }],
    ['app-store', mac],
    ['development', { ...mac, ProvisionedDevices: ['A'] }],
    ['developer-id', { ...mac, ProvisionsAllDevices: true }],
  ])('is %s for %j', (method, changes) => {
    expect(read(changes).distributionMethod).toBe(method)
  })

  test('is enterprise when there are both a device list and the flag for all devices', () => {
    const evidence = { platforms: ['iOS'], entitlements: {}, devices: ['A'], provisionsAllDevices: true }
    expect(distributionMethodOf(evidence)).toBe('enterprise')
  })
})

test.each([
  ['XC com example app', true],
  ['XC: com.example.app', true],
  ['iOS Team Provisioning Profile: com.example.app', true],
  ['tvOS Team Store Provisioning Profile: *', true],
  ['Mac Team Provisioning Profile: x', true],
  ['Mac Catalyst Team Provisioning Profile: x', true],
  ['iOS Team: my own', false],
  ['My iOS Team Provisioning Profile', false],
  ['Example XC', false],
])('a profile named "%s" is made by Xcode: %s', (name, isManaged) => {
  expect(isXcodeManagedName(name)).toBe(isManaged)
  expect(read({ Name: name }).isXcodeManaged).toBe(isManaged)
})

test('the flag IsXcodeManaged counts as well', () => {
  expect(read({ IsXcodeManaged: true }).isXcodeManaged).toBe(true)
})

test.each([
  ['ABCDE12345.com.example.*', ['ABCDE12345'], 'com.example.*'],
  ['ABCDE12345.*', ['ABCDE12345'], '*'],
  ['SEED123456.com.example', ['OTHER12345', 'SEED123456'], 'com.example'],
  ['SEED123456.com.example', undefined, 'com.example'],
])('the bundle identifier of %s with prefixes %j is %s', (identifier, prefixes, bundleIdentifier) => {
  const changes = { ApplicationIdentifierPrefix: prefixes, Entitlements: { 'application-identifier': identifier } }
  expect(read(changes).bundleIdentifier).toBe(bundleIdentifier)
})

test.each([
  ['UUID', undefined],
  ['UUID', '../../../etc/passwd'],
  ['UUID', ''],
  ['Name', 5],
  ['Platform', 'iOS'],
  ['TeamIdentifier', undefined],
  ['ProvisionedDevices', [1]],
  ['ProvisionsAllDevices', 'yes'],
  ['CreationDate', 'yesterday'],
  ['ExpirationDate', undefined],
  ['Entitlements', []],
  ['DeveloperCertificates', [Buffer.from('no certificate')]],
])('a profile whose %s is %j is refused by that name', (field, value) => {
  expect(() => read({ [field]: value })).toThrow(
    expect.objectContaining({ code: 'signing.profile_incomplete', details: { field } }),
  )
})

test('a profile whose entitlements name no app is refused', () => {
  expect(() => read({ Entitlements: {} })).toThrow(expect.objectContaining({ code: 'signing.profile_incomplete' }))
})

test.each([
  ['nothing', ''],
  ['HTML', '<html><body>sign in</body></html>'],
  ['a property list that is no dictionary', '<plist version="1.0"><array/></plist>'],
  ['an empty property list', '<plist version="1.0"></plist>'],
  ['a property list nested beyond reason', `<plist>${'<array>'.repeat(100_000)}${'</array>'.repeat(100_000)}</plist>`],
  ['a property list with entities of its own', `<!DOCTYPE plist [<!ENTITY a "b">]><plist><string>&a;</string></plist>`],
  ['a certificate', certificate.certificateDer],
  ['half a profile', signed.subarray(0, 2000)],
])('%s is no profile', (_, bytes) => {
  expect(() => readProfile(Buffer.from(bytes))).toThrow(expect.objectContaining({ code: 'signing.not_a_profile' }))
})

test.each([
  ['U+FFFD', plist.replace('Söhne', 'S\ufffdhne')],
  ['broken XML', plist.replace('</dict>', '</dicy>')],
  ['an attribute without value', plist.replace('<dict>', '<dict a>')],
])('nothing of a file with %s reaches the console', (_, text) => {
  const said = (['log', 'warn', 'error', 'info'] as const).map((name) => vi.spyOn(console, name))
  try {
    readProfile(Buffer.from(text))
  } catch (error) {
    expect(error).toMatchObject({ code: 'signing.not_a_profile' })
  }
  expect(said.flatMap(({ mock }) => mock.calls)).toEqual([])
})

test('a profile has expired at its very end, not a moment before', () => {
  expect(() => requireProfileUnexpired(profile, instant(profile.expiresAt - 1))).not.toThrow()
  expect(() => requireProfileUnexpired(profile, profile.expiresAt)).toThrow(
    expect.objectContaining({ code: 'signing.profile_expired', detail: expect.stringContaining('Example App Store') }),
  )
})
