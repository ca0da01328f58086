import type { RandomBytes } from '../world/random.ts'
import type { AuthorityJson, IssuedCertificate, IssueRequest } from './model.ts'
import type { ReadyAuthority } from './ready.ts'

/** The simulator's stand-in for Apple's certificate authorities: a root, an intermediate like WWDR's, a signer of profiles. */
export interface Authority {
  /** The root certificate, PEM: what a verifier has to trust. */
  rootPem(): Promise<string>
  /** The intermediate, PEM. */
  intermediatePem(): Promise<string>
  issue(request: IssueRequest): Promise<IssuedCertificate>
  /** Signs a provisioning profile's property list; gives the CMS as DER. */
  signProfile(plist: Uint8Array, at: Date): Promise<Uint8Array>
  /** Opens a provisioning profile (CMS as DER) that this authority signed; undefined for every other. */
  openProfile(cms: Uint8Array): Promise<Uint8Array | undefined>
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
    openProfile: async (cms) => (await ready()).openProfile(cms),
    toJson: async () => (await ready()).toJson(),
  }
}
