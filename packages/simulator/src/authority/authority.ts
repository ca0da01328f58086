import type { PublicKeyInfo } from 'pkijs'
import type { RandomBytes } from '../world/random.ts'
import type { DistinguishedName } from './names.ts'
import type { ReadyAuthority } from './ready.ts'

/** A certificate to be issued by the simulator's intermediate. */
export interface IssueRequest {
  readonly subject: DistinguishedName
  readonly publicKey: PublicKeyInfo
  readonly notBefore: Date
  readonly notAfter: Date
  readonly marks: readonly string[]
  readonly purposes: readonly string[]
}

/** What was issued: the serial number as Apple spells it (hex, capitals) and the DER. */
export interface IssuedCertificate {
  readonly serialNumber: string
  readonly der: Uint8Array
}

/** The authority written as JSON: certificates as base64 DER, private keys as base64 PKCS#8. Worth nothing outside a simulator. */
export type AuthorityJson = Readonly<Record<'root' | 'intermediate' | 'signer', { certificate: string; key: string }>>

/** The simulator's stand-in for Apple's certificate authorities: a root, an intermediate like WWDR's, a signer of profiles. */
export interface Authority {
  /** The root certificate, PEM: what a verifier has to trust. */
  rootPem(): Promise<string>
  /** The intermediate, PEM. */
  intermediatePem(): Promise<string>
  issue(request: IssueRequest): Promise<IssuedCertificate>
  /** Signs a provisioning profile's property list; gives the CMS as DER. */
  signProfile(plist: Uint8Array, at: Date): Promise<Uint8Array>
  toJson(): Promise<AuthorityJson>
}

/**
 * Makes an authority of its own, or one from JSON. Its RSA keys are made, and what is needed for certificates is loaded,
 * when the first certificate is asked for: a simulator without certificates starts at once.
 */
export function createAuthority(random: RandomBytes, saved?: AuthorityJson): Authority {
  let making: Promise<ReadyAuthority> | undefined
  const ready = (): Promise<ReadyAuthority> => {
    making ??= import('./ready.ts').then(({ readyAuthority }) => readyAuthority(random, saved))
    return making
  }
  return {
    rootPem: async () => (await ready()).rootPem,
    intermediatePem: async () => (await ready()).intermediatePem,
    issue: async (request) => (await ready()).issue(request),
    signProfile: async (plist, at) => (await ready()).signProfile(plist, at),
    toJson: async () => (await ready()).toJson(),
  }
}
