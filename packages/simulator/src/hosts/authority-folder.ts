import { X509Certificate } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { hostErrors } from './errors.ts'
import { newTlsAuthority, type PemIdentity } from './issue.ts'

/** The file with the authority's private key and certificate; nobody but its owner reads it. */
const KEPT_FILE = 'authority.pem'
/** The file with the certificate alone, for clients. */
const TRUST_FILE = 'ca.pem'
// An authority that would end while a pipeline runs is replaced before.
const RENEW_BEFORE_MS = 7 * 86_400_000

/** The machine's authority, and the file that clients are pointed to. */
export interface KeptAuthority extends PemIdentity {
  readonly caFile: string
}

function ownFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { mode, uid } = statSync(folder)
  const isOwn = process.getuid === undefined || uid === process.getuid()
  // Windows has no such bits: there the folder lies in the user's own.
  const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0
  if (isOpen || !isOwn) {
    const detail = `"${folder}" can be read or written by others; it has to belong to you with mode 0700`
    throw hostErrors.open_folder({ folder }, { detail })
  }
}

function blockOf(text: string, kind: string): string {
  const found = new RegExp(`-----BEGIN ${kind}-----[^-]+-----END ${kind}-----\n`).exec(text)
  return found?.[0] ?? ''
}

function readKept(file: string, nowMs: number): PemIdentity | undefined {
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8')
  const [certificate, privateKey] = [blockOf(text, 'CERTIFICATE'), blockOf(text, 'PRIVATE KEY')]
  if (certificate === '' || privateKey === '') return undefined
  const endsMs = Date.parse(new X509Certificate(certificate).validTo)
  return endsMs - nowMs > RENEW_BEFORE_MS ? { certificate, privateKey } : undefined
}

/** Writes a file whole or not at all. With `mayReplace: false` the first of several writers wins. */
function writeWhole(file: string, text: string, mayReplace: boolean): void {
  const draft = `${file}.${process.pid}.${Math.trunc(performance.now() * 1000)}`
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' })
  try {
    if (mayReplace) renameSync(draft, file)
    else linkSync(draft, file)
  } catch (error) {
    if (!isTaken(error)) throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}

async function makeKept(file: string, nowMs: number): Promise<PemIdentity> {
  const isOutlived = existsSync(file)
  const made = await newTlsAuthority(nowMs)
  writeWhole(file, `${made.privateKey}${made.certificate}`, isOutlived)
  // Another simulator that started at the same time may have been first: all of them use what lies there.
  return readKept(file, nowMs) ?? made
}

/**
 * The authority of this machine: made on first use (folder 0700, files 0600), used again until a week before its end.
 * Throws `simulator.open_folder` when others could reach the folder.
 */
export async function keptAuthority(folder: string, nowMs: number): Promise<KeptAuthority> {
  ownFolder(folder)
  const file = join(folder, KEPT_FILE)
  const authority = readKept(file, nowMs) ?? (await makeKept(file, nowMs))
  chmodSync(file, 0o600)
  const caFile = join(folder, TRUST_FILE)
  const isWritten = existsSync(caFile) && readFileSync(caFile, 'utf8') === authority.certificate
  if (!isWritten) writeWhole(caFile, authority.certificate, true)
  return { ...authority, caFile }
}
