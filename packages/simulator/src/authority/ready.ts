import { webcrypto } from 'node:crypto'
import { Certificate } from 'pkijs'
import type { RandomBytes } from '../world/random.ts'
import { derOf, type Issuer, pemOf, signCertificate } from './certificate.ts'
import type { AuthorityJson, IssuedCertificate, IssueRequest } from './model.ts'
import { openSignedData, signData } from './signed-data.ts'

type CryptoKey = webcrypto.CryptoKey

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

/** An authority whose keys are there. */
export interface ReadyAuthority {
  readonly rootPem: string
  readonly intermediatePem: string
  issue(request: IssueRequest): Promise<IssuedCertificate>
  signProfile(plist: Uint8Array, at: Date): Promise<Uint8Array>
  openProfile(cms: Uint8Array): Promise<Uint8Array | undefined>
  toJson(): Promise<AuthorityJson>
}

/** Makes the keys and certificates of an authority, or reads them from JSON. */
export async function readyAuthority(random: RandomBytes, saved?: AuthorityJson): Promise<ReadyAuthority> {
  const { root, intermediate, signer } = await (saved === undefined ? makeMaterial(random) : loadMaterial(saved))
  return {
    rootPem: pemOf(root.certificate),
    intermediatePem: pemOf(intermediate.certificate),
    async issue(request) {
      const serial = newSerial(random)
      const certificate = await signCertificate({ ...request, serial, isAuthority: false }, intermediate)
      return { serialNumber: Buffer.from(serial).toString('hex').toUpperCase(), der: derOf(certificate) }
    },
    signProfile: (plist, at) =>
      signData(plist, { chain: [signer.certificate, root.certificate], privateKey: signer.privateKey }, at),
    openProfile: (cms) => openSignedData(cms, signer.certificate),
    toJson: async () => ({
      root: await saveIdentity(root),
      intermediate: await saveIdentity(intermediate),
      signer: await saveIdentity(signer),
    }),
  }
}
