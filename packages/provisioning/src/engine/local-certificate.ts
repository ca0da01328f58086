import type { Certificate } from '@cordon/signing/certificate'
import type { CertificateKind as SigningKind } from '@cordon/signing/certificate-kind'
import { type LocalCertificate, normaliseSerial } from './desired.ts'
import type { CertificateKind } from './profile-kinds.ts'

// The platform-bound kinds do the same work; Apple's list tells which platform a certificate fits.
const KINDS: Readonly<Partial<Record<SigningKind, CertificateKind>>> = {
  development: 'development',
  'mac-development': 'development',
  distribution: 'distribution',
  'mac-distribution': 'distribution',
  'developer-id': 'developer-id',
}

/** Describes a certificate whose key is at hand for the engine; `undefined` when it signs no apps (installer, push, …). */
export function localCertificate(certificate: Certificate): LocalCertificate | undefined {
  const kind = KINDS[certificate.kind]
  if (kind === undefined) return undefined
  return {
    serial: normaliseSerial(certificate.serialNumber),
    kind,
    teamId: certificate.teamId ?? '',
    name: certificate.commonName,
    expiresAt: certificate.notAfter,
    sha1: certificate.sha1Fingerprint,
  }
}
