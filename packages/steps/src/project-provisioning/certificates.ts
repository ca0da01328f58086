import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Secret } from '@cordon/core/secret'
import type { CertificateKind } from '@cordon/provisioning/engine/profile-kinds'
import { validityAt } from '@cordon/signing/certificate'
import { readPkcs12 } from '@cordon/signing/pkcs12'
import type { SigningIdentity } from '@cordon/signing/signing-identity'
import { stepErrors } from '../errors.ts'
import { fetchFile } from '../fetch-file.ts'
import type { CertificateSource } from '../signing-inputs.ts'
import type { StepContext } from '../step.ts'

const MAX_P12_BYTES = 1_048_576

/** Where a certificate that was made is kept, so that the next run uses it again. */
export function createdCertificatePath(signingFolder: string, kind: CertificateKind): string {
  return join(signingFolder, `cordon-${kind}.p12`)
}

/**
 * Opens the given .p12 files. Expired and not yet valid certificates are left out with a warning; of several with the same
 * name the one that expires last counts.
 */
export async function loadIdentities(
  sources: readonly CertificateSource[],
  context: StepContext,
): Promise<readonly SigningIdentity[]> {
  const opened = await Promise.all(
    sources.map(async (source, index) =>
      readPkcs12(await fetchBytes(source.location, index, context), source.passphrase),
    ),
  )
  return newestPerName(opened.flat().filter((identity) => isUsable(identity, context)))
}

/** The files that an earlier run has made; none of them is no error. */
export async function createdSources(
  signingFolder: string,
  kinds: readonly CertificateKind[],
  passphrase: Secret<string>,
): Promise<readonly CertificateSource[]> {
  const paths = kinds.map((kind) => createdCertificatePath(signingFolder, kind))
  const there = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        () => true,
        () => false,
      ),
    ),
  )
  return paths.filter((_, index) => there[index]).map((location) => ({ location, passphrase }))
}

function isUsable({ certificate }: SigningIdentity, { clock, warn }: StepContext): boolean {
  const validity = validityAt(certificate, clock.now())
  if (validity !== 'valid')
    warn(
      `certificate "${certificate.commonName}" is ${validity === 'expired' ? 'expired' : 'not valid yet'} and is left out`,
    )
  return validity === 'valid'
}

function newestPerName(identities: readonly SigningIdentity[]): readonly SigningIdentity[] {
  const sorted = [...identities].sort((a, b) => a.certificate.notAfter - b.certificate.notAfter)
  return [...new Map(sorted.map((identity) => [identity.certificate.commonName, identity])).values()]
}

async function fetchBytes(location: string, index: number, context: StepContext): Promise<Uint8Array> {
  try {
    return await fetchFile(location, MAX_P12_BYTES, context)
  } catch (cause) {
    // The address may hold a signature that lets anybody download: only its place in the list is told.
    throw stepErrors.certificate_unreadable(
      { entry: index + 1 },
      { detail: `entry ${index + 1} of certificate_urls`, cause },
    )
  }
}
