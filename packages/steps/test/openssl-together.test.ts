import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'plist'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { autoProvisionStep } from '../src/auto-provision/step.ts'
import { runStep } from '../src/run-step.ts'
import { type Bench, openBench, projectRoot } from './harness.ts'

const PASSPHRASE = 'test-passphrase'

/** What the step has left on disk and the authority behind it, judged by openssl alone. */
let bench: Bench
let folder: string
const files = { root: '', intermediate: '', certificate: '', key: '', p12: '' }

beforeAll(async () => {
  bench = await openBench()
  const { result } = await runStep(
    autoProvisionStep,
    {
      ...bench.keyInputs,
      ...{ create_certificate: 'yes', p12_passphrase: PASSPHRASE, distribution_type: 'ad-hoc' },
      project_path: bench.copy(join(projectRoot, 'examples/tidepool')),
    },
    bench.context,
  )
  folder = result.inputs.signingFolder
  const { world } = bench.simulator
  files.p12 = join(folder, 'signing-distribution.p12')
  files.root = put('root.pem', await bench.simulator.rootPem())
  files.intermediate = put('intermediate.pem', await world.authority.intermediatePem())
  files.certificate = put('certificate.pem', fromP12('-nokeys'))
  files.key = put('key.pem', fromP12('-nocerts', '-nodes'))
})
afterAll(() => bench.close())

function put(name: string, content: string | Uint8Array): string {
  const path = join(bench.folder, name)
  writeFileSync(path, content)
  return path
}

function openssl(...args: string[]): Buffer {
  const env = { ...process.env, P12: PASSPHRASE }
  return execFileSync('openssl', args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

const fromP12 = (...what: string[]) => openssl('pkcs12', '-in', files.p12, '-passin', 'env:P12', '-legacy', ...what)

const profiles = () => readdirSync(folder).filter((name) => name.endsWith('.mobileprovision'))
const verified = (name: string, root = files.root) =>
  openssl('cms', '-verify', '-inform', 'DER', '-in', join(folder, name), '-CAfile', root, '-purpose', 'any')

test('the certificate leads to the root by the intermediate, and not to another root', () => {
  // Apple's certificates, and so these, have extensions of Apple's own that are critical.
  const chain = ['-ignore_critical', '-untrusted', files.intermediate, files.certificate]
  expect(openssl('verify', '-CAfile', files.root, ...chain).toString()).toContain(': OK')
  const other = join(bench.folder, 'other.pem')
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', '/dev/null', '-subj', '/CN=other', '-out', other)
  expect(spawnSync('openssl', ['verify', '-CAfile', other, ...chain]).status).not.toBe(0)
})

test('the key belongs to the certificate', () => {
  const ofKey = openssl('pkey', '-in', files.key, '-pubout').toString()
  expect(openssl('x509', '-in', files.certificate, '-pubkey', '-noout').toString()).toBe(ofKey)
})

test('every profile is signed under the same root and names exactly the certificate of the .p12', () => {
  const certificate = openssl('x509', '-in', files.certificate, '-outform', 'DER')
  expect(profiles()).toHaveLength(4)
  for (const name of profiles()) {
    const plist = parse(verified(name).toString()) as Record<string, unknown>
    const named = (plist.DeveloperCertificates as Uint8Array[]).map((bytes) => Buffer.from(bytes))
    expect(named).toHaveLength(1)
    expect(named[0]?.equals(certificate)).toBe(true)
    expect(plist.TeamIdentifier).toEqual([bench.teamId])
  }
})

test('a profile that was changed in one place is refused', () => {
  const [name = ''] = profiles()
  const bytes = readFileSync(join(folder, name))
  const at = bytes.indexOf('com.example.tidepool')
  expect(at).toBeGreaterThan(0)
  bytes.write('com.example.tidepoo1', at)
  const changed = join('..', 'changed.mobileprovision')
  writeFileSync(join(folder, changed), bytes)
  expect(() => verified(changed)).toThrow()
  expect(() => verified(name)).not.toThrow()
})

test('what the identity signs, the chain and the profile accept together', () => {
  const content = put('code-directory', 'stands for what codesign signs')
  const signature = join(bench.folder, 'signature.der')
  const by = ['-signer', files.certificate, '-inkey', files.key, '-certfile', files.intermediate]
  openssl('cms', '-sign', '-binary', '-in', content, ...by, '-outform', 'DER', '-out', signature)
  const verify = (path: string) =>
    spawnSync('openssl', [
      ...['cms', '-verify', '-binary', '-inform', 'DER', '-in', signature, '-content', path],
      ...['-CAfile', files.root, '-purpose', 'any', '-ignore_critical'],
    ]).status
  expect(verify(content)).toBe(0)
  expect(verify(put('other', 'something else'))).not.toBe(0)
})
