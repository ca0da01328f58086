import { createPrivateKey } from 'node:crypto'
import { instant, plusMs } from '@cordon/core/instant'
import { secret } from '@cordon/core/secret'
import { expect, test } from 'vitest'
import { EC, makeIdentity, openssl, scratchFolder } from '../test/openssl.ts'
import {
  certificatePem,
  matchesPrivateKey,
  readCertificate,
  requireValid,
  sameSerial,
  validityAt,
} from './certificate.ts'

const folder = scratchFolder()
const identity = makeIdentity(folder, 'distribution', {
  subject: '/UID=X/CN=iPhone Distribution: Nabu Casa, Inc. Jürgen (ABCDE12345)/OU=ABCDE12345/O=Nabu Casa, Inc./C=US',
  serial: '0x00ab12cd',
})
const certificate = readCertificate(identity.certificatePem)

const opensslSays = (option: string) =>
  openssl(['x509', '-in', identity.certificateFile, '-noout', ...option.split(' ')])
    .output.trim()
    .replace(/^.*=/, '')

test.each([
  ['DER', identity.certificateDer],
  ['PEM text', identity.certificatePem],
  ['PEM bytes', Buffer.from(identity.certificatePem)],
  ['base64 text', identity.certificateDer.toString('base64')],
  [
    'base64 bytes with line breaks',
    Buffer.from(identity.certificateDer.toString('base64').replace(/.{64}/g, '$&\r\n')),
  ],
])('%s gives the same certificate', (_, input) => {
  expect(readCertificate(input)).toEqual(certificate)
  expect(Buffer.from(readCertificate(input).der)).toEqual(identity.certificateDer)
})

test('names are plain text, also with a comma and an umlaut in them', () => {
  expect(certificate.commonName).toBe('iPhone Distribution: Nabu Casa, Inc. Jürgen (ABCDE12345)')
  expect(certificate.organisation).toBe('Nabu Casa, Inc.')
  expect(certificate.teamId).toBe('ABCDE12345')
})

test('an organisational unit that is no team id is not taken for one', () => {
  const authority = makeIdentity(folder, 'authority', { subject: '/CN=CA/OU=Apple Worldwide Developer Relations' })
  expect(readCertificate(authority.certificatePem).teamId).toBeUndefined()
})

test('serial number, fingerprints and dates are the ones openssl sees', () => {
  expect(certificate.serialNumber).toBe(opensslSays('-serial'))
  expect(certificate.sha1Fingerprint).toBe(opensslSays('-fingerprint -sha1').replaceAll(':', ''))
  expect(certificate.sha256Fingerprint).toBe(opensslSays('-fingerprint -sha256').replaceAll(':', ''))
  expect(certificate.notBefore).toBe(Date.parse(opensslSays('-startdate')))
  expect(certificate.notAfter).toBe(Date.parse(opensslSays('-enddate')))
})

test.each([
  ['AB12CD', 'ab12cd', true],
  ['00AB12CD', 'ab12cd', true],
  ['0', '000', true],
  ['AB12CD', 'AB12CD0', false],
  ['AB12CD', '12CD', false],
])('serial numbers %s and %s: same is %s', (one, other, same) => {
  expect(sameSerial(one, other)).toBe(same)
  expect(sameSerial(other, one)).toBe(same)
})

const marked = (...lastNumbers: number[]) =>
  lastNumbers.map((last) => `1.2.840.113635.100.6.1.${last}=critical,DER:0500`)

test.each([
  ['development', [2]],
  ['development', [2, 12]],
  ['distribution', [4]],
  ['distribution', [7, 4]],
  ['developer-id', [33, 13]],
  ['developer-id-installer', [14]],
  ['mac-development', [12]],
  ['mac-distribution', [7]],
  ['mac-installer', [8]],
] as const)("%s is told by Apple's markers %j, whatever the name says", (kind, markers) => {
  const { certificatePem } = makeIdentity(folder, `marked-${markers.join('-')}`, {
    subject: '/CN=Apple Distribution: misleading',
    extensions: marked(...markers),
    newKey: EC,
  })
  expect(readCertificate(certificatePem).kind).toBe(kind)
})

test.each([
  ['Apple Development: Jane', 'development'],
  ['IPHONE DEVELOPER: Jane', 'development'],
  ['iOS Developer: Jane', 'development'],
  ['apple distribution: Acme', 'distribution'],
  ['iPhone Distribution: Acme', 'distribution'],
  ['Developer ID Application: Acme', 'developer-id'],
  ['3rd Party Mac Developer Installer: Acme', 'mac-installer'],
  ['Mac Developer: Jane', 'mac-development'],
  ['Acme Apple Development', 'other'],
])('without a marker "%s" is of kind %s', (commonName, kind) => {
  const { certificatePem } = makeIdentity(folder, `named-${kind}-${commonName.length}`, {
    subject: `/CN=${commonName}`,
    newKey: EC,
  })
  expect(readCertificate(certificatePem).kind).toBe(kind)
})

// Node 24 reads such a certificate, and then ends with a segmentation fault when it is asked for the names in it.
test('a certificate whose public key cannot be read is refused', () => {
  const { certificateDer } = makeIdentity(folder, 'odd-curve', { newKey: EC })
  const prime256v1 = Buffer.from('06082a8648ce3d030107', 'hex')
  const at = certificateDer.indexOf(prime256v1)
  const damaged = Buffer.from(certificateDer)
  damaged[at + 3] = 0x87
  expect(at).toBeGreaterThan(0)
  expect(() => readCertificate(damaged)).toThrow(expect.objectContaining({ code: 'signing.not_a_certificate' }))
})

test('both ends of its life belong to a certificate, a moment outside does not', () => {
  const { notBefore, notAfter } = certificate
  expect(validityAt(certificate, notBefore)).toBe('valid')
  expect(validityAt(certificate, notAfter)).toBe('valid')
  expect(validityAt(certificate, plusMs(notBefore, -1))).toBe('not_yet_valid')
  expect(validityAt(certificate, plusMs(notAfter, 1))).toBe('expired')
})

test('an expired certificate and one that is not valid yet are refused with name and date', () => {
  expect(() => requireValid(certificate, plusMs(certificate.notAfter, 1))).toThrow(
    expect.objectContaining({ code: 'signing.certificate_expired', detail: expect.stringContaining('Nabu Casa') }),
  )
  expect(() => requireValid(certificate, instant(0))).toThrow(
    expect.objectContaining({ code: 'signing.certificate_not_yet_valid' }),
  )
  expect(() => requireValid(certificate, certificate.notBefore)).not.toThrow()
})

test('a key belongs to its own certificate only', () => {
  const other = makeIdentity(folder, 'other')
  expect(matchesPrivateKey(certificate, secret(createPrivateKey(identity.keyPem)))).toBe(true)
  expect(matchesPrivateKey(certificate, secret(createPrivateKey(other.keyPem)))).toBe(false)
})

test('the PEM of a certificate is what openssl writes', () => {
  expect(certificatePem(certificate).trim()).toBe(identity.certificatePem.trim())
})

test.each([
  ['nothing', ''],
  ['a private key', identity.keyPem],
  ['a page of HTML', '<html>sign in</html>'],
  ['base64 of something else', Buffer.from('hello there, this is no certificate').toString('base64')],
  ['half a certificate', identity.certificateDer.subarray(0, 300)],
])('%s is refused as no certificate', (_, input) => {
  expect(() => readCertificate(input)).toThrow(expect.objectContaining({ code: 'signing.not_a_certificate' }))
})
