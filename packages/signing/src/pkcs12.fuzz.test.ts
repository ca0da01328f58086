import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isCordonError } from '@cordon/core/errors'
import { secret } from '@cordon/core/secret'
import { expect, test } from 'vitest'
import { mutationsOf } from '../test/mutations.ts'
import { makeIdentity, openssl, scratchFolder } from '../test/openssl.ts'
import { readPkcs12 } from './pkcs12.ts'

const folder = scratchFolder()
const identity = makeIdentity(folder, 'fuzzed')

function exported(args: readonly string[]): Buffer {
  const path = join(folder, 'fuzzed.p12')
  const files = ['-inkey', identity.keyFile, '-in', identity.certificateFile, '-out', path]
  openssl(['pkcs12', '-export', ...files, '-passout', 'pass:x', '-iter', '1', ...args])
  return readFileSync(path)
}

async function outcome(bytes: Uint8Array): Promise<string> {
  try {
    await readPkcs12(bytes, secret('x'))
    return 'read'
  } catch (error) {
    // Whatever else is thrown fails the test with its stack.
    if (!isCordonError(error) || !error.code.startsWith('signing.')) throw error
    return error.code
  }
}

// Without MAC and without encryption damage reaches the inner layers; with them it must stop early.
test.each([
  ['AES-256 with MAC', []],
  ['3DES without MAC', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-nomac']],
  ['AES-256 without MAC', ['-nomac']],
  ['nothing encrypted, no MAC', ['-keypbe', 'NONE', '-certpbe', 'NONE', '-nomac']],
])('500 damaged copies of a .p12 (%s) are read or refused with an error of the catalogue', async (name, args) => {
  const bytes = exported(args)
  expect(await outcome(bytes)).toBe('read')
  const outcomes = new Set<string>()
  for (const damaged of mutationsOf(bytes, 500, name)) outcomes.add(await outcome(damaged))
  expect([...outcomes]).toContain('signing.not_a_pkcs12')
})
