import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Secret } from '@cordon/core/secret'
import type { ProvisionedProfile } from '@cordon/provisioning/engine/apply-profiles'
import type { CreatedIdentity } from '@cordon/provisioning/engine/create-certificate'
import { type Keychain, openKeychain } from '@cordon/signing/keychain/keychain'
import { writePkcs12 } from '@cordon/signing/pkcs12'
import { installProfile, profileFileName } from '@cordon/signing/profile-folder'
import { readProfile } from '@cordon/signing/provisioning-profile'
import type { SigningIdentity } from '@cordon/signing/signing-identity'
import { stepErrors } from '../errors.ts'
import type { StepContext } from '../step.ts'
import { createdCertificatePath } from './certificates.ts'
import type { AutoProvisionInputs } from './inputs.ts'

/** Keeps a certificate that was just made, with its key, as a .p12 file that the next run finds. */
export async function keepCreated(
  created: CreatedIdentity,
  signingFolder: string,
  passphrase: Secret<string>,
): Promise<string> {
  const path = createdCertificatePath(signingFolder, created.kind)
  await writePrivately(path, writePkcs12({ ...withoutName(created.identity), passphrase }).reveal())
  return path
}

function withoutName({ certificate, privateKey }: SigningIdentity) {
  return { certificate, privateKey }
}

/** Files that were written, and what a keychain got. */
export interface InstalledAssets {
  readonly files: readonly string[]
  readonly keychain: string | undefined
}

/**
 * Puts profiles and identities where signing tools look for them: into the signing folder everywhere, and on macOS into
 * Xcode's folders and a keychain too.
 */
export async function installAssets(
  profiles: readonly ProvisionedProfile[],
  identities: readonly SigningIdentity[],
  inputs: AutoProvisionInputs,
  context: StepContext,
): Promise<InstalledAssets> {
  const files: string[] = []
  for (const { content } of profiles) {
    const path = join(inputs.signingFolder, profileFileName(readProfile(content)))
    await writePrivately(path, content)
    files.push(path)
    if (context.platform === 'darwin') files.push(...(await installProfile(content, context.homeFolder)))
  }
  return { files, keychain: await fillKeychain(identities, inputs, context) }
}

/** The keychain stays open for the build that follows; after a failure it is as it was before. */
async function fillKeychain(
  identities: readonly SigningIdentity[],
  { keychain }: AutoProvisionInputs,
  context: StepContext,
): Promise<string | undefined> {
  if (keychain === undefined || identities.length === 0) return undefined
  const open = await openKeychain({ ...keychain, run: context.run, temporaryFolder: context.temporaryFolder })
  try {
    for (const identity of identities) await importInto(open, identity, context)
    return open.path
  } catch (error) {
    await open.close()
    throw error
  }
}

async function importInto(keychain: Keychain, identity: SigningIdentity, { warn }: StepContext): Promise<void> {
  const { isValid } = await keychain.importIdentity(identity)
  const name = identity.certificate.commonName
  if (!isValid) warn(`macOS would not sign with "${name}" now: is Apple's intermediate certificate installed?`)
}

/** Writes a file that its owner alone can read; it appears whole or not at all. */
async function writePrivately(path: string, content: Uint8Array): Promise<void> {
  const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}`)
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(unfinished, content, { mode: 0o600 })
    await chmod(unfinished, 0o600)
    await rename(unfinished, path)
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => {})
    throw stepErrors.output_unwritable({ path }, { detail: `"${path}"`, cause })
  }
}
