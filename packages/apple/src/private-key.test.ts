import { execFileSync } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { isCordonError } from '@cordon/core/errors'
import { secret } from '@cordon/core/secret'
import { expect, test } from 'vitest'
import { readPrivateKey } from './private-key.ts'

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve })
const { privateKey, publicKey } = ec('P-256')
const PEM = pemOf(privateKey)
const BODY = PEM.split('\n').slice(1, -2)
const read = (text: string) => readPrivateKey(secret(text))

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function openssl(args: readonly string[], input: string): string {
  return execFileSync('openssl', args, { input, stdio: ['pipe', 'pipe', 'ignore'] }).toString()
}

function failure(text: string): { problem: unknown; shown: string } {
  try {
    read(text)
  } catch (error) {
    if (!isCordonError(error)) throw error
    expect(error.code).toBe('apple.private_key_invalid')
    expect(error.details).toMatchObject({ field: 'privateKey', accepted: expect.stringContaining('PKCS#8') })
    return { problem: error.details.problem, shown: JSON.stringify({ ...error, message: error.message }) }
  }
  throw new Error('the text was taken as a key')
}

test.each([
  ['the file itself', PEM],
  ['no line break at the end', PEM.trimEnd()],
  ['CRLF', PEM.replaceAll('\n', '\r\n')],
  ['literal \\n', PEM.replaceAll('\n', '\\n')],
  ['literal \\r\\n', PEM.replaceAll('\n', '\\r\\n')],
  ['doubly escaped \\\\n in quotes', JSON.stringify(JSON.stringify(PEM))],
  ['one line without breaks', PEM.replaceAll('\n', '')],
  ['one line with spaces', PEM.replaceAll('\n', ' ')],
  ['base64 of the whole file', Buffer.from(PEM).toString('base64')],
  [
    'base64 of the whole file in lines of 64',
    (
      Buffer.from(PEM)
        .toString('base64')
        .match(/.{1,64}/g) ?? []
    ).join('\n'),
  ],
  ['no BEGIN and END lines', BODY.join('\n')],
  ['no BEGIN and END lines, one line', BODY.join('')],
  ['no BEGIN line', PEM.split('\n').slice(1).join('\n')],
  ['no END line', PEM.split('\n').slice(0, -2).join('\n')],
  ['double quotes', `"${PEM}"`],
  ['single quotes and spaces', `  '${PEM}'  `],
  ['indented lines', PEM.replaceAll('\n', '\n    ')],
  ['a byte order mark', `\uFEFF${PEM}`],
])('a key pasted as %s is read as the same key', (_form, text) => {
  const { key, pem } = read(text)
  expect(key.reveal().equals(privateKey)).toBe(true)
  expect(pem.reveal()).toBe(PEM)
})

test('openssl reads the canonical form', () => {
  expect(openssl(['ec', '-text', '-noout'], read(BODY.join('')).pem.reveal())).toContain('prime256v1')
})

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const sec1 = privateKey.export({ type: 'sec1', format: 'pem' }).toString()
const encrypted = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString()
const CERTIFICATE = openssl(
  ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', '/dev/null', '-subj', '/CN=x', '-days', '1'],
  '',
)
const bare = (pem: string) => pem.replace(/-----[^-]+-----/g, '').trim()

test.each([
  ['rsa', 'an RSA key', pemOf(rsa.privateKey)],
  ['rsa', 'a PKCS#1 RSA key', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
  ['rsa', 'an RSA key without BEGIN lines', bare(pemOf(rsa.privateKey))],
  ['encrypted', 'an encrypted key', encrypted],
  ['encrypted', 'an encrypted key without BEGIN lines', bare(encrypted)],
  [
    'encrypted',
    'a key encrypted in the older way',
    `-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END EC PRIVATE KEY-----`,
  ],
  ['other_curve', 'a P-384 key', pemOf(ec('P-384').privateKey)],
  ['other_curve', 'a secp256k1 key', pemOf(ec('secp256k1').privateKey)],
  ['other_type', 'an Ed25519 key', pemOf(generateKeyPairSync('ed25519').privateKey)],
  ['sec1', 'an EC PRIVATE KEY', sec1],
  ['sec1', 'an EC PRIVATE KEY without BEGIN lines', bare(sec1)],
  ['public_key', 'a public key', publicKey.export({ type: 'spki', format: 'pem' }).toString()],
  [
    'public_key',
    'a public key without BEGIN lines',
    bare(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
  ],
  ['certificate', 'a certificate', CERTIFICATE],
  ['certificate', 'a certificate without BEGIN lines', bare(CERTIFICATE)],
  [
    'certificate_request',
    'a signing request',
    '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
  ],
  ['openssh', 'an OpenSSH key', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----'],
  ['damaged', 'a key that is cut off', `${PEM.slice(0, 90)}\n-----END PRIVATE KEY-----`],
  ['damaged', 'a key with a foreign sign in it', PEM.replace('\nM', '\n\u2013')],
  ['not_a_key', 'some sentence', 'my key is in the vault'],
  ['not_a_key', 'a password', 'hunter2hunter2'],
  ['not_a_key', 'an unknown label', '-----BEGIN PGP MESSAGE-----\nAAAA\n-----END PGP MESSAGE-----'],
  ['empty', 'nothing', ' \n '],
  ['too_big', 'a megabyte', 'A'.repeat(1_000_000)],
  ['binary', 'a NUL', `${PEM}\0`],
])('%s: %s is refused by name', (problem, _what, text) => {
  expect(failure(text).problem).toBe(problem)
})

test('an error shows nothing of what was pasted', () => {
  expect(failure('my-marker-text').shown).not.toContain('marker')
  expect(failure(sec1).shown).not.toContain(bare(sec1).slice(0, 20))
})

test('a private key beside its certificate is found', () => {
  expect(read(`${CERTIFICATE}${PEM}`).key.reveal().equals(createPrivateKey(PEM))).toBe(true)
})
