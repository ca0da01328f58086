import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { type Secret, secret } from '@cordon/core/secret'
import { signingErrors } from '../errors.ts'
import { writePkcs12 } from '../pkcs12.ts'
import { withSecretFolder } from '../secret-folder.ts'
import type { SigningIdentity } from '../signing-identity.ts'
import { findIdentities } from './identities.ts'
import type { CommandRunner } from './runner.ts'
import { addToSearchList, removeFromSearchList } from './search-list.ts'
import { createSecurityCommand, type SecurityCommand } from './security.ts'

export interface KeychainOptions {
  /** Absolute path. An existing keychain there (or there with `-db` added) is opened, else one is made. */
  readonly path: string
  readonly password: Secret<string>
  readonly run: CommandRunner
  /** Where secret files may lie for a moment, such as `os.tmpdir()`. */
  readonly temporaryFolder: string
}

export interface ImportedIdentity {
  /** False when macOS would not sign with it now: out of date, or Apple's intermediate certificate is missing. */
  readonly isValid: boolean
}

/** An unlocked keychain on macOS's search list. Whoever opened it closes it, also after a failure. */
export interface Keychain {
  /** As macOS named the file. */
  readonly path: string
  readonly wasCreated: boolean
  /** Makes an identity usable by codesign without a dialog. */
  importIdentity(identity: Pick<SigningIdentity, 'certificate' | 'privateKey'>): Promise<ImportedIdentity>
  /** Undoes everything: deletes what was made here, and leaves the rest as it was. May be called again. */
  close(): Promise<void>
}

// The longest of builds; after it the keychain locks itself.
const LOCK_AFTER_SECONDS = 20 * 60 * 60
const TOOLS = ['/usr/bin/codesign', '/usr/bin/productsign', '/usr/bin/security']

/**
 * Opens or creates a keychain for a build, unlocks it and adds it to the search list beside the others.
 * Passwords go to `security` over standard input, never as arguments. An existing keychain keeps its lock settings.
 * Errors: `signing.keychain_command_failed`, `signing.keychain_argument_invalid`.
 */
export async function openKeychain(options: KeychainOptions): Promise<Keychain> {
  const security = createSecurityCommand(options.run)
  const undo: Undo[] = []
  try {
    const existing = await existingKeychain(options.path)
    const path = existing ?? (await createKeychain(security, options, undo))
    await security.confidential(['unlock-keychain', '-p', password(options), { field: 'path', value: path }])
    if (existing === undefined) await security.plain(['set-keychain-settings', '-lut', `${LOCK_AFTER_SECONDS}`, path])
    if (await addToSearchList(security, path)) undo.push(() => removeFromSearchList(security, path))
    return keychainOver({ security, path, options, undo, wasCreated: existing === undefined })
  } catch (error) {
    // What went wrong first is what the person needs to know.
    await undoAll(undo).catch(() => undefined)
    throw error
  }
}

type Undo = () => Promise<unknown>

/** Last done, first undone; one failure does not keep the others from being undone. */
async function undoAll(undo: Undo[]): Promise<void> {
  const failures: unknown[] = []
  for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step().catch((error) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

const password = ({ password }: KeychainOptions) => ({ field: 'keychain password', secret: password })

async function existingKeychain(path: string): Promise<string | undefined> {
  for (const candidate of [path, `${path}-db`]) {
    const found = await stat(candidate).catch(() => undefined)
    if (found?.isFile()) return candidate
  }
  return undefined
}

async function createKeychain(security: SecurityCommand, options: KeychainOptions, undo: Undo[]): Promise<string> {
  await security.confidential(['create-keychain', '-p', password(options), { field: 'path', value: options.path }])
  // macOS may have added `-db` to the name.
  const path = (await existingKeychain(options.path)) ?? options.path
  undo.push(() => security.plain(['delete-keychain', path]))
  return path
}

interface OpenKeychain {
  readonly security: SecurityCommand
  readonly path: string
  readonly options: KeychainOptions
  readonly undo: Undo[]
  readonly wasCreated: boolean
}

function keychainOver(open: OpenKeychain): Keychain {
  return {
    path: open.path,
    wasCreated: open.wasCreated,
    importIdentity: (identity) => importIdentity(open, identity),
    close: () => undoAll(open.undo),
  }
}

async function importIdentity(
  open: OpenKeychain,
  identity: Pick<SigningIdentity, 'certificate' | 'privateKey'>,
): Promise<ImportedIdentity> {
  const { security, path, options, undo } = open
  const { commonName, sha1Fingerprint } = identity.certificate
  const before = await findIdentities(security, path)
  if (!before.present.has(sha1Fingerprint)) {
    await withSecretFolder(options.temporaryFolder, async (folder) => {
      const passphrase = secret(randomBytes(24).toString('base64url'))
      const file = await folder.writeFile('identity.p12', writePkcs12({ ...identity, passphrase }).reveal())
      await security.confidential(importWords(file, path, passphrase))
    })
    undo.push(() => security.plain(['delete-identity', '-Z', sha1Fingerprint, path]))
  }
  await allowWithoutDialog(open)
  const { present, valid } = await findIdentities(security, path)
  if (!present.has(sha1Fingerprint)) throw signingErrors.keychain_identity_missing({ commonName, sha1Fingerprint })
  return { isValid: valid.has(sha1Fingerprint) }
}

function importWords(file: string, path: string, passphrase: Secret<string>) {
  const tools = TOOLS.flatMap((tool) => ['-T', tool])
  const where = [{ field: 'file', value: file }, '-k', { field: 'path', value: path }]
  return ['import', ...where, '-P', { field: 'passphrase', secret: passphrase }, ...tools]
}

/** Since macOS 10.12 a key also names the signers of the programs that may use it without asking. */
async function allowWithoutDialog({ security, path, options }: OpenKeychain): Promise<void> {
  const key = password(options)
  const keychain = { field: 'path', value: path }
  await security.confidential(['set-key-partition-list', '-S', 'apple-tool:,apple:', '-s', '-k', key, keychain])
}
