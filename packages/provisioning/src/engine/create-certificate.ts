import type { KeyObject } from 'node:crypto'
import type { Secret } from '@cordon/core/secret'
import { matchesPrivateKey, readCertificate } from '@cordon/signing/certificate'
import { createCsr } from '@cordon/signing/csr'
import type { SigningIdentity } from '@cordon/signing/signing-identity'
import { describeAtApple } from './certificates.ts'
import { provisioningErrors } from './errors.ts'
import type { DeveloperPortal, PortalCertificate } from './port.ts'
import type { CertificateKind, Platform } from './profile-kinds.ts'
import { type Sleep, settle } from './settle.ts'

/** A certificate made on request, with the private key that never left this process. */
export interface CreatedIdentity {
  readonly kind: CertificateKind
  readonly identity: SigningIdentity
  readonly atApple: PortalCertificate
}

export interface CertificateRequest {
  readonly kind: CertificateKind
  readonly platform: Platform
  readonly key: Secret<KeyObject>
}

/**
 * Has Apple certify a key. Takes a free slot of the team and never frees one: when there is none, it throws
 * `provisioning.certificate_slots_full` with the list of what holds the slots. After a broken-off attempt it looks for the
 * certificate of this key before it asks again, so that no slot is lost.
 */
export async function createCertificate(
  portal: DeveloperPortal,
  { kind, platform, key }: CertificateRequest,
  sleep: Sleep,
): Promise<CreatedIdentity> {
  const signingRequest = createCsr(key, { commonName: 'Cordon' })
  const find = async () => (await portal.listCertificates()).find((certificate) => isOfKey(certificate, key))
  const attempt = () => portal.createCertificate({ kind, platform, signingRequest })
  try {
    return identityOf(await settle({ attempt, find }, sleep), kind, key)
  } catch (error) {
    if (!provisioningErrors.certificate_slots_full.is(error)) throw error
    throw slotsFull(kind, await portal.listCertificates(), error)
  }
}

function identityOf(atApple: PortalCertificate, kind: CertificateKind, key: Secret<KeyObject>): CreatedIdentity {
  if (atApple.content === undefined || !isOfKey(atApple, key))
    throw provisioningErrors.certificate_lost({ certificateKind: kind, serial: atApple.serial })
  const certificate = readCertificate(atApple.content)
  return { kind, atApple, identity: { certificate, privateKey: key, friendlyName: certificate.commonName } }
}

function isOfKey({ content }: PortalCertificate, key: Secret<KeyObject>): boolean {
  return content !== undefined && matchesPrivateKey(readCertificate(content), key)
}

function slotsFull(kind: CertificateKind, atApple: readonly PortalCertificate[], cause: unknown) {
  const inTeam = describeAtApple(atApple, kind)
  return provisioningErrors.certificate_slots_full(
    { certificateKind: kind, inTeam },
    { detail: `the team holds ${inTeam.length} ${kind} certificates: ${inTeam.join('; ')}`, cause },
  )
}
