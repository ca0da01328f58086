import { execFileSync } from 'node:child_process'
import { randomBytes, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from './authority.ts'
import { readSigningRequest } from './signing-request.ts'

const folder = mkdtempSync(join(tmpdir(), 'simulator-authority-'))
const authority = createAuthority(randomBytes)
const path = (name: string) => join(folder, name)
const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' })

function request(...keyOptions: string[]): string {
  openssl('req', '-new', ...keyOptions, '-nodes', '-keyout', path('k.pem'), '-out', path('r.pem'), '-subj', '/CN=me')
  return openssl('req', '-in', path('r.pem'))
}

beforeAll(async () => {
  writeFileSync(path('root.pem'), await authority.rootPem())
  writeFileSync(path('intermediate.pem'), await authority.intermediatePem())
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('the simulated authority', () => {
  it('issues certificates that openssl verifies up to the root', async () => {
    const csr = await readSigningRequest(request('-newkey', 'rsa:2048'))
    if (typeof csr === 'string') throw new Error(csr)
    const issued = await authority.issue({
      subject: { commonName: 'Apple Distribution: Acme (ABCDE12345)', organizationalUnit: 'ABCDE12345' },
      publicKey: csr.publicKey,
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date(Date.now() + 365 * 86_400_000),
      marks: ['1.2.840.113635.100.6.1.4'],
      purposes: ['1.3.6.1.5.5.7.3.3'],
    })
    const certificate = new X509Certificate(issued.der)
    writeFileSync(path('leaf.pem'), certificate.toString())
    const verdict = openssl(
      'verify',
      '-CAfile',
      path('root.pem'),
      '-untrusted',
      path('intermediate.pem'),
      '-ignore_critical',
      path('leaf.pem'),
    )
    expect(verdict).toContain('leaf.pem: OK')
    expect(certificate.serialNumber).toBe(issued.serialNumber)
    expect(certificate.issuer).toContain('Apple Inc')
    // One attribute in each part of the name: openssl writes a plus sign between two in one part.
    expect(openssl('x509', '-in', path('leaf.pem'), '-noout', '-subject', '-issuer', '-nameopt', 'rfc2253')).toBe(
      'subject=OU=ABCDE12345,CN=Apple Distribution: Acme (ABCDE12345)\n' +
        'issuer=C=US,O=Apple Inc.,OU=G3,CN=Apple Worldwide Developer Relations Certification Authority\n',
    )
    expect(openssl('x509', '-in', path('leaf.pem'), '-noout', '-text')).toContain('1.2.840.113635.100.6.1.4: critical')
    // RFC 4055: NULL behind the algorithm, in both places.
    const withNull = Buffer.from('300d06092a864886f70d01010b0500', 'hex')
    const der = Buffer.from(issued.der)
    expect(der.indexOf(withNull)).toBeGreaterThan(0)
    expect(der.lastIndexOf(withNull)).toBeGreaterThan(der.indexOf(withNull))
  })

  it('signs profiles that openssl cms verifies with the root alone, and no other root', async () => {
    writeFileSync(path('p.cms'), await authority.signProfile(Buffer.from('<plist/>'), new Date()))
    const verify = (ca: string) =>
      openssl('cms', '-verify', '-inform', 'DER', '-in', path('p.cms'), '-CAfile', ca, '-purpose', 'any')
    expect(verify(path('root.pem'))).toBe('<plist/>')
    writeFileSync(path('other.pem'), await createAuthority(randomBytes).rootPem())
    expect(() => verify(path('other.pem'))).toThrow()
  })

  it('stays the same authority when it is saved and loaded', async () => {
    const loaded = createAuthority(randomBytes, await authority.toJson())
    expect(await loaded.rootPem()).toBe(await authority.rootPem())
    writeFileSync(path('p2.cms'), await loaded.signProfile(Buffer.from('<plist/>'), new Date()))
    openssl('cms', '-verify', '-inform', 'DER', '-in', path('p2.cms'), '-CAfile', path('root.pem'), '-purpose', 'any')
  })
})

describe('reading a signing request', () => {
  it('takes PEM, PEM without line breaks and bare base64', async () => {
    const pem = request('-newkey', 'rsa:2048')
    const bare = pem.replace(/-----[A-Z ]+-----|\n/g, '')
    for (const text of [pem, pem.replace(/\n/g, ''), bare])
      expect(await readSigningRequest(text)).toHaveProperty('publicKey')
  })

  it('refuses what is no request, a foreign signature and other keys', async () => {
    expect(await readSigningRequest('hello')).toBe('is not valid')
    expect(await readSigningRequest('')).toBe('is not valid')
    expect(await readSigningRequest(Buffer.from('hello').toString('base64'))).toBe('is not valid')
    expect(await readSigningRequest(request('-newkey', 'rsa:1024'))).toBe('must use a 2048-bit RSA key')
    const ec = request('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256')
    expect(await readSigningRequest(ec)).toBe('must use a 2048-bit RSA key')
    const bytes = Buffer.from(request('-newkey', 'rsa:2048').replace(/-----[A-Z ]+-----|\n/g, ''), 'base64')
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 5) ^ 1, bytes.length - 5)
    expect(await readSigningRequest(bytes.toString('base64'))).toBe('has a signature that does not match its key')
  })
})
