import { X509Certificate } from 'node:crypto'
import type { Instant } from '@cordon/core/instant'
import { Certificate as CmsCertificate, ContentInfo, SignedData } from 'pkijs'
import { type Certificate, readCertificate, validityAt } from './certificate.ts'
import { parsing, signingErrors } from './errors.ts'
import { readProfile } from './provisioning-profile.ts'

export interface VerifyProfileOptions {
  /** When the certificates must be valid. The profile's creation date when left out: that date is under the signature. */
  readonly at?: Instant
  /** Common names that may sign profiles. Apple's when left out. */
  readonly signerNames?: readonly string[]
}

/** Who signed a profile, up to the root that was trusted. */
export interface ProfileSignature {
  readonly signer: Certificate
  /** From the signer to the root, both included. */
  readonly chain: readonly Certificate[]
}

/**
 * Every developer's certificate leads to Apple's root as well, so the chain alone proves nothing: Apple's own policy
 * for profiles also asks for the signer's name.
 */
export const APPLE_PROFILE_SIGNERS = [
  'Apple iPhone OS Provisioning Profile Signing',
  'Mac OS X Provisioning Profile Signing',
]

const MAX_CHAIN = 5
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/**
 * Checks a profile's signature: content unchanged, signed by one of the accepted signers, whose certificates lead to one
 * of `rootsPem` (certificates in PEM; those inside the profile are never trusted as roots).
 * Errors: those of `readProfile`; `signing.profile_signature_invalid` with the reason.
 */
export async function verifyProfileSignature(
  bytes: Uint8Array,
  rootsPem: string,
  options: VerifyProfileOptions = {},
): Promise<ProfileSignature> {
  const { createdAt } = readProfile(bytes)
  const signedData = signedDataOf(bytes)
  const signer = await verifiedSigner(signedData)
  const roots = (rootsPem.match(PEM_CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem))
  const chain = chainToRoot(signer, embeddedCertificates(signedData), roots, options.at ?? createdAt)
  const certificate = readCertificate(signer.raw)
  const accepted = options.signerNames ?? APPLE_PROFILE_SIGNERS
  if (!accepted.includes(certificate.commonName)) throw invalid(`signed by "${certificate.commonName}"`)
  return { signer: certificate, chain: chain.map((link) => readCertificate(link.raw)) }
}

function invalid(reason: string, cause?: unknown) {
  return signingErrors.profile_signature_invalid({ reason }, { detail: reason, cause })
}

function signedDataOf(bytes: Uint8Array): SignedData {
  return parsing(
    (cause) => invalid('the profile is not signed', cause),
    () => new SignedData({ schema: ContentInfo.fromBER(new Uint8Array(bytes)).content }),
  )
}

async function verifiedSigner(signedData: SignedData): Promise<X509Certificate> {
  if (signedData.signerInfos.length !== 1) throw invalid('there must be exactly one signer')
  const result = await verification(signedData)
  if (result.signatureVerified !== true || !result.signerCertificate) throw invalid('content or signature was changed')
  return new X509Certificate(Buffer.from(result.signerCertificate.toSchema().toBER()))
}

async function verification(signedData: SignedData) {
  try {
    return await signedData.verify({ signer: 0, checkChain: false, extendedMode: true })
  } catch (cause) {
    throw invalid('content or signature was changed', cause)
  }
}

function embeddedCertificates(signedData: SignedData): X509Certificate[] {
  const certificates = (signedData.certificates ?? []).filter((item) => item instanceof CmsCertificate)
  return parsing(
    (cause) => invalid('a certificate in the profile is not readable', cause),
    () => certificates.map((item) => new X509Certificate(Buffer.from(item.toSchema().toBER()))),
  )
}

function chainToRoot(
  signer: X509Certificate,
  embedded: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  at: Instant,
): X509Certificate[] {
  const chain = [signer]
  for (let link = signer; chain.length <= MAX_CHAIN; ) {
    requireValidLink(link, at)
    const root = roots.find((candidate) => issued(candidate, link))
    if (root !== undefined) {
      requireValidLink(root, at)
      return [...chain, root]
    }
    const issuer = embedded.find((candidate) => !chain.includes(candidate) && issued(candidate, link))
    if (issuer === undefined) break
    chain.push(issuer)
    link = issuer
  }
  throw invalid('the signer does not lead to a trusted root')
}

function issued(issuer: X509Certificate, subject: X509Certificate): boolean {
  return issuer.ca && subject.checkIssued(issuer) && subject.verify(issuer.publicKey)
}

function requireValidLink(link: X509Certificate, at: Instant): void {
  const certificate = readCertificate(link.raw)
  if (validityAt(certificate, at) !== 'valid') throw invalid(`"${certificate.commonName}" was not valid then`)
}
