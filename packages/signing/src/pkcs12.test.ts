import { createPrivateKey, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { secret } from '@cordon/core/secret'
import { Integer } from 'asn1js'
import forge from 'node-forge'
import { describe, expect, test } from 'vitest'
import { EC, makeIdentity, openssl, put, scratchFolder, type TestIdentity, tryRun } from '../test/openssl.ts'
import { childAt, childrenOf, encode, octetsOf, readAsn1, untag } from './asn1.ts'
import { readCertificate } from './certificate.ts'
import { dataContent, sequence } from './pkcs12/bags.ts'
import { encodePkcs12 } from './pkcs12/write.ts'
import { readPkcs12, writePkcs12 } from './pkcs12.ts'
import { requireOneIdentity } from './signing-identity.ts'

const folder = scratchFolder()
const authority = makeIdentity(folder, 'authority', { extensions: ['basicConstraints=critical,CA:TRUE'] })
const development = makeIdentity(folder, 'development', { subject: '/CN=Apple Development: Jürgen', issuer: authority })
const distribution = makeIdentity(folder, 'distribution', { subject: '/CN=Apple Distribution: Acme' })
const elliptic = makeIdentity(folder, 'elliptic', { newKey: EC })

const PASSPHRASE = 'correct horse'
// openssl's legacy provider is a file of its own that small systems leave out.
const hasLegacy = tryRun('openssl', ['list', '-providers', '-provider', 'legacy']).exitCode === 0
if (!hasLegacy) console.info('openssl has no legacy provider here: RC2 files are not made by openssl')

interface ExportOptions {
  readonly identity?: TestIdentity
  readonly passphrase?: string
  readonly args?: readonly string[]
}

function exported({ identity = development, passphrase = PASSPHRASE, args = [] }: ExportOptions = {}): Buffer {
  const path = join(folder, 'exported.p12')
  const files = ['-inkey', identity.keyFile, '-in', identity.certificateFile, '-out', path]
  openssl(['pkcs12', '-export', ...files, '-passout', `pass:${passphrase}`, ...args])
  return readFileSync(path)
}

async function identityIn(bytes: Uint8Array, passphrase = PASSPHRASE) {
  return requireOneIdentity(await readPkcs12(bytes, secret(passphrase)))
}

function expectIdentity(found: Awaited<ReturnType<typeof identityIn>>, expected: TestIdentity): void {
  expect(Buffer.from(found.certificate.der)).toEqual(expected.certificateDer)
  expect(found.privateKey.reveal().equals(createPrivateKey(expected.keyPem))).toBe(true)
}

const failure = (code: string) => expect.objectContaining({ code: `signing.${code}` })

const THREE_DES = ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']
const FORMS: readonly (readonly [string, readonly string[]])[] = [
  ["openssl's default (AES-256, SHA-256)", []],
  ['3DES with a SHA-1 MAC', THREE_DES],
  ['2-key 3DES', ['-keypbe', 'PBE-SHA1-2DES', '-certpbe', 'PBE-SHA1-2DES']],
  ['AES-128 with SHA-512', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha512']],
  ['AES-192 with SHA-384', ['-keypbe', 'AES-192-CBC', '-certpbe', 'AES-192-CBC', '-macalg', 'sha384']],
  ['PBES2 with 3DES', ['-keypbe', 'DES-EDE3-CBC', '-certpbe', 'DES-EDE3-CBC']],
  ['certificates not encrypted', ['-certpbe', 'NONE']],
  ['nothing encrypted', ['-certpbe', 'NONE', '-keypbe', 'NONE']],
  ['no MAC', ['-nomac']],
  ['one iteration', ['-iter', '1']],
  ['a certificate of an authority in it', ['-certfile', authority.certificateFile]],
]
const LEGACY_FORMS: typeof FORMS = [
  ['RC2-40 and 3DES, as Keychain Access exports', ['-legacy']],
  ['RC2-128', ['-legacy', '-keypbe', 'PBE-SHA1-RC2-128', '-certpbe', 'PBE-SHA1-RC2-128']],
]

describe.each([...FORMS, ...(hasLegacy ? LEGACY_FORMS : [])])('%s', (_, args) => {
  test.each([
    ['a usual passphrase', PASSPHRASE],
    ['an empty passphrase', ''],
    ['a passphrase beyond ASCII', 'Größe 林 🔑'],
  ])('opens with %s', async (_, passphrase) => {
    expectIdentity(await identityIn(exported({ passphrase, args }), passphrase), development)
  })
})

test('an empty passphrase spelled as no bytes at all opens too, as it does in openssl', async () => {
  const pkcs8 = createPrivateKey(development.keyPem).export({ format: 'der', type: 'pkcs8' })
  const parts = { certificateDer: development.certificateDer, pkcs8, friendlyName: 'x' }
  const bytes = encodePkcs12(parts, { passphrase: new Uint8Array(), randomBytes })
  openssl(['pkcs12', '-noout', '-passin', 'pass:', '-in', put(folder, 'no-bytes.p12', bytes)])
  expectIdentity(await identityIn(bytes, ''), development)
})

test('an EC key and its certificate are read', async () => {
  expectIdentity(await identityIn(exported({ identity: elliptic })), elliptic)
})

test('the friendly name is read', async () => {
  expect((await identityIn(exported({ args: ['-name', 'Größe'] }))).friendlyName).toBe('Größe')
})

test('PEM under the name .p12 is read, the certificate beside it as well', async () => {
  const both = Buffer.from(`${distribution.certificatePem}${distribution.keyPem}`)
  expectIdentity(await identityIn(both), distribution)
  const beside = { certificates: [readCertificate(distribution.certificatePem)] }
  const [found] = await readPkcs12(Buffer.from(distribution.keyPem), secret(''), beside)
  expectIdentity(found, distribution)
})

test('a PEM key in PKCS#1, as fastlane match stores it, and an encrypted one are read', async () => {
  const pkcs1 = openssl(['rsa', '-in', distribution.keyFile, '-traditional']).stdout.toString()
  expect(pkcs1).toContain('BEGIN RSA PRIVATE KEY')
  expectIdentity(await identityIn(Buffer.from(pkcs1 + distribution.certificatePem)), distribution)
  const encrypted = openssl(['pkcs8', '-topk8', '-in', distribution.keyFile, '-passout', `pass:${PASSPHRASE}`]).stdout
  const bytes = Buffer.concat([encrypted, Buffer.from(distribution.certificatePem)])
  expectIdentity(await identityIn(bytes), distribution)
  await expect(readPkcs12(bytes, secret('wrong'))).rejects.toEqual(failure('wrong_passphrase'))
})

/** openssl puts one key into a file; this joins the parts of two of its files into one. */
function joinedFiles(one: Buffer, other: Buffer): Buffer {
  const partsOf = (bytes: Buffer) => childrenOf(readAsn1(octetsOf(untag(childAt(childAt(readAsn1(bytes), 1), 1), 0))))
  const safe = encode(sequence(...partsOf(one), ...partsOf(other)))
  return Buffer.from(encode(sequence(new Integer({ value: 3 }), dataContent(safe))))
}

test('several identities are all found, each with its own key, without the authority, and "the one" is refused', async () => {
  const one = exported({ identity: distribution, args: ['-nomac'] })
  const other = exported({ args: ['-nomac', '-certfile', authority.certificateFile] })
  const identities = await readPkcs12(joinedFiles(one, other), secret(PASSPHRASE))
  expect(identities.map(({ certificate }) => certificate.commonName)).toEqual([
    'Apple Distribution: Acme',
    'Apple Development: Jürgen',
  ])
  const keys = identities.map(({ privateKey }) => privateKey.reveal())
  expect(keys[0]?.equals(createPrivateKey(distribution.keyPem))).toBe(true)
  expect(keys[1]?.equals(createPrivateKey(development.keyPem))).toBe(true)
  expect(() => requireOneIdentity(identities)).toThrow(failure('several_identities'))
})

describe('refusals', () => {
  test.each(FORMS.filter(([name]) => name !== 'nothing encrypted'))(
    'a wrong passphrase is told for: %s',
    async (_, args) => {
      const bytes = exported({ args })
      await expect(readPkcs12(bytes, secret('wrong'))).rejects.toEqual(failure('wrong_passphrase'))
      await expect(readPkcs12(bytes, secret(''))).rejects.toEqual(failure('wrong_passphrase'))
    },
  )

  test.each([
    ['nothing at all', Buffer.alloc(0)],
    ['text', Buffer.from('not a file')],
    ['a certificate', development.certificateDer],
    ['a cut file', exported().subarray(0, 900)],
  ])('%s is no .p12', async (_, bytes) => {
    await expect(readPkcs12(bytes, secret(PASSPHRASE))).rejects.toEqual(failure('not_a_pkcs12'))
  })

  test('a file without a key, and one without a certificate, hold no identity', async () => {
    const noKey = exported({ args: ['-nokeys'] })
    await expect(readPkcs12(noKey, secret(PASSPHRASE))).rejects.toEqual(failure('no_identity'))
    const noCertificate = exported({ args: ['-nocerts'] })
    await expect(readPkcs12(noCertificate, secret(PASSPHRASE))).rejects.toEqual(failure('no_identity'))
  })

  test('a key of another certificate is told as such', async () => {
    const bytes = Buffer.from(development.certificatePem + distribution.keyPem)
    await expect(readPkcs12(bytes, secret(''))).rejects.toEqual(failure('key_mismatch'))
  })

  test('a cipher that is not read is named', async () => {
    const bytes = exported({ args: ['-keypbe', 'CAMELLIA-256-CBC'] })
    await expect(readPkcs12(bytes, secret(PASSPHRASE))).rejects.toEqual(failure('unsupported_encryption'))
  })

  test('a file that asks for a billion rounds is refused before any is done', async () => {
    const [version, content, mac] = childrenOf(readAsn1(exported()))
    if (!version || !content || !mac) throw new Error('openssl made another structure')
    const greedy = sequence(childAt(mac, 0), childAt(mac, 1), new Integer({ value: 1_000_000_000 }))
    const bytes = encode(sequence(version, content, greedy))
    await expect(readPkcs12(bytes, secret(PASSPHRASE))).rejects.toEqual(failure('unsupported_encryption'))
  })
})

describe('what is written', () => {
  const passphrase = secret(`p"a's \\s`)
  const certificate = readCertificate(development.certificatePem)
  const privateKey = secret(createPrivateKey(development.keyPem))
  const written = writePkcs12({ certificate, privateKey, passphrase, friendlyName: 'Cordon: Größe' })
  const file = put(folder, 'written.p12', written.reveal())
  const passin = ['-passin', `pass:${passphrase.reveal()}`]

  test('openssl sees both bags in PBE-SHA1-3DES, a SHA-1 MAC, 2,048 iterations, 8-byte salt, one certificate', () => {
    const { output } = openssl(['pkcs12', '-in', file, '-info', '-nodes', ...passin])
    expect(output).toMatch(/MAC: sha1, Iteration 2048\nMAC length: 20, salt length: 8/)
    expect(output).toContain('PKCS7 Encrypted data: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 2048')
    expect(output).toContain('Shrouded Keybag: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 2048')
    expect(output.match(/BEGIN CERTIFICATE/g)).toHaveLength(1)
    expect(output.match(/BEGIN PRIVATE KEY/g)).toHaveLength(1)
  })

  test('key and certificate carry the same local key id and friendly name', () => {
    const { output } = openssl(['pkcs12', '-in', file, '-info', '-nodes', ...passin])
    expect(new Set(output.match(/localKeyID: .*/g)).size).toBe(1)
    expect(output.match(/localKeyID: .*/g)).toHaveLength(2)
    expect(output.match(/friendlyName: .*/g)).toHaveLength(2)
  })

  test('openssl gives back the very key and certificate', () => {
    const key = openssl(['pkcs12', '-in', file, '-nocerts', '-nodes', ...passin]).stdout
    expect(createPrivateKey(key).equals(privateKey.reveal())).toBe(true)
    const pem = openssl(['pkcs12', '-in', file, '-nokeys', ...passin]).stdout.toString()
    expect(pem).toContain(development.certificatePem.trim())
  })

  test('node-forge, a reader of other origin, gives back key, certificate and names', () => {
    const asn1 = forge.asn1.fromDer(Buffer.from(written.reveal()).toString('latin1'))
    const p12 = forge.pkcs12.pkcs12FromAsn1(asn1, passphrase.reveal())
    const bag = p12.getBags({ bagType: forge.pki.oids.pkcs8ShroudedKeyBag })[forge.pki.oids.pkcs8ShroudedKeyBag ?? '']
    const key = forge.pki.privateKeyToPem(bag?.[0]?.key as forge.pki.PrivateKey)
    expect(createPrivateKey(key).equals(privateKey.reveal())).toBe(true)
    expect(p12.getBags({ friendlyName: 'Cordon: Größe' }).friendlyName).toHaveLength(2)
    expect(p12.safeContents.map(({ encrypted }) => encrypted)).toEqual([true, false])
  })

  test('keytool and Python open it, where they are installed', () => {
    const keytool = ['keytool', '-list', '-keystore', file, '-storetype', 'PKCS12', '-storepass', passphrase.reveal()]
    const script =
      'import sys\nfrom cryptography.hazmat.primitives.serialization import pkcs12\n' +
      'k, c, o = pkcs12.load_key_and_certificates(open(sys.argv[1], "rb").read(), sys.argv[2].encode())\n' +
      'print("PrivateKeyEntry" if k and c and not o else "bad")'
    const python = ['python3', '-c', script, file, passphrase.reveal()]
    for (const [program = '', ...args] of [keytool, python]) {
      if (!isUsable(program)) console.info(`${program} is not usable here: not tried as a reader`)
      else expect(tryRun(program, args).output).toContain('PrivateKeyEntry')
    }
  })

  test('it reads back here, with the names', async () => {
    const found = await identityIn(written.reveal(), passphrase.reveal())
    expectIdentity(found, development)
    expect(found.friendlyName).toBe('Cordon: Größe')
  })

  test('the same input gives another file each time, the same with the same random bytes', () => {
    const input = { certificate, privateKey, passphrase }
    const fixed = { ...input, randomBytes: (size: number) => Buffer.alloc(size, 7) }
    expect(writePkcs12(input).reveal()).not.toEqual(writePkcs12(input).reveal())
    expect(writePkcs12(fixed).reveal()).toEqual(writePkcs12(fixed).reveal())
  })

  test('neither file nor key show themselves', () => {
    expect(inspect({ written, privateKey })).toBe('{ written: [redacted], privateKey: [redacted] }')
  })

  test.each([
    ['empty', ''],
    ['beyond ASCII', 'pässword'],
    ['with a line break', 'pass\nword'],
    ['too long', 'x'.repeat(257)],
  ])('a passphrase that is %s is refused', (_, bad) => {
    const input = { certificate, privateKey, passphrase: secret(bad) }
    expect(() => writePkcs12(input)).toThrow(failure('passphrase_not_portable'))
  })

  test('a key of another certificate is refused', () => {
    const input = { certificate, privateKey: secret(createPrivateKey(distribution.keyPem)), passphrase }
    expect(() => writePkcs12(input)).toThrow(failure('key_mismatch'))
  })
})

function isUsable(program: string): boolean {
  const probe = program === 'keytool' ? ['-help'] : ['-c', 'import cryptography']
  try {
    return tryRun(program, probe).exitCode === 0
  } catch {
    return false
  }
}
