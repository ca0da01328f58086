import type { KeyObject } from 'node:crypto'
import type { Secret } from '@cordon/core/secret'
import { type Certificate, matchesPrivateKey } from './certificate.ts'
import { signingErrors } from './errors.ts'

/** A certificate with the private key that belongs to it: what signs. */
export interface SigningIdentity {
  readonly certificate: Certificate
  readonly privateKey: Secret<KeyObject>
  /** The name the exporting tool gave it, if any. */
  readonly friendlyName: string | undefined
}

export interface NamedKey {
  readonly key: Secret<KeyObject>
  readonly friendlyName: string | undefined
}

/**
 * Pairs keys with the certificates made for them; certificates of authorities stay out because they have no key.
 * Errors: `signing.no_identity` when either side is missing, `signing.key_mismatch` when nothing fits.
 */
export function pairIdentities(
  certificates: readonly Certificate[],
  keys: readonly NamedKey[],
): readonly [SigningIdentity, ...SigningIdentity[]] {
  const [first, ...others] = keys.flatMap(({ key, friendlyName }) => {
    const fitting = certificates.filter((candidate) => matchesPrivateKey(candidate, key))
    return uniqueCertificates(fitting).map((certificate) => ({ certificate, privateKey: key, friendlyName }))
  })
  if (first !== undefined) return [first, ...others]
  const [certificate] = certificates
  if (certificate === undefined || keys.length === 0) throw noIdentity(certificates.length, keys.length)
  throw signingErrors.key_mismatch({ commonName: certificate.commonName })
}

function uniqueCertificates(certificates: readonly Certificate[]): Certificate[] {
  return [...new Map(certificates.map((certificate) => [certificate.sha256Fingerprint, certificate])).values()]
}

function noIdentity(certificates: number, privateKeys: number) {
  const detail = `the file holds ${certificates} certificates and ${privateKeys} private keys`
  return signingErrors.no_identity({ certificates, privateKeys }, { detail })
}

/** The one identity of a file; throws `signing.several_identities`, naming them, when there are more. */
export function requireOneIdentity(identities: readonly [SigningIdentity, ...SigningIdentity[]]): SigningIdentity {
  const [only, ...others] = identities
  if (others.length === 0) return only
  const commonNames = identities.map(({ certificate }) => certificate.commonName)
  throw signingErrors.several_identities({ commonNames }, { detail: commonNames.map((name) => `"${name}"`).join(', ') })
}
