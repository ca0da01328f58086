import { webcrypto } from 'node:crypto'
import { Certificate, type PublicKeyInfo } from 'pkijs'
import type { RandomBytes } from '../world/random.ts'
import { derOf, type Issuer, pemOf, signCertificate } from './certificate.ts'
import type { DistinguishedName } from './names.ts'
import { signData } from './signed-data.ts'

type CryptoKey = webcrypto.CryptoKey

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

interface Identity {
  readonly certificate: Certificate
  readonly privateKey: CryptoKey
}

type Material = Readonly<Record<'root' | 'intermediate' | 'signer', Identity>>

const RSA = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }
// WebCrypto binds a key to a digest: authorities sign certificates with SHA-256, profiles are signed with SHA-1 as Apple's are.
const CERTIFICATE_KEY = { ...RSA, hash: 'SHA-256' }
const PROFILE_KEY = { ...RSA, hash: 'SHA-1' }
const NOT_BEFORE = new Date('2016-01-01T00:00:00Z')
const NOT_AFTER = new Date('2049-01-01T00:00:00Z')
const SERIAL_BYTES = 16
const NAMES = {
  root: {
    commonName: 'Apple Root CA (Simulator)',
    organizationalUnit: 'Apple Certification Authority',
    organization: 'Apple Inc.',
    country: 'US',
  },
  intermediate: {
    commonName: 'Apple Worldwide Developer Relations Certification Authority',
    organizationalUnit: 'G3',
    organization: 'Apple Inc.',
    country: 'US',
  },
  signer: {
    commonName: 'Apple iPhone OS Provisioning Profile Signing',
    organization: 'Apple Inc.',
    country: 'US',
  },
} as const

function newSerial(random: RandomBytes): Uint8Array {
  const serial = Uint8Array.from(random(SERIAL_BYTES))
  // Positive and never shortened: the first bit clear, the first byte not zero.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x01
  return serial
}

async function makeMaterial(random: RandomBytes): Promise<Material> {
  const generate = (algorithm: typeof CERTIFICATE_KEY) =>
    webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const [rootKeys, intermediateKeys, signerKeys] = await Promise.all([
    generate(CERTIFICATE_KEY),
    generate(CERTIFICATE_KEY),
    generate(PROFILE_KEY),
  ])
  const sign = async (name: keyof typeof NAMES, keys: webcrypto.CryptoKeyPair, issuer: Issuer): Promise<Identity> => ({
    certificate: await signCertificate(
      {
        serial: newSerial(random),
        subject: NAMES[name],
        notBefore: NOT_BEFORE,
        notAfter: NOT_AFTER,
        publicKey: keys.publicKey,
        isAuthority: name !== 'signer',
      },
      issuer,
    ),
    privateKey: keys.privateKey,
  })
  const root = await sign('root', rootKeys, { certificate: null, privateKey: rootKeys.privateKey })
  const intermediate = await sign('intermediate', intermediateKeys, root)
  return { root, intermediate, signer: await sign('signer', signerKeys, root) }
}

async function loadIdentity(
  saved: AuthorityJson[keyof AuthorityJson],
  algorithm: typeof CERTIFICATE_KEY,
): Promise<Identity> {
  const key = Buffer.from(saved.key, 'base64')
  return {
    certificate: Certificate.fromBER(new Uint8Array(Buffer.from(saved.certificate, 'base64'))),
    privateKey: await webcrypto.subtle.importKey('pkcs8', key, algorithm, true, ['sign']),
  }
}

async function loadMaterial(saved: AuthorityJson): Promise<Material> {
  const [root, intermediate, signer] = await Promise.all([
    loadIdentity(saved.root, CERTIFICATE_KEY),
    loadIdentity(saved.intermediate, CERTIFICATE_KEY),
    loadIdentity(saved.signer, PROFILE_KEY),
  ])
  return { root, intermediate, signer }
}

async function saveIdentity(identity: Identity): Promise<{ certificate: string; key: string }> {
  const key = await webcrypto.subtle.exportKey('pkcs8', identity.privateKey)
  return {
    certificate: Buffer.from(derOf(identity.certificate)).toString('base64'),
    key: Buffer.from(key).toString('base64'),
  }
}

/**
 * Makes an authority of its own, or one from JSON. The RSA keys are made when they are first needed,
 * so that a simulator without certificates starts at once.
 */
export function createAuthority(random: RandomBytes, saved?: AuthorityJson): Authority {
  let making: Promise<Material> | undefined
  const material = (): Promise<Material> => {
    making ??= saved === undefined ? makeMaterial(random) : loadMaterial(saved)
    return making
  }
  return {
    rootPem: async () => pemOf((await material()).root.certificate),
    intermediatePem: async () => pemOf((await material()).intermediate.certificate),
    async issue(request) {
      const serial = newSerial(random)
      const { intermediate } = await material()
      const certificate = await signCertificate({ ...request, serial, isAuthority: false }, intermediate)
      return { serialNumber: Buffer.from(serial).toString('hex').toUpperCase(), der: derOf(certificate) }
    },
    async signProfile(plist, at) {
      const { root, signer } = await material()
      return await signData(plist, { chain: [signer.certificate, root.certificate], privateKey: signer.privateKey }, at)
    },
    async toJson() {
      const { root, intermediate, signer } = await material()
      return {
        root: await saveIdentity(root),
        intermediate: await saveIdentity(intermediate),
        signer: await saveIdentity(signer),
      }
    },
  }
}
