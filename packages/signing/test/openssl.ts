import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder of its own for one test file, removed after it. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-signing-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface Ran {
  readonly exitCode: number
  readonly stdout: Buffer
  /** Both streams as text. */
  readonly output: string
}

/** Runs a program; a failure shows in the exit code. */
export function tryRun(command: string, args: readonly string[], input?: Uint8Array): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, args, { input, maxBuffer: 1 << 26 })
  if (error) throw error
  return { exitCode: status ?? 1, stdout, output: `${stdout}${stderr}` }
}

/** Runs openssl; a failure fails the test with what openssl said. */
export function openssl(args: readonly string[], input?: Uint8Array): Ran {
  const ran = tryRun('openssl', args, input)
  if (ran.exitCode !== 0) throw new Error(`openssl ${args.join(' ')}: ${ran.output}`)
  return ran
}

export interface TestIdentity {
  readonly certificateFile: string
  readonly keyFile: string
  readonly certificatePem: string
  readonly certificateDer: Buffer
  readonly keyPem: string
}

export interface TestIdentityOptions {
  readonly subject?: string
  readonly extensions?: readonly string[]
  readonly days?: number
  readonly serial?: string
  readonly newKey?: readonly string[]
  readonly issuer?: TestIdentity
}

const RSA = ['-newkey', 'rsa:2048']
export const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']

/** Makes a key and a certificate for it, self-signed unless an issuer is named. */
export function makeIdentity(folder: string, name: string, options: TestIdentityOptions = {}): TestIdentity {
  const { subject = `/CN=${name}`, extensions = [], days = 30, serial, newKey = RSA, issuer } = options
  const keyFile = join(folder, `${name}.key.pem`)
  const certificateFile = join(folder, `${name}.pem`)
  const signer = issuer ? ['-CA', issuer.certificateFile, '-CAkey', issuer.keyFile] : []
  const number = serial === undefined ? [] : ['-set_serial', serial]
  const extra = extensions.flatMap((extension) => ['-addext', extension])
  const request = ['req', '-x509', ...newKey, '-nodes', '-keyout', keyFile, '-subj', subject, '-utf8']
  openssl([...request, '-days', String(days), '-out', certificateFile, ...signer, ...number, ...extra])
  const certificateDer = openssl(['x509', '-in', certificateFile, '-outform', 'DER']).stdout
  const [certificatePem, keyPem] = [readFileSync(certificateFile, 'utf8'), readFileSync(keyFile, 'utf8')]
  return { certificateFile, keyFile, certificatePem, certificateDer, keyPem }
}

/** Writes a file and gives its path. */
export function put(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
