import { join } from 'node:path'
import type { Secret } from '@cordon/core/secret'
import type { ProvisionedProfile } from '@cordon/provisioning/engine/apply-profiles'
import type { CreatedIdentity } from '@cordon/provisioning/engine/create-certificate'
import type { CertificateKind } from '@cordon/provisioning/engine/profile-kinds'
import { type Keychain, openKeychain } from '@cordon/signing/keychain/keychain'
import { writePkcs12 } from '@cordon/signing/pkcs12'
import { installProfile, profileFileName } from '@cordon/signing/profile-folder'
import { readProfile } from '@cordon/signing/provisioning-profile'
import type { SigningIdentity } from '@cordon/signing/signing-identity'
import { writePrivately } from '../private-file.ts'
import type { StepContext } from '../step.ts'
import { createdCertificatePath } from './certificates.ts'
import type { ProjectInputs } from './inputs.ts'
import { keepKeychainRecord, keychainBefore } from './keychain-record.ts'

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
  /** Where there is no keychain: the files of the certificates that sign, by the distribution's kind of certificate. */
  readonly identityFiles: Readonly<Partial<Record<CertificateKind, string>>>
  readonly keychain: string | undefined
}

/**
 * Puts profiles and identities where signing tools look for them: into the signing folder everywhere, and on macOS into
 * Xcode's folders and a keychain too. Elsewhere the certificates that sign become .p12 files, if there is a passphrase for them.
 */
export async function installAssets(
  profiles: readonly ProvisionedProfile[],
  identities: readonly SigningIdentity[],
  inputs: ProjectInputs,
  context: StepContext,
): Promise<InstalledAssets> {
  const files: string[] = []
  for (const { content } of profiles) {
    const path = join(inputs.signingFolder, profileFileName(readProfile(content)))
    await writePrivately(path, content)
    files.push(path)
    if (context.platform === 'darwin') files.push(...(await installProfile(content, context.homeFolder)))
  }
  const identityFiles = await writeIdentities(profiles, identities, inputs, context)
  files.push(...Object.values(identityFiles))
  return { files, identityFiles, keychain: await fillKeychain(identities, inputs, context) }
}

async function writeIdentities(
  profiles: readonly ProvisionedProfile[],
  identities: readonly SigningIdentity[],
  { p12Passphrase: passphrase, signingFolder }: ProjectInputs,
  { platform }: StepContext,
): Promise<InstalledAssets['identityFiles']> {
  if (platform === 'darwin' || passphrase === undefined) return {}
  const written: Partial<Record<CertificateKind, string>> = {}
  for (const { certificate } of profiles) {
    const identity = identities.find((one) => one.certificate.sha1Fingerprint === certificate.sha1)
    if (identity === undefined || written[certificate.kind] !== undefined) continue
    const path = join(signingFolder, `signing-${certificate.kind}.p12`)
    await writePrivately(path, writePkcs12({ ...withoutName(identity), passphrase }).reveal())
    written[certificate.kind] = path
  }
  return written
}

/** The keychain stays open for the build that follows; after a failure it is as it was before. */
async function fillKeychain(
  identities: readonly SigningIdentity[],
  { keychain, signingFolder }: ProjectInputs,
  context: StepContext,
): Promise<string | undefined> {
  if (keychain === undefined || identities.length === 0) return undefined
  const before = await keychainBefore(keychain.path, context)
  const open = await openKeychain({ ...keychain, run: context.run, temporaryFolder: context.temporaryFolder })
  try {
    for (const identity of identities) await importInto(open, identity, context)
    const fingerprints = identities.map(({ certificate }) => certificate.sha1Fingerprint)
    await keepKeychainRecord(signingFolder, {
      path: open.path,
      wasCreated: open.wasCreated,
      wasListed: before.listed.includes(open.path),
      imported: fingerprints.filter((fingerprint) => !before.present.has(fingerprint)),
    })
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
